"""Results of immunostains."""
