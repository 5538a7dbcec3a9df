"""What veille costs, beside floors and peers measured in the same run: see README.md here."""
