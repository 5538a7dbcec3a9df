"""What the catalogue holds: search, an item, a story."""
