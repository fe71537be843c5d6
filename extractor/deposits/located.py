"""The organ that a word for metastasis speaks of: behind it, before it, or that of the part."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from extractor.deposits.beyond import CLEAR
from extractor.deposits.denied import spoken_of_else
from extractor.deposits.words import REACH, Deposit, first_organ, last_organ, words_after
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

FAR = "metastasis_sites/far-node"
#: The longest name of an organ alone above its finding, and how early the organ stands in it.
_TITLE, _EARLY = 45, 12
#: An organ named last, behind nodes ("metastatic to nodes (1 of 8) and liver").
_LAST = r"(?:,? and|,? as well as|,? plus| ?&|,) (?:to |in |the |left |right |both )*$"
_AND_ORGAN = re.compile(
    rf"[^.;:]{{0,60}}?\bnod(?:es?|al)\b[^.;:,]{{0,25}}?{_LAST}|"
    rf"[^.;:]{{0,30}}?(?-i:\bLNs?\b)[^.;:,]{{0,25}}?{_LAST}",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:$|[.,;()]|and\b|&)")
#: An organ that only tells where a node lies ("node of the hilum of spleen: metastasis").
_AT_PLACE = re.compile(r"\b(?:hil\w{1,3}|along|around|near|at|beside|next to)\b[^,;]{0,15}$", re.IGNORECASE)
#: Nodes told of apart from what stands before the word ("liver metastases and node metastases").
_ANOTHER = re.compile(r"\s{0,3}(?:,|and\b|&|;|with\b|\+)", re.IGNORECASE)
#: An organ right behind the word ("metastases liver and bone", "metastases: liver").
_BARE = re.compile(r"\s{0,2}[:(,-]?\s{0,2}(?:(?:left|right|both|the|in) ){0,2}$", re.IGNORECASE)
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
#: What names where a tumor came from, not where it went ("of lung origin").
_ORIGIN = re.compile(r"\W{0,2}(?:origin|primary)\b", re.IGNORECASE)
#: A place behind the word, other than that of the part itself.
_TO_PLACE = re.compile(r"\s?to\s(?!(?:the\s)?(?:this|that|same|above|here)\b)[a-z]+", re.IGNORECASE)
#: How many nodes hold tumor, of how many ("Metastatic carcinoma (2/9)").
_FRACTION = re.compile(r"[^.;()]{0,40}(?:\(\d{1,2} ?/ ?\d{1,2}\)|\b\d{1,2} ?/ ?\d{1,2}(?![\d/.]))")
#: How large a metastasis is says nothing of where it is ("Size of largest metastasis: 9 mm").
_ITS_SIZE = re.compile(
    r"\b(?:size|dimensions?|diameter|largest|greatest|biggest)\s(?:(?:of|the|largest|greatest|biggest|nodal)\s){0,3}$",
    re.IGNORECASE,
)
#: The wording of a category of the nodes ("pN1: Metastasis in a single node").
_CATEGORY = re.compile(r"\bp?N[0-3lI][abc]?\W{1,3}$")
_SIZE = re.compile(r"\W{0,2}(?:size|diameter|dimensions?)\b", re.IGNORECASE)
#: A list goes on between an organ and nodes ("to both ovaries, omentum and mesenteric nodes").
_APART = re.compile(r",|\band\b|&", re.IGNORECASE)
#: What holds the tumor is a node, whatever it lies beside.
_NODE_WITH = re.compile(
    r"\b(?:nodes?|nodal tissue)\s+(?:with|contain\w*|show\w*|holding|positive for|involved by|replaced by)\s+"
    r"(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
#: A line that ends before the name of the place.
_GOES_ON = re.compile(r"\b(?:in|of|within)\s[\w\s-]{1,40}$", re.IGNORECASE)
#: A sentence about the finding of the one before.
_THIS = re.compile(
    r"\W*(?:this|these|the) (?:finding|lesion|tumou?r|appearance|picture|is|are|represent)", re.IGNORECASE
)
_LIES = re.compile(
    r"\b(?:\w*carcinoma|tumou?r|NET|neoplasm|infiltrates?)\b[^.;]{0,60}?\b(?:in|of|from|within) (?:the )?"
    r"(?:(?:region|area|tissue) of (?:the )?)?",
    re.IGNORECASE,
)
AFTER, BEFORE, PART = "metastasis_sites/after", "metastasis_sites/before", "metastasis_sites/part"
METASTASES = re.compile(r"metasta(?:sis|ses)", re.IGNORECASE)
#: Longest heading that names an organ and no operation.
_OWN = 60
#: How far behind "in" or "to" an organ is looked for.
_NEAR = 40


class Word:
    """A word for metastasis in a unit; ``named`` is the last line that names a specimen."""

    def __init__(self, document: Document, unit: Unit, match: re.Match[str], named: str) -> None:
        self.document, self.unit, self.match, self.named = document, unit, match, named
        self.patterns = document.patterns("metastasis_sites")
        self.node = self.patterns["node"]
        self.after = words_after(document, unit, match.end())
        self.before = unit.text[max(0, match.start() - REACH) : match.start()]

    def deposit(self) -> Deposit | None:
        """The deposit the word speaks of, if its place is told."""
        if self._is_far():
            return self._at("distant_node", FAR)
        if self._named_after_nodes():
            return self._organ_after_nodes()
        if (bare := self._right_behind()) is not None:
            return self._at(bare[0], AFTER, end=bare[2])
        if self.behind is None and self._told_apart():
            return self._organ_before()
        if self._nodes_behind():
            return None
        if self.behind is not None:
            return self._organ_behind()
        if self._of_nodes():
            return None
        if self.before_it is not None:
            return None if spoken_of_else(self.before, self.after) else self._organ_before()
        return None if self._placeless() else self._of_part()

    @cached_property
    def into(self) -> re.Match[str] | None:
        """The words behind that lead to a place ("in the")."""
        return self.patterns["into"].search(self.after)

    @cached_property
    def behind(self) -> tuple[str, int, int] | None:
        """The organ that follows those words, and where behind the word it stands."""
        if self.into is None:
            return None
        at = self.into.end()
        found = first_organ(self.patterns, self.after[at : at + _NEAR])
        if found is None or _ORIGIN.match(self.after, at + found[2]):
            return None
        return found[0], at + found[1], at + found[2]

    @cached_property
    def before_it(self) -> tuple[str, int, int] | None:
        """The organ named last before the word, and where among the words before."""
        return last_organ(self.patterns, self.before)

    @cached_property
    def beside(self) -> bool:
        """Whether that organ stands right before the word ("liver metastases")."""
        return self.before_it is not None and self.before_it[2] == len(self.before.rstrip())

    @cached_property
    def in_node(self) -> bool:
        """Whether the rest of the sentence names nodes."""
        rest = self.unit.text[self.match.end() :]
        if _GOES_ON.search(rest):
            rest += f" {self.document.text_below(self.unit)[:REACH]}"
        return self.node.search(rest.split(". ")[0]) is not None

    def _at(
        self, site: str, rule: str, *, start: int | None = None, end: int = 0, sure: float = 0.5
    ) -> Deposit:
        """A deposit told by the word, from ``start`` in the words before to ``end`` in those behind."""
        begin = self.match.start() - (len(self.before) - start if start is not None else 0)
        return Deposit(site, self.unit, begin, self.match.end() + end, rule, sure)

    def _organ_after_nodes(self) -> Deposit | None:
        """The organ behind, where nothing more is said of it."""
        if self.behind is None or not _ENDS.match(self.after, self.behind[2]) or CLEAR.search(self.after):
            return None
        return self._at(self.behind[0], AFTER, end=self.behind[2], sure=1.0)

    def _organ_behind(self) -> Deposit | None:
        """The organ behind, unless what holds the tumor is a node."""
        if self.behind is None or _NODE_WITH.search(self.before):
            return None
        end = min(len(self.unit.text) - self.match.end(), self.behind[2])
        return self._at(self.behind[0], AFTER, end=end, sure=1.0)

    def _organ_before(self) -> Deposit | None:
        """The organ before."""
        return self._at(self.before_it[0], BEFORE, start=self.before_it[1]) if self.before_it else None

    def _is_far(self) -> bool:
        """Whether it is in a node beyond the primary's region."""
        around = f"{self.unit.heading} {self.unit.under} {self.before} | {self.after}"
        far = self.patterns["far-node"].search(around)
        if far is None or CLEAR.search(around[far.end() :].split("|")[0]):
            return False
        return self.node.search(f"{around} {far[0]}") is not None

    def _named_after_nodes(self) -> bool:
        """Whether the organ behind is named last, after nodes."""
        if self.into is None or self.behind is None:
            return False
        return _AND_ORGAN.fullmatch(self.after, self.into.end(), self.behind[1]) is not None

    def _right_behind(self) -> tuple[str, int, int] | None:
        """The organ right behind the word, with nothing that leads to it."""
        if (self.into is not None and self.into.start() <= 1) or not METASTASES.fullmatch(self.match[0]):
            return None
        found = first_organ(self.patterns, self.after[:_NEAR])
        if found is None or not _BARE.fullmatch(self.after, 0, found[1]):
            return None
        return found if _ENDS.match(self.after, found[2]) and not CLEAR.search(self.after) else None

    def _told_apart(self) -> bool:
        """Whether what follows is told apart from the organ right before."""
        return _ANOTHER.match(self.after) is not None and self.beside

    def _nodes_behind(self) -> bool:
        """Whether the words behind speak of nodes, and not of an organ before these."""
        of_node = self.node.search(self.after)
        if of_node is None:
            return False
        return self.behind is None or not _APART.search(self.after[self.behind[2] : of_node.start()])

    def _of_nodes(self) -> bool:
        """Whether what stands before or above the word says that it is in nodes."""
        if self._node_before() or self.node.search(self.unit.heading):
            return True
        if self.before_it is not None:
            return False
        if _FRACTION.match(self.after):
            return True
        under = self.unit.under
        return self.node.search(under) is not None and not self.patterns.value_of(under)

    def _node_before(self) -> bool:
        """Whether a node is named before, and no organ beside the word but as the place of the node."""
        if not self.node.search(self.before):
            return False
        if self.before_it is None or not self.beside:
            return True
        return _AT_PLACE.search(self.before, 0, self.before_it[1]) is not None

    def _placeless(self) -> bool:
        """Whether it is the size or the category that is told, or a place that is no organ."""
        if _ITS_SIZE.search(self.before) or _SIZE.match(self.after) or _CATEGORY.search(self.before):
            return True
        # "metastasis to the perirenal fat"
        to_place = self.into is not None and self.into.start() <= 1 and _TO_PLACE.match(self.after)
        return bool(to_place) or _REGIONAL.search(self.before) is not None

    def _of_part(self) -> Deposit | None:
        """A deposit in the organ of the part that the unit tells of, or in that of the sentence before."""
        above = self._above()
        part = above or self._part()
        if part == self.named and _FREE_PART.search(self.named):
            return None
        if self.unit.section == "comment" and not above:
            part = ""  # a remark on what was found, not on the last part
        site = self._only_organ(part)
        if site is None and not self.in_node:
            site = _part_before(self.document, self.patterns, self.unit)
        site = site or self._sentence_before()
        return self._at(site, PART) if site is not None else None

    def _above(self) -> str:
        """The title above that names what was taken, or its organ."""
        under, heading = self.unit.under, self.patterns["part"]
        if heading.search(under) and not heading.fullmatch(under):
            return under
        return "" if self.in_node else _organ_alone(self.patterns, self.unit)

    def _part(self) -> str:
        """The heading of the part, or the line that named the last specimen."""
        heading = self.unit.heading
        if self.patterns["part"].search(heading):
            return heading
        own = self.unit.part is not None and len(heading) < _OWN and self.patterns.value_of(heading)
        return heading if own else self.named

    def _only_organ(self, part: str) -> str | None:
        """The organ of a part that names one only, and no nodes."""
        if self.node.search(part):
            return None
        places = {site for site, pattern in self.patterns.values.items() if pattern.search(part[:60])}
        return places.pop() if len(places) == 1 and not self.patterns["many"].search(part) else None

    def _sentence_before(self) -> str | None:
        """The organ that the sentence before puts the finding in ("This is a metastasis")."""
        unit = self.unit
        if not unit.index or not _THIS.match(unit.text):
            return None
        last = self.document.units[unit.index - 1]
        lies = _LIES.search(last.text) if last.section == unit.section else None
        found = first_organ(self.patterns, last.text[lies.end() : lies.end() + _NEAR]) if lies else None
        return found[0] if found is not None else None


def _organ_alone(patterns: FieldPatterns, unit: Unit) -> str:
    """The label above, if it is the name of an organ ("LIVER:", "Liver (seg 3):")."""
    if unit.section not in ("diagnosis", "unknown", "amendment") or len(unit.under) >= _TITLE:
        return ""
    found = patterns.value_of(unit.under)
    return unit.under if found is not None and found[1] <= _EARLY else ""


def _part_before(document: Document, patterns: FieldPatterns, unit: Unit) -> str | None:
    """The organ of the part as it was first named ("2: wedge resection of liver" ... "2: METASTASIS")."""
    if unit.part is None:
        return None
    said = {u.heading: u for u in reversed(document.units[: unit.index]) if u.part == unit.part}
    found = set()
    for heading, first in said.items():
        if heading == unit.heading or first.section not in ("specimens", "gross", "unknown"):
            continue
        if patterns.rule("node").pattern.search(heading) or patterns.rule("many").pattern.search(heading):
            return None
        found |= {site for site, pattern in patterns.values.items() if pattern.search(heading[:60])}
    return found.pop() if len(found) == 1 else None
