"""People's review of what the model said: which items, in what order, and what it teaches. Pure."""
