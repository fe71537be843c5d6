"""What a reviewer types becomes a value of the field, or is refused with a reason."""

from __future__ import annotations

import re
from typing import Any, Literal, get_args, get_origin

from pydantic import TypeAdapter

from extractor import catalog
from extractor.record import Interval, MitoticRate
from nenpath.qa.mentions import says
from nenpath.rates import area, parted

_LONGEST = 500
_LONGEST_MM = 1000
_NUMBER = r"(\d{1,6}(?:[.,]\d{1,6})?)"
_INTERVAL = re.compile(
    rf"(?P<sign>up to|<=|>=|≤|≥|<|>|~|=)?\s*(?P<low>{_NUMBER})(?:\s*(?:-|–|to)\s*(?P<high>{_NUMBER}))?\s*%?"
)
_LENGTH = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>mm|cm)?", re.I)
#: Codes as the record has them, what may stand before a category, and what a person is told.
_CODES = {
    "pT": (r"(?:[yracp]*T)?(X|0|is|a|[1-4](?:mi|[a-d]\d?)?)", "A category such as 3a, 0 or X."),
    "pN": (
        r"(?:[yracp]*N)?(X|0(?:\((?:i|mol)[+-]\))?|[1-3](?:mi|[a-c])?)",
        "A category such as 1, 1mi or X.",
    ),
    "pM": (r"(?:[yracp]*M)?(X|0|1[a-d]?)", "A category such as 0, 1a or X."),
    "icd_o_3_topography": (r"(C\d\d\.\d)", "A code such as C25.2."),
    "icd_o_3_morphology": (r"(\d{4}/[0-369])", "A code with its behavior, such as 8240/3."),
}
_IN_CM = re.compile(rf"(?<![\d.,])(?:{_NUMBER}\s*(?:x|×|by)\s*)*{_NUMBER}\s*cm\b", re.IGNORECASE)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)?")
_NAMED = ("grade", "pT", "pN", "pM")
_SIGNS = {"≤": "<=", "≥": ">=", "up to": "up_to"}


def typed(name: str, text: str) -> Any:
    """Read a typed value of a field.

    Raises
    ------
    ValueError
        If the field cannot have it; the message tells a person what it can have.

    Examples
    --------
    >>> typed("tumor_size_mm", "1.9 cm")
    19.0
    >>> typed("ki67_percent", "2-3 %")
    {'low': 2.0, 'high': 3.0, 'comparator': 'range'}
    >>> typed("margins", "neg")
    'negative'
    """
    text = " ".join(text.split())
    if not text:
        raise ValueError("Type a value, or press x for not stated.")
    if len(text) > _LONGEST:
        raise ValueError(f"No value is longer than {_LONGEST} characters.")
    kind = _room(name).value
    if name in _CODES:
        return _code(name, text)
    if kind is MitoticRate:
        return _rate(text)
    if kind is Interval:
        return _interval(text, 100.0)
    if kind is float:
        return _length(text)
    if kind is int:
        if not re.fullmatch(r"\d{1,5}", text):
            raise ValueError("A whole number, such as 12.")
        return int(text)
    if get_origin(kind) is list:
        words = [word.strip() for word in re.split("[,;]", text) if word.strip()]
        value: Any = list(dict.fromkeys(_choice(word, choices(name)) for word in words))
        return TypeAdapter(kind).validate_python(value)
    value = _choice(text, choices(name))
    return TypeAdapter(kind).validate_python(value)


def choices(name: str) -> tuple[str, ...]:
    """The values a field can have, where they are a closed list.

    >>> choices("margins")
    ('positive', 'negative', 'indeterminate')
    >>> choices("pT")
    ()
    """
    kind = _room(name).value
    if get_origin(kind) is list:
        (kind,) = get_args(kind)
    return get_args(kind) if get_origin(kind) is Literal else ()


