"""The worked solution, and what else only the instructor holds."""
