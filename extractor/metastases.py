"""Deposits away from the primary, and the organs they lie in.

A deposit needs tumor shown or stated there in this report: a part of that organ with metastatic tumor,
a sentence that says so, implants on the peritoneum. Regional nodes, direct invasion, history and
imaging make none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractor.node_places import counts
from extractor.node_words import Count
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

_SKIPPED = frozenset({"gross", "history", "blocks", "specimens", "intraoperative", "outside"})
_REACH = 70
#: Longest line that is taken for the heading of a part.
_HEADING = 90
#: Organs whose regional nodes all lie in the pelvis.
_PELVIC = ("bladder", "prostate")
#: Organs whose tumors spread over the peritoneum.
_SPREADING = ("ovary", "uterus")
#: Organs for which nodes above the clavicle are not regional.
_FAR_FROM = (
    "pancreas", "stomach", "duodenum", "ampulla", "jejunum", "ileum", "small_bowel", "appendix", "colon",
    "rectum", "gallbladder", "bile_duct", "liver", "kidney", "bladder", "prostate", "adrenal", "uterus",
    "cervix", "ovary", "testis", "unknown", None,
)  # fmt: skip
_FAR = "metastasis_sites/far-node"
#: How many units below a heading still belong to it.
_BELOW = 4
_MORE = re.compile(r"(?: gland| parenchyma)?\s{0,3}(?:,|\band\b|&|\bas well as\b|\bplus\b)\s", re.IGNORECASE)
#: One of its members, and the longest of them.
_ITEM = re.compile(
    r"(?:,|\band\b|&|\bas well as\b|\bplus\b)+\s{1,3}(?P<words>(?:(?!\b(?:and|as well as|plus)\b)[^,&])+)",
    re.IGNORECASE,
)
_WORDS = 45
#: Further organs before the word ("liver-, node- and left adrenal metastases").
_MANY = re.compile(
    r"(?P<words>(?:\b[a-z]{4,}-?(?:,? and |, | ?[&/] ?)(?:(?:left|right|both|bilateral|multiple) )?){1,3})"
    r"[a-z]+-?\s+$",
    re.IGNORECASE,
)
#: An organ named last, behind nodes ("metastatic to nodes (1 of 8) and liver").
_LAST = r"(?:,? and|,? as well as|,? plus| ?&|,) (?:to |in |the |left |right |both )*$"
_AND_ORGAN = re.compile(
    rf"[^.;:]{{0,60}}?\bnod(?:es?|al)\b[^.;:,]{{0,25}}?{_LAST}|"
    rf"[^.;:]{{0,30}}?(?-i:\bLNs?\b)[^.;:,]{{0,25}}?{_LAST}",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:$|[.,;()]|and\b|&)")
#: Nodes told of apart from what stands before the word ("liver metastases and node metastases").
_ANOTHER = re.compile(r"\s{0,3}(?:,|and\b|&|;|with\b|\+)", re.IGNORECASE)
#: An organ right behind the word ("metastases liver and bone", "metastases: liver").
_BARE = re.compile(r"\s{0,2}[:(,-]?\s{0,2}(?:(?:left|right|both|the|in) ){0,2}$", re.IGNORECASE)
_METASTASES = re.compile(r"metasta(?:sis|ses)", re.IGNORECASE)
#: The organs in brackets right behind the word ("metastases (liver, bone)").
_IN_BRACKETS = re.compile(r"\s?\((?P<words>[^()\d]{3,60})\)")
#: A part's diagnosis behind its operation, in a list taken for one of specimens.
_TAKEN = re.compile(
    r"(?:ectomy|excision|resection|biopsy)\s{0,2}[-:]{1,2}\s+(?:[\w-]+ ){0,4}\w*carcinoma\b", re.IGNORECASE
)
#: A deposit in the tumor's own region, before the word.
_REGIONAL = re.compile(
    r"\b(?:mesent\w+|mesocol\w+|mesorect\w+|regional|satellite|in-?transit|root|hilar|nodal)(?: root)?\s+$",
    re.IGNORECASE,
)
#: A part in which no tumor was found.
_FREE_PART = re.compile(
    r"\b(?:no (?:tumou?r|malignan\w*|carcinoma|NET|metasta\w+|evidence)|negative|benign|hamartoma|"
    r"h(?:a)?emangioma|cysts?|normal|von meyenburg)\b",
    re.IGNORECASE,
)
#: In the diagnosis a known metastasis is one.
_KNOWN = re.compile(r"(?<!\bno )(?<!\bnot )(?<!un)\bknown (?=(?:[a-z]+ ){0,2}$)", re.IGNORECASE)
#: A list of places, closed by a colon.
_LIST = re.compile(
    r"\b[a-z]+(?:[ -][a-z]+){0,3}(?:(?:,| and|, and| &) [a-z]+(?:[ -][a-z]+){0,3}){1,5}:\s*$", re.IGNORECASE
)
#: Such a list is no longer than this.
_LONGEST = 160
#: What names where a tumor came from, not where it went ("of lung origin").
_ORIGIN = re.compile(r"\W{0,2}(?:origin|primary)\b", re.IGNORECASE)
#: What parts nodes that are free from a metastasis named after them.
_CLEAR = re.compile(r"\b(?:negative|free|no|not|benign|uninvolved|without|reactive)\b", re.IGNORECASE)
#: How many nodes hold tumor, of how many ("Metastatic carcinoma (2/9)").
_FRACTION = re.compile(r"[^.;()]{0,40}\(\d{1,2} ?/ ?\d{1,2}\)")
#: A list goes on between an organ and nodes ("to both ovaries, omentum and mesenteric nodes").
_APART = re.compile(r",|\band\b|&")

#: Another disease than that of the deposits.
_LYMPHOMA = re.compile(
    r"\s{1,3}(?:with|by) (?:[\w-]+ ){0,4}(?:lymphoma|endometriosis|leuk[a]?emia)", re.IGNORECASE
)
_BRACKETED = re.compile(r"\([^()]{0,60}\)")
_METASTATIC = re.compile(r"\W*metasta(?:tic|s[ei]s)\b", re.IGNORECASE)
_MARGIN = re.compile(r"\bmargins?\b", re.IGNORECASE)
_NONE = re.compile(
    r"\b(?:no|not|none|cannot|free|negative|without|excluded|uninvolved|benign)\b", re.IGNORECASE
)
_HILUM = re.compile(r"\bhil(?:um|ar)|hepatic artery|pulmonary ligament", re.IGNORECASE)
#: Organs whose own fat holds their regional nodes.
_BOWEL = ("duodenum", "jejunum", "ileum", "small_bowel", "appendix", "colon", "rectum")
_MESENTERY = re.compile(r"\bmes(?:enter|ocol|orect|oappend)", re.IGNORECASE)
_LINING = re.compile(r"implant|periton|oment|carcinomatosis|carcinosis", re.IGNORECASE)
_INVOLVING = re.compile(r"(?:carcinoma|tumou?r|sarcoma)s?\b[^.;:]{0,40} involving\W*$", re.IGNORECASE)
_DASHES = "-*\u2022"
#: A sentence about the finding of the one before.
_THIS = re.compile(
    r"\W*(?:this|these|the) (?:finding|lesion|tumou?r|appearance|picture|is|are|represent)", re.IGNORECASE
)
_LIES = re.compile(
    r"\b(?:\w*carcinoma|tumou?r|NET|neoplasm|infiltrates?)\b[^.;]{0,60}?\b(?:in|of|from|within) (?:the )?"
    r"(?:(?:region|area|tissue) of (?:the )?)?",
    re.IGNORECASE,
)

#: Sites in the notation of TNM.
_CODES = {
    "HEP": "liver", "PUL": "lung", "OSS": "bone", "BRA": "brain", "PER": "peritoneum", "ADR": "adrenal",
    "LYM": "distant_node", "SKI": "other", "MAR": "other", "OTH": "other",
}  # fmt: skip
_COVERED = re.compile(r"\b(?:diaphragm|bladder|falciform)", re.IGNORECASE)
_VAGINA = re.compile(r"\b(?:vagina|cervi)", re.IGNORECASE)
#: The rest of a statement on the next line.
_DENIED = re.compile(r"\W*(?:(?:is|are) )?(?:cannot be|absent|not identified|not present)\b", re.IGNORECASE)
#: A heading of a form.
_TITLE = re.compile(
    r"\W*(?:tumou?r |distant )?metastas[ei]s\W*(?:\(?p?M\)?\W*|\s(?:to|of) regional.*)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Deposit:
    """Tumor at a site, shown by ``unit.text[start:end]``; ``sure`` is how plainly it is said."""

    site: str
    unit: Unit
    start: int
    end: int
    rule: str
    sure: float


def deposits(document: Document, patterns: FieldPatterns) -> Iterator[Deposit]:
    """Deposits the report states, in order; ``patterns`` are those of ``metastasis_sites``."""
    primary = document.reading("primary_site").value
    procedure, question = patterns.rule("part").pattern, patterns.rule("question").pattern
    titled = {unit.index for unit in document.units_with(patterns.rule("peritoneal-title").pattern)}
    item = patterns.rule("peritoneal-item")
    spread = {unit.index for unit in document.units_with(patterns.rule("peritoneal-spread").pattern)}
    items = {unit.index for unit in document.units_with(item.pattern)}
    worded = {unit.index for unit in document.units_with(patterns.rule("code-words").pattern)}
    coded = {unit.index for unit in document.units_with(patterns.rule("code").pattern)}
    named = ""  # the last line that names a specimen
    involving = False  # within a list of what the tumor involves
    for unit in document.units:
        involving = _INVOLVING.search(unit.text) is not None or (
            involving and unit.text.lstrip()[:1] in _DASHES
        )
        if len(unit.text) <= 130 and unit.section not in ("gross", "blocks") and procedure.search(unit.text):
            named = "" if _MARGIN.search(unit.text) else unit.text
        elif named and unit.section == "comment":
            named = ""  # a remark on what was found, not on the last part
        if unit.index in items and (stated := item.pattern.search(unit.text)) is not None:
            yield Deposit("peritoneum", unit, stated.start(), stated.end(), item.id, 0.5)
            continue
        if unit.index in coded and (code := patterns.rule("code").pattern.search(unit.text)) is not None:
            for name in re.findall("[A-Z]{3}", code["sites"]):
                yield Deposit(_CODES[name], unit, code.start(), code.end(), "metastasis_sites/code", 0.5)
            continue
        if unit.section in _SKIPPED and not _diagnosed(patterns, unit):
            continue
        if unit.index in worded and unit.section != "history":
            yield from _in_brackets(patterns, unit)
        if unit.label is not None and question.search(unit.label_text):
            if (site := patterns.value_of(unit.value_text[:40])) is not None:
                start = (unit.value or 0) + site[1]
                end = start + site[2] - site[1]
                if _NONE.search(unit.value_text):
                    continue
                yield Deposit(site[0], unit, start, end, "metastasis_sites/answer", 0.5)
                for further in _listed(patterns, unit, end, "metastasis_sites/answer"):
                    yield _covered(further) if primary in _SPREADING else further
            continue
        for deposit in () if _TITLE.fullmatch(unit.text) else _metastatic(document, unit, named):
            if deposit.rule == _FAR and primary not in _FAR_FROM:
                continue
            if deposit.site != primary and not _beside(primary, deposit):
                yield _covered(deposit) if primary in _SPREADING else deposit
        if primary not in ("pleura", "lung"):
            rule = "peritoneal-spread" if primary in _SPREADING and unit.index in spread else None
            for deposit in _peritoneal(
                document, patterns, unit, titled=unit.index - 1 in titled, spread=rule
            ):
                if not (primary in _BOWEL and _of_mesentery(deposit)):
                    yield deposit
            if primary in _SPREADING and involving and unit.text.lstrip()[:1] in _DASHES:
                yield from _involved(patterns, unit)
    if primary in _PELVIC:
        yield from _beyond_region(document, patterns)


def _diagnosed(patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether a part's title has its diagnosis, though organs are described there ("G. RIB, BIOPSY: ...")."""
    if unit.section == "specimens":
        return unit.part is not None and _TAKEN.search(unit.text) is not None
    return (
        unit.section == "gross"
        and unit.part is not None
        and unit.label is not None
        and _METASTATIC.match(unit.value_text) is not None
        and patterns.rule("part").pattern.search(unit.label_text) is not None
    )


