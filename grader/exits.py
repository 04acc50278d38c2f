"""The exit codes of `grader`, one meaning each."""

OK = 0
"""Done; for `grade`: graded, with any score."""

BELOW = 1
"""Graded, below --fail-under."""

USAGE = 2
"""A wrong option, or input that cannot be read."""

NOT_GRADED = 3
"""Not graded, through a fault of the grader or of the machine."""

INTERRUPTED = 130
"""Stopped by Ctrl-C; 128 + SIGINT, as shells have it."""
