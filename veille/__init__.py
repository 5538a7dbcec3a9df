"""veille: strategic watch for the social and solidarity economy."""

__version__ = "0.1.0.dev0"