def _in_brackets(patterns: FieldPatterns, unit: Unit) -> Iterator[Deposit]:
    """The sites a category names in words ("M1 (liver, bone)", "M1 (para-aortic LN)")."""
    rule = patterns.rule("code-words")
    for code in rule.pattern.finditer(unit.text):
        words = code["sites"]
        if _NONE.search(words):
            continue
        sites = {site for site, pattern in patterns.values.items() if pattern.search(words)}
        if patterns.rule("node").pattern.search(words) or "LYM" in words:
            sites = {"distant_node"} | (sites - {"liver", "lung"} if _HILUM.search(words) else sites)
        for site in sorted(sites):
            yield Deposit(site, unit, code.start(), code.end(), rule.id, 0.5)


def _of_mesentery(deposit: Deposit) -> bool:
    """Whether a deposit lies in the fat that belongs to the bowel: it counts with the nodes there."""
    text = f"{deposit.unit.heading} {deposit.unit.text}" if deposit.rule.endswith("part") else ""
    said = deposit.unit.text[deposit.start : deposit.end]
    return _MESENTERY.search(text or said) is not None and not _LINING.search(text or said)


def _involved(patterns: FieldPatterns, unit: Unit) -> Iterator[Deposit]:
    """A place of a list below "carcinoma involving:"."""
    place = patterns.values["peritoneum"].search(unit.text)
    if place is not None and not _NONE.search(unit.text):
        yield Deposit(
            "peritoneum", unit, place.start(), place.end(), "metastasis_sites/peritoneal-spread", 0.5
        )


