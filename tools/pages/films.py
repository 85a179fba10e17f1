"""An explorer as a film: every picture along its leading control drawn beforehand, and every preset.

    film = film("from lstm_lab.explorers.tour import Tour; Tour(trees=0)")
    film.frames[film.start], film.sentences[film.start]

A row of frames is one course of the leading control with all else unchanged. The first row holds the explorer's own
start; presets and the prediction that set other controls too bring rows of their own, so that the slider goes on
working where a button has led.
"""

import ast
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from lstm_lab.explorers import Explorer
from lstm_lab.explorers.base import Values
from pages.courses import beside, course, leading, name_of, stops, words
from pages.notebooks import line_of

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
NAMED = re.compile(r'(\bid="|href="#|url\(#)')
PIECE = re.compile(r"<[^>]*>[^<]*")
LONG = 60


class Row(NamedTuple):
    """One course of the leading control. ``also`` says what else is set, compared with the start.

    Its frames are ``first``, ``first + 1``, … of the film, one for each of ``values``, which are words.
    """

    also: str
    first: int
    values: tuple[str, ...]


class Place(NamedTuple):
    """A preset: the frame it leads to, and what is to be seen there."""

    question: str
    observation: str
    frame: int


class Vote(NamedTuple):
    """A prediction: at ``frame`` it is decided, ``outcome`` is the right one of ``choices``."""

    question: str
    choices: tuple[str, ...]
    frame: int
    moment: str
    outcome: str


class Film(NamedTuple):
    """An explorer without a kernel. ``frames`` and ``large`` are pictures, normal and in large print, one per sentence.

    ``label`` is what the leading control is called, ``start`` the frame that the lesson begins with.
    """

    key: str
    line: str
    name: str
    question: str
    misconception: str
    not_shown: str
    label: str
    rows: tuple[Row, ...]
    start: int
    frames: tuple[str, ...]
    large: tuple[str, ...]
    sentences: tuple[str, ...]
    places: tuple[Place, ...]
    vote: Vote | None
    challenge: str

    def row_of(self, frame: int) -> Row:
        """Return the row that a frame is in."""
        return next(row for row in reversed(self.rows) if row.first <= frame)

    def value_at(self, frame: int) -> str:
        """Return the value of the leading control at a frame, in words."""
        row = self.row_of(frame)
        return row.values[frame - row.first]


Spot = tuple[str, int]
"""A course by its name, and the number of a value in it."""
Shot = tuple[str, str, str]
"""A picture, normal and in large print, and its sentence."""


class Course(NamedTuple):
    """A row to be filmed: the other values, those of the leading control, and which of them are needed."""

    others: Values
    values: list[Any]
    needed: set[int]


def rebuilt(line: str) -> Explorer | None:
    """Return the explorer of a line as *Copy as Python* gives it; None if the line needs names of its page."""
    scope: dict[str, Any] = {}
    *before, last = ast.parse(line).body
    if not isinstance(last, ast.Expr):
        raise ValueError(f"a line must end with an explorer, got {line!r}")
    exec(compile(ast.Module(before, []), "line", "exec"), scope)
    needed = {node.id for node in ast.walk(last) if isinstance(node, ast.Name)}
    if not needed <= set(scope):
        return None
    return eval(compile(ast.Expression(last.value), "line", "eval"), scope)


@cache
def film(line: str) -> Film | None:
    """Return the film of an explorer from the line that rebuilds it; None if it cannot be rebuilt from it."""
    explorer = rebuilt(line)
    if explorer is None:
        return None
    name = leading(explorer)
    key = f"{type(explorer).__name__.lower()}-{hashlib.sha1(line.encode()).hexdigest()[:6]}"
    asked, start = explorer.asked, explorer.values()
    courses, spots = _spots(explorer, name)
    outcome = asked.prediction.outcome(explorer.record) if asked.prediction else ""
    rows, shots, numbers = _filmed(explorer, name, start, courses, key)
    frames, large, sentences = zip(*shots, strict=True)
    at = [numbers[spot] for spot in spots]
    places = zip(asked.presets.items(), at[1:], strict=False)
    return Film(
        key=key,
        line=line,
        name=type(explorer).__name__,
        question=explorer.question,
        misconception=explorer.misconception,
        not_shown=explorer.not_shown,
        label=name_of(explorer.inputs[name]),
        rows=tuple(rows),
        start=at[0],
        frames=frames,
        large=large,
        sentences=sentences,
        places=tuple(Place(question, preset.observation, frame) for (question, preset), frame in places),
        vote=asked.prediction
        and Vote(
            asked.prediction.question, asked.prediction.choices, at[-1], asked.prediction.moment, outcome
        ),
        challenge=asked.challenge.text if asked.challenge else "",
    )


def film_of(output: Mapping[str, Any]) -> Film | None:
    """Return the film of the explorer that an output of a notebook shows; None if there is none."""
    line = line_of(output)
    return film(line) if line else None


def _spots(explorer: Explorer, name: str) -> tuple[dict[str, Course], list[Spot]]:
    """Return the courses through the start, every preset and the prediction, and where in them these are, in order.

    An explorer that asks for a prediction ends where that is decided.
    """
    courses: dict[str, Course] = {}
    spots = [_spot(explorer, name, courses)]
    for question in explorer.asked.presets:
        explorer.visit(question)
        spots.append(_spot(explorer, name, courses))
    if explorer.asked.prediction is not None:
        explorer.answer()
        spots.append(_spot(explorer, name, courses))
    return courses, spots


