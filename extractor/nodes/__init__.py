"""Lymph nodes: examined, and with tumor."""
