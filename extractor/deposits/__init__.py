"""Deposits away from the primary."""
