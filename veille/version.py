"""The engine's version, for all who need to name it."""

__version__ = "0.1.0.dev0"
