"""What goes out to other people's programs: feeds, lists of sources, references, bundles."""
