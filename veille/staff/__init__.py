"""Those who work on the watch: roles, accounts, how they prove who they are. Pure.

Their names and addresses are kept in var/desk.sqlite alone.
"""
