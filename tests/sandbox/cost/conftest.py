"""Prints what the sandbox costs, at the end of the run."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each figure that a test noted."""
    lines = [
        value
        for report in terminalreporter.getreports("passed")
        if report.when == "call"
        for name, value in report.user_properties
        if name == "cost"
    ]
    if lines:
        terminalreporter.section("what the sandbox costs")
        for line in lines:
            terminalreporter.line(str(line))
