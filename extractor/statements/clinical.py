"""How statements of the clinical picture are read: syndromes, symptoms, growth, therapy before.

Such words stand in the history as often as in the diagnosis, so the section does not weigh against them here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from extractor.field import Candidate
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns
    from extractor.medspacy_adapter import Mention

#: Targets of the pipeline (``patterns/fields/hormone.toml``) and the hormone each stands for.
SYNDROMES = {
    "INSULINOMA": "insulin",
    "GASTRINOMA": "gastrin",
    "GLUCAGONOMA": "glucagon",
    "SOMATOSTATINOMA": "somatostatin",
    "VIPOMA": "vip",
    "CARCINOID_SYNDROME": "serotonin",
    "ACTH_SYNDROME": "acth",
    "CATECHOLAMINES": "catecholamine",
}

#: What a statement gains in a section that otherwise counts little.
_GAIN = {"history": 2.5, "specimens": 1.5, "gross": 0.3, "unknown": 0.3}
_DENIAL = re.compile(
    r"(?:\b(?:no|not|without|denies|denied|never|negative for|absence of|free of|rule out|r/o|"
    r"exclude|excluded|ruled out|neither|nor|unlikely|if|versus|vs\.?|possible|query|"
    r"screen(?:ing|ed)? for|tests? for|tested for|testing for|search for|"
    r"(?:look|check|work-?up|concern) for|to look for)\b|\?)[^.;:]{0,40}$|"
    # what is asked of the clinicians: "correlation with carcinoid syndrome is suggested"
    r"\b(?:(?:evaluation|screening|work-?up|testing) for|"
    r"correlat(?:e|ion)(?: clinically)? (?:for|as to|regarding)|correlation with|"
    r"(?:asking|enquir\w+|inquir\w+|question) (?:for|about|of)|"
    r"possibility of|suggest (?:checking|testing|excluding))\b"
    r"(?:(?!\b(?:known|documented|established|diagnosed)\b)[^.;:]){0,40}$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^(?:(?!\b(?:primary|origin|tumou?rs?|site|lesion)\b)[^.;,]){0,30}\b(?:(?:is|are|was|"
    r"were) (?:absent|excluded|ruled out|not)|"
    r"not (?:present|seen|identified|known|reported|performed|given|specified|provided|stated|answered)|"
    r"(?:should|must|needs? to|has to|have to|is to|are to|to|could|can) be (?:\w+ )?"
    r"(?:sought|looked|excluded|ruled|measured|tested|"
    r"checked|considered|searched|investigated|determined|assessed|evaluated|correlated|clarified)|"
    r"excluded|absent|unlikely|negative|denied)\b|^\s*:\s*(?:no|none|absent|not|n/?a|unknown)\b|^\s*\(?\?|"
    r"^,? (?:with (?:an? |the )?question[ -]?mark|"
    r"(?:is |was )?(?:questioned|queried|in question|suspected))\b",
    re.IGNORECASE,
)


def clinical(
    document: Document,
    unit: Unit,
    value: Any,
    start: int,
    end: int,
    rule: str,
    strength: float = 0.0,
    **features: float,
) -> Candidate:
    """A candidate whose section and history words do not weigh against it."""
    gain = _GAIN.get(unit.section, 0.0)
    candidate = document.candidate(value, unit, start, end, rule, strength=strength + gain)
    candidate.features.update(features)
    candidate.features.pop("historical", None)
    return candidate


def statements(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates of the field's rules that carry a value, unless the words before or after deny them.

    A rule of the name ``...-denied`` reads the denial itself and is not asked for one.
    """
    exclude = patterns.entry("exclude")
    rules = [rule for rule in patterns.rules if rule.value is not None]
    for unit in document.units_with(patterns.cue) if patterns.cue else document.units:
        text = unit.text
        if (patterns.cue and not patterns.cue.search(text)) or unit.section == "blocks":
            continue
        if exclude and exclude.search(text):
            continue
        for rule in rules:
            for match in rule.pattern.finditer(text):
                if not rule.id.endswith("-denied") and denied(text, match.start(), match.end()):
                    continue
                yield clinical(document, unit, rule.value, match.start(), match.end(), rule.id, rule.strength)


def denied(text: str, start: int, end: int) -> bool:
    """Whether the words around a statement take it back."""
    return bool(
        _DENIAL.search(text[max(0, start - 60) : start]) or _DENIED_AFTER.search(text[end : end + 50])
    )


def answered(document: Document, patterns: FieldPatterns, values: Mapping[str, Any]) -> Iterator[Candidate]:
    """Candidates of form lines whose label the field knows, by their answer."""
    if patterns.label is None:
        return
    for unit in document.units_with(patterns.label):
        if unit.label is None or not patterns.label.fullmatch(unit.label_text.strip()):
            continue
        found = document.answers.read(unit.value_text)
        if found is None or found.outcome not in values:
            continue
        yield clinical(
            document,
            unit,
            values[found.outcome],
            unit.label[0],
            (unit.value or 0) + found.end,
            f"{patterns.name}/answer",
            0.5,
        )


def outcome(mention: Mention, text: str) -> str:
    """present, absent or unsure, by the cues that act on a mention."""
    categories = mention.categories
    if categories & {"HYPOTHETICAL", "POSSIBLE"} or text[max(0, mention.start - 1) : mention.start] == "?":
        return "unsure"
    if "NEGATED" in categories or _DENIAL.search(text[max(0, mention.start - 40) : mention.start]):
        return "absent"
    return "absent" if _DENIED_AFTER.search(text[mention.end : mention.end + 50]) else "present"
