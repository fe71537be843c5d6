"""One report on the reviewer's desk: what the page shows of it, and what a key press makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extractor import catalog
from nenpath.review.decision import Decision, RefusedError, State, current
from nenpath.review.export import corrected, spans
from nenpath.review.queue import Doubt, Doubts, Entry
from nenpath.review.shelf import Volume
from nenpath.review.values import choices, hint, lacks_unit, shows, typed
from nenpath.view import CAUTION, value_text, view, visible

#: Begin and end of each place, in code points.
Places = tuple[tuple[int, int], ...]

_LIKELY = 0.005
_MOST_CHOICES = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to pick with one key."""

    key: int
    shown: str
    why: str


@dataclass(frozen=True, slots=True)
class Card:
    """A field as the page shows it."""

    name: str
    title: str
    value: str
    confidence: float
    status: str
    action: str
    settled: bool
    places: int
    proposed: str
    choices: tuple[Choice, ...]
    options: tuple[str, ...]
    hint: str
    coded: str


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history."""

    title: str
    words: str
    user: str
    at: str
    undone_by: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the page shows of a report."""

    position: int
    report_id: str
    cards: tuple[Card, ...]
    rest: tuple[Card, ...]
    history: tuple[Event, ...]
    seen: int
    signed: tuple[str, str] | None
    level: str
    probability_high: float
    grade: str
    stage: str
    contradictions: tuple[str, ...]
    caution: str = CAUTION

    @property
    def open(self) -> int:
        """How many fields are not settled."""
        return sum(not card.settled for card in self.cards)


def desk(
    entry: Entry,
    volume: Volume,
    history: list[Decision],
    signed: tuple[str, str] | None,
    doubts: Doubts,
    also: Iterable[str] = (),
) -> Desk:
    """Lay out a report: the fields to review and those decided on first, then the rest."""
    states = current(history)
    record = volume.record
    shown = view(
        corrected(record, volume.text, states, False) if any(s.settled for s in states.values()) else record,
        None,
    )
    titles = {room.name: room.title for room in catalog.fields() if room.name in record["fields"]}
    first = [name for name in dict.fromkeys((*entry.fields, *states, *also)) if name in titles]
    cards = {
        name: _card(name, title, record["fields"][name], states.get(name), doubts.get(name))
        for name, title in titles.items()
    }
    events = tuple(
        Event(
            titles.get(decision.field, decision.field),
            _words(decision.state),
            visible(decision.user),
            decision.at[:19].replace("T", " "),
            None if decision.undone_by is None else visible(decision.undone_by),
        )
        for decision in reversed(history)
    )
    return Desk(
        position=entry.target.position,
        report_id=visible(entry.target.report_id),
        cards=tuple(cards[name] for name in first),
        rest=tuple(card for name, card in cards.items() if name not in first),
        history=events,
        seen=max((decision.number for decision in history), default=0),
        signed=signed,
        level=shown.risk["level"],
        probability_high=shown.risk["probability_high"],
        grade=shown.grade,
        stage=shown.stage,
        contradictions=tuple(message for message, _ in shown.inconsistencies),
    )


def decide(
    action: str, name: str, given: Any, volume: Volume, states: Mapping[str, State], doubts: Doubts
) -> State:
    """Turn what a reviewer pressed into what the field holds from now on.

    Parameters
    ----------
    action
        ``accept``, ``pick`` (``given``: the number of the choice), ``value`` (the typed words),
        ``not_stated``, ``evidence`` (begin and end of the marked words).

    Raises
    ------
    RefusedError
        If that is not possible; the message tells why.
    """
    reading = volume.record["fields"].get(name)
    if reading is None:
        raise RefusedError("No such field.")
    before = states.get(name)
    marked = before.evidence if before is not None and before.marked else ()
    if action == "evidence":
        held = reading["value"] if before is None else before.value
        places = tuple(dict.fromkeys((*marked, _trimmed(volume.text, given))))
        return State(action, held, places, marked=True, settled=before is not None and before.settled)
    if action == "not_stated":
        return State(action, None)
    evidence: Places
    if action == "accept":
        value, evidence = reading["value"], spans(reading)
    elif action == "pick":
        options = _options(reading, doubts.get(name))
        if not isinstance(given, int) or not 1 <= given <= len(options):
            raise RefusedError("No such alternative.")
        value, evidence = options[given - 1]
        evidence = evidence or spans(reading)
    elif action == "value":
        value, evidence = _typed(name, str(given), reading, volume.text)
    else:
        raise RefusedError("No such action.")
    if value is None:
        return State(action, None)
    if not (marked or evidence):
        raise RefusedError(
            "Mark the words it stands on first: select them, or find them with /, and press m."
        )
    return State(action, value, marked or evidence, marked=bool(marked))


