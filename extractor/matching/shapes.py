"""Shapes of lines: bullets, labels, parts, ends of sentences. What is matched here is form, not meaning."""

from __future__ import annotations

import re

BULLET = re.compile(r"\s*(?:[-*>+~|•_]+\s*|\(?(?:[A-Za-z]|\d{1,2}|[ivx]{1,4})[.):](?=\s|[A-Z])\s*|#\s*)?")
BULLETED = re.compile(r"\s*[-*>+•]\s*\S")
STARTS_ITEM = re.compile(
    r"\s*(?:[-*>|•]\s*\S|\+\s*[^\s.,;)+/-]|\(?(?:[A-Z]|\d{1,2})[.)]\s|\(?[a-z][.)]\s|(?:PART|Part|SPECIMEN)\s+[A-Z0-9]{1,2}\b)"
)
LABEL = re.compile(r"[A-Za-z(][^:|\n\t]{1,78}?(?=\s*:(?!\d)|(?<=[A-Za-z)])\s{0,2}:)")
#: Words of a label at most; longer ones before a colon are prose.
LABEL_WORDS = 9
#: Where a new label is glued to the value before it: "Moderately differentiatedTumor extent: ...".
GLUED = re.compile(
    r"(?<=[a-z0-9)])(?=[A-Z])(?:"
    r"(?=(?!Invasion\b)[A-Z][a-z]{2,}(?: [A-Za-z()-]{2,15}){0,4}(?: ?#)?\s{0,2}:)|"
    r"(?:(?<=[a-z]{3})|(?<=:\sNo)|(?<=:\sYes))"
    r"(?=[A-Z]{4,}(?:[ ,/-]{1,2}[A-Z(][A-Z)]{1,14}){0,5}\s{0,2}:))"
)
#: A cell of a table's row: two spaces or a bar part it from the next.
CELL = re.compile(r"[^\s|](?:[^\s|]|[ ](?![ |]))*")
#: What stands between a known label and its value where no colon does; a line broken after "not" is no gap.
LEADER = re.compile(
    r"[A-Za-z /()-]{0,25}?(?<! not)(?<! NOT)(?<!\s)"
    r"\s*(?:\.{3,}|\s\||\t+|\s{2,}|=|\s-(?=\s)|\s-(?=(?!ve\b)[A-Za-z])|"
    r"-(?= ?(?i:present|absent|yes|no|not|seen|nil|identified|positive|negative)\b))[\s|.]*"
)
#: Dots lead from any label to its value.
DOTTED = re.compile(
    r"(?P<label>[A-Za-z][A-Za-z0-9 ()/,-]{2,45}?)\s{0,3}(?:\.{4,}|\.(?:\s\.){2,})\s*(?=[\w<>~])"
)

