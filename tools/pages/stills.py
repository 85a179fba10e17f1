"""Still pictures for when nothing else works: every place of every explorer in large print, as SVG and as PNG.

One for the start, one for the question to vote on, one for its answer, and one for each preset. Each carries its
question above and its sentence below, so it can be put on a wall or into slides as it is.
"""

import base64
import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from chromium import MISSING, chromium
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from lstm_lab.drawing import svg
from lstm_lab.drawing.standalone import standalone
from lstm_lab.explorers import Explorer
from lstm_lab.explorers.saving import file_name
from pages.films import TEMPLATES, rebuilt
from pages.lessons import lessons
from pages.notebooks import NOTEBOOKS, built, lines_of

WIDE = 1280
"""Pixels across a PNG."""
LONG = 30
"""Letters of a title that is said whole."""
AT_ONCE = 8
PILE = f"<style>body{{margin:0}}img{{display:block;width:{WIDE}px;height:auto}}</style>"
"""How pictures are put on top of each other to be shot."""
LETTERS = "ABCDEFGH"
CALLED = {"start": "The start", "vote": "Vote first", "answer": "The answer", "preset": "A place to show"}


class Place(NamedTuple):
    """A place of an explorer: what it is there for, its question, what to see, its values, picture and sentence.

    ``role`` is start, vote, answer or preset. The picture is drawn in large print; at a vote it is the question.
    """

    role: str
    question: str
    observation: str
    values: dict[str, Any]
    picture: str
    sentence: str


class Still(NamedTuple):
    """A place as a file: its lesson, its name without an ending, and the place with the whole picture."""

    lesson: str
    name: str
    place: Place

    @property
    def wide(self) -> int:
        """Its width in units of its own."""
        return round(size_of(self.place.picture)[0])

    @property
    def high(self) -> int:
        """Its height in units of its own."""
        return round(size_of(self.place.picture)[1])


def size_of(picture: str) -> tuple[float, float]:
    """Return the width and height of an SVG in its own units.

    >>> size_of('<svg viewBox="0 0 620 186">')
    (620.0, 186.0)
    """
    _, _, wide, high = map(float, re.findall(r'viewBox="([^"]+)"', picture)[0].split())
    return wide, high


def places(explorer: Explorer) -> list[Place]:
    """Return the start, the vote and its answer if there is one, and every preset; the explorer ends at its start."""
    canvas = explorer.canvas(True)

    def here(role: str, question: str, observation: str) -> Place:
        record = explorer.record
        picture = explorer.picture(record, canvas)
        return Place(role, question, observation, explorer.values(), picture, explorer.describe(record))

    explorer.reset()
    found = [here("start", explorer.question, "")]
    asked = explorer.asked.prediction
    if asked is not None:
        explorer.answer()
        truth = asked.outcome(explorer.record)
        question = sentence_case(asked.question)
        choices = " · ".join(asked.choices)
        found.append(Place("vote", question, choices, explorer.values(), ballot(question, asked.choices), ""))
        found.append(here("answer", question, f"{asked.moment}: {truth}."))
    for question, preset in explorer.asked.presets.items():
        explorer.visit(question)
        found.append(here("preset", question, preset.observation))
    explorer.reset()
    return found


def sentence_case(question: str) -> str:
    """Return a question as the first of a line: a word gets a capital, a quantity keeps its letter.

    >>> sentence_case("after a bear, who knows?"), sentence_case("c is 2. Then …")
    ('After a bear, who knows?', 'c is 2. Then …')
    """
    first = question.split()[0].strip(",.:;")
    stays = first == "tanh" or (len(first) == 1 and first != "a")
    return question if stays else question[:1].upper() + question[1:]


def ballot(question: str, choices: Sequence[str]) -> str:
    """Return a question to vote on by a show of hands: large, each choice with a letter to call out."""
    size, step = 30.0, 38.0
    canvas = svg.LECTURE._replace(height=svg.LECTURE.width * 9 / 16)
    lines = svg.wrapped(question, canvas.width - 140, size)
    high = step * (len(lines) + len(choices)) + 18
    top = (canvas.height - high) / 2
    marks = [
        svg.text(40, top + size + step * k, words, size=size, weight=650) for k, words in enumerate(lines)
    ]
    below = top + step * len(lines) + 18
    for k, choice in enumerate(choices):
        y = below + step * k + 24
        marks += [
            svg.dot(56, y - 8, 15, hollow=True),
            svg.text(56, y - 2.2, LETTERS[k], size=17, anchor="middle"),
        ]
        marks += [svg.text(86, y, choice, size=24)]
    return svg.document(canvas, "A question to vote on", f"{question} {' · '.join(choices)}", *marks)


