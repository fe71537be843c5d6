"""How far the primary reaches beyond its organ."""
