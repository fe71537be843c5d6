"""Pathologic TNM categories."""