def whole_picture(place: Place, canvas: svg.Canvas, source: str) -> str:
    """Return a place as one picture: question above, what is seen below, and in grey where it is from."""
    if place.role == "vote":
        return place.picture
    margin, room = 16.0, canvas.width - 40
    above = svg.wrapped(place.question, room, 19)
    bold = svg.wrapped(place.observation, room, 17) if place.observation else []
    below = svg.wrapped(place.sentence, room, 15)
    top = 24.0 * len(above) + 16
    foot = top + canvas.height
    whole = canvas._replace(width=canvas.width + 2 * margin, height=foot + 20 * (len(bold) + len(below)) + 34)
    inner = place.picture.replace("<svg ", f'<svg x="{margin:g}" y="{top:g}" ', 1)
    lines = [(words, 600) for words in bold] + [(words, 400) for words in below]
    return svg.document(
        whole,
        place.question,
        f"{place.observation} {place.sentence}".strip(),
        *(svg.text(margin, 24 + 24 * k, words, size=17, weight=600) for k, words in enumerate(above)),
        inner,
        *(
            svg.text(margin, foot + 18 + 20 * k, words, size=15, weight=weight)
            for k, (words, weight) in enumerate(lines)
        ),
        svg.text(margin, whole.height - 10, source, size=12.5, pen="grey"),
    )


def stills_of(path: Path) -> Iterator[Still]:
    """Yield every still of a lesson, as files that look the same everywhere."""
    number, title = path.stem[:2], title_of(path)
    for line in lines_of(path):
        explorer = rebuilt(line)
        if explorer is None:
            continue
        kind = file_name(type(explorer).__name__).removesuffix(".svg")
        canvas = explorer.canvas(True)
        for k, place in enumerate(places(explorer)):
            picture = standalone(whole_picture(place, canvas, f"Lesson {number}: {title}"))
            yield Still(path.stem, f"{number}_{kind}_{k}", place._replace(picture=picture))


def title_of(path: Path) -> str:
    """Return the title of a built lesson; of a long one, what stands before the colon."""
    first = nbformat.read(path, as_version=4).cells[0].source
    title = first.splitlines()[0].removeprefix("# ")
    return title.partition(":")[0] if len(title) > LONG else title


def write(site: Path) -> None:
    """Write site/stills: an SVG and, where there is a Chromium, a PNG of each still, and a page that shows all."""
    folder = site / "stills"
    folder.mkdir(parents=True, exist_ok=True)
    stills = [still for path in built() for still in stills_of(path)]
    for still in stills:
        (folder / f"{still.name}.svg").write_text(still.place.picture, encoding="utf-8")
    painted = write_pngs(folder, [still.name for still in stills])
    if not painted:
        print(f"{MISSING}. Stills are written as SVG only.")
    (folder / "index.html").write_text(index(stills, painted), encoding="utf-8")


def write_pngs(folder: Path, names: Sequence[str]) -> bool:
    """Paint SVG files of a folder as PNG beside them; return whether there was a Chromium to do it."""
    found = chromium()
    if found is None:
        return False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        paint(browser, folder, names)
        browser.close()
    return True


def paint(browser: Browser, folder: Path, names: Sequence[str]) -> None:
    """Paint SVG files of a folder as PNG beside them, in at most 256 colours.

    Many are shot at once and cut apart, which is several times as fast as one by one.
    """
    window = browser.new_page(viewport={"width": WIDE, "height": 900})
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        window.set_content(PILE + "".join(f'<img src="{_inline(folder / f"{name}.svg")}">' for name in some))
        heights = window.evaluate(
            "Promise.all([...document.images].map(each => each.decode()))"
            ".then(() => [...document.images].map(each => Math.round(each.getBoundingClientRect().height)))"
        )
        pile = Image.open(io.BytesIO(window.screenshot(type="png", full_page=True))).convert("RGB")
        top = 0
        for name, height in zip(some, heights, strict=True):
            cut = pile.crop((0, top, WIDE, top + height))
            cut.quantize(256, Image.Quantize.FASTOCTREE).save(folder / f"{name}.png")
            top += height
    window.close()


def _inline(path: Path) -> str:
    """Return an SVG file as an address that is the file."""
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def index(stills: Sequence[Still], painted: bool) -> str:
    """Return the page that shows every still with its sentence and its files."""
    shown = [
        {
            "name": lesson,
            "title": title_of(NOTEBOOKS / f"{lesson}.ipynb"),
            "explorers": [
                (kind, list(some))
                for kind, some in groupby(group, key=lambda still: still.name.rpartition("_")[0])
            ],
        }
        for lesson, group in groupby(stills, key=lambda still: still.lesson)
    ]
    template = TEMPLATES.get_template("stills.html")
    return template.render(root="../", series=lessons(), lessons=shown, painted=painted, called=CALLED)
