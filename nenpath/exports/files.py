"""Several files written at once and put in place together, readable by their owner only: all, or none."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from nenpath.errors import NenpathError


@contextmanager
def open_together(directory: Path, names: Sequence[str]) -> Iterator[dict[str, BinaryIO]]:
    """Open files of a directory for writing; they appear when the block ends well.

    The directory is made if need be, for its owner only.

    Raises
    ------
    NenpathError
        If something cannot be written; nothing is left behind then.
    """
    from nenpath.files import sync

    temporary = {name: directory / f".{name}.tmp" for name in names}
    try:
        with ExitStack() as stack:
            try:
                directory.mkdir(parents=True, exist_ok=True, mode=0o700)
                opened = {name: stack.enter_context(_create(path)) for name, path in temporary.items()}
                yield opened
                for file in opened.values():
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise NenpathError(f"{directory}: {error.strerror or 'cannot be written'}") from None
        for name, path in temporary.items():
            path.replace(directory / name)
        sync(directory)
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
