"""How a command ends: with an exit code, whatever it raises, and a line of why on standard error.

An exit code of 1 says something of what was graded, so no traceback may end in one.
"""

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from grader.errors import GraderError, UsageError
from grader.exits import INTERRUPTED, NOT_GRADED, USAGE

_MOST = 600


def ended(run: Callable[[], int], *, after: str = "") -> int:
    """Run a command; returns its exit code, or that of what it raises.

    Args:
        run: the command.
        after: what stands when it was cut short, or how to go on; said then.
    """
    try:
        return run()
    except UsageError as error:
        message, code, after = str(error), USAGE, ""
    except KeyboardInterrupt:
        message, code = "interrupted", INTERRUPTED
    except GraderError as error:
        message, code = f"cannot go on: {error}", NOT_GRADED
    except OSError as error:
        place = f" {error.filename}:" if error.filename else ""
        message, code = f"cannot go on:{place} {error.strerror or error}", NOT_GRADED
    except Exception as error:  # noqa: BLE001  a bug of ours
        message, code = f"a fault of the grader: {error!r}"[:_MOST], NOT_GRADED
    text = "; ".join(filter(None, (message, after)))
    Console(stderr=True).print(Text(f"grader: {text}", style="red"), soft_wrap=True)
    return code
