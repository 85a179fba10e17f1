"""A deck for each lesson: its votes, its moving explorers and what they show, its headings with formula and figure.

Nobody edits a deck: it is made of the built notebook and of the explorers themselves. A deck needs no network and no
server. What a lecturer says and where the slider goes stands in the notes of each slide.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from lstm_lab.drawing import svg
from lstm_lab.explorers.frames import Film as Strip
from lstm_lab.explorers.frames import cast
from pages.films import TEMPLATES, Film, film, film_html, film_script, slim
from pages.formulas import KATEX
from pages.markup import html_of
from pages.stills import LESSONS, LETTERS, sentence_case

HERE = Path(__file__).parent
REVEAL = HERE / "node_modules" / "reveal.js" / "dist"
MOST = 15
"""Slides of a deck at most."""
WIDE = 72
"""Letters of a line."""
FORMULA = re.compile(r"\$\$.+?\$\$", re.DOTALL)
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
LEFT_OUT = ("Sources", "Try it", "Where this breaks", "How to use the series")
MOTIF = ("bear", "fox", "tree", "squirrel", "tree", "goldfish", "tree", "squirrel", "tree", "?")


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


class Deck(NamedTuple):
    """The slides of a lesson."""

    name: str
    title: str
    slides: tuple[Slide, ...]


# --- reading a lesson ---------------------------------------------------------------------------------


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
        line = output.get("metadata", {}).get("lstm_lab", {}).get("python")
        made = film(line) if line else None
        data = output.get("data", {})
        if made is not None:
            yield made
        elif line:
            continue
        elif "image/svg+xml" in data:
            yield Shown(slim(data["image/svg+xml"], f"{key}-{number}"), "")
        elif "image/png" in data:
            alt = escape(output.metadata.get("image/png", {}).get("alt", data["text/plain"]))
            yield Shown(
                f'<img alt="{alt}" src="data:image/png;base64,{"".join(data["image/png"].split())}">', ""
            )
        elif output.output_type == "stream":
            yield Shown("", output.text.rstrip())


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of Markdown, formulas on lines of their own left out."""
    return [part.strip() for part in re.split(r"\n\s*\n", FORMULA.sub("\n\n", text)) if part.strip()]


def first_sentences(paragraph: str, room: int) -> str:
    """Return as many whole sentences of a paragraph, one a line, as fit into so many letters; at least one.

    >>> first_sentences("One is here.\\nTwo is longer.\\nThree.", 28)
    'One is here.\\nTwo is longer.'
    """
    taken: list[str] = []
    for line in paragraph.splitlines():
        if taken and sum(map(len, taken)) + len(line) > room:
            break
        taken.append(line)
    return "\n".join(taken)


def plain(text: str) -> bool:
    """Return whether a paragraph is running text: no list, table, question, code or HTML."""
    return not text.startswith(("-", "|", "*", "1.", "<", "`", "#", "    ")) or text.startswith("**")


# --- slides of one kind -------------------------------------------------------------------------------


def title_slide(path: Path, whole: list[Section]) -> Slide:
    """Return the first slide: number, title, what you will do, and the question the lesson begins with."""
    opening = whole[0].parts[0]
    assert isinstance(opening, str)
    title = opening.splitlines()[0].removeprefix("# ")
    aim = next(each for each in paragraphs(opening) if each.startswith("**You will**"))
    asked = [each for section in whole for each in section.parts if isinstance(each, Film)]
    headings = [section.heading for section in whole if section.heading.endswith("?")]
    question = asked[0].question if asked else next(iter(headings), "")
    about = {"number": path.stem[:2], "title": title, "aim": aim, "question": question, "strip": _motif()}
    return Slide("title", about, f"Ask before anything else: {question}")


def _motif() -> str:
    """Return a show as a strip of pictures, for the eye alone."""
    picture = Strip(cast(MOTIF, 0.5, 0))._repr_mimebundle_()["image/svg+xml"]
    picture = re.sub(r"<text.*?</text>|<title>.*?</title>|<desc>.*?</desc>", "", picture)
    picture = picture.replace('viewBox="0 0 1060 104"', f'viewBox="4 4 {84 * len(MOTIF) - 8} 78"', 1)
    return re.sub(
        r'role="img"',
        'aria-hidden="true" preserveAspectRatio="xMinYMid slice"',
        slim(picture, "motif"),
        count=1,
    )


