"""From candidates to a reading, and how sure it is."""
