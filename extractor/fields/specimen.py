"""How the tissue was taken: biopsy, resection or cytology.

Meaning: of the current specimen, by the words of its operation. A resection outranks a biopsy of the same
report (a core biopsy before the operation is history), a biopsy outranks cytology. An excision of a brain
tumor is a resection unless it is called a biopsy. Where no operation is named, whole organs, resection
margins, examined nodes or measured pieces of tissue tell a resection.
Biopsies of nodes, omentum or margins beside a resected organ do not count. Images or addenda without
tissue are silent.
Source: the rule book of this project.
Conflicts: the greater operation of the tissue that holds the tumor.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.expressions import Expression, Group
from extractor.matching.patterns import FieldPatterns, Rule
from extractor.printed.procurement import procurement
from extractor.tumors.mentions import mentions

_PLACES = {
    "diagnosis": 1.5, "amendment": 1.5, "unknown": 1.0, "synoptic": 1.5, "specimens": 1.2, "addendum": 0.5,
    "comment": 0.2, "gross": 0.6, "microscopic": 0.3, "history": 0.0, "intraoperative": 0.1, "blocks": -0.5,
    "outside": -2.0, "ihc": -0.5,
}  # fmt: skip
_IMPLIED, _ORGAN = "specimen/implied", "specimen/organ-alone"
#: Sections that tell of other operations.
_OTHERS = frozenset({"history", "outside", "addendum"})
_REVIEWED, _REMOVED, _ATTACHED = "specimen/reviewed", "specimen/removed", "specimen/attached"
#: What was removed is a part of the organ named, or was removed earlier.
_PIECE = re.compile(r"\b(?:polyp\w*|nodule|lesion|history|clinical\w*|h/o|s/p|previous\w*)\b", re.IGNORECASE)
#: A letter about slides that were sent.
_LETTER = Expression(
    r"\bdear (?:dr|prof|colleague|mr|ms|doctor)|\bthank you for (?:asking|sending|referring|letting|the)|"
    r"\bsecond opinion\b|\b(?:review|consult\w*) (?:of )?(?:histology|slides|case|report)\b",
    re.IGNORECASE,
)
#: What is said of every larger piece, a biopsy too.
_CUT = re.compile(r"cut surface", re.IGNORECASE)
_MARGIN_CODE = re.compile(
    r"[Tt] ?[\dl]\w?\b[^.;:]{0,45}\b[Rr]\s{0,3}[0Oo12]\b|\b(?:locally|with|status:?) R ?[0O]\b"
)
#: Signs of a resected organ, and how many of them leave no doubt.
_MARKS, _ENOUGH = ("mark-margin", "mark-weight", "mark-nodes", "mark-stage"), 2
#: What tells a fraction or a weight to be one of nodes.
_LETTERS, _NODES = (
    re.compile(r"[A-Za-z]{5}|p ?[TN]"),
    re.compile(r"\blymph|\bnod(?:es?|al)\b|\bp ?N ?[X0-3]", re.IGNORECASE),
)
#: A report of a test or a talk, which quotes the stage of a specimen it did not get.
_NO_TISSUE = re.compile(
    r"\W*(?:[\w/-]+ ){0,2}?(?:molecular|FISH|IHC|tumou?r board|sequencing)\b(?: \w+)? (?:report|note|on)\b|"
    r"\W*(?:[\w/-]+ ){0,2}?(?:molecular|FISH|sequencing|tumou?r board) (?:report|note)\b",
    re.IGNORECASE,
)
#: Rank of the name of a malignant or neuroendocrine tumor; how a polyp is taken whole.
_MALIGNANT = 3
_SNARE = re.compile(r"\bsnar\w*|polypectom|\bEMR\b|mucosal resection", re.IGNORECASE)
#: What the clinician writes of polyps, some of which were but sampled.
_SNARED = re.compile(r"snar\w+", re.IGNORECASE)
_SAMPLED = re.compile(
    r"\b(?:others?|small\w*|rest|remain\w*|some|two|second|another)\b[^.;]{0,25}\bbiops", re.IGNORECASE
)
#: A report of cytology, and a fine needle that took it; its cores are no biopsy then.
_CYTOLOGY = re.compile(
    r"\bnon-?\s?gyn(?:a?ecolog\w+)?\.?\W{1,3}cyto\w+|(?<!/)\bcyto(?:logy|pathology) report\b|"
    r"\bPapanicolaou Society\b|\bFNB\b[^.;\n]{0,20}(?:\(cytolog\w+\)|cell ?block)",
    re.IGNORECASE,
)
_FINE = re.compile(r"(?:EUS[ -]?)?FNB", re.IGNORECASE)
#: The line before "Biopsy" in a printed list of examinations.
_EXAMINATION = re.compile(r"\W*(?:MR[I1l]|CT|PET|X-?ray|E\w{1,2}oscopy|Ultrasound)\b.{0,12}$", re.IGNORECASE)
#: What parts the options of a form, how many there are, and a place left blank behind one.
_SLASH, _OPTIONS = re.compile(r"(?:\s\w+)?\s?/\s?(?:\w+\s)?"), 3
_BLANK = re.compile(r"\s?_{2,}(?!\s?(?:[xX]\b|\.\.))")
_GREATER = {"cytology": 0, "biopsy": 1, "resection": 2}


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: operations named, weighed by where they stand; the greater operation counts first."""
    best: dict[str, list[tuple[float, Candidate]]] = {}
    text = document.text.clean
    for weight, candidate in _named(document, patterns):
        best.setdefault(candidate.value, []).append((weight, candidate))
    best = _without_polyps(document, best)
    if "biopsy" in best and "cytology" in best and _CYTOLOGY.search(text):
        best["biopsy"] = [(w, c) for w, c in best["biopsy"] if not _FINE.fullmatch(text, c.start, c.end)]
    hints = (_IMPLIED, "specimen/tissue")
    marks = _marks(document, patterns)
    large = len(marks) >= _ENOUGH
    if any("secondary" not in c.features for _, c in best.get("biopsy", ())):
        best["resection"] = [(w, c) for w, c in best.get("resection", ()) if c.rule != _ORGAN]
    if any(w >= _PLACES["diagnosis"] + 0.8 for w, _ in best.get("biopsy", ())) and not large:
        kept = [(w, c) for w, c in best.get("resection", ()) if not _CUT.fullmatch(text, c.start, c.end)]
        best["resection"] = kept
    if ("biopsy" in best or "cytology" in best) and large:
        # Margins, a weight, nodes: the tumor was resected, and the biopsies are of other tissue, or earlier.
        named = any(c.rule not in hints and w >= 0.0 for w, c in best.get("resection", ()))
        for smaller in ("biopsy", "cytology"):
            places = best.pop(smaller, [])
            if kept := [(w, c) for w, c in places if not named and "secondary" not in c.features]:
                best[smaller] = kept
    for hint in hints:
        others = {c.value for places in best.values() for w, c in places if c.rule not in hints and w >= 0.8}
        if others or (hint == hints[1] and any(c.rule == hints[0] for _, c in best.get("resection", ()))):
            kept = [(w, c) for w, c in best.get("resection", ()) if c.rule != hint]
            best["resection"] = kept
    if (
        not any(best.values())
        and not _NO_TISSUE.match(text)
        and (signs := [mark for mark in marks if _of_operation(mark)])
    ):
        best["resection"] = [(0.0, signs[0])]
    if (row := procurement(text)) and row.surgery:
        start, end = row.surgery
        unit = next((u for u in document.units if u.start <= start and end <= u.end), None)
        if unit is not None:
            span = (start - unit.start, end - unit.start)
            surgery = document.candidate("resection", unit, *span, "specimen/procurement")
            best.setdefault("resection", []).append((1.5, surgery))
    best = {value: sorted(places, key=lambda item: -item[0]) for value, places in best.items() if places}
    tops = {value: places[0][0] for value, places in best.items()}
    for value, places in best.items():
        rivals = [top for other, top in tops.items() if _GREATER[other] > _GREATER[value]]
        beaten = any(top >= 1.0 or top >= tops[value] - 1.0 for top in rivals)
        for place, (weight, candidate) in enumerate(places[:3]):
            strength = 1.0 + (weight if place == 0 else 0.0) - 4.0 * beaten
            candidate.features |= {"strength": strength, "beaten": float(beaten), "weight": weight}
            yield candidate


