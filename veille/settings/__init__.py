"""The sections of config.yaml, a module each; `veille.config` puts them together."""
