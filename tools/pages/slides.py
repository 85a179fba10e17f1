"""A deck for each lesson: its votes, its moving explorers and what they show, its headings with formula and figure.

Nobody edits a deck: it is made of the built notebook and of the explorers themselves. A deck needs no network and no
server. What a lecturer says and where the slider goes stands in the notes of each slide.
"""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from lstm_lab.drawing import svg
from lstm_lab.explorers.frames import Film as Strip
from lstm_lab.explorers.frames import cast
from pages.excerpts import Section, Slide, paragraphs, plain, section_slide, sections, within
from pages.films import TEMPLATES, Film, film_html, slim
from pages.lessons import Lesson, lessons
from pages.markup import html_of
from pages.notebooks import NOTEBOOKS
from pages.project import npm
from pages.stills import LETTERS, sentence_case

HERE = Path(__file__).parent
MOST = 15
"""Slides of a deck at most."""
LEFT_OUT = ("Sources", "Try it", "Where this breaks", "How to use the series")
MOTIF = ("bear", "fox", "tree", "squirrel", "tree", "goldfish", "tree", "squirrel", "tree", "?")


class Deck(NamedTuple):
    """The slides of a lesson."""

    name: str
    title: str
    slides: tuple[Slide, ...]


# --- slides of one kind -------------------------------------------------------------------------------


def title_slide(lesson: Lesson, whole: list[Section]) -> Slide:
    """Return the first slide: number, title, what you will do, and the question the lesson begins with."""
    headings = (section.heading for section in whole if section.heading.endswith("?"))
    question = lesson.films[0].question if lesson.films else next(headings, "")
    about = {
        "number": lesson.number,
        "title": lesson.title,
        "aim": f"**You will** {lesson.aim}",
        "question": question,
        "strip": _motif(),
    }
    return Slide("title", about, f"Ask before anything else: {question}")


def _motif() -> str:
    """Return a show as a strip of pictures, for the eye alone."""
    picture = Strip(cast(MOTIF, 0.5, 0))._repr_mimebundle_()["image/svg+xml"]
    picture = re.sub(r"<text.*?</text>|<title>.*?</title>|<desc>.*?</desc>", "", picture)
    picture = picture.replace('viewBox="0 0 1060 104"', f'viewBox="4 4 {84 * len(MOTIF) - 8} 78"', 1)
    return re.sub(
        r'role="img"',
        'aria-hidden="true" preserveAspectRatio="xMidYMid meet"',
        slim(picture, "motif"),
        count=1,
    )


def explorer_slides(made: Film) -> list[Slide]:
    """Return the vote, the moving explorer, and what it shows."""
    vote = made.vote
    there = vote.frame if vote else made.start
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


def last_slides(whole: list[Section], after: str) -> list[Slide]:
    """Return where this breaks, and what to try and read next."""
    named = {section.heading: section for section in whole}
    slides = []
    breaks = named.get("Where this breaks")
    if breaks is not None:
        text = "\n\n".join(part for part in breaks.parts if isinstance(part, str))
        kept = [each for each in paragraphs(text) if plain(each) or each.startswith("**Predict")]
        kept = ["\n".join(line for line in each.splitlines() if not line.endswith(":")) for each in kept]
        about = {"heading": "Where this breaks", "text": within("\n\n".join(kept), 420)}
        slides.append(
            Slide("text", about, "Say it aloud: what was shown holds for this story and these networks.")
        )
    tasks = named.get("Try it")
    text = "\n\n".join(part for part in tasks.parts if isinstance(part, str)) if tasks else ""
    items = [re.sub(":$", ".", line) for line in text.splitlines() if re.match(r"\d\. ", line)]
    task = "\n".join(items) or next((each for each in paragraphs(text) if plain(each)), "")
    about = {"heading": "Try it" if task else "Next", "text": within(task, 430), "after": after}
    slides.append(Slide("last", about, "Exercises check themselves in the running lesson."))
    return slides


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


def deck(lesson: Lesson, after: str) -> Deck:
    """Return the deck of a lesson; ``after`` is the title of the next one, or empty."""
    whole = sections(NOTEBOOKS / f"{lesson.name}.ipynb")
    first, last = title_slide(lesson, whole), last_slides(whole, after)
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
    return Deck(lesson.name, lesson.title, (first, *middle, *last))


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
    series = lessons()
    following = [*(lesson.title for lesson in series[1:]), ""]
    return typeset_decks([deck(lesson, after) for lesson, after in zip(series, following, strict=True)])


def write(site: Path) -> None:
    """Write the decks into ``slides/``, and what only they need into ``assets/``."""
    folder, assets = site / "slides", site / "assets"
    folder.mkdir(parents=True, exist_ok=True)
    (assets / "reveal").mkdir(parents=True, exist_ok=True)
    for name in ("dist/reveal.js", "dist/reveal.css", "dist/plugin/notes.js", "LICENSE"):
        shutil.copy(npm("reveal.js") / name, assets / "reveal")
    style = (HERE / "assets" / "slides.css").read_text(encoding="utf-8")
    (assets / "slides.css").write_text(f"{style}\n{svg.style_sheet()}\n", encoding="utf-8")
    shutil.copy(HERE / "assets" / "slides.js", assets)
    template = TEMPLATES.get_template("deck.html")
    for each in all_decks():
        (folder / f"{each.name}.html").write_text(template.render(deck=each, root="../"), encoding="utf-8")
