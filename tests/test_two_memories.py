"""Two memories: a cell set by hand keeps nature and science apart, and what is drawn is what it computed."""

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from pictures import clashes

from lstm_lab import cells
from lstm_lab.cells import sigmoid
from lstm_lab.drawing import svg
from lstm_lab.drawing.memories import MOST, TAPS
from lstm_lab.explorers.two_memories import (
    LONGEST,
    PICTURES,
    TELLS,
    UNITS,
    TwoMemories,
    cell,
    icon,
    score,
    watch,
    weights_in_words,
    where_is_nature,
)
from lstm_lab.world.props import PROPS, prop
from lstm_lab.world.shapes import pixels

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
NATURE, SCIENCE = 0, 1
SWAP = {"bear": "planet", "fox": "flask", "planet": "bear", "flask": "fox"}
MIXED = ("bear", "planet", "tree", "flask", "fox", "?", "squirrel", "title card", "bear", "tree")


def c(*show: str) -> np.ndarray:
    return watch(show).trace.c[:, 0]


def h(*show: str) -> np.ndarray:
    return watch(show).trace.h[:, 0]


def drawn(explorer, in_lecture=False) -> Any:
    return ElementTree.fromstring(explorer.picture(explorer.record, explorer.canvas(in_lecture)))


def named(root, name) -> list[Any]:
    return [each for each in root.iter(f"{SVG}g") if each.get("class") == name]


def composer(explorer) -> Any:
    return explorer.inputs["show"]


def words(root) -> list[str]:
    return [text.text for text in root.iter(f"{SVG}text")]


# --- the cell -------------------------------------------------------------------------------------


def test_the_taps_are_the_sums_that_the_picture_shows_squished():
    first = {kind: cells.at(watch([kind]).trace, 0) for kind in PICTURES}
    for unit, name in enumerate(UNITS):
        for kind, step in first.items():
            own, other = TELLS.get(kind) == name, TELLS.get(kind) not in (None, name)
            sums = {
                "f": 5 - 6 * other - 10 * (kind == "title card"),
                "i": -5 + 10 * own,
                "o": -4 + 8 * own + 8 * (kind == "?"),
            }
            for gate, a in sums.items():
                assert getattr(step, gate)[0, unit] == pytest.approx(sigmoid(np.array(a)))
            assert step.g[0, unit] == pytest.approx(np.tanh(3 * own))
    assert weights_in_words() == (
        "keep f = σ(5 − 6 other kind − 10 title card)",
        "write i = σ(−5 + 10 own kind)",
        "new g = tanh(3 own kind)",
        "read o = σ(−4 + 8 own kind + 8 face + 5 h before)",
    )


def test_the_record_is_one_step_of_the_textbook_cell_taken_again_and_again():
    state, run = cells.zero_state(cell(), 1), watch(MIXED)
    for t, kind in enumerate(MIXED):
        step = cells.lstm_step(cell(), np.eye(len(PICTURES))[[PICTURES.index(kind)]], state)
        for value, stored in zip(step[3:], cells.at(run.trace, t)[3:], strict=True):
            np.testing.assert_allclose(value, stored, atol=1e-12)
        state = step.state


def test_what_a_bear_is_to_nature_a_planet_is_to_science():
    swapped = [SWAP.get(kind, kind) for kind in MIXED]
    np.testing.assert_allclose(c(*MIXED), c(*swapped)[:, ::-1], atol=1e-12)
    np.testing.assert_allclose(h(*MIXED), h(*swapped)[:, ::-1], atol=1e-12)


def test_trees_and_squirrels_change_the_long_term_memory_by_less_than_a_hundredth_each():
    kept = c("bear", *["tree", "squirrel"] * 4)
    assert 0.9 < kept[-1, NATURE] < kept[0, NATURE] < 1
    assert np.abs(np.diff(kept, axis=0)).max() < 0.01