def _spot(explorer: Explorer, name: str, courses: dict[str, Course]) -> Spot:
    """Return in which course, and where in it, an explorer stands now; a new course is added."""
    values = explorer.values()
    others = {key: value for key, value in values.items() if key != name}
    way = course(explorer.inputs[name])
    place = way.index(values[name])
    which = f"{others!r} {way!r}"
    courses.setdefault(which, Course(others, way, set())).needed.add(place)
    return which, place


def _filmed(
    explorer: Explorer, name: str, start: Values, courses: Mapping[str, Course], key: str
) -> tuple[list[Row], list[Shot], dict[Spot, int]]:
    """Return a row for each course, the shots of all of them, and the number of the shot at each spot."""
    rows: list[Row] = []
    shots: list[Shot] = []
    numbers: dict[Spot, int] = {}
    for which, each in courses.items():
        row = stops(each.values, each.needed)
        also = _also(explorer, start, each.others | {name: each.values[0]}, name)
        control = explorer.inputs[name]
        rows.append(Row(also, len(shots), tuple(words(control, each.values[k]) for k in row)))
        for k in row:
            numbers[which, k] = len(shots)
            shots.append(_shot(explorer, each.others | {name: each.values[k]}, key))
    return rows, shots, numbers


def _shot(explorer: Explorer, values: Values, key: str) -> Shot:
    """Return the picture at these values, normal and in large print, and its sentence."""
    record = explorer.compute(values)
    small, big = (slim(explorer.picture(record, explorer.canvas(size)), key) for size in (False, True))
    return small, big, explorer.describe(record)


def _also(explorer: Explorer, start: Values, values: Values, name: str) -> str:
    """Return in words which controls but the leading one stand elsewhere than at the start."""
    said = [beside(explorer.inputs[name], values[name], start[name])]
    for key, control in explorer.inputs.items():
        value = values[key]
        if key == name or value == start[key]:
            continue
        numbers = isinstance(value, tuple) and not any(isinstance(each, str) for each in value)
        written = ", ".join(value) if isinstance(value, tuple) and not numbers else words(control, value)
        said.append(
            f"{control.label}s"
            if numbers
            else control.label
            if len(written) > LONG
            else f"{control.label}: {written}"
        )
    return "; ".join(filter(None, said))


def slim(picture: str, key: str) -> str:
    """Return a picture for a page that has the style sheet of all pictures: without it, ids under a key of their own.

    >>> slim('<svg><style>a{}</style><g id="x"/><use href="#x"/></svg>', "k")
    '<svg><g id="k-x"/><use href="#k-x"/></svg>'
    """
    return NAMED.sub(rf"\g<1>{key}-", STYLE.sub("", picture))


# --- on a page --------------------------------------------------------------------------------------


def film_html(film: Film, root: str = "../", large: bool = False) -> str:
    """Return the figure of a film: its first frame, a range, presets, prediction, and the sentence as live text.

    Args:
        film: of an explorer.
        root: the way from the page to the site's top folder, ending in a slash or empty.
        large: whether it begins in large print; then the page loads only the large frames.
    """
    frames = film.large if large else film.frames
    return TEMPLATES.get_template("film.html").render(
        film=film, root=root, large=large, first=frames[film.start]
    )


def film_script(film: Film, large: bool) -> str:
    """Return the text of the script that holds all frames of a film in one size."""
    pieces, frames = packed(film.large if large else film.frames)
    data = {
        "pieces": pieces,
        "frames": frames,
        "sentences": film.sentences,
        "rows": [row._asdict() for row in film.rows],
    }
    name = f"{film.key}.large" if large else film.key
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"lstmLabFilm({json.dumps(name)},{written});\n"


def packed(pictures: Iterable[str]) -> tuple[list[str], list[list[int]]]:
    """Return the distinct pieces of pictures, and each picture as the numbers of its pieces.

    Pictures of one film share most of their marks, but lie further apart than the window of gzip. Marks that only
    ever occur one after the other are one piece.

    >>> packed(["<a/><b/><c/>", "<a/><b/><d/>"])
    (['<a/><b/>', '<c/>', '<d/>'], [[0, 1], [0, 2]])
    """
    numbers: dict[str, int] = {}
    rows = [[numbers.setdefault(mark, len(numbers)) for mark in PIECE.findall(each)] for each in pictures]
    after, before = [set[int]() for _ in numbers], [set[int]() for _ in numbers]
    for row in rows:
        for one, other in zip([-1, *row], [*row, -1], strict=True):
            if one >= 0:
                after[one].add(other)
            if other >= 0:
                before[other].add(one)
    marks = list(numbers)

    def goes_on(one: int) -> int:
        """Return the mark that always and only follows this one, or -1."""
        following = next(iter(after[one]))
        return following if len(after[one]) == 1 and following >= 0 and before[following] == {one} else -1

    def chain(one: int) -> Iterator[int]:
        seen = one
        while seen >= 0:
            yield seen
            seen = goes_on(seen)
            if seen == one:
                return

    inner = {goes_on(mark) for mark in range(len(marks))}
    heads = {mark: k for k, mark in enumerate(m for m in range(len(marks)) if m not in inner)}
    pieces = ["".join(marks[each] for each in chain(head)) for head in heads]
    return pieces, [[heads[mark] for mark in row if mark in heads] for row in rows]
