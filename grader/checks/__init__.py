"""The checks: ordinary pytest and Hypothesis tests, one method of the contract a file.

A check's docstring is the title that a student reads. Its marker names the method it judges and
its share of that method's points; `property=True` marks one that an empty method would pass (a
shape, a purity), which counts only where the method also gives right answers.

Fixtures: `student` (grader/student.py), `reference` (the worked solution's module), `assigned`
(the sizes of the assignment), `exam` (the training task).
"""
