"""What a slide can say of a part of a lesson: its first sentences, formula, question, evidence and finding."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from pages.films import Film, film_of, slim
from pages.notebooks import line_of
from pages.stills import size_of

WIDE = 72
"""Letters of a line."""
FULL = 12.5
"""Lines of text a slide holds."""
LEAST = 24
"""Pixels of the smallest letters."""
EVIDENCE = ("picture", "printed", "finding")
FORMULA = re.compile(r"\$\$.+?\$\$", re.DOTALL)
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


class Shown(NamedTuple):
    """What a section shows after its question: a picture as HTML, or printed lines; the unused one is empty."""

    picture: str
    printed: str


class Section(NamedTuple):
    """A part of a lesson under one heading: Markdown, and what its cells show, in order."""

    heading: str
    parts: tuple[str | Shown | Film, ...]


class Slide(NamedTuple):
    """A slide: its kind (which is its layout), pieces of HTML or Markdown by name, and its notes."""

    kind: str
    about: dict[str, Any]
    notes: str


def sections(path: Path) -> list[Section]:
    """Return the parts of a built lesson; the first, before any heading of second order, has the lesson's title."""
    found: list[tuple[str, list[str | Shown | Film]]] = [("", [])]
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
        if cell.cell_type == "markdown":
            before, *rest = HEADING.split(cell.source)
            found[-1][1].append(before)
            for heading, text in zip(rest[::2], rest[1::2], strict=True):
                found.append((heading, [text]))
        else:
            found[-1][1].extend(_outputs(cell, f"{path.stem[:2]}-{number}"))
    return [Section(heading, tuple(parts)) for heading, parts in found]


def _outputs(cell: nbformat.NotebookNode, key: str) -> Iterator[Shown | Film]:
    for number, output in enumerate(cell.get("outputs", [])):
        made = film_of(output)
        data = output.get("data", {})
        if made is not None:
            yield made
        elif line_of(output):
            continue
        elif "image/svg+xml" in data:
            picture = trimmed(data["image/svg+xml"])
            if readable(picture):
                yield Shown(slim(picture, f"{key}-{number}"), "")
        elif "image/png" in data:
            alt = escape(output.metadata.get("image/png", {}).get("alt", data["text/plain"]))
            yield Shown(
                f'<img alt="{alt}" src="data:image/png;base64,{"".join(data["image/png"].split())}">', ""
            )
        elif output.output_type == "stream":
            yield Shown("", output.text.rstrip())


def trimmed(picture: str) -> str:
    """Return a strip of pictures without the empty paper on its right; any other picture as it is."""
    drawn = [float(x) for x in re.findall(r'<use href="[^"]*" x="([\d.]+)"', picture)]
    wide, high = size_of(picture)
    if high > 110 or not drawn:
        return picture
    return picture.replace(
        f'viewBox="0 0 {wide:g} {high:g}"', f'viewBox="0 0 {max(drawn) + 84:g} {high:g}"', 1
    )