def test_a_title_card_clears_both_memories_and_says_nothing():
    assert c("bear", "planet", "tree", "title card")[-1].max() < 0.02
    assert h("bear", "planet", "tree", "title card")[-1].max() < 0.02


def test_pictures_of_nature_in_a_science_show_keep_nature_and_forget_science():
    memory = c("planet", "flask", "bear", "fox")
    assert memory[1, SCIENCE] > 1.9
    assert memory[-1, NATURE] > 1.9 and memory[-1, SCIENCE] < 0.2


def test_the_short_term_memory_fades_over_three_pictures_and_a_face_brings_it_back():
    said, kept = h("bear", *["tree"] * 5, "?")[:, NATURE], c("bear", *["tree"] * 5, "?")[:, NATURE]
    assert said[0] > 0.7 and 0.2 < said[1] < said[0] and said[3] < 0.05
    assert kept[5] > 0.95 and said[5] < 0.05
    assert said[6] > 0.7


def test_it_is_the_loop_through_h_that_lets_the_short_term_memory_fade_and_not_break_off():
    deaf = cell()._replace(W_h=np.zeros_like(cell().W_h))
    xs = np.eye(len(PICTURES))[[PICTURES.index(kind) for kind in ("bear", "tree")], None]
    assert cells.trace(deaf, xs).h[1, 0, NATURE] < 0.02 < 0.2 < h("bear", "tree")[1, NATURE]


def test_nothing_bounds_c_but_h_stays_below_one():
    assert c(*["bear"] * LONGEST)[-1, NATURE] > 0.9 * LONGEST
    assert h(*["bear"] * LONGEST).max() < 1


# --- the picture ----------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0, 2, 4, 6, 9])
def test_bars_and_numbers_before_and_after_the_cell_are_those_of_the_record(step):
    explorer = TwoMemories(show=MIXED, step=step)
    run, root = explorer.record, drawn(explorer)
    for quantity in ("c_prev", "c", "h_prev", "h"):
        (group,) = named(root, f"values {quantity}")
        expected = getattr(run.trace, quantity)[step - 1, 0] if step else np.zeros(2)
        numbers = [
            word for word in words(group) if word not in (*UNITS, "long-term memory", "short-term memory")
        ]
        assert numbers == [svg.spoken(value) for value in expected]
        bars = [float(each.get("width")) for each in group.iter(f"{SVG}rect")]
        shares = np.array(bars[1::2]) / np.array(bars[::2])
        most = {"c": 2, "h": 1}[quantity[0]]
        assert MOST[quantity[0]] == most
        np.testing.assert_allclose(shares, np.clip(expected, 0, most) / most, atol=0.003)


@pytest.mark.parametrize("in_lecture", [False, True])
@pytest.mark.parametrize("step", [1, 2, 8])
def test_taps_are_filled_as_far_as_they_are_open(step, in_lecture):
    explorer = TwoMemories(show=MIXED, step=step)
    run, root = explorer.record, drawn(explorer, in_lecture)
    for letter, name in TAPS.items():
        (group,) = named(root, f"tap {letter}")
        levels = getattr(run.trace, letter)[step - 1, 0]
        assert words(group) == [f"{name} {letter}", *(svg.spoken(level) for level in levels)]
        fills = [
            float(each.get("width"))
            for each in group.iter(f"{SVG}rect")
            if each.get("class") == f"q-{letter}"
        ]
        whole = float(next(group.iter(f"{SVG}rect")).get("width"))
        np.testing.assert_allclose(np.array(fills) / whole, levels, atol=0.002)


