"""What is kept of a workspace, and how: backups, their keys and turns, what a restore holds back.

Nothing in here knows of runs or commands: `veille/backups.py` and `veille/restore.py` do.
"""
