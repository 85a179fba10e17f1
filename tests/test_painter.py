"""Painting levels along a tape: the slider, the box, the brush and what is refused."""

from typing import Any

import numpy as np
import pytest

from lstm_lab.explorers.memory_tape import STRIPS, TRAINED, WIRED, MemoryTape, unit
from lstm_lab.explorers.painter import Brush, Tape, levels_of, spelled

pytestmark = pytest.mark.usefixtures("errors_are_raised")


def hands(explorer: MemoryTape) -> tuple[Any, Any]:
    """Return the control that paints and the one that says where."""
    return explorer.inputs["tape"], explorer.inputs["brush"]


def test_the_slider_paints_where_the_brush_is_and_nowhere_else():
    explorer = MemoryTape()
    tape, brush = hands(explorer)
    brush.picker.value = "i"
    brush.slider.value = (2, 21)
    before = tape.levels()
    tape.slider.value = 0.0
    after = tape.levels()
    assert not after[1, 1:21].any()
    after[1, 1:21] = before[1, 1:21]
    np.testing.assert_array_equal(after, before)
    assert explorer.values()["tape"] == ("0.5x31", "0.5 0x20 0.5x10", "0.5x31")
    np.testing.assert_array_equal(explorer.record.step.i[:, 0, 0], tape.levels()[1])


def test_moving_the_brush_shows_what_is_there_and_paints_nothing():
    explorer = MemoryTape(tape=("0.5x31", "0.5 0x20 0.5x10", "1x31"))
    tape, brush = hands(explorer)
    before = explorer.values()["tape"]
    seen = []
    for place in (("i", 2, 21), ("i", 1, 31), ("o", 3, 3), ("f", 1, 31)):
        brush.value = place
        seen.append((tape.slider.value, tape.box.value))
    assert seen == [(0, "0"), (0.5, "mixed"), (1, "1"), (0.5, "0.5")]
    assert explorer.values()["tape"] == before


def test_a_level_can_be_typed():
    explorer = MemoryTape()
    tape, _ = hands(explorer)
    for typed, shown, strip in (("0,97", "0.97", "0.97x31"), ("7", "1", "1x31"), ("much", "1", "1x31")):
        tape.box.value = typed
        assert (tape.box.value, tape.value[0]) == (shown, strip)
    assert tape.slider.value == 1


def test_painting_on_a_networks_tape_begins_with_its_levels():
    explorer = MemoryTape(tape=TRAINED, writes=TRAINED, brush=("o", 2, 21))
    assert "unit" in explorer.describe(explorer.record)
    hands(explorer)[0].slider.value = 0.0
    after = explorer.record
    assert not after.step.o[1:21].any()
    np.testing.assert_allclose(after.step.f[:, 0, 0], unit(TRAINED).gates[0], atol=5e-4)
    assert explorer.describe(after).startswith("Your gates, the g of unit")


def test_a_view_of_a_network_is_one_short_line():
    explorer = MemoryTape(tape=WIRED)
    assert explorer.python().endswith(
        "MemoryTape(tape='hand-wired', brush=('f', 1, 31), writes='hand-wired')"
    )


def test_a_whole_score_can_be_painted_by_hand():
    explorer = MemoryTape()
    tape, brush = hands(explorer)
    for gate, first, last, level in (
        *(("f", 1, 31, 1.0), ("f", 23, 23, 0.0), ("i", 1, 31, 0.0), ("i", 1, 1, 1.0), ("i", 24, 24, 1.0)),
        *(("o", 1, 31, 0.0), ("o", 22, 22, 1.0), ("o", 31, 31, 1.0)),
    ):
        brush.picker.value = gate
        brush.slider.value = (first, last)
        tape.slider.value = level
    assert explorer.record.score == pytest.approx(1)
    assert "All five jobs are done." in explorer._parts.frame.value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3–9", (3, 9)),
        ("9-3", (3, 9)),
        ("7", (7, 7)),
        ("0–99", (1, 31)),
        ("a–b", (2, 5)),
        ("1–2–3", (2, 5)),
        ("", (2, 5)),
    ],
)
def test_a_range_can_be_typed(typed, value):
    brush = Brush("pictures", ("f", 2, 5), STRIPS, 31, {})
    brush.box.value = typed
    assert brush.value == ("f", *value)
    assert brush.slider.value == value
    assert brush.box.value == (f"{value[0]}–{value[1]}" if value[0] < value[1] else str(value[0]))


def test_in_large_print_places_are_chosen_by_name():
    explorer = MemoryTape()
    _, brush = hands(explorer)
    brush.places.value = (2, 21)
    assert explorer.values()["brush"] == ("f", 2, 21)
    assert brush.slider.value == (2, 21)
    brush.slider.value = (2, 20)
    assert brush.places.value is None
    brush.value = ("o", 23, 23)
    assert brush.places.value == (23, 23)


def test_what_is_no_tape_is_refused_and_said():
    tape = Tape("level", ("0.5x4", "1x4"), ("f", "i"), 4, {"known": lambda: np.zeros((2, 4))})
    for wrong, words in (
        ("other", r"^there is no tape 'other'; there are: known$"),
        (("0.5x4", "1x3"), r"^a tape must have 2 strips of 4 levels, got \[4, 3\]$"),
        (("0.5x4",), r"^a tape must have 2 strips of 4 levels, got \[4\]$"),
        (("0.5xx4", "1x4"), r"^a strip must be runs like 0.5x3, got '0.5xx4'$"),
        (("1.5x4", "1x4"), r"^levels must lie in 0..1, got 1.5$"),
    ):
        with pytest.raises(Exception, match=words):
            tape.value = wrong
    with pytest.raises(Exception, match=r"^there is no strip 'g'; the strips are f, i$"):
        Brush("at", ("f", 1, 2), ("f", "i"), 4, {}).value = ("g", 1, 2)


def test_a_strip_survives_being_written_down():
    levels = np.random.default_rng(9).random(31).round(3)
    np.testing.assert_array_equal(levels_of(spelled(levels)), levels)
