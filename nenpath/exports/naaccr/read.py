"""Reads NAACCR XML files, of this project or of others, one tumor at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from nenpath.errors import NenpathError
from nenpath.exports.naaccr.items import default_version, dictionary


def read(path: Path) -> Iterator[dict[str, str]]:
    """Read a file as a stream of tumors.

    Parameters
    ----------
    path
        A NAACCR XML file of any version. Other namespaces (extensions) are passed over.

    Yields
    ------
    dict
        XML ids and values of one Tumor, those of its Patient and of the file merged in; the Tumor's own win.
        An item known by its number alone has the id of item number in this project's dictionary, else
        ``#number``. A Patient without a Tumor yields nothing.

    Raises
    ------
    NenpathError
        If it cannot be read, is not XML, or is no NAACCR file; the message holds nothing of its content.
    """
    root: str | None = None
    above: dict[str, str] = {}
    patient: dict[str, str] = {}
    tumors: list[dict[str, str]] = []
    current: dict[str, str] | None = None
    try:
        events = ("start", "end")
        for event, element in etree.iterparse(path, events=events, resolve_entities=False, no_network=True):
            name = _local(element)
            if root is None:
                root = name
                if root != "NaaccrData":
                    raise NenpathError(f"{path}: not a NAACCR XML file")
            if event == "start":
                if name == "Patient":
                    patient, tumors = {}, []
                elif name == "Tumor":
                    current = {}
                continue
            if name == "Item":
                _keep(element, _place(element, above, patient, current))
            elif name == "Tumor" and current is not None:
                tumors.append(current)
                current = None
            elif name == "Patient":
                yield from ({**above, **patient, **tumor} for tumor in tumors)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except OSError as error:
        raise NenpathError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except etree.XMLSyntaxError as error:
        raise NenpathError(f"{path}: not well-formed XML, line {error.lineno}") from None


def _place(
    element: Any, above: dict[str, str], patient: dict[str, str], current: dict[str, str] | None
) -> dict[str, str]:
    parent = element.getparent()
    kind = _local(parent) if parent is not None else ""
    if kind == "Tumor" and current is not None:
        return current
    return patient if kind == "Patient" else above


def _keep(element: Any, kept: dict[str, str]) -> None:
    name = element.get("naaccrId") or _by_number(element.get("naaccrNum") or "")
    value = (element.text or "").strip()
    if name and value:
        kept[name] = value


def _by_number(number: str) -> str:
    known = {str(item.number): name for name, item in dictionary(default_version()).items.items()}
    return known.get(number, f"#{number}" if number else "")


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
