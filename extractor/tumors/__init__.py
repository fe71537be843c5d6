"""The tumors and organs a report names, and which of the tumors is its index tumor."""
