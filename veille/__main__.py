"""`python -m veille` is `veille`."""

from veille.cli import main

main()
