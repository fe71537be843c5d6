"""Dimensions, and which of them is the size of the index tumor."""