def _typed(name: str, given: str, reading: Mapping[str, Any], text: str) -> tuple[Any, Places]:
    """A typed value, and the words that a reading of it stands on, or that it may stand on."""
    try:
        value = typed(name, given)
    except ValueError as error:
        raise RefusedError(str(error)) from None
    if lacks_unit(name, given, text):
        raise RefusedError(f"The report has {given.strip()} in cm; type the unit.")
    for other in (reading, *reading["alternatives"]):
        if other["value"] == value and spans(other):
            return value, spans(other)
    words = " ".join(text[start:end] for start, end in spans(reading))
    return value, spans(reading) if shows(name, value, words) else ()


def _trimmed(text: str, given: Any) -> tuple[int, int]:
    """The marked words without the space around them."""
    if not (isinstance(given, list) and len(given) == 2 and all(type(place) is int for place in given)):
        raise RefusedError("Select words of the report first.")
    start, end = max(0, given[0]), min(len(text), given[1])
    words = text[start:end]
    if not words.strip():
        raise RefusedError("Select words of the report first.")
    start += len(words) - len(words.lstrip())
    return start, start + len(words.strip())


def _options(
    reading: Mapping[str, Any], doubt: Doubt | None
) -> list[tuple[Any, tuple[tuple[int, int], ...]]]:
    """Values to pick from: the coded one first, then the likely readings."""
    options: list[tuple[Any, Places]] = []
    likely = [other for other in reading["alternatives"] if other["probability"] >= _LIKELY]
    if doubt is not None and doubt.is_value and doubt.value != reading["value"]:
        same = [spans(other) for other in likely if other["value"] == doubt.value]
        options.append((doubt.value, next(iter(same), ())))
    for other in likely:
        if other["value"] != reading["value"] and all(other["value"] != value for value, _ in options):
            options.append((other["value"], spans(other)))
    return options[:_MOST_CHOICES]


def _card(
    name: str, title: str, reading: Mapping[str, Any], state: State | None, doubt: Doubt | None
) -> Card:
    value = reading["value"] if state is None else state.value
    chances = [(other["value"], other["probability"]) for other in reading["alternatives"]]
    offered = []
    for key, (option, _) in enumerate(_options(reading, doubt), 1):
        why = [f"{probability:.0%}" for value_, probability in chances if value_ == option][:1]
        if doubt is not None and doubt.is_value and doubt.value == option:
            why.insert(0, "coded")
        offered.append(Choice(key, value_text(option), ", ".join(why)))
    return Card(
        name=name,
        title=title,
        value=value_text(value),
        confidence=reading["confidence"],
        status=reading["status"].replace("_", " "),
        action="" if state is None else state.action,
        settled=state is not None and state.settled,
        places=len(spans(reading) if state is None else state.evidence),
        proposed=value_text(reading["value"]),
        choices=tuple(offered),
        options=choices(name),
        hint=hint(name),
        coded=""
        if doubt is None
        else visible(f"{doubt.shown} ({doubt.kind})" if doubt.kind else doubt.shown),
    )


def _words(state: State) -> str:
    if state.action == "sign":
        return "signed off, whole report read" if state.value["whole"] else "signed off"
    if state.action == "evidence":
        return f"evidence marked ({len(state.evidence)})"
    return f"{state.action.replace('_', ' ')}: {value_text(state.value)}"