def readable(picture: str) -> bool:
    """Return whether the smallest words of a picture are large enough when it fills a slide below its heading."""
    wide, high = size_of(picture)
    scale = min(1152 / wide, 490 / high)
    return min(map(float, re.findall(r'font-size="([\d.]+)"', picture)), default=99) * scale >= LEAST


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of Markdown; a question that asks for a prediction is one of its own."""
    return [part.strip() for part in re.split(r"\n\s*\n|\n(?=\*\*Predict)", text) if part.strip()]


def plain(text: str) -> bool:
    """Return whether a paragraph is running text: no list, table, formula, question, code or HTML."""
    return not text.startswith(("-", "|", "* ", "1.", "<", "`", "#", "    ", "$$", "**Predict"))


def within(text: str, room: int) -> str:
    """Return as many whole lines of a text as fit into so many letters; at least one."""
    taken = list[str]()
    for line in text.splitlines():
        if taken and sum(map(len, taken)) + len(line) > room:
            break
        taken.append(line)
    return "\n".join(taken).strip()


def section_slide(section: Section) -> Slide | None:
    """Return the slide of a heading: first sentences, formula, question, evidence and finding; None if it says little.

    Evidence is the section's first picture, or what a cell prints if that is short, but none from before the
    question; the finding is the first sentence after it. Questions come first, evidence one step later.
    """
    about: dict[str, Any] = dict.fromkeys(("lead", "list", "formula", "predict", *EVIDENCE), "")
    about["heading"] = section.heading
    for part in section.parts:
        if isinstance(part, Film):
            break
        if isinstance(part, Shown):
            _see(about, part)
            continue
        for each in paragraphs(part):
            _read(about, each)
    if not about["predict"] and len(about["printed"].splitlines()) == 1:
        about |= dict.fromkeys(EVIDENCE, "")
    if not (about["picture"] or about["printed"] or about["formula"]):
        return None
    notes = (
        f"Ask first, then go on. {_said(about['finding'])}" if about["predict"] else _said(about["finding"])
    )
    return Slide("section", _fitting(about), notes or section.heading)


def _see(about: dict[str, Any], shown: Shown) -> None:
    """Take what a cell shows, if there is no evidence yet, or if both are a few printed lines."""
    if not (about["picture"] or about["printed"]):
        about |= shown._asdict() if shown.picture or _short(shown.printed) else {}
    elif about["printed"] and shown.printed and not about["predict"]:
        both = f"{about['printed']}\n{shown.printed}"
        about |= {"printed": both} if _short(both) else {}


def _read(about: dict[str, Any], paragraph: str) -> None:
    """Take from a paragraph of Markdown what a section's slide has not yet."""
    seen = about["picture"] or about["printed"]
    formula = FORMULA.fullmatch(paragraph)
    if formula and not seen:
        about["formula"] = f"{about['formula']}\n\n{stacked(paragraph)}".strip()
    elif paragraph.startswith("**Predict"):
        if not about["predict"]:
            about |= dict.fromkeys(EVIDENCE, "")
            about["predict"] = within(paragraph, 150)
    elif seen and not about["finding"] and plain(paragraph) and not paragraph.endswith(":"):
        about["finding"] = within(paragraph, 150)
    elif not (seen or about["lead"] or about["formula"]) and plain(paragraph):
        about["lead"] = within(paragraph, 190)
    elif not seen and about["lead"].endswith(":") and not about["list"] and paragraph.startswith("- "):
        about["list"] = paragraph


def stacked(formula: str) -> str:
    r"""Return a formula of several equations side by side with one below the other, for a slide is not so wide.

    >>> stacked(r"$$a = b \qquad c = d$$")
    '$$\\begin{gathered}a = b\\\\[.3em]c = d\\end{gathered}$$'
    """
    parts = [part.strip() for part in formula.strip("$").split(r"\qquad") if part.strip()]
    if len(parts) == 1:
        return formula
    return r"$$\begin{gathered}" + r"\\[.3em]".join(parts) + r"\end{gathered}$$"


def _said(markdown: str) -> str:
    """Return Markdown as it is spoken."""
    return re.sub(r"[*`$]|\[([^]]*)\]\([^)]*\)", r"\1", markdown).replace("\n", " ")


def _short(printed: str) -> bool:
    lines = printed.splitlines()
    return bool(lines) and len(lines) <= 9 and max(map(len, lines)) <= 76


def _lines(text: str) -> int:
    return sum(-(-len(line) // WIDE) for line in text.splitlines()) if text else 0


def _fitting(about: dict[str, Any]) -> dict[str, Any]:
    """Return a section's slide without what there is no room for, and how much its text may grow.

    A still figure needs the whole slide: with a question it takes the place of what was said before; without one,
    only the first sentence stays above it, and the finding goes into the notes.
    """
    about = dict(about, size=30, print_size=_print_size(about["printed"]))
    if about["picture"] and not about["predict"]:
        about |= {"lead": about["lead"].partition("\n")[0], "list": "", "formula": "", "finding": ""}
    if about["lead"].endswith(":") and not about["list"]:
        about["lead"] = about["lead"][:-1] + "."
    if about["picture"]:
        return about

    def lines() -> float:
        taken = sum(_lines(about[name]) for name in ("lead", "list", "predict", "finding"))
        taken += 1.7 * (about["formula"].count("$$") / 2 + about["formula"].count(r"\\[.3em]"))
        return taken + about["print_size"] / 28 * len(about["printed"].splitlines())

    for name in ("list", "finding"):
        if lines() > FULL:
            about[name] = ""
    while lines() > FULL and ("\n" in about["lead"] or (about["lead"] and about["formula"])):
        about["lead"] = about["lead"].rpartition("\n")[0]  # a formula can stand for the last sentence
    about["size"] = 38 if lines() < 0.55 * FULL else 34 if lines() < 0.75 * FULL else 30
    return about


def _print_size(printed: str) -> int:
    """Return how large printed lines can be, in pixels."""
    widest = max(map(len, printed.splitlines()), default=1)
    return int(min(34, max(24, 1090 / (0.61 * widest))))