def hint(name: str) -> str:
    """What can be typed, in a few words."""
    kind = _room(name).value
    if kind is MitoticRate:
        return "3, 2-3, >20 per 2 mm², or 4/10 HPF"
    if kind is Interval:
        return "5, 2-3, <1, >20, up to 10 (percent)"
    if kind is float:
        return "34 (mm) or 3.4 cm"
    if kind is int:
        return "a whole number"
    if name in _CODES:
        return f"{_CODES[name][1][0].lower()}{_CODES[name][1][1:-1]}"
    several = get_origin(kind) is list
    if choices(name):
        return "several with commas: " * several + ", ".join(choices(name))
    return "words, several with commas" if several else "words or a code, as the record has it"


def _room(name: str) -> catalog.FieldRoom:
    for room in catalog.fields():
        if room.name == name:
            return room
    raise ValueError("No such field.")


def _choice(text: str, options: tuple[str, ...]) -> str:
    if not options:
        return text
    wanted = text.lower().replace(" ", "_")
    exact = [option for option in options if option.lower() == wanted]
    found = exact or [option for option in options if option.lower().startswith(wanted)]
    if len(found) != 1:
        raise ValueError(f"One of: {', '.join(found or options)}.")
    return found[0]


def _interval(text: str, most: float | None) -> dict[str, Any]:
    found = _INTERVAL.fullmatch(text.lower())
    if found is None:
        raise ValueError("A number such as 5, 2-3, <1, >20 or up to 10.")
    sign = _SIGNS.get(found["sign"] or "=", found["sign"] or "=")
    low, high = _float(found["low"]), _float(found["high"] or found["low"])
    if found["high"] and found["sign"]:
        raise ValueError("A range, or a sign such as <, not both.")
    if low > high or (most is not None and high > most):
        raise ValueError("Out of range." if low <= high else "The lower number first.")
    if found["high"] and low != high:
        return {"low": low, "high": high, "comparator": "range"}
    if sign in ("<", "<=", "up_to"):
        return {"low": 0.0, "high": high, "comparator": sign}
    if sign in (">", ">="):
        return {"low": low, "high": most, "comparator": sign}
    return {"low": low, "high": high, "comparator": sign}


def _rate(text: str) -> dict[str, Any]:
    count, behind = parted(text)
    over = area("2 mm2" if behind is None else behind)
    if over is None:
        raise ValueError("A count over an area, such as 4/10 HPF or 3 per 2 mm².")
    value = _interval(count, None)
    for bound in ("low", "high"):
        if value[bound] is not None:
            value[bound] = over.per_2mm2(value[bound])
    return {**value, "field_area": over.basis}


def _length(text: str) -> float:
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError("A length such as 34, 34 mm or 3.4 cm.")
    length = round(_float(found["number"]) * (10 if (found["unit"] or "").lower() == "cm" else 1), 6)
    if not 0 < length <= _LONGEST_MM:
        raise ValueError(f"A length above 0 and not more than {_LONGEST_MM} mm.")
    return length


def _code(name: str, text: str) -> str:
    shape, told = _CODES[name]
    found = re.fullmatch(shape, text.replace(" ", ""), re.IGNORECASE)
    if found is None:
        raise ValueError(told)
    code = found[1].lower()
    return code.upper() if code == "x" or name == "icd_o_3_topography" else code


def lacks_unit(name: str, text: str, report: str) -> bool:
    """Whether a length is typed without a unit though the report has its number in centimeters.

    >>> [lacks_unit("tumor_size_mm", typed, "2.1 x 1 cm") for typed in ("2,1", "1", "21", "2.1 mm")]
    [True, True, False, False]
    """
    found = _LENGTH.fullmatch(text.strip())
    if _room(name).value is not float or found is None or found["unit"]:
        return False
    figures = (figure for run in _IN_CM.finditer(report) for figure in _FIGURE.findall(run[0]))
    return _float(found["number"]) in map(_float, figures)


def shows(name: str, value: Any, words: str) -> bool:
    """Whether words of a report may be those of a typed value: a grade or a category must stand in them.

    >>> shows("grade", "G1", "WHO grade 2"), shows("pT", "3a", "pT3a N0"), shows("margins", "negative", "")
    (False, True, True)
    """
    return name not in _NAMED or says(name, str(value)).search(words) is not None


def _float(text: str) -> float:
    return float(text.replace(",", "."))
