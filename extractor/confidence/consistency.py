"""What the fields of one report say of one another.

A pN and the number of positive nodes, a grade and a Ki-67, a pT and the invasion of surrounding tissue:
readings that agree are each more credible, and two that contradict each other less. A field that a report
does not state is the less surely unstated the more of its neighbors are. The second opinion weighs this
(:mod:`extractor.confidence.second_opinion`); values stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Values = Mapping[str, Any]


def _grades(value: Any, low: float, high: float) -> set[int]:
    """The grades, 1 to 3, of the ends of an interval; a bound that is excluded lies just inside."""
    if value is None:
        return set()
    least, most = value["low"] or 0.0, value["high"]
    above = value["comparator"] == ">" and most is None
    graded = {1 + (least >= low) + (least > high or (above and least >= high))}
    if most is not None:
        below = value["comparator"] == "<"
        graded.add(1 + (most > low or (most == low and not below)) + (most > high))
    return graded


def _nodes(values: Values) -> bool | None:
    """pN0 without positive nodes, a higher category with them."""
    category, positive = values["pN"], values["nodes_positive"]
    if positive is None or not category or category[0] not in "0123":
        return None
    return bool((category[0] != "0") == (positive > 0))


def _metastasis(values: Values) -> bool | None:
    """pM1 with a distant metastasis or its site, pM0 without."""
    category, told = values["pM"], values["distant_metastasis"]
    if not category or category[0] not in "01":
        return None
    if told in ("present", "absent"):
        return bool((category[0] == "1") == (told == "present"))
    return category[0] == "1" if values["metastasis_sites"] else None


def _extent(values: Values) -> bool | None:
    """pT3 or pT4 with invasion of surrounding tissue, a lower category without."""
    category, told = values["pT"], values["local_invasion"]
    if not category or category[0] not in "1234" or told not in ("present", "absent"):
        return None
    return bool((category[0] in "34") == (told == "present"))


def _degree(values: Values) -> bool | None:
    """G1 and well, G2 and moderately, G3 and poorly differentiated."""
    degree = {"G1": "well", "G2": "moderate", "G3": "poor"}.get(values["grade"])
    told = values["differentiation"]
    return None if degree is None or told not in ("well", "moderate", "poor") else bool(degree == told)


def _proliferation(values: Values) -> bool | None:
    """A neuroendocrine tumor's grade, and that of its Ki-67 and mitoses, of which the higher counts."""
    graded = values["grade"]
    if graded not in ("G1", "G2", "G3") or values["neuroendocrine_type"] != "net":
        return None
    told = [_grades(values["ki67_percent"], 3, 20), _grades(values["mitoses_per_2mm2"], 2, 20)]
    told = [grades for grades in told if grades]
    if not told or any(len(grades) > 1 for grades in told):
        return None  # nothing told, or an interval over a limit
    return int(graded[1]) == max(max(grades) for grades in told)


#: What is compared, the fields it tells of, and whether they agree (None: not told).
RELATIONS: Final[tuple[tuple[str, frozenset[str], Callable[[Values], bool | None]], ...]] = (
    ("nodes", frozenset(("nodes_positive", "pN")), _nodes),
    ("metastasis", frozenset(("pM", "distant_metastasis", "metastasis_sites")), _metastasis),
    ("extent", frozenset(("pT", "local_invasion")), _extent),
    ("degree", frozenset(("grade", "differentiation")), _degree),
    ("proliferation", frozenset(("grade", "ki67_percent", "mitoses_per_2mm2")), _proliferation),
)
#: Fields that make a value of another one more or less credible by being stated.
BESIDE: Final[dict[str, tuple[str, ...]]] = {
    "nodes_examined": ("nodes_positive", "pN"),
    "nodes_positive": ("nodes_examined", "pN"),
    "pN": ("nodes_examined",),
    "tumor_size_mm": ("pT",),
    "distant_metastasis": ("metastasis_sites", "pM"),
}
#: Fields that are seldom all unstated together.
NEIGHBORS: Final = (
    *("tumor_size_mm", "grade", "differentiation", "local_invasion", "margins", "nodes_examined"),
    *("nodes_positive", "pT", "pN", "pM", "distant_metastasis", "metastasis_sites", "necrosis"),
    *("lymphovascular_invasion", "perineural_invasion", "ki67_percent", "mitoses_per_2mm2"),
    "neuroendocrine_type",
)


def together(field: str, values: Values) -> dict[str, float]:
    """How a reading stands to those of the report's other fields; ``values`` are of all of them.

    >>> from collections import defaultdict
    >>> values = defaultdict(lambda: None, pN="1", nodes_positive=0, specimen="resection")
    >>> sorted(together("pN", values))
    ['contradicts', 'contradicts_pN_nodes', 'with_pN_resection']
    >>> sorted(together("nodes_examined", values))
    ['though_nodes_examined_nodes_positive', 'though_nodes_examined_pN', 'though_nodes_examined_resection']
    >>> net = defaultdict(lambda: None, grade="G2", neuroendocrine_type="net")
    >>> sorted(together("grade", net | {"ki67_percent": {"low": 4, "high": 6, "comparator": "="}}))
    ['agrees', 'agrees_grade_proliferation']
    >>> nec = net | {"neuroendocrine_type": "nec", "ki67_percent": {"low": 90, "high": 90, "comparator": "="}}
    >>> together("grade", nec)
    {}
    >>> above = net | {"grade": "G3", "mitoses_per_2mm2": {"low": 20, "high": None, "comparator": ">"}}
    >>> sorted(together("grade", above))
    ['agrees', 'agrees_grade_proliferation']
    >>> together("grade", net | {"ki67_percent": {"low": 2, "high": 5, "comparator": "range"}})
    {}
    """
    given = _stated(values[field])
    found: list[str] = []
    for name, fields, agree in RELATIONS if given else ():
        if field in fields and (agrees := agree(values)) is not None:
            verb = "agrees" if agrees else "contradicts"
            found += [verb, f"{verb}_{field}_{name}"]
    lead = f"{'with' if given else 'though'}_{field}"
    others = BESIDE.get(field, ()) if given else NEIGHBORS
    found += [f"{lead}_{other}" for other in others if other != field and _stated(values[other])]
    if values["specimen"]:
        found.append(f"{lead}_{values['specimen']}")
    return dict.fromkeys(found, 1.0)


def _stated(value: Any) -> bool:
    return value not in (None, "none") and value != []