def _beside(primary: str | None, deposit: Deposit) -> bool:
    """Whether a deposit lies beside the primary: tumors of the uterus reach ovaries and vagina."""
    if primary not in ("uterus", "cervix"):
        return False
    unit = deposit.unit
    if deposit.site == "other":
        return _VAGINA.search(f"{unit.heading} {unit.text[deposit.start : deposit.end]}") is not None
    return deposit.site == "ovary"


def _place(unit: Unit) -> str:
    return f"{unit.heading} {unit.under} {unit.text}"


def _covered(deposit: Deposit) -> Deposit:
    """Diaphragm and bladder are reached over their peritoneum by tumors that spread there."""
    if deposit.site == "other" and _COVERED.search(_place(deposit.unit)):
        return replace(deposit, site="peritoneum")
    return deposit


def _beyond_region(document: Document, patterns: FieldPatterns) -> Iterator[Deposit]:
    """Positive nodes beside the aorta or the vena cava: not regional for the organs of the pelvis."""
    named = patterns.rule("beyond-pelvis").pattern
    last: Count | None = None
    for count in counts(document):
        unit = count.unit
        same = last is not None and last.unit is unit
        since = last.end if last is not None and same else 0
        last = count
        if not count.positive or unit.section in _SKIPPED:
            continue
        above = "" if same or not unit.index else document.units[unit.index - 1].text[-_REACH:]
        if named.search(f"{above} {unit.text[since : count.start]}"):
            yield Deposit("distant_node", unit, count.start, count.end, "metastasis_sites/beyond-pelvis", 0.5)


