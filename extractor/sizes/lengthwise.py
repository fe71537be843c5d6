"""How far a tumor grows along its organ: a size, and no way from or into anything."""

import re

#: How far a tumor grows along its organ ("extends over a length of 6 cm", "extended 6 cm in length").
_LENGTHWISE = re.compile(
    r"\b(?:\w*carcinoma|tumou?r|neoplasm|lesion|cancer|growth|adenoca)\b[^;]{0,80}?[, ]"
    r"(?:(?:and|which|that) )?"
    r"(?:(?:(?P<bare>extend(?:s|ed|ing))|stretch(?:es|ed|ing)|grow(?:s|ing)|occup(?:ies|ying)|spread(?:s|ing)|"
    r"cover(?:s|ing)) (?P<over>(?:over|along|for) )?(?:an? |the )?(?P<length>(?:total |longitudinal )?"
    r"(?:length|distance|stretch|extent) of )?|"
    r"(?:tumou?r )?extension in (?P<along>length) (?:of |at least )?|"
    r"(?P<with>with|has|having) an? (?:longitudinal |greatest |maxim(?:al|um) |total )?"
    r"(?:extension|extent|length) of )(?:about |approximately |ca\.? |some )?$",
    re.IGNORECASE,
)
#: How wide it is ("the lateral extension of the carcinoma is 18 mm").
_WIDE = re.compile(
    r"\b(?:lateral|horizontal|superficial) (?:extension|spread|extent|dimension) of (?:the )?(?:invasive )?"
    r"(?:tumou?r|\w*carcinoma|lesion|neoplasm)(?: is| was| measures)?:? ?(?:about |approximately )?$",
    re.IGNORECASE,
)
_TOUCHING = re.compile(r"\b(?:touch|reach|contact|involv|invad|infiltrat|abut|ink)\w*", re.IGNORECASE)
_IN_LENGTH = re.compile(r" (?:in (?:its |total )?length|long\b|lengthwise|longitudinally)", re.IGNORECASE)
_AWAY = re.compile(
    r",? ?(?:in(?:to)?\b(?! (?:its |total )?length)|beyond|from|to\b|deep|below|above|proximal|distal|past|"
    r"outside|through|under)",
    re.IGNORECASE,
)
#: Words before a dimension that may speak of it, in characters.
_REACH = 160


def lengthwise(text: str, start: int, end: int) -> bool:
    """Whether a dimension is how long a tumor is in its organ, and no way from or into anything."""
    if _WIDE.search(text, max(0, start - _REACH), start):
        return True
    along = _LENGTHWISE.search(text, max(0, start - _REACH), start)
    if along is None or _TOUCHING.search(along[0]) or _AWAY.match(text, end):
        return False
    told = along["with"] or along["along"] or along["length"] or along["over"]
    return bool(told) or _IN_LENGTH.match(text, end) is not None