@pytest.mark.parametrize("in_lecture", [False, True])
@pytest.mark.parametrize("quantity", ["c", "h"])
def test_the_tape_tells_what_has_been_and_not_what_is_to_come(quantity, in_lecture):
    explorer = TwoMemories(show=("bear", "tree", "planet", "fox"), step=3)
    (tape,) = named(drawn(explorer, in_lecture), f"tape {quantity}")
    lines = [each.get("points", "").split() for each in tape.iter(f"{SVG}polyline")]
    values = getattr(explorer.record.trace, quantity)[:3, 0].T
    assert [len(line) for line in lines] == [4, 4]
    zero, scale = float(lines[0][0].split(",")[1]), None
    for line, unit in zip(lines, values, strict=True):
        heights = zero - np.array([float(point.split(",")[1]) for point in line[1:]])
        scale = scale or heights[0] / unit[0]
        np.testing.assert_allclose(heights / scale, unit, atol=0.01)
    assert words(tape)[0] == {"c": "long-term memory c", "h": "short-term memory h"}[quantity]
    assert words(tape)[-2:] == [f"{name} {svg.spoken(v[-1])}" for name, v in zip(UNITS, values, strict=True)]


@pytest.mark.parametrize("in_lecture", [False, True])
def test_what_is_beyond_the_tape_goes_along_its_edge_and_is_marked_beside_its_number(in_lecture):
    explorer = TwoMemories(show=("bear",) * 6, step=6)
    (tape,) = named(drawn(explorer, in_lecture), "tape c")
    assert words(tape)[-2:] == ["nature 5.83 ▲", "science 0.00"]
    nature, science = (each.get("points", "").split() for each in tape.iter(f"{SVG}polyline"))
    assert len(nature) == len(science) == 7
    ys = [float(point.split(",")[1]) for point in nature]
    assert len(set(ys[3:])) == 1 and ys[3] < ys[1] < ys[0]
    (number,) = [text for text in tape.iter(f"{SVG}text") if text.text == "nature 5.83 ▲"]
    assert abs(float(number.get("y")) - ys[-1]) < 8, "the number stands where the line ends"
    explorer.set(show=("bear",), step=1)
    assert not [word for word in words(drawn(explorer, in_lecture)) if "▲" in word]


def test_a_projector_has_room_for_the_tape_and_not_for_the_weights():
    large = drawn(TwoMemories(), in_lecture=True)
    assert named(large, "tape c") and named(large, "tape h")
    assert not set(weights_in_words()) & set(words(large))
    assert words(large).count("nature") == words(large).count("science") == 2


def test_what_has_not_been_read_is_pale_in_the_strip():
    (strip,) = named(drawn(TwoMemories(show=("bear", "tree", "fox"), step=1)), "reel")
    assert [each.get("opacity") for each in strip.iter(f"{SVG}use")] == [None, "0.4", "0.4"]


@pytest.mark.parametrize("step", [1, 6, 10])
def test_the_present_picture_stands_named_where_it_enters_the_cell(step):
    root = drawn(TwoMemories(show=MIXED, step=step))
    (strip,), (event,) = named(root, "reel"), named(root, "event")
    (shown,) = event.iter(f"{SVG}use")
    assert shown.get("href") == list(strip.iter(f"{SVG}use"))[step - 1].get("href")
    assert words(event)[-1] == MIXED[step - 1].replace("?", "face")


def test_an_empty_show_says_so_and_a_show_not_begun_holds_nothing():
    explorer = TwoMemories(show=())
    assert "The show is empty: add a picture." in words(drawn(explorer))
    assert explorer.describe(explorer.record).startswith("The show is empty")
    explorer.set(show=("bear",), step=0)
    assert explorer.describe(explorer.record) == (
        "None of 1 pictures has been read: c and h are 0 for nature and for science."
    )


@pytest.mark.parametrize("in_lecture", [False, True])
@pytest.mark.parametrize("show", [(), ("bear",), MIXED, ("bear",) * LONGEST, ("title card", "?")])
def test_no_words_overlap_or_leave_the_picture(show, in_lecture):
    for step in range(len(show) + 1):
        explorer = TwoMemories(show=show, step=step)
        assert not clashes(drawn(explorer, in_lecture), explorer.canvas(in_lecture))


