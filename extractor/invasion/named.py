"""A place named in prose that tumor may reach, and the names that say nothing of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.invasion.forms import NODE, NOT_SO_FAR
from extractor.matching.expressions import Expression
from extractor.statements.finding_mentions import BOXES, UNSTATED
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns
    from extractor.medspacy_adapter import Mention

#: The target that names a finding without a verb.
NAMED = "OUTSIDE"
_THROUGH = "BEYOND"
#: "connective tissue of the cervix": a part of the organ.
_TISSUE_OF = Expression(r"\b(?:tissues?|stroma) of (?:the )?(?P<organ>\w+)", re.IGNORECASE)
#: What infiltrates but is no tumor ("lymphoid infiltration of the pleura").
_CELLS = Expression(
    r"\b(?:lymph\w*|inflammat\w+|leu[kc]o\w+|plasma ?cell\w*|round cell|granulocyt\w+|fibrosis|scarring|"
    r"endometrio\w+|endosalpin\w+|leiomyo\w+|fibroids?|fatty)(?: cell)?\s+$",
    re.IGNORECASE,
)
#: The answer in the line below a question ("Parametrial involvement", then "- No ... is identified").
_DENIED_BELOW = re.compile(
    r"[ \t]*\n\W*(?:(?:no|not|none|absent|negative)\b|(?:the )?tumou?r (?:does|is|has) not\b)", re.IGNORECASE
)
#: A surface below which tumor lies.
_BELOW = re.compile(
    r"\b(?:below|beneath|underneath)\s{1,3}(?:the\s{1,3})?(?:visceral\s{1,3})?(?:pleura|capsule|serosa)$",
    re.IGNORECASE,
)
#: A wall that is reached and held: "extends to the capsule but does not penetrate it".
_WALL = re.compile(r"(?:capsule|pleural?|serosal?|peritoneum)$", re.IGNORECASE)
_HELD = re.compile(
    r"(?: surface)?,?\s+(?:but|however,?|although)\s+(?:(?:it|the tumou?r)\s+)?(?:(?:does|do|did|is|are)\s+)?"
    r"not\s+(?:\w+ly\s+)?(?:through\b|beyond\b|(?:inva|extend|infiltr|protrud|go)\w*\s+(?:through|beyond|in)|"
    r"in(?:to)?\b|onto\b|penetrat|breach|perforat|cross|exceed)",
    re.IGNORECASE,
)
#: A surface that is entered, and only what lies behind it not reached.
_ENTERED = re.compile(r"\bin ?to\b.*(?:pleural?|serosal?|peritoneum)$", re.IGNORECASE | re.DOTALL)
_BEHIND = re.compile(
    r"(?:to)?\s+(?:(?:the|any)\s+)?(?:chest|thoracic|abdominal|adjacent|other|neighbou?ring|mediastin|pericard|"
    r"diaphragm|parietal|ribs?\b|intercostal|omentum|bladder|uterus|spleen|liver|pancreas|stomach|duodenum|colon)",
    re.IGNORECASE,
)
#: Fat in lymph nodes is no tumor.
_FAT = re.compile(r"fat(?:ty)?\b", re.IGNORECASE)
#: What comes before "through": a share of the wall says that tumor is not through it.
_PARTLY = re.compile(
    r"(?:%|\bper ?cent|\bhalf(?: ?-?way)?|\bthirds?|\bquarters?|\b(?:part|mid)-?(?:ly|ial ?ly)?(?: ?way)?|"
    r"\b(?:almost|nearly)|\d/\d|\bnot (?:quite|entirely|fully|all the way)(?: complete ?ly)?)\W{0,3}"
    r"(?:completely |entirely |wholly )?(?:of )?(?:the )?(?:way )?$",
    re.IGNORECASE,
)
#: A capsule that is invaded, and no more: what follows says that tumor is not beyond it.
_CAPSULAR = re.compile(r"\bcapsular\s{1,3}(?:invasion|infiltration|involvement)$", re.IGNORECASE)
_NO_MORE = re.compile(
    r"(?: is (?:present|identified|seen))?[,;.]?\s{1,3}(?:but|however,?|although|without|with)\s{1,3}"
    r"(?:there is )?(?:no\b|not\b|without\b|definite\b|evidence\b)?[^.;]{0,30}?"
    r"\b(?:extra-?\s?(?:capsul|prost|thyroid)|through\b|beyond\b|penetrat)|"
    r",?\s{1,3}(?:(?:but|and|with)\s{1,3})?(?:no|negative(?: for)?|without)\s{1,3}"
    r"peri-?(?:renal|nephric|thyroid\w*|adrenal|prostatic)\b",
    re.IGNORECASE,
)
#: The uterus's wall gone through, and its surface not reached.
_NOT_TO = re.compile(
    r"[^.;:]{0,45}?\bbut (?:does |is )?not (?:\w+ ){0,3}?(?:to|reach\w*|through|involv\w*) "
    r"(?:the )?(?:\w+ )?serosa",
    re.IGNORECASE,
)
_BRONCHIAL = Expression(
    r"(?<!costal )(?<!rib )(?<!tracheal )(?<!thyroid )\bcartilages?(?:\s{1,3}(?:plates?|rings?))?$|"
    r"\bperi-?bronchi\w+(?:\s{1,3}(?:lung|pulmonary))?\s{1,3}(?:tissues?|parenchyma|stroma)$|"
    r"\bperi-?bronchi\w+$",
    re.IGNORECASE,
)
#: Bones, which a tumor of bone is in.
_BONES = re.compile(r"\b(?:ribs?|bone|vertebra\w*|mandib\w*|periosteum)$", re.IGNORECASE)
_FATTY = "INTO_FAT"
_GOES_THROUGH = re.compile(r"thr(?:ough|u)\b", re.IGNORECASE)
#: A mass that pushes a border before it, and what takes it back; what else is said of the same border.
_PUSHES = re.compile(r"bulg|push|protrud", re.IGNORECASE)
_NOT_INTO = re.compile(
    r"[^.;:]{0,40}(?:[,;.]\s{0,3}|\s(?=but|without|though|although))\(?"
    r"(?:(?:but|however|though|although|yet)\b,?\s{0,3})?"
    r"(?:(?:it|the tumou?r|this|which|the mass|there is|there are)\s{1,3})?"
    r"(?:(?:does|do|did|is|are)\s{1,3}(?:not|n['’]t)|without|no)\s{1,3}(?:(?:appear|seem)\s{1,3}to\s{1,3})?"
    r"(?:(?:be|\w+ly|gross|true|frank|definite|clear|evidence of|actual)\s{1,3}){0,3}"
    r"(?:infiltrat|inva|penetrat|exten|breach|involv)\w*(?=(?:\s{1,3}(?:in ?to|of|through))?\s{1,3}"
    r"(?:it\b|them\b|the same|the fat|this)|"
    r"\s*(?:(?:is|was) )?(?:seen|present|identified|noted|found)?\W*(?:$|[.;,]))",
    re.IGNORECASE,
)
#: A border that pushes, and goes on to invade.
_AND_INTO = re.compile(
    r",?\s{1,3}and\s{1,3}(?:\w+ly\s{1,3})?(?:inva|infiltrat|penetrat)\w+\s{1,3}"
    r"(?:in ?to\s{1,3})?(?:it|them|the fat)\b",
    re.IGNORECASE,
)
#: What lymph nodes hold instead of tumor ("sinus histiocytosis and fatty infiltration").
_LYMPHOID = re.compile(r"histiocyt|lymphoid|hyperplasia|fatty (?:infiltrat|replac)\w+(?! by)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """A mention of a place in a unit; ``own`` are the words for the organ the tumor arose in, if known."""

    document: Document
    patterns: FieldPatterns
    unit: Unit
    mention: Mention
    own: re.Pattern[str] | None

    @property
    def words(self) -> str:
        """The words of the mention."""
        return self.unit.text[self.mention.start : self.mention.end]

    @property
    def before(self) -> str:
        """The unit up to the mention."""
        return self.unit.text[: self.mention.start]

    @property
    def named(self) -> bool:
        """Whether a finding is named without a verb."""
        return self.mention.target == NAMED

    @property
    def confining(self) -> bool:
        """Whether the words keep tumor within its organ."""
        return bool(self.mention.target == self.patterns.data["confining"])

    @property
    def other_organ(self) -> bool:
        """Whether the words name an organ."""
        return bool(self.mention.target == self.patterns.data["other_organ"])

    @property
    def pushes(self) -> bool:
        """Whether tumor pushes a border before it."""
        return self.mention.target == _THROUGH and _PUSHES.match(self.words) is not None

    def asked(self) -> bool:
        """Whether the mention is what is asked: supposed, or in the label."""
        if "HYPOTHETICAL" in self.mention.categories:
            return True
        return self.unit.label is not None and self.mention.end <= (self.unit.value or 0)

    def in_own_organ(self) -> bool:
        """Whether the organ named is the one the tumor arose in."""
        return (
            self.own is not None
            and self.other_organ
            and self.own.search(self.words) is not None
            and not self.patterns.values["outside"].search(self.words)
        )

    def says_nothing(self) -> bool:
        """Whether nothing is said of tumor outside its organ."""
        return (
            self._denied_below()
            or self._unstated()
            or NOT_SO_FAR.match(self.unit.text, self.mention.end) is not None
            or (self.mention.target == _THROUGH and _BELOW.search(self.words) is not None)
            or self._of_own_organ()
            or self._of_node()
            or self._in_fat()
            or self._held_by_wall()
        )

    def held(self) -> int | None:
        """Where the words end that say that a border reached is not crossed; None without any."""
        if self.mention.target != _THROUGH:
            return None
        text, end = self.document.text.clean, self.unit.start + self.mention.end
        found = _NOT_INTO.match(text, end) if self.pushes else None
        if found is None and _WALL.search(self.words):
            found = _HELD.match(text, end)
            if found is not None and _ENTERED.search(self.words) and _BEHIND.match(text, found.end()):
                return None
        return None if found is None else min(found.end() - self.unit.start, len(self.unit.text))

    def only_pushes(self) -> bool:
        """Whether a tumor of the kidney pushes a border, as such tumors grow, and does not invade."""
        return (
            self.pushes
            and self._own_is("kidney")
            and "capsule" not in self.words
            and not _AND_INTO.match(self.unit.text, self.mention.end)
        )

    def _own_is(self, organ: str) -> bool:
        return self.own is not None and self.own.search(organ) is not None

    def _denied_below(self) -> bool:
        """Whether the line below denies what is asked."""
        below = self.unit.start + self.mention.end
        return not self.confining and _DENIED_BELOW.match(self.document.text.clean, below) is not None

    def _unstated(self) -> bool:
        """Whether nothing is stated: no word on it, boxes none of which was read, cells that are no tumor."""
        text, end = self.unit.text, self.mention.end
        return bool(UNSTATED.match(text, end) or _CELLS.search(self.before) or BOXES.search(text, end))

    def _of_own_organ(self) -> bool:
        """Whether it is a part of the organ itself: the bronchi's own cartilage, its tissue, its bone."""
        if self.own is None:
            return False
        if _BRONCHIAL.search(self.words) and self._own_is("lung"):
            return True
        if self._own_is("bone") and _BONES.search(self.words):
            return True
        tissue = _TISSUE_OF.search(self.words)
        return tissue is not None and self.own.match(tissue["organ"]) is not None

    def _of_node(self) -> bool:
        """Whether it is what nodes hold instead of tumor."""
        if _LYMPHOID.search(self.words):
            return True
        if not self.named or not _FAT.match(self.words):
            return False
        return NODE.search(f"{self.unit.under} {self.unit.text}") is not None

    def _in_fat(self) -> bool:
        """Whether the fat is that of a node, or of the organ itself."""
        if self.mention.target != _FATTY:
            return False
        around = f"{self.unit.heading} {self.unit.under} {self.unit.text}"
        return NODE.search(around) is not None or self._own_is("fat") or self._own_is("skin")

    def _held_by_wall(self) -> bool:
        """Whether tumor is in a capsule or wall and, as the words around say, no farther."""
        end = self.mention.end
        if _CAPSULAR.search(self.words) and _NO_MORE.match(self.unit.text, end):
            return True
        if not _GOES_THROUGH.match(self.words):
            return False
        of_uterus = "myometri" in self.words.lower()
        not_to = _NOT_TO.match(self.unit.text, end) if of_uterus else None
        return _PARTLY.search(self.before) is not None or not_to is not None