def _without_polyps(
    document: Document, best: dict[str, list[tuple[float, Candidate]]]
) -> dict[str, list[tuple[float, Candidate]]]:
    """The operations without polyps taken whole in other parts, where the tumor's own part is a biopsy."""
    parts = {m.unit.part for m in mentions(document) if m.counts and m.rank == _MALIGNANT} - {None}
    own = {c.unit.part for value in ("biopsy", "cytology") for _, c in best.get(value, ())}
    if not parts or not parts <= own:
        return best
    taken = [
        (w, c)
        for w, c in best.get("resection", ())
        if c.unit.part in parts or c.unit.part is None or _SNARE.search(c.unit.text) is None
    ]
    return best | {"resection": taken} if taken else {k: v for k, v in best.items() if k != "resection"}


def _of_operation(mark: Candidate) -> bool:
    """Whether a sign says what it is of: a fraction may be a score ("8/9"), a weight that of chips."""
    unit = mark.unit
    return _LETTERS.search(unit.text, mark.start - unit.start, mark.end - unit.start) is not None or (
        _NODES.search(f"{unit.heading} {unit.under} {unit.text}") is not None
    )


def _marks(document: Document, patterns: FieldPatterns) -> list[Candidate]:
    """The signs of a resected organ that this specimen bears, each kind once."""
    found = []
    for name in _MARKS:
        mark = patterns[name]
        if mark.anywhere(document.text.clean) is None:
            continue
        for unit in document.units:
            match = None if unit.section in _OTHERS else mark.search(unit.text)
            if match is not None:
                found.append(document.candidate("resection", unit, match.start(), match.end(), _IMPLIED))
                break
    return found


