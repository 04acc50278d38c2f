"""The homework as a student receives it."""