CONNECTOR = re.compile(
    r"(?:[,(/&+-]|\b(?:and|or|of|the|a|an|with|without|in|into|by|to|for|from|is|are|was|were|no|not|at|on|than|"
    r"measuring|measures|up|per|x|be|has|have|as|that|which|its|this|through|beyond|identified as))\s*$",
    re.IGNORECASE,
)
#: Letters of the longest of them.
_CONNECTED = 16
OPEN_END = re.compile(r"(?:\(|\b(?:of|the|for|with|in|was|is|a))$", re.IGNORECASE)
#: "moderately / differentiated" over two lines.
DEGREE = re.compile(r"\b(?:well|moderate(?:ly)?|poor(?:ly)?)-?$", re.IGNORECASE)
DIFFERENTIATED = re.compile(r"\s*differentiat", re.IGNORECASE)
#: An answer over two lines: "Venous invasion: Not / specified".
ANSWER_NOT = re.compile(r":\s*not$", re.IGNORECASE)
NOT_SO = re.compile(
    r"\s*(?:specified|described|stated|given|known|applicable|available|provided|assess(?:ed|able)|evaluated|"
    r"identified|present|seen|found|involved|detected|performed|submitted|reported|examined|sampled)(?-i:(?![a-z]))",
    re.IGNORECASE,
)
CONTINUES = re.compile(
    r"\s*(?:[a-z(%&,;)]|\+{1,3} ?[.,;)]|"
    r"(?:IN|OF|AND|WITH|TO|INTO|BY|FROM|FOR|OR|AT|ON|WITHOUT|THE|HPFs?|HIGH[ -]POWER)\b|x\s*\d|"
    r"[0-9.]+\s*(?:cm|mm|%|x)\b.{0,30}\b(?:in|and|from|greatest)\b)"
)
#: A finding told in full on a line of its own, in small letters, and how a line goes on with it.
FINDING = re.compile(
    r"\s*(?:[-*•] ?)?(?:no (?:tumou?r )?(?:necros[ei]s|mitos[ei]s|mitotic figures|atypia|"
    r"(?:lympho-?)?(?:vascular|vessel|"
    r"perineural|capsular|pleural|serosal) (?:invasion|involvement)|angioinvasion)|"
    r"(?:(?:lympho-?)?vascular|perineural|capsular|venous|lymphatic) (?:invasion|involvement) "
    r"(?:(?:is|was) )?(?:present|seen|identified|absent)|margins? (?:(?:is|are) )?(?:free|clear|negative))\s*"
)
GOES_ON = re.compile(
    r"\s*(?:(?:or|and|nor|but|is|are|was|were|seen|identified|present|found|noted|observed|in|of|within|by|with|at|on|"
    r"for|to|from|as|which|that|although|however|either|figures?|invasion|involvement|demonstrated|detected|"
    r"evident|anywhere|here)\b|[^a-z\s])"
)
#: A category alone on its line, which asks for its value below.
CATEGORY = re.compile(r"\s*y?p[TNM](?: category)?\s*:?\s*")
#: A line that begins another item, though with a small letter.
STAGE_TITLE = re.compile(r"\s*y?pTNM\b")
ANSWER = re.compile(
    r"\b(?:present|absent|not|no|none|identified|negative|positive|seen|free|involved|uninvolved|pending|low|high)\b",
    re.IGNORECASE,
)
#: Bars and dust of scanned pages.
NOISE = re.compile(r"[Il1|i!\s.,:;_-]{14,}|[^A-Za-z0-9]*")

SENTENCE_END = re.compile(
    r"[.;!?](?:(?<!\..)(?<!\.\s.)(?<!\.(?=\s(?:POS|NEG)\b))(?:(?!\.)[\"')\]]?"
    r"(?=\s+[\"'(\[]?(?:[A-Z0-9<>*~-]|p53\b|y?p[TN][0-4X]))|(?<=\.)(?=\s{2,}[A-Za-z]))|(?<=;)(?=\s))"
)
#: A full stop without a space behind it: "in the wall.Margins are free", "invasion .Nodes".
GLUED_SENTENCE = re.compile(r"\.(?:(?<=[a-z)]{2}\.)(?=[A-Z][a-z])|(?<=[A-Za-z)] \.)(?=[A-Z][A-Za-z]{2}))")
ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Drs|Mr|Mrs|Ms|No|Nos|no|vs|cf|ca|[Aa]pprox|APPROX|[Aa]ppr|APPR|max|MAX|min|e\.g|i\.e|etc|"
    r"incl|INCL|resp|Fig|(?<!\d)(?<!\d )[Gg]r|(?<![hwe][ -])[Gg]rad|"
    r"St|gm|gms|[Nn]rs?|(?<!\d )[Ss]tn?|pos|neg|ret|agg|aggr|dim|diam|DIAM|mic|sq|"
    r"(?:(?<=[:(,=] )|(?<=\b(?:OF|IS) )|(?<=67 )|(?<=SIZE )|(?<=INDEX )|(?<=RATE )|(?<=OSES ))C[Aa]|"
    r"av|ant|post|inf|sup|lat|med|inv|invas|seg|segm)|(?:^|\s)[A-Za-z]|\s[Nn]\s|(?:^|[\s(])\d{1,2}|\bvol)\.$"
)

