"""What stands right behind, or around, a finding named in prose: an answer, a doubt, its withdrawal.

Rows of short answers need no verb ("angioinvasion yes, perineural no", "LVI+/PNI-"), a finding may be taken
back in the same breath ("tumor in a vein, likely an artifact"), and sentences on risk
name findings that nobody saw.
"""

from __future__ import annotations

import re

#: The answer right behind a finding.
_SHORT = re.compile(
    r"\s{1,2}(?P<word>yes|no|none|nil|neg|pos|0(?:/\d{1,2})?|(?-i:[YN]))"
    r"\s*(?=[,;.)](?!\s?\d)|$|\sand\s|(?<=\s)(?:LV|PN|peri|vasc|angio|lymph|necro|in\b|blocks?))|"
    r"\s?[-–=]\s?(?P<dashed>not (?:seen|identified|present|detected|found|noted)|yes|no|nil|none|present|"
    r"absent|seen|identified|detected|found|noted|positive|negative)\b"
    r"(?=\s*(?:[,;.)](?!\s?\d)|$|and\s)|\s{2,}\S|\s(?:LV|PN|peri))|"
    r"\W{0,2}(?:\b(?:present|identified|seen|found|noted|evident|there)\s?)?\?\s{0,3}(?P<asked>yes|no|none|nil|present|"
    r"absent|not \w+|[yn])(?=\s*(?:[,;.)]|$))|"
    r"\s?\((?:p?[LV]|ly|p?Pn)\s?(?P<code>[0-3])[abc]?\)|\s(?P<one>1)(?=[,;]|$)|"
    r"\s?(?P<clear>[+-])ve\b|"
    r"(?P<sign>[+-])(?=[\s,;./)]|$)|\s(?P<apart>[+-])(?=[,;)])|\s\+(?=\.?\s*$)",
    re.IGNORECASE,
)
_YES = frozenset(["yes", "y", "pos", "+", "1", "2", "3"]) | frozenset(
    ["present", "seen", "identified", "detected", "found", "noted", "positive"]
)
#: The last sign of a row of them, and a sign before it.
_LAST_SIGN = re.compile(r"\s(?P<sign>[+-])\s*\.?\s*$")
_SIGN = re.compile(r"\w\s?[+-]\s?[,;]")
#: A sign may be glued to an abbreviation only.
_ABBREVIATION = 5
#: An answer before the findings it is given for ("Not seen: vascular invasion, perineural invasion").
ANSWERED_FIRST = re.compile(
    r"\W*(?:the following (?:are|were) )?(?:(?P<no>not (?:seen|identified|present|found|detected)|none|"
    r"absent)|seen|identified|present|found)\W*",
    re.IGNORECASE,
)
#: What takes back a finding that was named.
HEDGED = re.compile(
    r"(?:(?!\b(?:and|not|no|without)\b)[^.;:]){0,60}?\b(?:suspected|suspicious|equivocal|uncertain|doubtful|questionable|probable|possible|"
    r"(?:not|n['’]t) (?:certain|sure|definite|proven|convinc\w+)|arti?e?fact\w*|retraction|conceivable|"
    r"(?:can ?not|can['’]t|could not) be (?:\w+ )?(?:decided|determined|excluded|confirmed|ruled|"
    r"certain|judged|proven)|(?:can ?not|can['’]t) (?:exclude|decide|be sure))\b",
    re.IGNORECASE,
)
#: A suspicion that was not confirmed, and one whose focus was cut away, which says nothing.
RETRACTED = re.compile(
    r"[^.;]{0,50}\b(?:is|are|was|were|has been|have been|can be|could be) "
    r"(?:(?!not\b|hardly\b|scarcely\b)\w+ )?"
    r"(?:ruled out|excluded|refuted|disproved|not confirmed)\b",
    re.IGNORECASE,
)
LOST = re.compile(
    r"\b(?:is|are|was|were|has been) (?:lost|cut (?:out|away|through)|no longer \w+|"
    r"not represented|exhausted)\b",
    re.IGNORECASE,
)
#: Labels of lists of what matters in general.
GENERAL = re.compile(r"risk|criteri|prognos|factors?\b|indicat|request|clinical", re.IGNORECASE)
#: What a finding would mean, and not that it is there ("over 10 mm or with invasion the risk ...").
_IF = re.compile(
    r"\b(?:if|when(?:ever)?|in (?:the )?(?:presence|absence) of|in case of)\b[^.;:]{0,50}$|"
    r"(?:\b(?:patients|cases|tumou?rs|lesions|carcinoids|those|(?:over|under|above|below) \d{1,2} ?[cm]m)\b|"
    r"[<>] ?\d{1,2} ?[cm]m)[^.;:]{0,25}\b(?:with|without)\b[^.;:]{0,30}$",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\b(?:risks?|negligible|surviv\w+|recur\w*|relapses?|prognos\w+|indicated|recommended|considered|"
    r"guidelines?|completion|should|criteri\w+|more often|tend to)\b",
    re.IGNORECASE,
)
#: What a stain was made for, and no result of it ("CD31 was performed to assess vascular invasion").
_PURPOSE = re.compile(
    r"\b(?:perform\w*|order\w*|request\w*|done|obtained|prepared|made|cut|applied|undertaken|"
    r"carried out|used|"
    r"pending|stain\w*|levels?|sections?)\b[^.;:]{0,25}"
    r"\b(?:for (?:the )?(?:evaluation|assessment|detection|exclusion|study)|for (?:evaluating|assessing)|"
    r"to (?:better |further )?(?:assess|evaluate|look for|exclude|rule out|check|search|investigate))\b"
    r"(?:(?!,\s+and\b|\b(?:show|reveal|demonstrat|confirm|identif|highlight|disclos|without|no\b|negative|which|"
    r"and (?:is|are))\w*)[^.;:]){0,90}$",
    re.IGNORECASE,
)
#: What tells that the purpose was met.
_MET = re.compile(
    r"[^.;:]{0,60}\b(?:show|reveal|demonstrat|confirm|identif|highlight|disclos|seen|found|present|absent|"
    r"negative|positive|none)",
    re.IGNORECASE,
)


def short_answer(text: str, start: int, end: int) -> tuple[str, int] | None:
    """The answer right behind the finding at ``text[start:end]``, and where it ends.

    >>> short_answer("LVI yes, PNI no", 0, 3), short_answer("LVI yes, PNI no", 9, 12)
    (('present', 7), ('absent', 15))
    """
    short = _SHORT.match(text, end)
    if short is None:
        last = _LAST_SIGN.match(text, end) if _SIGN.search(text[:start]) else None
        return None if last is None else ("present" if last["sign"] == "+" else "absent", last.end())
    if (short["sign"] or short["one"]) and end - start > _ABBREVIATION:
        return None
    said = short["code"] or short["asked"] or short["dashed"] or short["clear"] or short[0].strip()
    return "present" if said.lower() in _YES else "absent", short.end()


def only_meant(text: str, start: int, end: int) -> bool:
    """Whether a finding is named for what it would mean, after "if" or "with", or as what is looked for.

    >>> only_meant("Over 10 mm or with vessel invasion the risk is high.", 19, 34)
    True
    >>> only_meant("CD31 was done to assess vascular invasion.", 24, 41)
    True
    """
    if _PURPOSE.search(text[:start]) is not None and _MET.match(text, end) is None:
        return True
    return _MEANS.search(text) is not None and _IF.search(text[:start]) is not None
