"""What you have done: the lessons as a map, with a mark for every prediction, challenge and exercise.

What is kept, where and by whom it is read is ``lstm_lab.progress``'s; this shows it, and asks before it forgets.
"""

import re
from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets

from lstm_lab import progress
from lstm_lab.drawing import svg
from lstm_lab.drawing.lesson_map import Item, Mark, Tile, height, lesson_map
from lstm_lab.drawing.svg import escape
from lstm_lab.explorers import page
from lstm_lab.progress import KINDS, Deed, Lesson

TITLE = "What you have done"
TO_SEE = "Run this cell to see what you have done."
OTHERS = "What you have done is not shown in large print, where others look on."
SURE = "Forget everything that is marked here? It cannot be brought back."
FITS = 24
"""Letters of exercises' names that stand beside each other in a tile."""
CALLED = {
    "GateXRay": "Gate X-ray",
    "WhoSets i": "Who sets i",
    "WhoSets f": "Who sets f",
    "WhoSets o": "Who sets o",
}
"""Names that the rule for names does not give."""


class Done:
    """The map of what was done, as a notebook shows it; reading it again is a button, forgetting it two.

        Done()

    In large print, and where nothing is kept, nobody's marks are shown.
    """

    def __init__(self) -> None:
        self._frame = widgets.HTML()
        self._said = widgets.HTML()
        self._again = _button("Look again", "Read what other notebooks have noted meanwhile", self.look)
        self._ask = _button("Forget …", "Delete what is kept, after a question", self._ask_first)
        self._yes = _button("Yes, forget it all", "Delete the file", self.forget)
        self._no = _button("No, keep it", "Leave the file as it is", self.look)
        row = widgets.HBox([self._again, self._ask, self._yes, self._no, self._said])
        row.add_class("lab-row")
        style = widgets.HTML(f"<style>{page.STYLE}</style>")
        style.add_class("lab-hidden")
        head = widgets.HTML(f'<div class="lab-question">{TITLE}</div>')
        others = widgets.HTML(f"<p>{OTHERS}</p>")
        others.add_class("lab-done-others")
        self._frame.add_class("lab-map")
        for part in (self._frame, row):
            part.add_class("lab-done-own")
        self.widget = widgets.VBox([style, head, self._frame, row, others])
        for name in ("lab-explorer", "lab-done"):
            self.widget.add_class(name)
        self.look()

    def look(self) -> None:
        """Show what is kept now."""
        found, kept = progress.done(), progress.where()
        self._show(
            found.deeds,
            found.trouble or kept.why or f"Kept in {progress.home()}; nothing leaves this machine.",
        )

    def forget(self) -> None:
        """Delete what is kept, and show that it is gone."""
        said = progress.forget()
        self._show(progress.done().deeds, said)

    def _ask_first(self) -> None:
        self._show_buttons(asking=True)
        self._say(SURE)

    def _show(self, deeds: Iterable[Deed], words: str) -> None:
        tiles, sentence = tiles_of(progress.lessons(), deeds), describe(progress.lessons(), deeds)
        self._frame.value = f"{picture(tiles, sentence)}<p>{escape(sentence)}</p>"
        self._show_buttons(asking=False)
        self._say(words)

    def _show_buttons(self, asking: bool) -> None:
        anywhere = progress.where().path is not None
        shown = {self._again: not asking and anywhere, self._ask: not asking and anywhere}
        for button, on in (shown | {self._yes: asking, self._no: asking}).items():
            (button.remove_class if on else button.add_class)("lab-hidden")

    def _say(self, words: str) -> None:
        self._said.value = f'<span class="lab-soft" role="status">{escape(words)}</span>'

    def __repr__(self) -> str:
        return describe(progress.lessons(), progress.done().deeds)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        tiles, sentence = tiles_of(progress.lessons(), progress.done().deeds), repr(self)
        canvas = svg.NORMAL._replace(height=height(tiles))
        still = svg.captioned(canvas, TITLE, picture(tiles, sentence), sentence, TO_SEE)
        view = {"application/vnd.jupyter.widget-view+json": self.widget.get_view_spec()}
        return {**view, "image/svg+xml": still, "text/plain": sentence}


def picture(tiles: list[Tile], sentence: str) -> str:
    """Return the map as an SVG document."""
    canvas = svg.NORMAL._replace(height=height(tiles))
    return svg.document(canvas, TITLE, sentence, lesson_map(tiles, canvas))


def tiles_of(lessons: Iterable[Lesson], deeds: Iterable[Deed]) -> list[Tile]:
    """Return the tiles of a map: a row for each explorer, and one for the exercises."""
    return [_tile(lesson, {*deeds}) for lesson in lessons]


def describe(lessons: Iterable[Lesson], deeds: Iterable[Deed]) -> str:
    """Return how much of everything is done, and what is open in the first lesson that is not finished."""
    lessons, deeds = tuple(lessons), {*deeds}
    asked = [deed for lesson in lessons for deed in lesson.deeds]
    counts = [
        f"{sum(deed.kind == kind for deed in deeds & {*asked})} of {sum(deed.kind == kind for deed in asked)} {words}"
        for kind, words in KINDS.items()
    ]
    said = f"You have made {counts[0]}, solved {counts[1]} and written {counts[2]}."
    still = [(lesson, deed) for lesson in lessons for deed in lesson.deeds if deed not in deeds]
    if not still:
        return f"{said} That is everything there is."
    lesson, deed = still[0]
    return f"{said} Open in lesson {lesson.number}: the {deed.kind} {in_words(deed)}."


def in_words(deed: Deed) -> str:
    """Return the name of an explorer in words; an exercise keeps the name of its function.

    >>> in_words(Deed("challenge", "UnrollIt")), in_words(Deed("exercise", "rnn_step"))
    ('Unroll it', 'rnn_step')
    """
    if deed.kind == "exercise":
        return deed.name
    return CALLED.get(deed.name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", deed.name).capitalize()


def _tile(lesson: Lesson, deeds: set[Deed]) -> Tile:
    named: dict[str, list[Deed]] = {}
    for deed in lesson.deeds:
        named.setdefault(f"{deed.kind == 'exercise'} {in_words(deed)}", []).append(deed)
    items = [
        (group[0].kind, Item(in_words(group[0]), tuple(Mark(each.kind, each in deeds) for each in group)))
        for group in named.values()
    ]
    rows = [(item,) for kind, item in items if kind != "exercise"]
    written = tuple(item for kind, item in items if kind == "exercise")
    beside = (
        (written,) if sum(len(item.name) for item in written) <= FITS else tuple((item,) for item in written)
    )
    return Tile(lesson.number, lesson.title, (*rows, *beside) if written else tuple(rows))


def _button(words: str, does: str, press: Any) -> widgets.Button:
    button = widgets.Button(description=words, tooltip=does)
    button.on_click(lambda _: press())
    return button
