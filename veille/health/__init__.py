"""How the watch itself fares: its account for the next look, what is wrong, whom to tell."""