def _metastatic(document: Document, unit: Unit, named: str) -> Iterator[Deposit]:
    """What the words for metastasis speak of."""
    patterns = document.patterns("metastasis_sites")
    refuted = patterns.rule("refuted").pattern
    for match in patterns.rule("metastatic").pattern.finditer(unit.text):
        if _negated(patterns, unit.text, match, told=unit.section == "diagnosis") or refuted.match(
            unit.text[match.end() : match.end() + 80]
        ):
            continue
        if _METASTASES.fullmatch(match[0]) and (listed := _IN_BRACKETS.match(unit.text, match.end())):
            words = listed["words"]
            silent = (
                _NONE.search(words) or patterns.rule("node").pattern.search(words) or _HILUM.search(words)
            )
            sites = [site for site, pattern in patterns.values.items() if pattern.search(words)]
            denied = refuted.match(unit.text[listed.end() : listed.end() + 80])
            if (
                sites
                and not (silent or denied)
                and not patterns.rule("node").pattern.search(unit.text[: match.start()])
            ):
                for site in sites:
                    yield Deposit(site, unit, match.start(), listed.end(), "metastasis_sites/after", 0.5)
                continue
        if (found := _located(document, unit, match, named)) is not None:
            site, start, end, rule, sure = found
            yield Deposit(site, unit, start, end, rule, sure)
            if rule == "metastasis_sites/after":
                yield from _listed(patterns, unit, end, rule)
            elif rule == "metastasis_sites/before" and (head := _list_before(unit, match.start())):
                yield from _headed_list(patterns, unit, head, rule)
            elif rule == "metastasis_sites/before" and (many := _MANY.search(unit.text, 0, match.start())):
                for other, pattern in patterns.values.items():
                    if (place := pattern.search(unit.text, *many.span("words"))) is not None:
                        yield Deposit(other, unit, place.start(), place.end(), rule, 0.5)


