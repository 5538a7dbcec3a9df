"""The morning queue: cards, decisions, second readings, what was done."""
