"""Studies that run in the background: what is kept of them, and how far they are."""