#: Where a list of invaded organs ends and one of spared organs begins.
_SPARED = re.compile(
    r"\b(?:whereas|while|but)\b|\bwith (?:(?:an?|the) )?(?:normal|unremarkable|uninvolved|benign)\b",
    re.IGNORECASE,
)


def _list_before(unit: Unit, end: int) -> re.Match[str] | None:
    """A list of places right before, closed by a colon."""
    if not unit.text[:end].rstrip().endswith(":"):
        return None
    return _LIST.search(unit.text, max(0, end - _LONGEST), end)


def _headed_list(patterns: FieldPatterns, unit: Unit, head: re.Match[str], rule: str) -> Iterator[Deposit]:
    """Every organ of a heading that lists where deposits are ("Both ovaries, omentum: metastatic ...")."""
    if patterns.rule("part").pattern.search(head[0]) or patterns.rule("node").pattern.search(head[0]):
        return
    for site, pattern in patterns.values.items():
        for place in pattern.finditer(head[0]):
            start, end = head.start() + place.start(), head.start() + place.end()
            yield Deposit(site, unit, start, end, rule, 0.5)


def _listed(patterns: FieldPatterns, unit: Unit, at: int, rule: str) -> Iterator[Deposit]:
    """Further organs of a list ("to the right ovary, serosal surface of the uterus and omentum")."""
    rest = re.split(r"[.;:](?!\d)", _BRACKETED.sub(lambda m: " " * len(m[0]), unit.text[at : at + _LONGEST]))[
        0
    ]
    rest = _SPARED.split(rest)[0]
    if not _MORE.match(rest):
        return
    for item in _ITEM.finditer(rest):
        words = item["words"]
        if _NONE.search(words) or patterns.rule("node").pattern.search(words) or len(words) > _WORDS:
            return
        if (found := patterns.value_of(words)) is not None:
            site, start, end = found
            start, end = (at + item.start("words") + place for place in (start, end))
            yield Deposit(site, unit, start, end, rule, 0.5)


