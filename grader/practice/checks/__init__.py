"""Checks that need no right answers: a submission against itself, and against what must hold.

Ordinary checks (see grader/checks), with two more words in their marker: `real` names the checks
of the real grader that one stands for, and goes away with where those are hidden; `own=True` says
that it compares with other parts of the submission, so that the real grader can tell more.
"""
