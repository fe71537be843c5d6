"""Where the index tumor arose."""