def _peritoneal(
    document: Document, patterns: FieldPatterns, unit: Unit, *, titled: bool, spread: str | None
) -> Iterator[Deposit]:
    """Tumor in a part of the peritoneum or omentum, or implants on it."""
    part = patterns.rule("peritoneal-part")
    above = document.units[unit.index - 1].text if unit.index and unit.label is None else ""
    match: re.Match[str] | None = None
    named = False  # the title names what was taken as if it were found
    if (
        part.pattern.match(unit.text)
        or (part.pattern.match(unit.heading) and _headed(document, unit))
        or (above.rstrip().endswith(":") and len(above) < _HEADING and part.pattern.match(above))
        or (titled and patterns.rule("peritoneal-title").pattern.search(above))
    ):
        implant = patterns.rule("implant").pattern
        rule, match = part, implant.search(unit.text)
        if match is not None and unit.label is not None and match.end() <= (unit.value or 0):
            # "Omental implant:" names what was taken; what was found comes after it.
            answer = document.answers.read(unit.value_text)
            if answer is None or answer.outcome != "present":
                match = implant.search(unit.text, unit.value or 0)
                named = True
    if match is None and not named:
        rule = patterns.rule("peritoneal-deposit")
        match = rule.pattern.search(unit.text)
        if match is None and spread is not None:
            rule = patterns.rule(spread)
            match = rule.pattern.search(unit.text)
    if (
        match is not None
        and not _negated(patterns, unit.text, match)
        and not patterns.rule("refuted").pattern.match(unit.text[match.end() : match.end() + 80])
        and not _LYMPHOMA.match(unit.text, match.end())
        and not (match.end() == len(unit.text) and _DENIED.match(document.text_below(unit)))
    ):
        yield Deposit("peritoneum", unit, match.start(), match.end(), rule.id, 0.5)


def _headed(document: Document, unit: Unit) -> bool:
    """Whether the heading still speaks: a finding just below it, no item of a form and no remark."""
    if unit.label is not None or unit.section in ("synoptic", "comment"):
        return False
    before = document.units[max(0, unit.index - _BELOW) : unit.index]
    return len(before) < _BELOW or any(u.heading != unit.heading for u in before)


def _negated(patterns: FieldPatterns, text: str, match: re.Match[str], *, told: bool = False) -> bool:
    before = text[max(0, match.start() - 60) : match.start()]
    if told:
        before = _KNOWN.sub("", before)
    return patterns.rule("negated").pattern.search(before) is not None


