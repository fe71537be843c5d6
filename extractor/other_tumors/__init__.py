"""Tumors beside the index tumor."""
