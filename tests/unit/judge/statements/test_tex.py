"""TeX of real statements' forms (the ICPC's packages, Kattis's, Polygon's olymp.sty) becomes Markdown."""

import textwrap
import time

import pytest

from chalicelib.judge.statements import tex
from chalicelib.judge.statements.converted import Converted


def converted(source: str, language: str = "en", pictures: tuple[str, ...] = ()) -> Converted:
    def picture(name: str) -> str | None:
        return next((each for each in pictures if each == name or each.partition(".")[0] == name), None)

    return tex.convert(textwrap.dedent(source), language=language, picture=picture)


def text(source: str, language: str = "en", pictures: tuple[str, ...] = ()) -> str:
    return converted(source, language, pictures).text


ICPC = r"""
    \problemname{Odd \emph{Echo}}
    \illustration{0.3}{echo.jpg}{Photo by \href{https://example.org/a?b=1\&c=2}{someone}}
    % \textbf{remark}
    The ECHO robot prints $N$~words ($1 \leq N \leq 10$) --- but
    only every \emph{second} one.

    \section*{Input}
    The first line contains an integer $N$.
    \begin{itemize}
      \item First, \texttt{a\_b};
      \item second:
      \begin{enumerate}
        \item inner
        \item[(x)] labelled
      \end{enumerate}
    \end{itemize}

    \section*{Scoring}
    \noindent
    \begin{tabular}{| l | c | r |}
      \hline
      \textbf{Group} & \textbf{Points} & \textbf{Constraints} \\ \hline
      $1$ & $40$ & $|a| \le 5$ \\ \hline
      \multicolumn{2}{|c|}{both} & no % more
      constraints \\ \hline
    \end{tabular}
    """


def test_a_statement_of_the_icpcs_form() -> None:
    made = converted(ICPC, pictures=("echo.jpg",))
    assert made.title == "Odd Echo"
    assert made.notes == ()
    assert made.text == textwrap.dedent(r"""
        ![echo](echo.jpg)

        Photo by [someone](<https://example.org/a?b=1&c=2>)

        The ECHO robot prints $N$~words ($1 \leq N \leq 10$) — but only every *second* one.

        ## Input

        The first line contains an integer $N$.

        - First, `a_b`;
        - second:
          1. inner
          2. **(x)** labelled

        ## Scoring

        | **Group** | **Points** | **Constraints** |
        | --- | :---: | ---: |
        | $1$ | $40$ | $\vert a\vert \le 5$ |
        | both |  | no constraints |
        """).strip().replace("~", "\u00a0")


POLYGON = r"""
    \begin{problem}{Сумма}{standard input}{standard output}{1 second}{256 megabytes}

    У Васи "--- <<много>> чисел $a_1, a_2, \ldots, a_n$. \textbf{Важно:} \bf{не более} $10^5$.
    \begin{center}
      \includegraphics[scale=0.5]{pic.1}
    \end{center}

    \InputFile
    Число $n$.
    \OutputFile
    Сумма.
    \Scoring
    Подзадачи.
    \Examples
    \begin{example}
    \exmpfile{example.01}{example.01.a}%
    \exmpfile{example.02}{example.02.a}%
    \end{example}
    \Note
    $$\sum_{i=1}^n a_i$$
    \end{problem}
    """


def test_a_statement_of_polygons_form_in_its_language() -> None:
    made = converted(POLYGON, "ru", ("pic.1",))
    assert made.title == "Сумма"
    assert (
        made.text
        == textwrap.dedent(r"""
        У Васи — «много» чисел $a_1, a_2, \ldots, a_n$. **Важно:** **не более** $10^5$.

        ![pic](pic.1)

        ## Входные данные

        Число $n$.

        ## Выходные данные

        Сумма.

        ## Система оценки

        Подзадачи.

        ## Примечание

        $$\sum_{i=1}^n a_i$$
        """).strip()
    )


