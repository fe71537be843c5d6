"""The small words around stains and their results: what ties them together and what parts them."""

import re

_I = re.IGNORECASE

#: Words inside a result that say nothing by themselves.
FILLER = re.compile(
    r"\b(?:(?:peri|para|juxta)?-?nuclear|nuclei|nucleus|dots?|cytoplasmic|golgi(?:-type)?|membran\w+|"
    r"granular|tumou?r|neoplastic|lesional|malignant|carcinoma|"
    r"cells?|of|the|"
    r"in|an?|any|is|are|was|were|be|been|does|do|did|it|they|there|about|approximately|approx|only|over|"
    r"more|than|less|"
    r"very|up|to|at|shows?|showed|showing|demonstrat\w+|reveal\w*|exhibit\w*|pattern|protein|estimated|by|"
    r"nearly|almost|"
    r"every|definite|significant|results?|immunohistochem\w*|immunoperoxidase|both|all|also|most|some|"
    r"throughout|convincing|appreciable|obvious|discernible|distinct|percentage|proportion|pathogenic|"
    r"somatic|relevant|likely|"
    r"(?:avid|clear|bright|vivid|robust|marked|heavi|convincing|unequivocal|distinct|intense|nice|sharp)ly|"
    r"essentially|virtually|entirely|basically|practically|largely|mostly|mainly|predominantly|"
    r"quite|rather|(?:came|comes?|turn(?:ed|s)?) (?:back|out)|prove[dns]?|"
    r"ca|and|or|"
    r"rds?|2/3|1/3)\b",
    _I,
)
#: Words between a stain and the result after it.
LINK = re.compile(
    r"\([^()]{0,45}\)|\b(?:immuno-?(?:histochem\w+|peroxidase|cytochem\w+|stain(?:s|ing)?)|IHC|"
    r"antibod(?:y|ies)|markers?|by|gene|"
    r"however|again|though|"
    r"(?:and )?image quantitation|results?|q[lt]|remains?|appears?|uniformly|(?:performed )?on|"
    r"i\w{1,3}muno\w+|\w{0,2}m+uno\w+|performed|"
    r"in (?:(?:the|both|this|its|our) )?(?:\w+ ){0,2}(?:adeno-?)?(?:carcinoma|cancer|tumou?r|"
    r"NE[TCN]|neoplasm|lesion|"
    r"component|part)s?(?: (?:cells|component|nuclei))?(?= ?(?:is\b|are\b|was\b|were\b|shows?\b|:|=))|"
    r"(?-i:A[cb]s?)|truncating|nonsense|pathogenic|somatic|inactivating|homozygous|biallelic|"
    r"splice(?:-site)?|likely|"
    # a clone, and who sells it
    r"(?:clone |(?:poly|mono)-?clonal |rabbit |mouse )?\(?(?-i:DAK-[A-Z][A-Z\d]{1,6}|(?=[A-Z\d]*\d[A-Z]|"
    r"[A-Z]{2,4}-?\d{2,3}\b)[A-Z\d]{2,7}(?:[-/+][A-Z\d]{2,7})?)\b|"
    r"(?:poly|mono)-?clonal|clone|dako|leica|ventana|roche|cell marque|novocastra|agilent|"
    r"blocks?|slides?|sections?|[A-Z]{0,2}\d{1,2}[A-Z]?|x ?\d|equivocal(?:ly)? but)\b",
    _I,
)
#: Words between a result and the stain after it.
PREFIX = re.compile(
    r"\([^()]{0,30}\)|\b(?:for|with|of|by|anti(?=-)|to|on|against|toward|immuno\w*|stain\w*|antibod(?:y|"
    r"ies)|markers?|"
    r"neuroendocrine|"
    r"neural|neuronal|both|following|including|such|as|mutant|mutated|expression|epithelial|classic|the|"
    r"result)\b",
    _I,
)
#: What makes a result speak of the stain after it.
LINKED = re.compile(r"\b(?:for|with|of|in|to|on|by|against)\b|[:-]", _I)
#: A result that is a verb with the stain as its object.
VERB = re.compile(
    r"\b(?:over-? ?)?(?:express(?:es|ed|ing)?|lacks?|lacked|lacking)\b(?:\W+\w+ly)?$",
    _I,
)
#: Subject of "stain for".
SUBJECT = re.compile(
    r"(?:(?:cells?|nuclei|nests|nodules?|lesions?|tumou?r|carcinoma|neoplasm|NET|deposits?|metastas[ei]s|"
    r"areas?|growth|"
    r"(?<!none of )(?<!neither of )(?<!few of )\b(?:the|these|both|all)(?: (?!not\b)[a-z-]+){0,2} "
    r"(?:tumou?rs|carcinomas|neoplasms|NETs))|"
    r"(?:^|[.;,:]\s|\band )(?:it|they|this|these|all))\s+"
    r"(?:(?:also|all|clearly|readily|nicely|well|is|are|was|were)\s+){0,2}$",
    _I,
)
#: Words between the stains of a list.
LIST = re.compile(
    r"\([^()]{0,45}\)|\b(?:and|or|nor|as well as|plus|both|the|also|with|(?<=and )of|"
    r"anti(?=-)|clone|[A-Z]{0,2}\d{1,2}[A-Z]?)\b",
    _I,
)
#: What ends a list of stains.
CLAUSE = re.compile(
    r"[;|]|\.\s|\b(?:but|while|whereas|however|although|though|is|are|was|were|which|that|consistent|"
    r"support\w*|confirm\w*|"
    r"indicat\w+|suggest\w*|excluding|performed|so that|because|since)\b",
    _I,
)
#: Words that decide a result.
POLAR = re.compile(
    r"pos|neg|react|\+|^\s*\(?-|ve\b|lost|loss|ret|intact|preserv|maintain|proficien|deficien|present|"
    r"absen|delet|null|wild|"
    r"normal|muta|aberran|altered|express",
    _I,
)
NEGATOR = re.compile(r"(?:no|not|nor|without|lack\w*|\w{2,4}n['’]t)\b", _I)
#: Nouns that need another word to be a result.
NOUN = re.compile(r"\b(?:immuno-?)?(?:stain(?:s|ed|ings?)?|expression|label\w*|detection)\b", _I)
#: Words that shade a result.
MODIFIER = re.compile(
    r"(?:strong|weak|diffused?|focal|multifocal|extensive|intense|moderate|scattered|rare|partial|uniform|"
    r"faint|minimal|"
    r"heterogene?ous|patch(?:y|i)|spott(?:y|i)|single|dot[- ]?like|variab\w+|low|high|no|not|few|many|"
    r"numerous|complete|total|"
    r"majority)(?:ly)?",
    _I,
)
#: What may follow a result that is only a shade ("patchy.").
ENDS = re.compile(
    r"\s*(?:[.,;:)|(/]|$|(?:cells?|elements|nuclei|nests|dots?)\s*(?:[.,;)]|only\b|$)|in\b|for\b|"
    r"index\b|intensity\b|but\b|however\b|"
    r"of (?:the |nearly |almost |virtually |essentially |all |every |most |many )*"
    r"(?:tumou?r|neoplastic|lesional|cells?|nucle(?:us|i))\b)",
    _I,
)
TUMOR = re.compile(
    r"tumou?r(?!let)|carcinoma|neoplas|malignan|lesional|glioma|invasive|astrocyt|component",
    _I,
)
#: Stained tissue that is not the tumor.
ELSEWHERE = re.compile(
    r"\b(?:normal(?!\s*(?:[,;.)/]|$|and\b|(?:pattern|expression|staining|nuclear|labell?ing|wild)))|"
    r"background|entrapped|neuropil|neurons?|neuronal elements|native|non-?neoplastic|"
    r"non-?atypical|crypts?|plexus|stromal cells|endothelial cells|barrett\w*|"
    r"C[ -]cells(?= of (?:the )?(?:background|normal|adjacent|thyroid))|"
    r"(?:residual|remaining) (?:adrenal )?medulla|"
    r"islets?(?! cell)|lymphocytes?|internal controls?|infiltrative edge|cortex|sustentacular|tumou?rlets?|"
    r"hyperplasia|signature|"
    r"regenerat\w+|(?:adjacent|surrounding|distant) mucosa|"
    r"this area|benign|enteroendocrine|ganglia|nodules/chemodectomas|metaplasia|ganglion cells?)\b",
    _I,
)
#: Statements about tumors in general, not about this one.
GENERAL = re.compile(
    r"\b(?:usually|typically|commonly|generally|neither of which|criteria|"
    r"would (?:not )?(?:be|show|support|exclude|rule|argue|favou?r|speak|still|have)|"
    r"are (?:often|frequently)|(?:carcinomas?|tumou?rs|neoplasms|NECs?|NETs?) (?:may|can) be|"
    r"reference(?! lab)|literature|if (?:the|there|positive|negative)|in contrast to|"
    r"is defined|"
    r"surrogate|clones?:|antibody ?/ ?antigen ?:)",
    _I,
)
PENDING = re.compile(
    r"\b(?:pending|to follow|will (?:be|follow)|ordered|awaited|requested|in progress|submitted for|"
    r"are ready)\b",
    _I,
)
UNDONE = re.compile(
    r"\bnot (?:be |been )?(?:(?:reliably|technically|clearly|fully|further|yet) )?(?:assessable|"
    r"readable|determinable|"
    r"usable|reliable|investigated|studied|known|performed|carried out|tested|done|ordered|requested|"
    r"attempted|available|"
    r"contributory|informative|conclusive|satisfactory|repeated|evaluable|assessed|interpretable|"
    r"interpreted|scored|"
    r"run|analy[sz]ed|examined|determined|sequenced|covered|relevant|indicated|required|necessary|"
    r"needed)\b|"
    r"non-?contributory|"
    r"(?<!have )(?<!has )\bfailed\b(?! (?:to|in)\b)|"
    r"\binsufficient (?:tissue|material|for (?:eval|assess|interp))|washed off",
    _I,
)
#: A printed choice with nothing marked, and boxes.
OPTIONS = re.compile(
    r"[^\w+-]{0,40}(?:pos\w*\W{0,3}(?:/|\||or\b)\W{0,3}neg|neg\w*\W{0,3}(?:/|\||or\b)\W{0,3}pos|"
    r"positive\W{0,3},\W{0,3}negative|negative\W{0,3},\W{0,3}positive|"
    r"(?:retained|intact)\W{0,3}(?:/|\||or\b|,)\W{0,3}los[st]|los[st]\W{0,3}(?:/|\||or\b|"
    r",)\W{0,3}(?:retained|intact)|"
    r"yes\W{0,3}(?:/|\||or\b|,)?\W{0,3}no\b|\+\s*/\s*-\s*/|wild\S*\W{0,3}(?:/|or\b)\W{0,3}(?:mutant|"
    r"aberrant))",
    _I,
)
BOX = re.compile(r"(?P<box>\[[ xX*]{0,3}\]|\([ xX*]{1,3}\)|[☐☒☑■□])\s*(?P<option>[^\[(☐☒☑■□;|]{1,40})")
#: Tissue named right after a result.
IN_TISSUE = re.compile(
    r"[\W_]*(?:cells? )?(?:only |focally )?(?:in|of|within|on|at|along)\b(?! tumou?r)[^.;,]{0,12}$", _I
)
HIGHLIGHTED = re.compile(
    r"\W+(?:(?:the|all|most|many|scattered|these|a|some|few|of|nearly|almost|virtually|every|subset|"
    r"majority|"
    r"minority|half|about|only|\d{1,3} ?%) )*"
    r"(?:tumou?r|neoplastic|lesional|malignant|carcinoma|nests|cells\b|them\b|it\b|chief cells|zellballen|"
    r"(?:small[- ]cell|neuroendocrine|endocrine|carcinoid|NE[CT]) (?:areas?|component|part|cells|foc)|"
    r"(?:entire |whole )?"
    r"(?:lesions?|nodules?|growth|trabeculae|ribbons|islands|proliferation|deposits?|metastas[ei]s|"
    r"population|component)\b)",
    _I,
)
#: A verb of which the stained cells are the object.
SHOWS = re.compile(
    r"(?:highlight|stain|label|mark|decorate|light)s?(?: up)?\s*$|\blights? (?:it|them) up\s*$", _I
)
#: "The cells show staining for A", "labelling of all tumor cells by anti-A": a noun that tells of a result.
THERE = re.compile(
    r"\b(?:there (?:is|was)|shows?|showed|showing|demonstrates?|exhibits?|displays?|reveals?|with|has|have)"
    r"(?: (?:\w+ly|an?|clear|good|distinct|definite|convincing|positive))*\s*$",
    _I,
)
OF_CELLS = re.compile(
    r"\s*(?:of (?:the |all |most |many |nearly |almost |virtually |\d{1,3} ?% of )*(?:the )?"
    r"(?:tumou?r |neoplastic |lesional )*(?:cells|nuclei|nests|elements|tumou?r))?"
    r"\s*(?:with|by|for|to)\s+(?:the |an )?(?:both )?(?:antibod(?:y|ies) (?:to|against) )?(?:anti-? ?)?$",
    _I,
)
#: A second lesion whose stains are told.
SECOND_LESION = re.compile(r"\btumou?rlets?\b|\bchemodectoma", _I)
#: Headings of columns of boxes.
COLUMN = re.compile(
    r"\b(?:pos(?:itive)?|neg(?:ative)?|n\s?/\s?[da]|n\.?d\.?|not done|equivocal|retained|intact|lost|loss|"
    r"wild[- ]type|aberrant)\b",
    _I,
)
#: A stain that was made to look for what is left, and showed none: no result of the tumor's own.
SEEKS = re.compile(
    r"\s*(?:show|demonstrate|reveal|identify|highlight|disclose|detect|uncover)\w* "
    r"(?:any |an? |evidence of )*(?:residual|remaining|further|additional|metasta|micrometa|occult|more)",
    _I,
)
#: The same in brackets after the words that nothing is left.
NOTHING_LEFT = re.compile(
    r"\bno (?:residual|remaining|recurrent|further|additional) (?:\w+[ -]){0,3}"
    r"(?:tumou?r|carcinoma|neoplasm|carcinoid|NET|malignancy|disease)\b[^.;()]{0,60}\([^()]{0,90}$",
    _I,
)
#: Asides between a stain and its result, and how a stain was made ("were reacted with antisera to A").
SAID_BY = re.compile(
    r"\b(?:was|were|be|been|is|are) (?:[^\W\d]+[ \n]){0,8}?reacted[ \n]with(?= (?:\w+ ){0,3}"
    r"(?:antiser(?:a|um)|antibod(?:y|ies)|reagents?|panel)\b)|"
    r", ?(?:I|we) (?:think|believe|feel)(?: that)?,|"
    r", ?(?:on )?blocks? [A-Z]?\d{1,2}[A-Z]?(?=\s?:)|"
    r", ?(?:done|performed|repeated|added|sent out|sent away|run|requested)(?: [\w-]+){0,3},(?= (?:is|"
    r"are|was|were|shows?|came)\b)|"
    r",? (?:which|that) (?:(?:I|we) (?:have )?(?:also )?(?:did|done|performed|repeated|ran|added|stained)|"
    r"(?:was|were) (?:also )?(?:done|performed|repeated|added|sent (?:out|away)))"
    r"(?: (?:here|too|also|again|in addition))?(?= (?:is|are|was|were|shows?)\b),?",
    _I,
)
