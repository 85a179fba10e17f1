"""A picture as a file of its own: every look written on its mark, for slide programs that read little CSS.

Inside a page a picture takes the page's colours through variables and rules. Programs that show slides know no
variables and few rules, so here each rule is applied and gone: ink on white paper, as on a page without a theme.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from xml.dom import minidom

Mark = Any
"""An element of a minidom document, whose types say of every parent that it may be missing."""

VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
SELECTOR = re.compile(r"(\w*)((?:\.[\w-]+)*)((?::not\(\.?[\w-]+\))*)")
LINK = "http://www.w3.org/1999/xlink"
DROPPED = ("paint-order", "font-variant-numeric", "line-height", "text-wrap")
"""What is no attribute of a mark, or is drawn otherwise here."""


class Rule(NamedTuple):
    """What a mark of this tag (any, if empty), with these classes and without those, looks like."""

    tag: str
    classes: frozenset[str]
    without: frozenset[str]
    look: Mapping[str, str]

    def fits(self, tag: str, classes: frozenset[str]) -> bool:
        """Return whether the rule is about a mark."""
        return self.tag in ("", tag) and self.classes <= classes and not self.without & {*classes, tag}

    @property
    def weight(self) -> tuple[int, int]:
        """How special the rule is: the more special one wins."""
        return len(self.classes), bool(self.tag) + len(self.without)


def standalone(picture: str) -> str:
    """Return a picture that looks the same in a program that knows neither variables nor style sheets.

    Variables take their fallback, rules become attributes, links inside the picture take their old name, and the
    rim of paper around words is drawn as a text of its own behind them.

    >>> standalone('<svg class="lab"><style>.lab .s{stroke:var(--a,var(--b,#111))}</style><g class="s"/></svg>')
    '<svg><g class="s" stroke="#111"/></svg>'

    Raises:
        ValueError: a variable has neither a value nor a fallback.
    """
    document: Any = minidom.parseString(picture)
    sheets = list(document.getElementsByTagName("style"))
    texts = dict.fromkeys("".join(each.data for each in sheet.childNodes) for sheet in sheets)
    variables, rules = _read("".join(texts))
    for sheet in sheets:
        sheet.parentNode.removeChild(sheet)
    for mark in list(_all(document.documentElement)):
        _dress(mark, rules, variables)
    whole = document.documentElement
    if any(mark.hasAttribute("xlink:href") for mark in _all(whole)):
        whole.setAttribute("xmlns:xlink", LINK)
    return whole.toxml()


def resolved(value: str, variables: Mapping[str, str]) -> str:
    """Return a value with its variables replaced, from the inside out.

    >>> resolved("var(--a,var(--b,#111))", {"--a": "var(--c,red)"})
    'red'
    """

    def replace(found: re.Match[str]) -> str:
        name, fallback = found[1], found[2]
        if name not in variables and fallback is None:
            raise ValueError(f"the variable {name} has neither a value nor a fallback")
        return variables.get(name) or fallback.strip()

    while VARIABLE.search(value):
        value = VARIABLE.sub(replace, value)
    return value


def _read(sheet: str) -> tuple[dict[str, str], list[Rule]]:
    """Return the variables of a style sheet, and its rules from the most general to the most special."""
    variables: dict[str, str] = {}
    rules = []
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        look = _looks(body)
        variables |= {name: value for name, value in look.items() if name.startswith("--")}
        for selector in selectors.split(","):
            last = selector.split()[-1]
            tag, classes, without = SELECTOR.fullmatch(last).groups()  # pyright: ignore[reportOptionalMemberAccess]
            rules.append(
                Rule(tag, _names(classes, "."), frozenset(re.findall(r"\(\.?([\w-]+)\)", without)), look)
            )
    return variables, sorted(rules, key=lambda rule: rule.weight)


def _names(words: str, between: str | None = None) -> frozenset[str]:
    return frozenset(word for word in words.split(between) if word)


def _looks(body: str) -> dict[str, str]:
    """Return declarations by name."""
    pairs = (each.split(":", 1) for each in body.split(";") if each.strip())
    return {name.strip(): value.strip() for name, value in pairs}


def _all(mark: Mark) -> Iterator[Mark]:
    yield mark
    for child in mark.childNodes:
        if isinstance(child, minidom.Element):
            yield from _all(child)


def _dress(mark: Mark, rules: list[Rule], variables: Mapping[str, str]) -> None:
    """Write on a mark what the rules, and then its own style, say of it."""
    classes = _names(mark.getAttribute("class"))
    look: dict[str, str] = {}
    for rule in rules:
        if rule.fits(mark.tagName, classes):
            look |= rule.look
    look |= _looks(mark.getAttribute("style"))
    for name, value in look.items():
        if not name.startswith("--") and name not in DROPPED:
            mark.setAttribute(name, resolved(value, variables).removesuffix("px"))
    for name in ("style", "class") if mark.tagName != "g" else ("style",):
        if mark.hasAttribute(name):
            mark.removeAttribute(name)
    if mark.hasAttribute("href"):
        target = mark.getAttribute("href")
        mark.removeAttribute("href")
        mark.setAttribute("xlink:href", target)
    if look.get("paint-order") == "stroke":
        rim = mark.cloneNode(deep=True)
        rim.setAttribute("fill", mark.getAttribute("stroke"))
        rim.setAttribute("stroke-linejoin", "round")
        mark.parentNode.insertBefore(rim, mark)
        mark.setAttribute("stroke", "none")
