"""The vocabulary of TeX statements: symbols, accents, and what the commands of packages take and are. Pure data."""

from collections.abc import Mapping

SYMBOLS: Mapping[str, str] = {
    "%": "%", "&": "&", "#": "#", "_": "_", "{": "{", "}": "}", "$": "$", " ": " ", "\n": " ", "\t": " ",
    ",": "\u2009", ";": " ", ":": " ", ">": " ", "quad": " ", "qquad": " ", "enspace": " ", "thinspace": "\u2009",
    "nobreakspace": "\u00a0", "space": " ", "textvisiblespace": "␣",
    "ldots": "…", "dots": "…", "textellipsis": "…", "cdots": "⋯", "textbackslash": "\\", "backslash": "\\",
    "textasciitilde": "~", "textasciicircum": "^", "textless": "<", "textgreater": ">", "textbar": "|", "lbrace": "{",
    "rbrace": "}", "textbraceleft": "{", "textbraceright": "}", "textunderscore": "_", "textdollar": "$",
    "textquotesingle": "'", "textquotedbl": '"', "textquoteleft": "‘", "textquoteright": "’", "lq": "‘", "rq": "’",
    "textquotedblleft": "“", "textquotedblright": "”", "guillemotleft": "«", "guillemotright": "»", "glqq": "„",
    "grqq": "“", "flqq": "«", "frqq": "»", "endash": "–", "emdash": "—", "textendash": "–", "textemdash": "—",
    "copyright": "©", "textcopyright": "©", "textregistered": "®", "texttrademark": "™", "S": "§", "P": "¶", "No": "№",
    "textnumero": "№", "dag": "†", "ddag": "‡", "pounds": "£", "euro": "€", "texteuro": "€", "EUR": "€",
    "textdegree": "°", "degree": "°", "textmu": "µ", "texttimes": "×", "textpm": "±", "textbullet": "•",
    "textperiodcentered": "·", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å",
    "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
    "TeX": "TeX", "LaTeX": "LaTeX", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥",
    "ne": "≠", "neq": "≠", "times": "×", "cdot": "·", "pm": "±", "to": "→", "rightarrow": "→", "Rightarrow": "⇒",
    "leftarrow": "←", "leftrightarrow": "↔", "uparrow": "↑", "downarrow": "↓", "infty": "∞", "bullet": "•", "star": "⋆",
    "checkmark": "✓", "approx": "≈", "in": "∈", "sum": "∑", "ast": "*", "textasteriskcentered": "*", "colon": ":",
}  # fmt: skip
"""Outside of formulas."""

ACCENTS: Mapping[str, str] = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "r": "\u030a", "k": "\u0328", "b": "\u0331",
    "d": "\u0323",
}  # fmt: skip
"""What each puts on the letter behind it."""

BOLD, ITALIC, CODE, PLAIN = "bold", "italic", "code", "plain"

STYLED: Mapping[str, str] = {
    "textbf": BOLD, "textit": ITALIC, "textsl": ITALIC, "emph": ITALIC, "texttt": CODE, "t": CODE, "textsc": "",
    "textsf": "", "textrm": "", "textup": "", "textmd": "", "textnormal": "", "underline": ITALIC, "uline": ITALIC,
    "ul": ITALIC, "strong": BOLD, "keyword": BOLD, "textcode": CODE, "mono": CODE,
}  # fmt: skip
"""Of an argument."""

DECLARED: Mapping[str, str] = {
    "bf": BOLD, "bfseries": BOLD, "it": ITALIC, "itshape": ITALIC, "sl": ITALIC, "slshape": ITALIC, "em": ITALIC,
    "tt": CODE, "ttfamily": CODE, "rm": PLAIN, "rmfamily": PLAIN, "normalfont": PLAIN, "upshape": "", "mdseries": "",
    "sf": "", "sc": "", "scshape": "", "sffamily": "", "tiny": "", "scriptsize": "", "footnotesize": "", "small": "",
    "normalsize": "", "large": "", "Large": "", "LARGE": "", "huge": "", "Huge": "",
}  # fmt: skip
"""From here to the end of the group; of an argument, where one is written as Codeforces has it: \\bf{…}."""

