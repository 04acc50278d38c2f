"""Practice: a submission checked against itself, where nobody has the right answers."""
