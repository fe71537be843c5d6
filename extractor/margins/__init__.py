"""Margins of resection."""
