"""Plain text: tidied, and rid of e-mail addresses before anything else sees it."""
