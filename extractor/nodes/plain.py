"""A unit as counts of nodes are read in it: its numbers without the signs that writers put beside them.

``n. 9 of n. 18 isolated nodes``; ``lymph nodes: 12 st, 3 with metastasis``; ``O of 6``. Every sign is
replaced by as many spaces or digits, so that offsets stay.
"""

from __future__ import annotations

import re
from dataclasses import replace

from extractor.unit import Unit

#: What has to be there for anything to be replaced.
_ANY = re.compile(
    r"[nN](?:[ro]s?)?\s?[.°º]{0,2}\s?\d|\d\s?(?:st|pcs?|pieces|no\w?s|nrs)\b|(?<![A-Za-z])[OoIl]\s(?:of|out|in|from)\b"
    r"|\d[OQl](?![A-Za-z])|[Il][\dlO]",
    re.IGNORECASE,
)
#: "n. 9", "n° 9", "nr 9": the sign for a number, but not after the name of a place or a thing.
_SIGN = re.compile(r"(?<![\w.])(?:n\s?[.°º]|nrs?\.?|n[°º])\s?(?=\d{1,3}(?![\d.,/]*\d))")
_CAPITAL = re.compile(
    r"(?<![\w.])(?:N\s?[.°º]\s?(?=\d{1,3}\s+(?:(?:lymph\s)?nodes?\s|regional\s){0,2}"
    r"(?:isolated|examined|metasta|positive|found|removed|retrieved|dissected|involved|of\swhich|free|without))"
    r"|N[or]s?\s?[.°º]?\s?(?=\d{1,3}\s+(?:(?:lymph\s)?nodes\s|regional\s){0,2}"
    r"(?:isolated|examined|found|removed|retrieved|dissected|of\swhich|free)))"
)
#: "No. 4 of No. 20", where the sign would else be that of a station.
_PAIR = re.compile(
    r"(?<![\w.])(?P<first>[nN][or]s?\.?\s?)(?=\d{1,2}\s(?:out\s)?(?:of|on|in)\s)"
    r"(?P<between>\d{1,2}\s(?:out\s)?(?:of|on|in)\s)(?P<second>(?:[nN][or]s?\.?\s?)?)(?=\d)"
)
_THING = re.compile(
    r"\b(?:node|level|station|block|cassette|slide|specimen|part|sample|bottle|jar|case|ref|report|group)\s*[:(]?\s*$",
    re.IGNORECASE,
)
#: "12 st,", "16 pcs, thereof 2": a word for pieces behind the number of nodes.
_PIECES = re.compile(
    r"(?<=\d)\s?(?:st|pcs?|pieces|nos|nrs)\b\.?(?=\s*[,;:()]|\s*$|\s+(?:found|isolated|examined|with|without|positive"
    r"|negative|metasta|thereof|of (?:which|them|these)|among|show|free|benign|in all|in total))",
    re.IGNORECASE,
)
#: "2 (one of them small) of 11": what is said of the nodes between their numbers.
_ASIDE = re.compile(
    r"(?<=\d)\s\((?!\s?(?:\d+|of\b)\s?)[^()\d]{2,40}(?:\d[\d.,]{0,4}\s?[mc]m)?\)(?=\s(?:out\s)?of\s\d)"
)
#: The blocks at the begin of a row of a table ("11, 12   nodes   6 nodes, reactive").
_KEYS = re.compile(r"\s*(?:[A-Z]?\d{1,2}(?:,\s?|\s?-\s?))*[A-Z]?\d{1,2}\s{2,}(?=[a-z ]{0,20}nodes?\s{2,}\d)")
_NODES = re.compile(r"\b(?:nodes?|LNs?|lymphonod\w+|lgll?)\W{0,4}(?:\w+\W{1,3}){0,2}$", re.IGNORECASE)
#: "O of 6": the letter for the figure; "1O" and "l2" for 10 and 12.
_ZERO = re.compile(r"(?<![A-Za-z0-9])[Oo](?=\s(?:out\s)?(?:of|from|in)\s(?:a total of\s)?[\dlI])")
_ONE = re.compile(r"(?<![A-Za-z0-9.])[Il](?=\s(?:out\s)?of\s\d)")
_TEN = re.compile(r"(?<![A-Za-z0-9.])(?P<tens>\d)[OQ](?![A-Za-z0-9.])")
_TEENS = re.compile(r"(?<=\bof\s)[Il](?=\d(?![\d.]))|(?<=/)[Il](?=\d(?![\d.]))")
#: "ll nodes", "4/1l", "l3 contain": 11 and 13, where no word or station can be meant.
_ELEVEN = re.compile(
    r"(?<![^\s(/])(?:ll|lO|1l|l1|(?<=[(./])l\d|(?<=[.:]\s)l\d|(?<=[.:]\s\s)l\d)(?![\w'’-]|\.\d)|(?<=\d/)(?:ll|lO|1l)(?!\w)"
)


def plain(unit: Unit) -> Unit:
    """The unit with its numbers written plainly, itself if they are."""
    text = unit.text
    if (keys := _KEYS.match(text)) is not None:
        text = _spaces(keys) + text[keys.end() :]
        unit = replace(unit, text=text)
    if "(" in text and _ASIDE.search(text):
        text = _ASIDE.sub(_spaces, text)
        unit = replace(unit, text=text)
    if _ANY.search(text) is None:
        return unit
    text = _ELEVEN.sub(lambda m: m[0].replace("l", "1").replace("O", "0"), text)
    text = _TEN.sub(r"\g<tens>0", _ONE.sub("1", _ZERO.sub("0", _TEENS.sub("1", text))))
    text = _PAIR.sub(
        lambda m: f"{' ' * len(m['first'])}{m['between']}{' ' * len(m['second'])}" if m["second"] else m[0],
        text,
    )
    text = _CAPITAL.sub(_spaces, text)
    text = _SIGN.sub(lambda m: m[0] if _THING.search(text[: m.start()]) else _spaces(m), text)
    if (first := _PIECES.search(text)) and _NODES.search(text[: first.start()].rstrip("0123456789")):
        text = _PIECES.sub(_spaces, text)
    return unit if text == unit.text else replace(unit, text=text)


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match[0])
