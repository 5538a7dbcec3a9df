"""Composing and rendering the bulletin: values in, values out. No network, database or clock."""
