"""Sample reports and tools for this project's own corpora; nothing in the wheel imports this."""
