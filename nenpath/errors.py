"""The errors a person can do something about: the command prints their one line and exits with 2."""

from __future__ import annotations


class NenpathError(Exception):
    """Something cannot be done; the message is one line and never holds words of a report."""


#: Exit code of a command that a person stopped.
INTERRUPTED = 130
