"""An evening of playing with an explorer takes no more memory than its first minutes.

How many megabytes that are is measured by ``benchmarks/memory.py``; here objects and entries are counted.
"""

import gc
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import lstm_lab
from lstm_lab.explorers import ALL, Explorer, base

FEW = {
    "backflow.show": "the pictures of a slider",
    "explorers.finishing.network": "two networks",
    "explorers.finishing.reader": "two networks",
    "explorers.forecast_desk.linear_memory": "one",
    "explorers.forecast_desk.network_memory": "three networks",
    "explorers.gate_xray.rows_of": "the orders of a list, for three networks",
    "explorers.gate_xray.scores_of": "three networks",
    "explorers.lag_race.race": "one",
    "explorers.memory_tape.holder": "one",
    "explorers.memory_tape.unit": "two networks",
    "explorers.operating.films": "one",
    "explorers.operating.ideal": "one",
    "explorers.operating.inputs": "one",
    "explorers.two_memories.cell": "one",
    "explorers.two_memories.icon": "the poses of a kind",
    "explorers.two_memories.weights_in_words": "one",
    "explorers.what_it_sees._stored": "one",
    "explorers.what_it_sees.picture_of": "the pictures of a list",
    "explorers.whole_cell.poses": "the kinds of pictures",
    "explorers.whole_cell.wired": "one",
    "drawing.colour.colour_table": "the palettes",
    "drawing.svg.style_sheet": "one",
    "language.grammar._following": "twelve homes and none",
    "language.grammar.chat": "one",
    "language.grammar.sentences": "twelve homes and none",
    "progress.lessons": "one",
    "series.sunspots.sunspots": "one",
    "stage.network": "the stored networks",
    "stage.own_pictures": "the sizes of pictures",
    "stage.picture_network": "one",
    "world.shapes._circle": "how finely circles are drawn",
    "world.shapes._cubic": "how finely lines are drawn",
    "world.shapes.outline": "the outlines that are written down",
}
"""Memories without a limit, and the few things they hold."""

every_explorer = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)


def memories() -> Iterator[tuple[str, Any]]:
    """Yield everything of the package that remembers what it once worked out, by name."""
    for module in pkgutil.walk_packages(lstm_lab.__path__, "lstm_lab."):
        if module.name != "lstm_lab.training":
            for each in vars(importlib.import_module(module.name)).values():
                if hasattr(each, "cache_info") and each.__module__ == module.name:
                    yield f"{module.name.removeprefix('lstm_lab.')}.{each.__name__}", each


def test_what_is_remembered_without_a_limit_is_listed_with_the_few_things_it_is():
    without_limit = {name for name, each in memories() if each.cache_info().maxsize is None}
    assert without_limit - set(FEW) == set(), "limit it, or say in FEW of what few things it is"


@pytest.fixture(autouse=True)
def a_notebook_of_its_own(monkeypatch):
    monkeypatch.setenv("LSTM_LAB_RAISE", "1")
    base._live.clear()


def walk(explorer: Explorer, seed: int, moves: int) -> None:
    """Move controls at random and draw again now and then, the same for the same seed, and return to the start."""
    rng = np.random.default_rng(seed)
    for _ in range(moves):
        names = list(explorer.inputs)
        control = explorer.inputs[names[int(rng.integers(len(names)))]]
        control.value = control.draw(rng)
        if "seed" in explorer.hidden:
            explorer.draw_again()
    explorer.reset()


def alive() -> int:
    gc.collect()
    return len(gc.get_objects())


@every_explorer
def test_the_same_way_walked_again_leaves_no_object_behind(kind):
    explorer = kind()
    for _ in range(2):
        walk(explorer, 1, 4)
    before = alive()
    for _ in range(3):
        walk(explorer, 1, 4)
    assert alive() - before < 12  # one for each move would be a leak


@pytest.mark.parametrize(
    "kind", [kind for kind in ALL if "seed" in kind.hidden], ids=lambda kind: kind.__name__
)
def test_drawing_again_adds_nothing_to_what_is_remembered_without_a_limit(kind):
    explorer = kind()
    without_limit = [(name, each) for name, each in memories() if each.cache_info().maxsize is None]
    explorer.draw_again()
    before = {name: each.cache_info().currsize for name, each in without_limit}
    for _ in range(3):
        explorer.draw_again()
    assert {name: each.cache_info().currsize for name, each in without_limit} == before