PART = re.compile(
    r"\s*[-*]?\s*(?:(?:PARTS?|SPECIMENS?|SPEC|Parts?|Specimens?|part|P\.?4RT)\s*[#:]?\s*)?"
    r"\(?(?P<part>[A-Z]|\d{1,2})\)?(?:\s*(?:AND|and|&)\s*\d{1,2})?\s*(?:[.:)/-]|\s-)\s*"
    r"(?=[A-Z\"'(a-z]|(?<=\s)\d{1,2}(?:[RL],?\s|,\s(?i:lymph node)|\s(?i:left|right)\s))"
)
SPELLED_PART = re.compile(
    r"\s*[-*]?\s*(?:PARTS?|SPECIMENS?|Parts?|Specimens?|P\.?4RT)\s*[#:]?\s*\(?[A-Z0-9]{1,2}\b"
)
PART_INSIDE = re.compile(r"(?<=\s)(?=[A-Z]\.\s+[A-Z][A-Z ,]{4,70}:)")
BLOCK = re.compile(r"\s*[-*]?\s*\(?[A-Z]?\d{0,2}[A-Z]?\d{0,3}\)?\s*[:.,-]")
RECEIVED = re.compile(r"\b(?:received|specimen (?:is|consists)|labell?ed)\b", re.IGNORECASE)
#: Labels that begin a synoptic form.
FORM = re.compile(
    r"(?:histologic(?:al)? (?:type|grade)|lympho-?vascular|angio-?lymphatic|perineural|venous|"
    r"lymphatic (?:vessel )?inva|vascular inva|lymph(?:atic)? vessels?\b|local invasion|depth of invasion|"
    r"pathologic(?:al)? stag|p?TNM\b|mitotic|ki-?67|primary tumou?r \(|regional lymph nodes? \(|"
    r"number examined)",
    re.IGNORECASE,
)
#: Labels of a description, which no list of blocks has.
DESCRIBED = re.compile(
    r"(?:tumou?r (?:findings|size|dimensions?)|dimensions?|appearance|(?:external|outer|cut|serosal) surface|"
    r"length of (?:endometrial )?cavity)\s?:",
    re.IGNORECASE,
)
#: A heading's words end where junk or a column begins.
TRAIL = re.compile(r"\s(?:\s{2,}|\[|~)")
HEADING_MAX = 72
_BRACKETED = re.compile(r"\([^()]*\)")
#: When something was added is no word of a heading: "Additional report of 3.4.", "ADDENDUM, a week later".
_WHEN = re.compile(
    r",? (?:(?:of|from|on|dated) )?(?:\d{1,2}[./-]\d{1,2}[./-]?\d{0,4}|\d{4}-\d\d-\d\d|"
    r"\d{1,2}(?:st|nd|rd|th)?\.? [A-Z][a-z]{2,8}(?:,? \d{4})?|[A-Z][a-z]{2,8} \d{1,2}(?:,? \d{4})?|"
    r"\w{1,5} (?:days?|weeks?|months?) (?:later|after\b.{0,24}))\.?$"
)

OPTION = re.compile(r"\(?(\d{1,2})\s?[.,)]\s")
INLINE_OPTION = re.compile(r"\s\d{1,2}\s?[.,]\s")

