"""Lines, sentences and headings of a page, as the units in which everything else is read."""
