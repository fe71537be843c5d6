"""Files put in place in one step, readable by their owner only."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from nenpath.errors import NenpathError


def replace(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Put a file in place in one step, readable by its owner only: whole and on disk, or not at all."""
    temporary = path.with_name(f".{path.name}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(directory: Path) -> None:
    """Put the entries of a directory on disk."""
    if os.name == "nt":  # a directory cannot be opened there
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def deliver(write: Callable[[BinaryIO], None], output: Path | None) -> None:
    """Write to a file, put in place whole and for its owner only, or to standard output."""
    if output is None:
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    try:
        if output.exists() and not output.is_file():  # a device or a pipe
            with output.open("wb") as file:
                write(file)
        else:
            replace(output, write)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise NenpathError(f"{output}: {error.strerror or 'cannot be written'}") from None