def _printed(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether the operations are options of a form, none marked ("biopsy / excision / TUR", "biopsy __")."""
    if "_" in text and all(_BLANK.match(text, end) for _, end in spans):
        return True
    if text.count("/") < _OPTIONS - 1:
        return False
    apart = sorted(set(spans))
    joined = [_SLASH.fullmatch(text, end, start) is not None for (_, end), (start, _) in pairwise(apart)]
    return len(apart) >= _OPTIONS and all(joined)


def _words(patterns: FieldPatterns, rules: list[Rule]) -> list[Expression]:
    """The expressions of the operations; of those a resection is implied by, only the words."""
    return [patterns["implied-words"] if rule.id == _IMPLIED else rule.pattern for rule in rules]


def _coded(text: str) -> bool:
    """Whether a unit may hold a code that implies a resection ("pT2 pN1 R0", "pN2 (10/35)")."""
    return ("(" in text and ("/" in text or " of " in text)) or _MARGIN_CODE.search(text) is not None


def _operations(patterns: FieldPatterns) -> Group[str]:
    """The expressions of the operations, by the ids of their rules."""
    return Group((rule.id, rule.pattern) for rule in patterns.rules if rule.value is not None)


def _named(document: Document, patterns: FieldPatterns) -> Iterator[tuple[float, Candidate]]:
    past, past_after = patterns.rule("past").pattern, patterns.rule("past-after").pattern
    secondary = patterns.rule("secondary").pattern
    tumors = {m.unit.index for m in mentions(document) if m.counts and m.rank >= 2}
    rules = [rule for rule in patterns.rules if rule.value is not None]
    named = patterns.once(_operations)
    letter = _LETTER.anywhere(document.text.clean) is not None
    implied_words = patterns["implied-words"]
    spoken = {unit.index for unit in document.units_with(*_words(patterns, rules))}
    for unit in document.units:
        implied = _coded(unit.text) or implied_words.may_match(unit.text)
        if unit.index not in spoken and not implied:
            continue
        told = unit.section == "history" or "clinical" in unit.under.lower()
        if told and len(unit.text.split()) <= (1 if unit.section == "history" else 2):
            continue  # an item of a printed list of examinations
        above = document.units[unit.index - 1].text if unit.index and not unit.label else ""
        if unit.text[:6].lower() == "biopsy" and _EXAMINATION.match(above):
            continue
        matches = [
            (patterns.rule(id_), match)
            for id_, pattern in named.possible(unit.text)
            if implied or id_ != _IMPLIED
            for match in pattern.finditer(unit.text)
        ]
        if not matches or (patterns.cue is not None and not patterns.cue.search(unit.text)):
            continue
        if _printed(unit.text, [match.span() for _, match in matches]):
            continue
        labelled = bool(unit.label and patterns.label and patterns.label.match(unit.label_text))
        for rule, match in matches:
            before = unit.text[max(0, match.start() - 60) : match.start()]
            after = unit.text[match.end() : match.end() + 60]
            if rule.id == _REVIEWED and not letter:
                continue
            if rule.id in (_REMOVED, _ATTACHED) and told:
                continue
            if rule.id == _REMOVED and _PIECE.search(before):
                continue
            if told and _SNARED.fullmatch(unit.text, *match.span()) and _SAMPLED.search(unit.text):
                continue
            if rule.id != _REVIEWED and (
                past.within(before, unit.text) or past_after.within(after, unit.text)
            ):
                continue
            weight = _PLACES.get(unit.section, 0.3) + rule.strength + 0.8 * labelled
            weight += 0.7 * bool({unit.index, unit.index + 1} & tumors)
            candidate = document.candidate(rule.value, unit, match.start(), match.end(), rule.id)
            if rule.value != "resection" and (
                secondary.search(f"{before} {after[:25]}")
                or candidate.tissue == "node"
                or "historical" in candidate.features
            ):
                candidate.features["secondary"] = 1.0
            yield weight, candidate


FIELD = Field(
    title="Specimen",
    position=460,
    value=Literal["biopsy", "resection", "cytology"],
    read=read,
    order=lambda value: float(_GREATER[value]),
    of_index_tumor=False,
)
