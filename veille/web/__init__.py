"""The pages of `veille serve`: rendered here, whole without JavaScript, French first.

A page group is a module with a router; `app` puts them together. Handlers are plain functions, run
in threads: each opens the stores it needs for the length of its request and closes them, so that
commands and runs go on beside it. GET and HEAD never change anything.
"""