def test_examples_that_stand_in_the_statement_are_kept() -> None:
    source = "\\Example\n\\begin{example}\n\\exmp{1 2\n\\#}{3}%\n\\end{example}"
    assert text(source) == "## Example\n\n```\n1 2\n#\n```\n\n```\n3\n```"


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("50\\% of a\\_b \\& \\#1 \\{x\\} costs \\$5", r"50% of a_b & #1 {x} costs \$5"),
        ("2 * 3 * 4, [a](b), `x', <b>", "2 \\* 3 \\* 4, [a\\](b), ‘x', \\<b>"),
        ("_x_ and snake_case", r"\_x\_ and snake_case"),
        ("1. not a list", r"1\. not a list"),
        ("- not a list", r"\- not a list"),
        ("\\# not a heading", r"\# not a heading"),
        ('G\\"odel, \\\'Etude, Erd\\H{o}s, na\\"{\\i}ve, \\c{c}a, \\v s', "Gödel, Étude, Erdős, naïve, ça, š"),
        ("{\\bf bold \\it both} plain {\\em it}", "**bold** ***both*** plain *it*"),
        ("\\textbf{one\n\ntwo}", "**one**\n\n**two**"),
        ("\\textbf{Note:}text", "**Note**:text"),
        ("\\textbf{a \\textbf{b} c}", "**a b c**"),
        ("\\textbf{ }x", " x".strip()),
        ("\\texttt{a * b_c}", "`a * b_c`"),
        ("\\texttt{n = $n$}", "`n = `$n$"),
        ("\\verb|a{b}%c$| and \\lstinline{x_1}", "`a{b}%c$` and `x_1`"),
        ("a\\\\b", "a\\\nb"),
        ("a~b--c---d", "a\u00a0b–c—d"),
        ("``quoted'' \\enquote{x}", "“quoted” “x”"),
        ("\\url{http://a.b/c%20d_e}", "<http://a.b/c%20d_e>"),
        ("\\href{javascript:alert(1)}{x}", "x"),
        ("a\\footnote{b}", "a (b)"),
        ("\\paragraph{Task.} Go", "**Task.** Go"),
        ("\\subsection*{Sub}x", "### Sub\n\nx"),
        ("a % gone\n  b", "a b"),
        ("a\n% gone\nb", "a b"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("\\begin{quote}a\n\nb\\end{quote}", "> a\n>\n> b"),
        ("\\begin{description}\\item[x] y\\end{description}", "- **x** y"),
        ("\\begin{minipage}[t]{0.5\\textwidth}a\\end{minipage}", "a"),
        ("\\begin{wrapfigure}{r}{3cm}a\\caption{c}\\end{wrapfigure}", "a\n\n*c*"),
        ("\\begin{lstlisting}[language=C]\nint a[2]; // 5%\n\\end{lstlisting}", "```\nint a[2]; // 5%\n```"),
        ("\\begin{verbatim}\n```\n\\x\n\\end{verbatim}", "````\n```\n\\x\n````"),
        ("\\begin{comment}no\\end{comment}\\iffalse no \\fi yes", "yes"),
        ("x \\nextsample y", "x y"),
        ("\\documentclass{article}\\newcommand{\\n}{7}\n\\begin {document}\\n!\\end {document}z", "7!"),
        ("\\newcommand{\\p}[2][b]{#1-#2}\\p{a} \\p[c]{d}", "b-a c-d"),
        ("\\def\\x#1{<#1>}$\\x{1}$", "$<1>$"),
        ("\\DeclareMathOperator{\\mex}{mex}$\\mex S$", "$\\operatorname{mex} S$"),
    ],
)
def test_small_things(source: str, markdown: str) -> None:
    made = converted(source)
    assert (made.text, made.notes) == (markdown, ())


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("$ a < b $", "$a < b$"),
        ("$a \\text{ if $b$ } c$", "$a \\text{ if \\(b\\) } c$"),
        ("$5\\$$", "$5\\text{\\textdollar}$"),
        ("$a\nb$", "$a b$"),
        ("$\\mbox{x}$", "$\\text{x}$"),
        ("\\(a\\) and \\[b\\]", "$a$ and\n\n$$b$$"),
        ("$$a\n= b$$", "$$a = b$$"),
        ("\\begin{equation}\\label{e} a \\end{equation}", "$$a$$"),
        ("\\begin{align*} a &= b \\\\ c &= d \\end{align*}", "$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$"),
        ("\\begin{eqnarray*} a & = & b \\end{eqnarray*}", "$$\\begin{aligned} a &= b \\end{aligned}$$"),
        ("$\\begin{cases} 1 & x \\\\ 2 & y \\end{cases}$", "$\\begin{cases} 1 & x \\\\ 2 & y \\end{cases}$"),
        ("$$$$ and $ $", "and"),
    ],
)
def test_formulas(source: str, markdown: str) -> None:
    assert text(source) == markdown


@pytest.mark.parametrize(
    ("source", "markdown", "code"),
    [
        ("\\foo{bar} x", "bar x", "tex_commands_unknown"),
        ("\\begin{strange}x\\end{strange}", "x", "tex_commands_unknown"),
        ("\\begin{tikzpicture}\\draw (0,0);\\end{tikzpicture}a", "a", "tex_drawing"),
        ("\\includegraphics{none.png}", "[none.png]", "picture_not_shown"),
        ("costs $5", "costs \\$5", "tex_formula_open"),
        ("see \\ref{fig}", "see (fig)", "tex_references"),
    ],
)
def test_what_is_not_understood_stays_readable_and_is_told(source: str, markdown: str, code: str) -> None:
    made = converted(source)
    assert (made.text, [note.code for note in made.notes]) == (markdown, [code])


@pytest.mark.parametrize(
    "source",
    [
        "\\newcommand{\\a}{\\b\\b}\\newcommand{\\b}{\\a\\a}\\a",
        "\\def\\a{x}" + "".join(f"\\def\\{chr(98 + i)}{{\\{chr(97 + i)}\\{chr(97 + i)}}}" for i in range(24)) + "\\y",
        "{" * 5000 + "x" + "}" * 5000,
        "\\begin{itemize}\\item " * 3000,
        "\\textbf{" * 3000,
    ],
    ids=["each other", "doubling", "braces", "lists", "commands"],
)
def test_a_bomb_is_told_and_stays_as_it_is(source: str) -> None:
    begun = time.process_time()
    made = converted(source)
    assert [note.code for note in made.notes] == ["statement_not_converted"]
    assert made.text.startswith("```\n")
    assert time.process_time() - begun < 5


def test_what_is_left_open_ends_with_the_text() -> None:
    assert text("\\begin{itemize}\\item a \\textbf{b") == "- a **b**"
    assert text("a } b \\end{itemize} c") == "a b c"
    assert text("x\\") == "x"


def test_a_large_statement_is_converted_at_once() -> None:
    begun = time.process_time()
    paragraph = "Some \\textbf{text} with $x_1$ and \\texttt{code}, \\emph{twice}.\n\n"
    assert text(paragraph * 1500).count("**text**") == 1500
    assert time.process_time() - begun < 5
