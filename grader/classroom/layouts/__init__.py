"""From a folder or a .zip, as a platform exports it or an instructor keeps it, to a class.

    path -> tree (disk.py, zipped.py) -> a layout's Reading -> pick.py -> Entries -> Collected

A layout (gradescope.py, moodle.py, canvas.py, repositories.py, plain.py) says whose each place is;
which file of it counts is decided in one place (pick.py), and so are the keys (keys.py). To add a
layout: a module with one function from Folder to Reading or None, and a row in recognise.py.

Everything in a place is a stranger's: nothing is unpacked, links are not followed, every read is
bounded, and what cannot be read is one entry with a problem, or one line of `unread`.
"""

from grader.classroom.layouts.collect import collect

__all__ = ["collect"]
