"""Mentions found by way of literals are those of a whole medSpaCy pipeline, and words are spaCy's tokens."""

from __future__ import annotations

import random
import re
import tomllib
import warnings
from typing import Any

import numpy as np
import pytest

from extractor.extract import Extractor
from extractor.matching.words import Words
from extractor.medspacy_adapter import BOUNDARY, Cue, MedspacyPipeline, Mention, Target
from tests.conftest import CASES

TARGETS = [Target("LVI", r"\b(?:lympho)?vascular invasion\b|vessels"), Target("NECROSIS", "necrosis")]
CUES = [
    Cue("no", r"\bno(?: evidence of)?\b", "NEGATED"),
    Cue("without", r"evidence of\b|\bwithout\b", "NEGATED"),
    Cue("seen", r"\b(?:not )?seen\b", "PRESENT", "BACKWARD"),
    Cue("not-seen", r"\bnot seen\b", "NEGATED", "BACKWARD"),
    Cue("maybe", r"\bpossible\b", "POSSIBLE", "BIDIRECTIONAL"),
    Cue("pseudo", r"\bno increase\b", "PSEUDO", "PSEUDO"),
    Cue("but", r"\bbut\b", "TURN", "TERMINATE"),
]


class Whole:
    """The same rules as components of a medSpaCy pipeline: spaCy tokens, TargetMatcher and ConText."""

    def __init__(self, targets: list[Target], cues: list[Cue]) -> None:
        with warnings.catch_warnings():
            import spacy
            from medspacy.context import ConText, ConTextRule
            from medspacy.target_matcher import TargetMatcher, TargetRule
            from spacy.tokenizer import Tokenizer
        self.nlp = spacy.blank("en")
        self.nlp.tokenizer = Tokenizer(self.nlp.vocab, infix_finditer=BOUNDARY.finditer, rules={})
        self._targets = {t.name: re.compile(t.pattern, re.IGNORECASE) for t in targets}
        self._matcher = TargetMatcher(self.nlp, result_type="group", prune=False)
        self._matcher.add([TargetRule(t.name, t.name, pattern=t.pattern) for t in targets])
        self._context = ConText(self.nlp, rules=None, input_span_type="group", span_attrs=None)
        self._context.add(
            [ConTextRule(c.id, c.category, pattern=c.pattern, direction=c.direction) for c in cues]
        )

    def mentions(self, text: str) -> tuple[Mention, ...]:
        doc = self.nlp.make_doc(text)
        starts = np.array([1] + [-1] * (len(doc) - 1), dtype="int64").astype("uint64")
        doc = self._context(self._matcher(doc.from_array(["SENT_START"], starts)))
        found = []
        for span in doc.spans["medspacy_spans"]:
            cues = [(m.category, doc[slice(*m.modifier_span)]) for m in span._.modifiers]
            match = self._targets[span.label_].search(text, span.start_char, span.end_char)
            lo, hi = match.span() if match else (span.start_char, span.end_char)
            acting = tuple((category, cue.start_char, cue.end_char) for category, cue in cues)
            found.append(Mention(span.label_, lo, hi, acting))
        return tuple(sorted(found, key=lambda m: (m.start, m.end)))


def test_made_up_sentences() -> None:
    """Every order and overlap of cues and targets, with words cut and joined oddly."""
    ours, whole = MedspacyPipeline(TARGETS, CUES, []), Whole(TARGETS, CUES)
    pieces = [
        *(
            "no",
            "No evidence of",
            "without",
            "seen",
            "not seen",
            "possible",
            "but",
            "no increase",
            "evidence of",
        ),
        *(
            "vascular invasion",
            "lymphovascular invasion",
            "vessels",
            "xvessels2",
            "necrosis",
            "necrosis",
            "tumor",
        ),
        *(",", ".", "  ", "\n", "2.5cm", "é", "(", "no\u00a0"),
    ]
    rng = random.Random(0)
    with_cues = 0
    for _ in range(1500):
        text = rng.choice(("", "", " ", "  \n")) + rng.choice((" ", " ", "", "\n")).join(
            rng.choices(pieces, k=rng.randint(1, 14))
        )
        found = ours.mentions(text)
        assert found == whole.mentions(text), text
        with_cues += any(mention.cues for mention in found)
    assert with_cues > 500


def test_the_project_s_rules_on_all_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    rules: dict[str, list[Any]] = {}
    init = MedspacyPipeline.__init__

    def keep(self: MedspacyPipeline, targets: Any, cues: Any, sections: Any) -> None:
        rules.update(targets=list(targets), cues=list(cues))
        init(self, rules["targets"], rules["cues"], sections)

    monkeypatch.setattr(MedspacyPipeline, "__init__", keep)
    ours = Extractor()._pipeline
    whole = Whole(rules["targets"], rules["cues"])
    units = {
        unit.text
        for path in sorted((CASES / "fields").glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
        for unit in ours.read(case["text"])[1]
    }
    found = {text: ours.mentions(text) for text in sorted(units)}
    silent = sorted(text for text, mentions in found.items() if not mentions)
    assert sum(any(m.cues for m in mentions) for mentions in found.values()) > 150
    for text in [*(text for text, mentions in found.items() if mentions), *silent[:100]]:
        assert found[text] == whole.mentions(text), text


def test_words_are_the_tokens_of_spacy() -> None:
    tokenizer = Whole([], []).nlp.tokenizer
    rng = random.Random(1)
    for _ in range(3000):
        text = "".join(rng.choices("aB 9.é-\u00a0\n \t/ı", k=rng.randint(0, 12)))
        doc, words = tokenizer(text), Words(text)
        assert [words.characters(i, i + 1) for i in range(len(words))] == [
            (token.idx, token.idx + len(token)) for token in doc
        ], repr(text)


def test_no_mention_of_a_case_is_left_out() -> None:
    """No case's unit in which a target matches is passed over as one that holds none."""
    pipeline = Extractor()._pipeline
    units = {
        unit.text
        for path in sorted((CASES / "fields").glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
        for unit in pipeline.read(case["text"])[1]
    }
    mentioned = {text for text in units if pipeline.mentions(text)}
    assert len(mentioned) > 200
    assert {text for text in mentioned if not pipeline.may_mention(text, ())} == set()
