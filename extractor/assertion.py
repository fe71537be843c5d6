"""Whether a finding is present, absent or indeterminate, from cues and from answers in forms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from extractor.medspacy_adapter import Mention

_BOX = re.compile(
    r"(?P<box>\[\s*[xX*✓✔]?\s*\]|\(\s*[xX✓✔]?\s*\)|[☐☒☑■□]|"
    r"(?<![A-Za-z0-9_])_{0,6}[xX✓]_{0,6}(?=\s*(?i:no|yes|not|present|absent|ident|indet|"
    r"cannot)(?![A-Za-z0-9]))|(?<![A-Za-z0-9])_{2,6}|_{3,6})\s*"
    r"(?P<option>(?:(?!\s[xX]\s{1,4}(?i:no|yes|present|absent|not|ident|indet)\b)[^\[\](☐☒☑■□;|_]){1,60})"
)
#: Answers in a row, a cross before the one chosen only ("Yes    X  No   Not evaluable").
_WORD = (
    r"(?:yes|no(?!\w)|not evaluable|not applicable|present|absent|indeterminate|not identified|identified)"
)
_TICKED_WORD = re.compile(
    rf"\W*(?:\(?select one\)?\W*)?(?:{_WORD}\s+)*[xX]\s{{1,8}}(?P<option>{_WORD})(?=\s{{3,}}{_WORD}|\W*$)",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"(?:\W{0,8}(?<![A-Za-z0-9])[oO0Q] {1,3}[A-Za-z][A-Za-z ]{1,24}){1,3}\s*")
_MARKED = re.compile(r"[xX*✓✔☒☑■]")
#: How far a hedge reaches, in characters.
_NEAR = 70

#: The clause a negation opened ends before the finding: "no X is seen and Y ...", "no tumor in nodes, Y ...".
_ENDED = re.compile(
    r"\b(?:identified|seen|present|noted|found|detected)\b[,;.]? (?:and|with)?|"
    r"[,;](?!.{0,60}\b(?:or|nor|and)\b)|[,;] (?:with|there (?:is|are))\b|"
    r"\band (?:appears?|is|are|extends?|involves?|invades?|infiltrates?)\b|\([A-Z]\)\s",
    re.IGNORECASE,
)
#: A list of findings a negation opens: "no pleural, | vascular or perineural invasion is seen".
_NEITHER = re.compile(r"\b(?:or|nor|and)\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:[a-z-]+(?:al|ar|ic|ous),\s*){1,3}", re.IGNORECASE)
#: The same of things, the last one behind the finding: "no mitoses, | necrosis or proliferation is seen".
_THINGS = re.compile(
    r"\s*(?:(?:(?!in\b(?! situ\b)|of\b|at\b|is\b|are\b|left\b)[a-z-]+[ \n]){0,2}[a-z-]+,\s*){1,3}",
    re.IGNORECASE,
)
_LAST = re.compile(r"[ \n](?:n?or|and/or)[ \n](?:[\w-]+[ \n]){1,4}", re.IGNORECASE)
#: "negative for tumor" is complete; what follows on a line without a stop is another statement.
_COMPLETE = re.compile(
    r"(?:negative for|free of|free from) (?:invasive |residual )?"
    r"(?:tumou?r|malignancy|carcinoma|cancer|dysplasia)\b"
    r"(?! (?:or|and|nor|in|within|cells?|emboli|invol|inva|necro))|no\s+(?-i:The|T h e|This|There)\b|"
    r"no\.?\s*\d+\s?/\s?[IVX]+\b",
    re.IGNORECASE,
)
#: What a verb right after it is said of: "no polyp left, the tumor | invades into fat".
_SUBJECT = re.compile(
    r"[,;.)\]]\s*(?:the )?(?:\w+ ){0,2}(?:tumou?r|carcinoma|neoplasm|lesion|mass)\s*$", re.IGNORECASE
)
#: Another statement begins: a sentence that scanning ended with a comma, or "..., margins negative".
_NEXT = re.compile(
    r"[,.] (?:The|A|An|There|No) [a-z]+|[,.] THE\b|(?:^|(?i:\binvasion))\s+(?-i:THE|The)\b|"
    r",? (?i:and (?:the |all |both )?(?:\w+ ){0,2}(?:nodes?|margins?|edges|capsule|mucosa|serosa|pleura|"
    r"vesicles?|organs)\b"
    r"(?! (?:inva|infiltr|invol|penetr|breach|exten|metast)))|"
    r",\s(?i:(?:but |while |the )?(?:vessels|nerves|veins|lymphatics|necrosis|nodes|margins)\s"
    r"(?!(?:n?or|and/or)\b))|"
    r"[,;] ?(?:(?!\band\b)[^,;.]){0,40}\b(?i:margins?|(?:lymph )?nodes?|vesicles?) ?"
    r"(?i:negative|uninvolved|free|not)"
)
#: What is there, after a list of what is not.
_ANEW = re.compile(r"\s?[,;]\s?with\b", re.IGNORECASE)
#: What there is much of is not denied by a word before the comma: "no nucleoli, abundant necrosis".
_MUCH = re.compile(r"[,;]\s{1,3}(?:tons|lots|plenty|abundant|numerous|extensive|widespread)\b", re.IGNORECASE)
_OR = re.compile(r"[^.;]{0,120}\bn?or\b", re.IGNORECASE)
_YES_AND_NO = re.compile(
    r"\bno\b(?:(?!(?-i:[A-Z]{3})).){0,12}\byes\b|\byes\b(?:(?!(?-i:[A-Z]{3})).){0,12}\bno\b", re.IGNORECASE
)
#: The next finding of a row of short answers ("present, PNI - absent").
_NEXT_PAIR = re.compile(
    r"[,;.]?\s+(?:(?-i:LVS?I|PNI|EMVI)|peri-?neural(?: invasion)?|nerves?|vessels?|necrosis)\s?"
    r"[-–=]\s?(?=[\w+-])",
    re.IGNORECASE,
)
_ALTERNATIVES = re.compile(r"\s*(?:/|\bor\b|,|\|)\s*")
#: A short answer: the words up to a stop.
_SHORT = re.compile(r"[^\n(|]{5,44}?(?=\s*(?:$|[(|]|[.,;](?:\s|$)|\s{3}))")
_FOLD = str.maketrans("01|5$", "ollss")
#: Fewest letters of a garbled answer.
_SHORTEST = 5
#: What share of an answer's letters may be wrong, and how much farther answers of another sense must be.
_WRONG, _APART = 0.31, 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What a form's line answers: ``outcome`` is present, absent, indeterminate or a status without value."""

    outcome: str
    start: int
    end: int


