"""Readers: from the bytes of an answer to what a source announces. Pure: no network, no clock."""