def explorer_slides(made: Film) -> list[Slide]:
    """Return the vote, the moving explorer, and what it shows."""
    vote = made.vote
    there = made.vote.frame if vote else made.start
    row = made.row_of(there)
    position = f"{made.label}: {made.value_at(there)}" + (f"; {row.also}" if row.also else "")
    slides = []
    if vote is not None:
        about = {
            "question": sentence_case(vote.question),
            "choices": list(zip(LETTERS, vote.choices, strict=False)),
        }
        notes = f"Count hands for each letter. Say nothing yet. The answer is decided at {position}."
        slides.append(Slide("vote", about, notes))
    presets = " ".join(f"{place.question} {place.observation}" for place in made.places)
    notes = f"First without moving: {made.sentences[made.start]} Then move the slider to {position}. Presets: {presets}"
    slides.append(Slide("film", {"film": made, "figure": film_html(made, root="../", large=True)}, notes))
    about = {
        "answer": f"{vote.moment}: {vote.outcome}." if vote else made.question,
        "picture": slim(made.large[there], "answer"),
        "sentence": made.sentences[there],
        "belief": made.misconception,
        "not_shown": made.not_shown,
    }
    notes = f"Ask who was wrong, and why it was reasonable. Not shown here: {made.not_shown}"
    return [*slides, Slide("answer", about, notes)]


def section_slide(section: Section) -> Slide | None:
    """Return the slide of a heading: first sentences, formula, question, evidence and finding; None if it says little.

    Evidence is the section's first picture, or what its first cell prints if that is short; the finding is the first
    sentence after it. If the section asks for a prediction, evidence and finding come one step later.
    """
    about: dict[str, Any] = {"heading": section.heading, "lead": "", "list": "", "formula": "", "predict": ""}
    about |= {"picture": "", "printed": "", "finding": ""}
    for part in section.parts:
        if isinstance(part, Film):
            break
        if isinstance(part, Shown):
            if not (about["picture"] or about["printed"]) and (part.picture or _short(part.printed)):
                about |= part._asdict()
            continue
        seen = bool(about["picture"] or about["printed"])
        formula = FORMULA.search(part)
        if formula and not about["formula"] and not seen:
            about["formula"] = formula[0]
        for each in paragraphs(part):
            if each.startswith("**Predict"):
                about["predict"] = about["predict"] or first_sentences(each, 150)
            elif seen and not about["finding"] and plain(each):
                about["finding"] = first_sentences(each, 150)
            elif not seen and not about["lead"] and plain(each):
                about["lead"] = first_sentences(each, 190)
            elif not seen and about["lead"].endswith(":") and not about["list"] and each.startswith("- "):
                about["list"] = each
    evidence = about["picture"] or about["printed"]
    if not (evidence or about["formula"]) or (not about["lead"] and not about["predict"]):
        return None
    if about["lead"].endswith(":") and not about["list"]:
        about["lead"] = about["lead"][:-1] + "."
    notes = f"Ask first, then go on: {about['predict']}" if about["predict"] else section.heading
    return Slide("section", _fitting(about), notes)


def _short(printed: str) -> bool:
    lines = printed.splitlines()
    return bool(lines) and len(lines) <= 9 and max(map(len, lines)) <= 76