_MARK = r"[\W_lI|]{0,6}"
#: The options of one item of a printed form, and how many different ones in a row make a form: codes of
#: T, N, M and grade, degrees of differentiation, answers about a finding.
FAMILIES = tuple(
    (re.compile(pattern, re.IGNORECASE), enough)
    for pattern, enough in (
        (rf"{_MARK}p?[TY]\s?(?P<option>[0-4XOIl]{{1,2}}[a-d]?\d?)\s*[:(]", 3),
        (rf"{_MARK}p?N\s?(?P<option>[0-3XOIl][a-c]?)\s*[:(]", 3),
        (rf"{_MARK}p?M\s?(?P<option>[01XOIl][a-c]?)\s*[:(]", 2),
        (rf"{_MARK}G\s?(?P<option>[X1-4Il]{{1,3}}V?)\s*[:(]", 3),
        (rf"{_MARK}(?P<option>well|moderately|poorly|undifferentiated)(?: differentiated)?\W{{0,3}}$", 3),
        (
            rf"(?:{_MARK}|(?P<finding>.{{0,60}}(?:invasion|involvement|metastas[ie]s))\b.{{0,12}}?)"
            r"\b(?P<option>present|absent|indeterminate|not identified|can ?not be (?:assessed|determined)|"
            r"yes|no|unknown|not applicable|involved|uninvolved)\b\W{0,3}(?:\(specify\W{0,4})?$",
            3,
        ),
    )
)
#: A line that may be an option of one of them.
ANY_OPTION = re.compile(
    "|".join(f"(?:{re.sub(r'[(][?]P<[a-z]+>', '(?:', family.pattern)})" for family, _ in FAMILIES),
    re.IGNORECASE,
)
#: A row of a table of several tumors ("T1     31 mm    4 %    2"), none of the options of a form.
TABLE_ROW = re.compile(r"\S[^\n]{0,30}?\S {3,20}\S[^\n]{0,20}?\S? {3,20}\S[^\n]{0,20}?\S? {3,20}\S")
#: The last option of a printed list, nothing filled in.
OTHER_SPECIFY = re.compile(rf"{_MARK}other \(?(?:please )?specify\)?\s*:?\W*$", re.IGNORECASE)
#: Three or more grades in a row, each with its meaning: the legend of a scale, not a value.
_GRADE_MEANS = (
    r"G(?:rade)?\s?(?:[1-4]|I{1,3}V?)\W{1,4}(?:well|moderate|poor|undiff|low|intermed|high)[\w -]{0,30}"
)
LEGEND = re.compile(rf"(?:\b{_GRADE_MEANS}[;,.)\s]+(?:and )?){{2,3}}\(?{_GRADE_MEANS}", re.IGNORECASE)
#: What the three grades are defined by, in one line.
GRADES_DEFINED = re.compile(
    r"\bG(?:rade )?[1I]\s?[=:][^\n]{1,70}\bG(?:rade )?(?:2|II)\s?[=:][^\n]{1,70}"
    r"\bG(?:rade )?(?:3|III)\s?[=:][^\n]{1,50}",
    re.IGNORECASE,
)
#: Longest line, and most lines, of a list of options.
OPTION_LENGTH, OPTIONS = 72, 14
#: Other lines that may stand between two options.
OPTION_GAP = 3
TICKED = re.compile(r"\W{0,3}(?:\[\s?[xX*✓✔]\s?\]|\(\s?[xX*✓✔]\s?\)|[xX✓✔☒☑■](?=\s)|_+[xX✓]_+)")
#: A heading that ends with a full stop, its text on the same line ("MICRO.  Sections show ...").
STOPPED = re.compile(r"(?P<words>[A-Z][A-Za-z0]{3,14}(?: [A-Za-z]{4,14})?)\.\s+(?=[\w(\"'])")


def label(words: str) -> re.Match[str] | None:
    """The label that words begin with, up to its colon."""
    return LABEL.match(words) if ":" in words else None


def open_ended(line: str) -> bool:
    """Whether a line ends with a word or sign that another one follows."""
    return CONNECTOR.search(line, max(0, len(line.rstrip()) - _CONNECTED)) is not None


def heading_words(text: str) -> str:
    """The words of a heading without bullets, junk and columns.

    >>> heading_words("** FINAL DIAGNOSIS:   [scanned]")
    'FINAL DIAGNOSIS'
    """
    words = text.strip()
    trail = TRAIL.search(words)
    return (words[: trail.start()] if trail else words).strip(" *-_=:.#")


def looks_like_heading(words: str, *, labelled: bool) -> bool:
    """Short and capitalized as a heading is; the end of a wrapped sentence is neither.

    >>> looks_like_heading("Gross description", labelled=False)
    True
    >>> looks_like_heading("Frozen section performed here", labelled=False)
    False
    >>> looks_like_heading("SYNOPTIC REPORT (Ileum, version of 2020)", labelled=False)
    True
    >>> looks_like_heading("Additional report of 3.4", labelled=False)
    True
    """
    if not words or len(words) > HEADING_MAX or not (words[0].isupper() or words[0].isdigit()):
        return False
    bare = _WHEN.sub("", _BRACKETED.sub("", words))
    plain = any(word.islower() for word in re.findall(r"[A-Za-z]{5,}", bare)[1:])
    return labelled or words.isupper() or not plain or len(bare.split()) <= 3