#: The request of a form before its answer.
_PROMPT = re.compile(r"\W{0,3}(?:select|check|choose) [\w ]{1,20}\)\W{0,3}(?=\w)", re.IGNORECASE)


class Answers:
    """Reads the words after a label by ``[answers]``, garbled ones by ``[phrases]`` of ``assertion.toml``."""

    def __init__(self, data: dict[str, list[str]], phrases: dict[str, list[str]]) -> None:
        self._patterns = {name: re.compile("|".join(texts), re.IGNORECASE) for name, texts in data.items()}
        self._phrases = [(_letters(p), name) for name, texts in phrases.items() for p in texts]

    def read(self, text: str) -> Answer | None:
        """The answer in ``text`` (the words after a label), or None, as for a bare list of options."""
        if (next_ := _NEXT_PAIR.search(text, 1)) is not None:
            text = text[: next_.start()]
        if (prompt := _PROMPT.match(text)) is not None and (
            found := self.read(text[prompt.end() :])
        ) is not None:
            return Answer(found.outcome, prompt.end() + found.start, prompt.end() + found.end)
        if _boxed(boxes := list(_BOX.finditer(text)), text):
            return self._marked(boxes)
        if boxes and not _MARKED.search(boxes[0]["box"]) and boxes[0]["box"].startswith("___"):
            text = text[: boxes[0].start()]  # the cross before the first option is not part of the text
        if (ticked := _TICKED_WORD.match(text)) is not None:
            said = self._first(ticked["option"])
            return Answer(said[0], ticked.start("option"), ticked.end()) if said else None
        if self.is_option_list(text):
            return None
        first = self._first(text)
        return Answer(*first) if first else None

    def nearest(self, text: str) -> Answer | None:
        """The answer a short, garbled text is nearest to, if those of another sense are farther from it."""
        match = _SHORT.match(text)
        if match is None or len(form := _letters(match[0])) < _SHORTEST:
            return None
        nearest: dict[str, tuple[int, int]] = {}
        for phrase, outcome in self._phrases:
            distance = Levenshtein.distance(form, phrase), len(phrase)
            nearest[outcome] = min(nearest.get(outcome, distance), distance)
        (best, length, outcome), (other, _, _) = sorted((*near, name) for name, near in nearest.items())[:2]
        if best > _WRONG * length or other - best < _APART:
            return None
        return Answer(outcome, 0, match.end())

    def marked(self, text: str) -> Answer | None:
        """The marked one of two or more boxes, or None."""
        boxes = list(_BOX.finditer(text))
        return self._marked(boxes) if len(boxes) >= 2 else None

    def _marked(self, boxes: list[re.Match[str]]) -> Answer | None:
        marked = [b for b in boxes if _MARKED.search(b["box"])]
        if len(marked) != 1:
            return None
        found = self._first(marked[0]["option"].strip())
        return Answer(found[0], marked[0].start(), marked[0].end()) if found else None

    def is_option_list(self, text: str) -> bool:
        """Two opposite answers side by side with nothing marked: a printed form."""
        if _YES_AND_NO.search(text[:60]):
            return True
        pieces = _ALTERNATIVES.split(text[:120])
        outcomes = {f[0] for p in pieces if len(p) < 28 and (f := self._first(p.strip())) and f[1] == 0}
        return {"present", "absent"} <= outcomes and len(pieces) <= 5 and "/" in text[:120]

    def _first(self, text: str) -> tuple[str, int, int] | None:
        best: tuple[str, int, int] | None = None
        for outcome, pattern in self._patterns.items():
            match = pattern.search(text[:160])
            if match and (best is None or match.start() + 12 < best[1]):
                best = (outcome, match.start(), match.end())
        return best