SECTIONS: Mapping[str, int] = {
    "chapter": 2, "section": 2, "subsection": 3, "subsubsection": 4,
}  # fmt: skip

KEPT_ARGUMENTS: Mapping[str, str] = {
    "mbox": "m", "hbox": "m", "text": "m", "fbox": "m", "makebox": "oom", "framebox": "oom", "parbox": "ooodm",
    "textcolor": "odm", "colorbox": "dm", "scalebox": "dm", "resizebox": "ddm", "raisebox": "doom", "rotatebox": "odm",
    "num": "om", "textsuperscript": "m", "textsubscript": "m", "hl": "m", "centerline": "m", "leftline": "m",
    "rightline": "m", "phantomsection": "", "sout": "m", "st": "m", "strike": "m", "foreignlanguage": "dm", "vbox": "m",
    "adjustbox": "dm", "multirow": "doddm", "SI": "omsm", "qty": "omsm", "si": "om", "unit": "om", "ensuremath": "m",
}  # fmt: skip
"""Commands that are what their arguments `m` are; an option `o` and an argument `d` are left out, `s` is a space."""

SILENT: Mapping[str, str] = {
    "noindent": "", "indent": "", "medskip": "", "smallskip": "", "bigskip": "", "vspace": "d", "hspace": "d",
    "centering": "", "raggedright": "", "raggedleft": "", "newpage": "", "clearpage": "", "pagebreak": "o", "hfill": "",
    "vfill": "", "hfil": "", "vfil": "", "null": "", "relax": "", "protect": "", "label": "d", "nopagebreak": "o",
    "usepackage": "od", "documentclass": "od", "setlength": "dd", "addtolength": "dd", "thispagestyle": "d",
    "pagestyle": "d", "rule": "odd", "strut": "", "color": "od", "selectlanguage": "d", "vskip": "", "hskip": "",
    "-": "", "/": "", "!": "", "@": "", "(*": "", "sloppy": "", "fussy": "", "linespread": "d", "maketitle": "",
    "tableofcontents": "", "graphicspath": "d", "lstset": "d", "sisetup": "d", "renewenvironment": "odd",
    "newenvironment": "odd", "setcounter": "dd", "addtocounter": "dd", "stepcounter": "d", "newcounter": "d",
    "hline": "", "cline": "d", "toprule": "o", "midrule": "o", "bottomrule": "o", "cmidrule": "d", "phantom": "d",
    "vphantom": "d", "hphantom": "d", "xspace": "", "nextsample": "", "remainingsamples": "", "sampleinput": "",
    "newline*": "", "frenchspacing": "", "allowbreak": "", "leavevmode": "", "parskip": "", "parindent": "", "let": "",
    "index": "d", "hypersetup": "d", "date": "d", "author": "d", "begingroup": "", "endgroup": "", "bgroup": "",
    "egroup": "", "definecolor": "ddd", "arraystretch": "", "columnbreak": "", "textwidth": "", "linewidth": "",
    "captionsetup": "od", "input": "d", "include": "d", "exmpfile": "dd", "exmpfiles": "dd", "footnotemark": "o",
    "thefootnote": "", "tabcolsep": "", "makeatletter": "", "makeatother": "", "unskip": "", "ignorespaces": "",
    "nolinebreak": "o", "providecommand": "", "samplefile": "d", "scriptstyle": "", "displaystyle": "", "break": "",
    "goodbreak": "", "penalty": "", "looseness": "", "FloatBarrier": "", "appendix": "", "vspace*": "d",
}  # fmt: skip
"""Commands that show nothing, and the arguments that go with them."""

