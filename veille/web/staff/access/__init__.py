"""Who may come in: signing in, accounts, keys, and what the audit trail tells."""