def _ends(text: str, start: int, end: int, stop: int) -> bool:
    """Whether the clause a negation opened ends before a finding, which may close its list with "or"."""
    found = _ENDED.search(text[start:end])
    if found is None:
        return False
    listed = text[start + found.start()] in ",;" and _NEITHER.search(text[end:stop]) is not None
    return not (listed and _LISTED.fullmatch(text[start:end]))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower().translate(_FOLD))


def _boxed(boxes: list[re.Match[str]], text: str) -> bool:
    if len(boxes) >= 2 or (bool(boxes) and boxes[0].start() < 3):
        return True
    # "o yes  (X) no": an empty box that scanning left as a letter
    return (
        len(boxes) == 1
        and _MARKED.search(boxes[0]["box"]) is not None
        and _EMPTY.fullmatch(text, 0, boxes[0].start()) is not None
    )


def judge(mention: Mention, text: str) -> tuple[str, int, int] | None:
    """Outcome of a mention in prose, with the span that shows it; None if no cue decides.

    A negation before the finding holds even when the verb after it is positive ("no X is identified"),
    unless a comma that is no list separates them ("no tumor in nodes, X is present").
    """
    lo, hi = mention.start, mention.end
    cues: dict[str, list[tuple[int, int]]] = {}
    for category, start, end in mention.cues:
        cues.setdefault(category, []).append((start, end))
    if "HYPOTHETICAL" in cues:
        return None
    before = [c for c in cues.get("NEGATED", ()) if c[1] <= lo]
    after = [c for c in cues.get("NEGATED", ()) if c[0] >= hi and not _NEXT.search(text[hi : c[1]])]
    possible = [c for c in cues.get("POSSIBLE", ()) if max(c[0] - hi, lo - c[1]) <= _NEAR]
    present = cues.get("PRESENT", [])
    positive_after = [c for c in present if c[0] >= hi]
    if before:
        opened, closed = max(before)
        ended = _ends(text, closed, lo, hi) and bool(positive_after or after or possible)
        if ended and positive_after and _LAST.fullmatch(text, hi, min(positive_after)[0]):
            ended = _THINGS.fullmatch(text, closed, lo) is None
        # "without keratin, with papillae, with foci of X": what is there is listed anew
        listed = [c for c in present if closed < c[0] < lo and _ANEW.match(text, max(0, c[0] - 2))]
        much = _MUCH.search(text[closed:lo]) is not None and _OR.match(text, closed, hi + 40) is None
        if ended or listed or much or _COMPLETE.match(text[opened:lo]) or _SUBJECT.search(text[closed:lo]):
            before = []
    if possible and not (before and max(before)[1] > max(possible)[1] - 1 and max(possible)[0] < lo):
        cue = min(possible, key=lambda c: min(abs(c[0] - hi), abs(lo - c[1])))
        return "indeterminate", min(cue[0], lo), max(cue[1], hi)
    if before:
        return "absent", max(before)[0], hi
    if after:
        cue = min(after)
        nearer = [c for c in positive_after if c[0] < cue[0]]
        if not nearer:
            return "absent", lo, cue[1]
    if present:
        cue = min(present, key=lambda c: min(abs(c[0] - hi), abs(lo - c[1])))
        return "present", min(cue[0], lo), max(cue[1], hi)
    return None
