"""A whole class: what was handed in, graded one by one, and what becomes of the results."""
