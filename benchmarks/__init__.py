"""Speed, scale and endurance; run by hand."""