DRAWINGS = frozenset({"tikzpicture", "picture", "asy", "pspicture", "pgfpicture", "forest", "tikzcd", "mpost"})
"""Environments whose content is a drawing program."""

TABLES: Mapping[str, str] = {
    "tabular": "om", "tabular*": "dom", "tabularx": "dom", "longtable": "om", "tabulary": "dm", "array": "om",
    "tblr": "om", "supertabular": "m", "tabularray": "om",
}  # fmt: skip

LISTS: Mapping[str, bool] = {
    "itemize": False, "enumerate": True, "description": False, "compactitem": False, "compactenum": True,
    "inparaenum": True, "compactdesc": False, "trivlist": False, "list": False,
}  # fmt: skip
"""And whether their items have numbers."""

PASSED_THROUGH: Mapping[str, str] = {
    "center": "", "flushleft": "", "flushright": "", "figure": "o", "figure*": "o", "table": "o", "table*": "o",
    "wrapfigure": "odod", "wraptable": "odod", "minipage": "oood", "multicols": "do", "small": "", "large": "",
    "footnotesize": "", "scriptsize": "", "tiny": "", "normalsize": "", "Large": "", "sloppypar": "", "samepage": "",
    "adjustbox": "d", "subfigure": "od", "document": "", "abstract": "", "adjustwidth": "dd", "problem*": "",
    "tcolorbox": "o", "mdframed": "o", "framed": "", "landscape": "", "spacing": "d", "threeparttable": "",
    "statement": "", "legend": "", "samples": "", "samepages": "", "paracol": "d", "floatingfigure": "od",
}  # fmt: skip
"""Environments that are what is in them, and the arguments at their beginning."""

QUOTATIONS = frozenset({"quote", "quotation", "verse", "displayquote"})

INPUT, OUTPUT, INTERACTION, NOTE, SCORING, EXAMPLE, EXAMPLES = (
    "input",
    "output",
    "interaction",
    "note",
    "scoring",
    "example",
    "examples",
)

PARTS: Mapping[str, str] = {
    "InputFile": INPUT, "OutputFile": OUTPUT, "Interaction": INTERACTION, "Note": NOTE, "Notes": NOTE,
    "Scoring": SCORING, "Subtasks": SCORING, "Example": EXAMPLE, "Examples": EXAMPLES, "Explanation": NOTE,
    "Explanations": NOTE, "Input": INPUT, "Output": OUTPUT, "Specification": INTERACTION,
}  # fmt: skip
"""Olymp.sty's commands that begin a part of a statement."""

PART_ENVIRONMENTS: Mapping[str, str] = {
    "Input": INPUT, "Output": OUTPUT, "Interaction": INTERACTION, "Note": NOTE, "Scoring": SCORING,
}  # fmt: skip
"""Environments that are such a part."""

HEADINGS: Mapping[str, Mapping[str, str]] = {
    "en": {
        INPUT: "Input", OUTPUT: "Output", INTERACTION: "Interaction", NOTE: "Note", SCORING: "Scoring",
        EXAMPLE: "Example", EXAMPLES: "Examples",
    },
    "ru": {
        INPUT: "Входные данные", OUTPUT: "Выходные данные", INTERACTION: "Протокол взаимодействия", NOTE: "Примечание",
        SCORING: "Система оценки", EXAMPLE: "Пример", EXAMPLES: "Примеры",
    },
    "uk": {
        INPUT: "Вхідні дані", OUTPUT: "Вихідні дані", INTERACTION: "Протокол взаємодії", NOTE: "Примітка",
        SCORING: "Оцінювання", EXAMPLE: "Приклад", EXAMPLES: "Приклади",
    },
    "de": {
        INPUT: "Eingabe", OUTPUT: "Ausgabe", INTERACTION: "Interaktion", NOTE: "Hinweis", SCORING: "Bewertung",
        EXAMPLE: "Beispiel", EXAMPLES: "Beispiele",
    },
}  # fmt: skip
"""What the parts of a statement are called in its own language; in English where we do not know."""