def _lines(text: str) -> int:
    return sum(-(-len(line) // WIDE) for line in text.splitlines()) if text else 0


def _fitting(about: dict[str, Any]) -> dict[str, Any]:
    """Return a section's slide without what there is no room for: the list, the formula, then the lead's last lines."""
    about = dict(about)

    def lines() -> float:
        taken = sum(_lines(about[name]) for name in ("lead", "list", "predict", "finding"))
        taken += 2.6 if about["formula"] else 0
        return taken + (5 if about["picture"] else 0.9 * len(about["printed"].splitlines()))

    for name in ("list", "finding", "formula"):
        if lines() > 12.5:
            about[name] = ""
    while lines() > 12.5 and "\n" in about["lead"]:
        about["lead"] = about["lead"].rpartition("\n")[0]
    return about


def last_slides(whole: list[Section], after: str) -> list[Slide]:
    """Return where this breaks, and what to try and read next."""
    named = {section.heading: section for section in whole}
    slides = []
    breaks = named.get("Where this breaks")
    if breaks is not None:
        text = next(part for part in breaks.parts if isinstance(part, str))
        taken = "\n\n".join(each for each in paragraphs(text) if plain(each))
        slides.append(
            Slide(
                "text", {"heading": "Where this breaks", "text": first_sentences(taken, 430)}, "Say it aloud."
            )
        )
    tasks = named.get("Try it")
    text = next((part for part in tasks.parts if isinstance(part, str)), "") if tasks else ""
    items = [line for line in text.splitlines() if re.match(r"\d\. ", line)]
    about = {"heading": "Try it", "text": _within("\n".join(items), 430), "after": after}
    slides.append(Slide("last", about, "Exercises check themselves in the running lesson."))
    return slides


def _within(items: str, room: int) -> str:
    """Return as many lines of a list as fit into so many letters."""
    taken: list[str] = []
    for line in items.splitlines():
        if sum(map(len, taken)) + len(line) > room:
            break
        taken.append(line)
    return "\n".join(taken)


# --- decks --------------------------------------------------------------------------------------------


def worth(slide: Slide) -> int:
    """Return how much a section's slide is worth keeping when there are too many."""
    about = slide.about
    return (
        4 * bool(about["picture"])
        + 2 * bool(about["formula"])
        + 2 * bool(about["predict"])
        + bool(about["finding"])
    )


def deck(path: Path, after: str) -> Deck:
    """Return the deck of a built lesson; ``after`` is the title of the next one, or empty."""
    whole = sections(path)
    first, last = title_slide(path, whole), last_slides(whole, after)
    middle: list[Slide] = []
    for section in whole:
        if section.heading in LEFT_OUT:
            continue
        slide = section_slide(section) if section.heading else None
        middle += [slide] if slide else []
        for part in section.parts:
            if isinstance(part, Film):
                middle += explorer_slides(part)
    room = MOST - 1 - len(last) - sum(slide.kind != "section" for slide in middle)
    ranked = sorted((slide for slide in middle if slide.kind == "section"), key=worth, reverse=True)
    kept = [id(slide) for slide in ranked[: max(0, room)]]
    middle = [slide for slide in middle if slide.kind != "section" or id(slide) in kept]
    return Deck(path.stem, first.about["title"], (first, *middle, *last))


MARKDOWN = ("aim", "lead", "list", "formula", "predict", "finding", "text", "heading")
"""Which pieces of a slide are Markdown."""


def typeset_decks(decks: Sequence[Deck]) -> list[Deck]:
    """Return decks with their Markdown as HTML, all formulas set in one go."""
    texts = [
        slide.about[name]
        for each in decks
        for slide in each.slides
        for name in MARKDOWN
        if name in slide.about
    ]
    done = iter(html_of(texts))
    return [
        each._replace(
            slides=tuple(
                slide._replace(
                    about=slide.about | {name: next(done) for name in MARKDOWN if name in slide.about}
                )
                for slide in each.slides
            )
        )
        for each in decks
    ]


def all_decks() -> list[Deck]:
    """Return the deck of every built lesson, typeset."""
    paths = sorted(LESSONS.glob("*.ipynb"))
    titles = [sections(path)[0].parts[0] for path in paths]
    names = [str(opening).splitlines()[0].removeprefix("# ") for opening in titles]
    return typeset_decks([deck(path, after) for path, after in zip(paths, [*names[1:], ""], strict=True)])


def write(site: Path) -> None:
    """Write site/slides, and whatever of its assets no other page has written yet."""
    folder = site / "slides"
    folder.mkdir(parents=True, exist_ok=True)
    _assets(site)
    template = TEMPLATES.get_template("deck.html")
    for each in all_decks():
        for slide in each.slides:
            if slide.kind == "film":
                script = site / "films" / f"{slide.about['film'].key}.large.js"
                if not script.exists():
                    script.parent.mkdir(exist_ok=True)
                    script.write_text(film_script(slide.about["film"], True), encoding="utf-8")
        (folder / f"{each.name}.html").write_text(template.render(deck=each, root="../"), encoding="utf-8")


def _assets(site: Path) -> None:
    assets = site / "assets"
    (assets / "reveal").mkdir(parents=True, exist_ok=True)
    for name in ("reveal.js", "reveal.css", "plugin/notes.js"):
        shutil.copy(REVEAL / name, assets / "reveal" / Path(name).name)
    shutil.copy(REVEAL.parent / "LICENSE", assets / "reveal" / "LICENSE")
    styles = (HERE / "assets" / "slides.css").read_text(encoding="utf-8")
    (assets / "slides.css").write_text(styles + svg.style_sheet() + "\n", encoding="utf-8")
    shutil.copy(HERE / "assets" / "slides.js", assets / "slides.js")
    if not (assets / "film.js").exists():
        shutil.copy(HERE / "assets" / "film.js", assets / "film.js")
    if not (assets / "katex").exists():
        (assets / "katex").mkdir()
        shutil.copy(KATEX / "katex.css", assets / "katex" / "katex.css")
        shutil.copytree(KATEX / "fonts", assets / "katex" / "fonts")
