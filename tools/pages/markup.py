"""Markdown of the lessons as HTML: headings with addresses, coloured code, formulas set by KaTeX."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import unquote

from mistune import HTMLRenderer
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from pages.formulas import Formula, typeset
from pages.project import repository

WAITING = re.compile("\ue000(\\d+)\ue001")
NOTEBOOK = re.compile(r"([\w/.-]*)\.ipynb(?:#(.*))?")


class Renderer(HTMLRenderer):
    """HTML with a place for each formula, to be filled later, by its number in ``formulas``."""

    def __init__(self, formulas: list[Formula]) -> None:
        super().__init__(escape=False)
        self.formulas = formulas

    def _later(self, tex: str, display: bool) -> str:
        self.formulas.append(Formula(tex.strip(), display))
        return f"\ue000{len(self.formulas) - 1}\ue001"

    def inline_math(self, body: str) -> str:
        """Return the place of a formula within a line."""
        return self._later(body, False)

    def block_math(self, body: str) -> str:
        """Return the place of a formula on its own line."""
        return self._later(body, True)

    def latex_environment(self, name: str, body: str) -> str:
        """Return the place of a formula of several lines."""
        return self._later(f"\\begin{{{name}}}{body}\\end{{{name}}}", True)

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        """Return a heading with an address."""
        return f'<h{level} id="{slug(text)}">{text}</h{level}>\n'

    def block_code(self, code: str, info: str | None = None) -> str:
        """Return lines of code, coloured if they are Python."""
        return coloured(code) if info == "python" else f"<pre><code>{escape(code)}</code></pre>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Return a link; one to a notebook leads to its page, one to another file to the repository."""
        found = NOTEBOOK.fullmatch(url)
        if found:
            place = f"#{slug(unquote(found[2]))}" if found[2] else ""
            url = f"{found[1].split('/')[-1]}.html{place}"
        elif not re.match(r"[a-z]+:|#", url):
            url = f"{repository()}/blob/main/{url.removeprefix('../')}"
        return f'<a href="{escape(url)}">{text}</a>'


def slug(heading: str) -> str:
    """Return the address of a heading.

    >>> slug("What is fed back is <em>h</em>, not the answer")
    'what-is-fed-back-is-h-not-the-answer'
    """
    words = re.sub(r"<[^>]+>|&\w+;|\ue000\d+\ue001", "", heading).lower()
    return re.sub(r"[^\w]+", "-", words).strip("-")


def coloured(code: str) -> str:
    """Return Python as HTML, each kind of word in a class of its own."""
    inside = highlight(code.rstrip(), PythonLexer(), HtmlFormatter(nowrap=True))
    return f'<pre class="python"><code>{inside.rstrip()}</code></pre>\n'


def html_of(texts: Sequence[str]) -> list[str]:
    """Return each Markdown text as HTML; all their formulas are set in one go."""
    formulas: list[Formula] = []
    render = MarkdownWithMath(Renderer(formulas))
    pages = [str(render(text)) for text in texts]
    done = typeset(formulas)
    return [WAITING.sub(lambda found: done[int(found[1])], page) for page in pages]
