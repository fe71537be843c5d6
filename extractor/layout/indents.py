"""Sentences that go on in a line set in: the blanks before the rest of a sentence go.

"perineural invasion not", then "seen" below a bullet and far in: what is matched are words with a blank or
two between them, so a wide gap inside a sentence would hide what is denied in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.matching import shapes
from extractor.matching.edits import Edit, Text, edited

_BLANKS = re.compile(r"[ \t]{2,}")
#: The end of a line within a sentence, and what goes on with it: no label, and no columns.
_OPEN = re.compile(r"[A-Za-z,]\s*$")
_REST = re.compile(r"\s*[a-z](?:(?!\s{3}|[:|\t])\S| )*\s*$")
_LATER = re.compile(r"\s*[A-Za-z](?:(?!\s{3}|[:|\t])\S| )*\s*$")
_COLUMNS = re.compile(r"\S\s{3,}\S|\|")
#: A line as long as this, or with the end of a sentence in it, is no label with its answer below.
_LONG = 40
_SENTENCE = re.compile(r"[A-Za-z][.;] +[A-Za-z]")
#: Fewest blanks a line is set in by.
_FEWEST = 1


def without_indents(page: Text, as_broken: str) -> Text:
    """A page whose broken lines were joined, without the blanks before what goes on.

    Parameters
    ----------
    as_broken
        The page before lines were joined, of the same length.
    """
    found = [*_joined(page.clean, as_broken), *_hanging(page.clean), *_common(page.clean)]
    return edited(page.raw, page.clean, found, page) if found else page


def _joined(clean: str, as_broken: str) -> Iterator[Edit]:
    """The blanks behind breaks that were taken out."""
    if clean == as_broken:
        return
    at = as_broken.find("\n")
    while at >= 0:
        if clean[at] == " " and (blanks := _BLANKS.match(clean, at)) is not None:
            yield Edit(*blanks.span(), " ")
        at = as_broken.find("\n", at + 1)


def _hanging(clean: str) -> Iterator[Edit]:
    """The blanks before the rest of a sentence that stands no less deep than its beginning."""
    lines = [*clean.split("\n"), ""]
    at = 0
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        at += len(above) + 1
        inset = _inset(line)
        if not above.strip() or inset < max(_inset(above), _FEWEST) or not _goes_on(above, line):
            continue
        if _inset(below) < inset or _goes_on(line, below):
            yield Edit(at, at + inset, "")


def _common(clean: str) -> Iterator[Edit]:
    """The blanks with which every line of a page begins."""
    if clean[:1] not in " \t\n":
        return
    lines = clean.split("\n")
    shared = min((_inset(line) for line in lines if line.strip()), default=0)
    at = 0
    for line in lines if shared else ():
        if line.strip():
            yield Edit(at, at + shared, "")
        at += len(line) + 1


def _goes_on(above: str, line: str) -> bool:
    """Whether a line is the rest of the sentence above it: neither is a row, nor is the upper one a label."""
    if _COLUMNS.search(above.strip()) or not _OPEN.search(above):
        return False
    unfinished = shapes.open_ended(above) and not above.rstrip().endswith(",")
    if above.isupper() and line.isupper():
        return unfinished and _LATER.match(line) is not None
    told = unfinished or len(above.strip()) >= _LONG or _SENTENCE.search(above) is not None
    return told and _REST.match(line) is not None


def _inset(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
