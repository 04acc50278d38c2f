"""Jobs for pools: a process that is started anew can import them from here."""

import os
import signal


def inverse(number):
    """1 / number."""
    return 1 / number


def poisonous(number):
    """The number; of odd tens none, for they kill their process."""
    if number % 20 == 10:
        os.kill(os.getpid(), signal.SIGKILL)
    return number
