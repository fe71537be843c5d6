"""Options of an item on lines of their own, none marked: nothing was answered, or its mark was lost.

They are blanked with their label, character for character, so that no field can take the first one, or what
follows, for the answer. They have empty boxes ("[ ] Absent", "___ G1"), or none where a page was copied
without its boxes.
"""

from __future__ import annotations

import re

#: A label with nothing behind it.
_LABEL = re.compile(r"[ \t]*[^\W\d_][^\n:?]{1,70}(?:[:?]|\))[ \t]*")
_BOX = re.compile(r"[ \t]*(?:(?P<empty>\[[ \t]*\]|\([ \t]*\)|[☐□]|_{2,6})[ \t]*|[-•*][ \t]+)?")
#: Answers of one kind each; those that say yes and no must both be among them.
_KINDS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:(?P<no>no|none|absent|not (?:identified|seen|present)|uninvolved|negative)|"
        r"(?P<yes>yes|present|identified|involved|positive)|"
        r"not applicable|indeterminate|equivocal|unknown|suspicious|"
        r"can ?not be (?:assessed|determined|evaluated))(?:\W{1,3}specify\W*)?",
        r"(?:G|grade) ?(?:[x1-4]|i{1,3}|iv)(?:[ \t]*[:(=,-].{0,80})?",
        r"p?T ?(?:[x0-4][a-d]?|is)(?:[ \t]*[:(=,-].{0,140})?",
        r"p?N ?[x0-3][a-d]?(?:[ \t]*[:(=,-].{0,140})?",
        r"p?M ?[x01][a-d]?(?:[ \t]*[:(=,-].{0,140})?",
        r"(?:low|intermediate|high)(?:[- ]grade)?",
        r"(?:well|moderately|poorly)(?:[ -]differentiated)?|undifferentiated",
    )
)
#: How many options an item has at least: with boxes or with both a yes and a no, and without.
_BOXED, _BARE = 2, 3


def without_unanswered(text: str) -> str:
    """Blank items of which no option was chosen.

    >>> without_unanswered("Necrosis:\\n[ ] Absent\\n[ ] Present\\nGrade: G2").split()
    ['Grade:', 'G2']
    >>> without_unanswered("Grade:\\nG1\\nG2\\nG3\\nMargins: free").split()
    ['Margins:', 'free']
    >>> without_unanswered("Necrosis:\\nAbsent\\nGrade:\\nG1").split()
    ['Necrosis:', 'Absent', 'Grade:', 'G1']
    >>> without_unanswered("Necrosis:\\nPNI:\\nAbsent\\nPresent").split()
    ['Necrosis:', 'PNI:', 'Absent', 'Present']
    """
    lines = text.split("\n")
    at = 0
    while at < len(lines) - 2:
        at += 1
        if not _LABEL.fullmatch(lines[at - 1]) or (at > 1 and _LABEL.fullmatch(lines[at - 2])):
            continue
        end = _end(lines, at)
        for number in range(at - 1, end) if end > at else ():
            lines[number] = " " * len(lines[number])
    return "\n".join(lines)


def _end(lines: list[str], first: int) -> int:
    """The line behind a column of options that begins at a line; that line itself if there is none."""
    for kind in _KINDS:
        found: list[re.Match[str]] = []
        boxed, at = 0, first
        while at < len(lines):
            box = _BOX.match(lines[at])
            begin = box.end() if box else 0
            option = kind.fullmatch(lines[at], begin, len(lines[at].rstrip(" \t.,;")))
            if option is None:
                break
            boxed += bool(box and box["empty"])
            found.append(option)
            at += 1
        said = {option[0].lower() for option in found}
        opposed = "yes" in kind.groupindex and all(any(o[name] for o in found) for name in ("yes", "no"))
        least = _BOXED if boxed == len(found) or opposed else _BARE
        bare_answers = "yes" in kind.groupindex and not opposed and not boxed
        if len(found) >= least and len(said) == len(found) and not bare_answers:
            return at
    return first