# --- the pictures of science ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", PROPS)
@pytest.mark.parametrize("seed", range(3))
def test_a_prop_fills_its_square_in_many_colours_and_differs_by_seed(kind, seed):
    seen = pixels(prop(kind, seed))
    assert len(np.unique(seen.reshape(-1, 3), axis=0)) > 50
    assert not np.any(np.all(seen[:2] == 255, axis=-1))
    assert np.abs(seen.astype(int) - pixels(prop(kind, seed + 1))).mean() > 2


def test_a_planet_is_told_from_a_flask_at_a_glance():
    planet, flask = (pixels(prop(kind)).astype(int) for kind in PROPS)
    assert np.abs(planet - flask).mean() > 40


def test_a_prop_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(ValueError, match=r"^kind must be one of planet, flask, got 'comet'$"):
        prop("comet")


def test_the_first_bear_is_one_bear_and_the_second_another():
    assert icon("bear", 0) != icon("bear", 1)
    assert icon("planet", 0) != icon("planet", 1)


# --- the explorer ---------------------------------------------------------------------------------


def test_the_sentence_says_which_taps_moved_and_what_both_memories_hold():
    explorer = TwoMemories(show=("bear", "tree", "planet", "title card"), step=3)
    assert explorer.describe(explorer.record) == (
        "Picture 3 of 4, the planet: the cell keeps only 0.27 of nature, writes science (0.99) and reads out "
        "science (0.98). Long-term c: nature 0.26, science 0.99. Short-term h: nature 0.02, science 0.74."
    )
    explorer.set(step=2)
    assert "the tree: the cell keeps 0.99 of what there was and writes nothing." in explorer.describe(
        explorer.record
    )
    explorer.set(step=1)
    assert "the bear: the cell writes nature (0.99) and reads out nature (0.98)." in explorer.describe(
        explorer.record
    )
    explorer.set(show=("tree", "bear"), step=1)
    assert "the tree: the cell writes nothing." in explorer.describe(explorer.record)
    explorer.set(show=("bear", "tree", "tree", "tree", "?"), step=5)
    assert "writes nothing and opens both read taps (0.98)." in explorer.describe(explorer.record)
    explorer.set(show=("planet", "bear", "?"), step=3)
    assert "keeps 0.99 of what there was, writes nothing and opens both read taps (1.00 and 0.99)." in (
        explorer.describe(explorer.record)
    )
    explorer.set(show=("bear", "tree", "planet", "title card"), step=4)
    assert "keeps only 0.01 of nature and 0.01 of science and writes nothing." in explorer.describe(
        explorer.record
    )


@pytest.mark.parametrize(
    ("show", "place"),
    [(("bear",), "in both"), (("bear", "tree", "tree"), "only in c"), (("tree",), "in neither")],
)
def test_the_bear_is_looked_for_in_both_memories(show, place):
    assert where_is_nature(watch(show)) == place


def test_the_challenge_asks_to_let_science_go_by_showing_nature_and_not_by_a_title_card():
    assert score(watch(("planet", "bear", "fox"))) == 1
    assert 0.3 < score(watch(("planet", "bear"))) < 1
    assert score(watch(("bear", "fox"))) == 0
    assert score(watch(("planet", "title card", "bear"))) == 0
    assert score(watch(("bear", "planet"))) < 0.1
    scores = [score(watch(("planet", *["bear"] * n))) for n in range(4)]
    assert all(before <= after for before, after in pairwise(scores))


def test_a_picture_added_is_read_at_once():
    explorer = TwoMemories()
    composer(explorer).buttons["flask"].click()
    assert "Picture 8 of 8, the flask" in explorer._parts.frame.value
    composer(explorer).clear.click()
    assert explorer.values()["step"] == 0


def test_in_large_print_one_button_less_stands_in_the_row_of_pictures():
    buttons = composer(TwoMemories()).buttons
    assert [name for name, each in buttons.items() if "lab-only-alone" in each._dom_classes] == ["squirrel"]
