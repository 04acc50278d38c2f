"""Grades the grader: programs whose verdict is known, graded like a submission."""
