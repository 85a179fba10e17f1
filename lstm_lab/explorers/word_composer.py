"""Putting a text together: typed in a line, picked word by word, or drawn by the dice."""

from typing import Any

import ipywidgets as widgets
import numpy as np
import traitlets

from lstm_lab.explorers.controls import Control
from lstm_lab.language.grammar import COUNTRIES, chat

NOTHING = "pick a word"


class WordComposer(Control):
    """A text that is typed or picked word by word, with buttons to add the drawn word and to take the last one back.

    >>> text = WordComposer("text", "I am", ("from", "in"))
    >>> text.picker.value = "from"
    >>> text.value
    'I am from'
    """

    def __init__(self, label: str, value: str, words: tuple[str, ...]) -> None:
        self.box = widgets.Text(value=value, description=label, continuous_update=False)
        self.picker = widgets.Dropdown(options=(NOTHING, *words), value=NOTHING)
        self.add = widgets.Button(description="Add drawn word", tooltip="Add the word that the dice chose")
        self.back = widgets.Button(description="Take back", tooltip="Remove the last word")
        self.box.add_class("lab-line")
        super().__init__(label, [self.box, self.picker, self.add, self.back], "composer")
        self.layout.flex = "1 1 100%"
        self.value = value
        self.box.observe(lambda change: self._heard(change["new"]), "value")
        self.picker.observe(self._picked, "value")
        self.back.on_click(lambda _: self.set_trait("value", " ".join(self.value.split()[:-1])))

    @traitlets.validate("value")
    def _text(self, proposal: Any) -> str:
        return str(proposal["value"])

    def _picked(self, change: Any) -> None:
        if change["new"] != NOTHING:
            self.value = f"{self.value} {change['new']}".strip()
            self.picker.value = NOTHING

    def _set_widgets(self, value: str) -> None:
        self.box.value = value

    def ends(self) -> tuple[str, ...]:
        """Return no text, one that is too long, and one with words that nobody knows."""
        return "", "I like coffee in the evening . " * 14, 'I am from <b>Atlantis</b> & "co"'

    def draw(self, rng: np.random.Generator) -> str:
        """Return a text at random: an origin, some chat, and the beginning of a last sentence."""
        made = list(chat())
        middle = [" ".join(made[int(rng.integers(len(made)))]) for _ in range(int(rng.integers(6)))]
        first = f"I am from {COUNTRIES[int(rng.integers(12))]} ." if rng.random() < 0.7 else ""
        last = ("I speak fluent", "my sister", "", "Zanzibar")[int(rng.integers(4))]
        return " ".join(part for part in (first, *middle, last) if part)
