"""One HL7 v2 message: its segments, and its text unescaped.

The header segments are parsed by python-hl7. OBX-5 is taken as it stands in the segment, since cutting it at
component separators would tear prose in which a sender left one unescaped; its escape sequences are undone
here (HL7 v2.5.1, chapter 2.7), because python-hl7 logs what it cannot read, and report text must reach no
log.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nenpath.archives.encoding import guess
from nenpath.archives.hl7_stream import RawMessage

# HL7 table 0211; any other charset is told by its bytes.
_CHARSETS = {f"8859/{n}": f"iso8859-{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)}
_CHARSETS |= {"UNICODE UTF-8": "utf-8", "ASCII": "cp1252", "8859/1": "cp1252"}
_MOST_SPACES = 80


class BadMessageError(Exception):
    """A message that cannot be read; its one argument is the reason, as failures have it."""

    @property
    def reason(self) -> str:
        """The reason."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The five delimiters of a message (MSH-1 and MSH-2)."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


class Segment:
    """One segment, its fields as they are escaped."""

    __slots__ = ("_delimiters", "_encoding", "_fields", "tag")

    def __init__(self, fields: list[str], delimiters: Delimiters, encoding: str) -> None:
        self._fields, self._delimiters, self._encoding = fields, delimiters, encoding
        self.tag = fields[0]

    def raw(self, number: int) -> str:
        """A field as it stands, or nothing."""
        return self._fields[number] if number < len(self._fields) else ""

    def repetitions(self, number: int) -> list[str]:
        """The repetitions of a field, escaped."""
        return self.raw(number).split(self._delimiters.repetition)

    def parts(self, repetition: str) -> list[str]:
        """The components of a repetition, unescaped."""
        return [self.plain(part).strip() for part in repetition.split(self._delimiters.component)]

    def first(self, number: int, component: int = 1) -> str:
        """A component of a field's first repetition, unescaped; of a subcomponent the first."""
        parts = self.repetitions(number)[0].split(self._delimiters.component)
        if component > len(parts):
            return ""
        return self.plain(parts[component - 1].split(self._delimiters.subcomponent)[0]).strip()

    @property
    def component(self) -> str:
        """The component separator."""
        return self._delimiters.component

    def plain(self, escaped: str) -> str:
        """Undo the escape sequences."""
        return unescape(escaped, self._delimiters, self._encoding)


@dataclass(frozen=True, slots=True)
class Message:
    """The segments of a message; ``guessed`` names its encoding, if it had to be guessed."""

    segments: list[Segment]
    guessed: str | None

    @property
    def header(self) -> Segment:
        """MSH."""
        return self.segments[0]


def parse(raw: RawMessage) -> Message:
    """Decode and parse a message.

    Raises
    ------
    BadMessageError
        With ``too_long``, ``unknown_encoding``, ``bad_delimiters`` or ``not_hl7``.
    """
    if raw.too_long:
        raise BadMessageError("too_long")
    lines, encoding, guessed = _decode(raw)
    delimiters = _delimiters(lines[0])
    heads = [line for line in lines if line[:3] != "OBX"]
    parsed = iter(_parsed(heads))
    segments = []
    for line in lines:
        fields = line.split(delimiters.field) if line[:3] == "OBX" else next(parsed)
        segments.append(Segment(fields, delimiters, encoding))
    return Message(segments, guessed)


def _parsed(lines: list[str]) -> list[list[str]]:
    import hl7

    try:
        message: Any = hl7.parse("\r".join(lines))
        segments = [[str(field) for field in segment] for segment in message]
    except Exception:  # noqa: BLE001 - the parser raises all kinds, with words of the message in them
        raise BadMessageError("not_hl7") from None
    if len(segments) != len(lines):
        raise BadMessageError("not_hl7")
    return segments


def _decode(raw: RawMessage) -> tuple[list[str], str, str | None]:
    """The segments as text, the encoding, and its name again if it was guessed."""
    data = b"\r".join(raw.segments)
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8").split("\r"), "utf-8", None
    fields = raw.segments[0].split(raw.separator)
    charset = fields[17].decode("ascii", "replace").split("~")[0].strip() if len(fields) > 17 else ""
    named = _CHARSETS.get(charset)
    if named and named != "utf-8":
        with suppress(UnicodeDecodeError):
            return data.decode(named).split("\r"), named, None
    guessed = guess(data)
    if guessed is None:
        raise BadMessageError("unknown_encoding")
    try:
        return data.decode(guessed).split("\r"), guessed, guessed
    except UnicodeDecodeError:
        raise BadMessageError("unknown_encoding") from None


def _delimiters(header: str) -> Delimiters:
    field = header[3:4]
    others = header[4:].split(field, 1)[0]
    if not 1 <= len(others) <= 5 or len({field, *others}) != 1 + len(others):
        raise BadMessageError("bad_delimiters")
    if any(character.isalnum() or character.isspace() for character in others):
        raise BadMessageError("bad_delimiters")
    usual = "^~\\&"
    given = others[:4] + usual[len(others) :]
    return Delimiters(field, *given)


@lru_cache(maxsize=16)
def _sequence(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return re.compile(
        rf"(?P<hex>(?:{mark}[Xx](?:[0-9A-Fa-f]{{2}}){{1,999}}{mark})+)"
        rf"|{mark}(?P<name>[FSTREPHNfstrephn]|\.[A-Za-z]{{2}}|[CM][0-9A-Fa-f]{{4,6}}|Z[\w ]{{0,50}})"
        rf"(?P<count>[+-]?\d{{0,4}}){mark}"
    )


def unescape(text: str, delimiters: Delimiters, encoding: str = "utf-8") -> str:
    r"""Undo the escape sequences of a field; what is none stays as it is.

    >>> unescape(r"A \T\ B\.br\2\S\3, a\b, \X0D0A\\XC3A4\\H\bold\N\\.sp2\end", Delimiters())
    'A & B\n2^3, a\\b, \näbold\n\nend'
    """
    if delimiters.escape not in text:
        return text
    single = {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": delimiters.escape,
        "P": "#",
    }

    def plain(match: re.Match[str]) -> str:
        if match["hex"]:
            return _of_hex(match["hex"], delimiters.escape, encoding)
        name, count = match["name"], match["count"]
        if name.startswith("."):
            return _command(name.lower(), count)
        if count:
            return match[0] if len(name) == 1 else ""
        return single.get(name.upper(), "")

    return _sequence(delimiters.escape).sub(plain, text)


def _of_hex(sequences: str, escape: str, encoding: str) -> str:
    data = bytes.fromhex("".join(part[1:] for part in sequences.split(escape) if part))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _command(name: str, count: str) -> str:
    """Formatting commands of FT fields: line breaks and spaces; the rest is appearance."""
    times = min(int(count.lstrip("+-") or 1), _MOST_SPACES)
    if name == ".br":
        return "\n"
    if name == ".sp":
        return "\n" * times
    if name == ".ce":
        return "\n"
    return " " * times if name == ".sk" else ""
