"""How right and how honest the readings are, against a hospital's own annotated reports."""
