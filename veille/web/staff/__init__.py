"""The staff's pages: the public ones' plain way, behind a sign-in. `shell` has what they share."""