def _located(
    document: Document, unit: Unit, match: re.Match[str], named: str
) -> tuple[str, int, int, str, float] | None:
    """The organ a word for metastasis speaks of: after it, before it, or the part's."""
    patterns = document.patterns("metastasis_sites")
    text, node = unit.text, patterns.rule("node").pattern
    after = _after(document, unit, match.end())
    before = text[max(0, match.start() - _REACH) : match.start()]
    around = f"{unit.heading} {unit.under} {before} | {after}"
    far = patterns.rule("far-node").pattern.search(around)
    if far and not _CLEAR.search(around[far.end() :].split("|")[0]) and node.search(f"{around} {far[0]}"):
        return "distant_node", match.start(), match.end(), _FAR, 0.5
    into = patterns.rule("into").pattern.search(after)
    found = _first(patterns, after[into.end() : into.end() + 40]) if into else None
    if into and found and _ORIGIN.match(after, into.end() + found[2]):
        found = None
    if into and found and _AND_ORGAN.fullmatch(after, into.end(), into.end() + found[1]):
        if not _ENDS.match(after, into.end() + found[2]) or _CLEAR.search(after):
            return None
        return found[0], match.start(), match.end() + into.end() + found[2], "metastasis_sites/after", 1.0
    if (
        not (into and into.start() <= 1)
        and _METASTASES.fullmatch(match[0])
        and (bare := _first(patterns, after[:40])) is not None
        and _BARE.fullmatch(after, 0, bare[1])
        and _ENDS.match(after, bare[2])
        and not _CLEAR.search(after)
    ):
        return bare[0], match.start(), match.end() + bare[2], "metastasis_sites/after", 0.5
    if (
        _ANOTHER.match(after)
        and not (into and found)
        and (organ := _last(patterns, before)) is not None
        and organ[2] == len(before.rstrip())
    ):
        return organ[0], match.start() - len(before) + organ[1], match.end(), "metastasis_sites/before", 0.5
    if (of_node := node.search(after)) and not (
        into and found and _APART.search(after[into.end() + found[2] : of_node.start()])
    ):
        return None
    if into and found:
        site, lo, hi = found
        end = min(len(text), match.end() + into.end() + hi)
        return site, match.start(), end, "metastasis_sites/after", 1.0
    found = _last(patterns, before)
    beside = found is not None and found[2] == len(before.rstrip())  # "liver metastases"
    if (node.search(before) and not beside) or node.search(unit.heading):
        return None
    if found is None and _FRACTION.match(after):
        return None
    if found is None and node.search(unit.under) and not patterns.value_of(unit.under):
        return None
    if found is not None:
        site, lo, _ = found
        return site, match.start() - len(before) + lo, match.end(), "metastasis_sites/before", 0.5
    own = (
        unit.heading
        if unit.part is not None and len(unit.heading) < 60 and patterns.value_of(unit.heading)
        else ""
    )
    heading = patterns.rule("part").pattern
    above = unit.under if heading.search(unit.under) and not heading.fullmatch(unit.under) else ""
    part = above or (unit.heading if heading.search(unit.heading) else own or named)
    if _REGIONAL.search(before) or (part == named and _FREE_PART.search(named)):
        return None
    if unit.section == "comment" and not above:
        part = ""  # a remark on what was found, not on the last part
    if not node.search(part):
        places = {site for site, pattern in patterns.values.items() if pattern.search(part[:60])}
        if len(places) == 1 and not patterns.rule("many").pattern.search(part):
            return places.pop(), match.start(), match.end(), "metastasis_sites/part", 0.5
    if unit.index and _THIS.match(text) and (last := document.units[unit.index - 1]).section == unit.section:
        into = _LIES.search(last.text)
        found = _first(patterns, last.text[into.end() : into.end() + 40]) if into else None
        if found is not None:
            return found[0], match.start(), match.end(), "metastasis_sites/part", 0.5
    return None


def _after(document: Document, unit: Unit, at: int) -> str:
    """What follows a word for metastasis in its sentence; brackets are blank and add no length."""
    text = unit.text[at : at + _REACH + _LONGEST]
    if text.rfind("(") > text.rfind(")"):
        # the sentence was cut at a full stop within brackets ("(NET G2 acc. WHO 2019) in the liver")
        text = f"{unit.text[at:]} {document.text_below(unit)[:_REACH]}"
    blank = _BRACKETED.sub(lambda m: " " * len(m[0]), text)
    reach = _REACH + sum(len(m[0]) for m in _BRACKETED.finditer(text[: _REACH + _LONGEST]))
    return re.split(r"[.;](?!\d)", blank[:reach])[0]


def _first(patterns: FieldPatterns, text: str) -> tuple[str, int, int] | None:
    """The organ named first in a text."""
    found = [(site, m) for site, pattern in patterns.values.items() if (m := pattern.search(text))]
    if not found:
        return None
    site, match = min(found, key=lambda named: named[1].start())
    return site, match.start(), match.end()


def _last(patterns: FieldPatterns, text: str) -> tuple[str, int, int] | None:
    best: tuple[str, int, int] | None = None
    for site, pattern in patterns.values.items():
        for match in pattern.finditer(text):
            if best is None or match.start() > best[1]:
                best = (site, match.start(), match.end())
    return best
