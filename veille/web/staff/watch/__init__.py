"""The watch itself: its sources, the links sent in, its nights, its dashboard."""
