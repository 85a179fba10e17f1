"""Draw the pictures of the README from the explorers: ``docs/tour.svg``, which moves, and a thumbnail a lesson.

The moving picture is one SVG with every frame in it, shown in turn by its own style sheet; a reader who asked their
system for less motion sees the last frame alone.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pages.notebooks import built
from pages.readme import thumbnail

from lstm_lab.drawing import svg
from lstm_lab.explorers import Tour
from lstm_lab.files import replace_text

DOCS = Path(__file__).resolve().parents[1] / "docs"
TREES = range(0, 61, 3)
A_FRAME, AT_THE_END = 0.4, 3.0
"""Seconds that a frame is shown, and that the last one stays."""
SYMBOL = re.compile(r"<symbol id=\"([^\"]+)\".*?</symbol>", re.DOTALL)
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


class Frame(NamedTuple):
    """One place of a slider: what it stands at in words, from 0 to 1 along its way, its picture and its sentence."""

    value: str
    along: float
    picture: str
    sentence: str


def pictures() -> dict[str, str]:
    """Return the SVG of each picture by its file name under ``docs``."""
    return {"tour.svg": tour()} | {f"lessons/{path.stem[:2]}.svg": thumbnail(path)[0] for path in built()}


def tour() -> str:
    """Return the first explorer with its slider moved along, as one picture that moves."""
    places = [Tour(trees=trees) for trees in TREES]
    canvas = places[0].canvas(False)
    frames = [
        Frame(str(trees), trees / TREES[-1], place.svg(canvas), place.describe(place.record))
        for trees, place in zip(TREES, places, strict=True)
    ]
    label = places[0].inputs["trees"].label
    return moving(canvas, places[0].question, label, frames)


def moving(canvas: svg.Canvas, question: str, label: str, frames: Sequence[Frame]) -> str:
    """Return frames as one picture that shows them in turn, under a question and above their sentences."""
    margin, lead, top = 12.0, 22.0, 76.0
    lines = [svg.wrapped(frame.sentence, canvas.width - 2 * margin, 16) for frame in frames]
    below = top + canvas.height
    whole = canvas._replace(height=below + lead * max(map(len, lines)) + 16)
    shown = [
        svg.group(
            slider(margin, 52, canvas.width - 2 * margin, label, frame),
            STYLE.sub("", frame.picture).replace("<svg ", f'<svg y="{svg.number(top)}" ', 1),
            *(svg.text(margin, below + 22 + lead * k, words, size=16) for k, words in enumerate(said)),
            name=f"turn t{place}",
        )
        for place, (frame, said) in enumerate(zip(frames, lines, strict=True))
    ]
    heading = svg.text(margin, 26, question, size=19, weight=600)
    marks = f"<style>{in_turn(len(frames))}</style>{once(''.join(shown))}"
    return svg.document(whole, question, frames[-1].sentence, heading, marks)


def slider(x: float, y: float, width: float, label: str, frame: Frame) -> str:
    """Return a slider as it looks in a notebook, its knob where the frame is."""
    left, right = x + svg.text_width(label, 16) + 12, x + width - 60
    knob = left + frame.along * (right - left)
    return svg.group(
        svg.text(x, y + 5, label, size=16),
        svg.line(left, y, right, y, pen="grey", width=4),
        svg.dot(knob, y, 9, pen="ink"),
        svg.text(x + width - 40, y + 5, frame.value, size=16, weight=600),
    )


def in_turn(count: int) -> str:
    """Return the rules that show frame after frame, over and over, and the last alone where nothing should move."""
    whole = A_FRAME * (count - 1) + AT_THE_END
    share = 100 * A_FRAME / whole
    turns = "".join(f".t{k}{{animation-delay:{A_FRAME * k:.1f}s}}" for k in range(count - 1))
    last = count - 1
    return (
        f".turn{{visibility:hidden}}.t{last}{{visibility:visible}}"
        "@media (prefers-reduced-motion:no-preference){"
        f".turn{{animation:turn {whole:.1f}s step-end infinite}}"
        f".t{last}{{visibility:hidden;animation:last {whole:.1f}s step-end {A_FRAME * last:.1f}s infinite}}{turns}}}"
        f"@keyframes turn{{0%{{visibility:visible}}{share:.2f}%{{visibility:hidden}}}}"
        f"@keyframes last{{0%{{visibility:visible}}{100 * AT_THE_END / whole:.2f}%{{visibility:hidden}}}}"
    )


def once(marks: str) -> str:
    """Return marks with every symbol defined where it comes first, and nowhere again."""
    met: set[str] = set()

    def keep(found: re.Match[str]) -> str:
        again = found[1] in met
        met.add(found[1])
        return "" if again else found[0]

    return SYMBOL.sub(keep, marks)


def main() -> None:
    """Write every picture."""
    for name, picture in pictures().items():
        path = DOCS / name
        replace_text(path, picture)
        print(f"{name}: {len(picture) // 1024} KB")


if __name__ == "__main__":
    main()
