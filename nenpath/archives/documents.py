"""Reports that are a document of their own: PDF with a text layer, RTF, DOCX (the ``documents`` extra)."""

from __future__ import annotations

import importlib.util
import io
import logging
import signal
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nenpath.archives.item import ArchiveError
from nenpath.archives.source import allowance

#: Document parsers are given this long; a crafted document can keep one busy for ever.
SECONDS = 30.0
_MODULES = {".pdf": "pypdf", ".rtf": "striprtf", ".docx": "docx"}
KINDS = tuple(_MODULES)


class UnreadableError(Exception):
    """A document without text; its one argument is the reason, as failures have it."""

    @property
    def reason(self) -> str:
        """The reason."""
        return str(self.args[0])


def require(kind: str, name: str) -> None:
    """Raise if the library that reads this kind is not installed."""
    if importlib.util.find_spec(_MODULES[kind]) is None:
        raise ArchiveError(
            f"{name}: to read {kind} install the documents extra: pip install 'nenpath[documents]'"
        )


def text_of(kind: str, data: bytes) -> str:
    """Take the text out of a document.

    Raises
    ------
    UnreadableError
        With ``encrypted``, ``no_text_layer`` (a scan), ``timeout``, or ``unreadable``.
    """
    read: Callable[[bytes], str] = {".pdf": _pdf, ".rtf": _rtf, ".docx": _docx}[kind]
    try:
        with _within(SECONDS), _silent():
            return read(data)
    except UnreadableError:
        raise
    except TimeoutError:
        raise UnreadableError("timeout") from None
    except Exception:  # noqa: BLE001 - parsers raise all kinds, with words of the document in them
        raise UnreadableError("unreadable") from None


def _pdf(data: bytes) -> str:
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableError("encrypted")
    text = "\n".join(page.extract_text() for page in reader.pages)
    if not text.strip():
        raise UnreadableError("no_text_layer")
    return text


def _rtf(data: bytes) -> str:
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise UnreadableError("unreadable")
    text: str = rtf_to_text(data.decode("cp1252", "replace"), errors="replace")
    return text


def _docx(data: bytes) -> str:
    import docx
    from docx.table import Table

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(member.file_size for member in packed.infolist()) > allowance(len(data)):
            raise UnreadableError("unreadable")
    lines: list[str] = []
    for block in docx.Document(io.BytesIO(data)).iter_inner_content():
        lines += _rows(block) if isinstance(block, Table) else [block.text]
    return "\n".join(lines)


def _rows(table: Any) -> Iterator[str]:
    """Rows of a table, cells set apart by tabs; a merged cell once."""
    for row in table.rows:
        cells = {cell._tc: cell.text.strip().replace("\n", " ") for cell in row.cells}
        yield "\t".join(cells.values())


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block when time is over, where the system has such an alarm."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _silent() -> Iterator[None]:
    """Let no parser log what it stumbled over: it may be words of the report."""
    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
