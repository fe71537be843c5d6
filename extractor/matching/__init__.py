"""How texts are matched, whatever they say: expressions, shapes, numbers, slips of spelling."""
