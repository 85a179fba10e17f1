"""Gate X-ray: the record of a trained network, one step in every view, and the numbers by which units are found."""

import base64
import re
import struct
import zlib
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_lab.drawing import svg
from lstm_lab.drawing.colour import DIVERGING, SEQUENTIAL, png
from lstm_lab.drawing.xray import RAIL, shown_around
from lstm_lab.explorers.gate_xray import (
    COPIER,
    HOLDER,
    LETTERS,
    LONGEST,
    NETWORKS,
    ORDERS,
    GateXRay,
    farthest,
    hidden,
    look,
    misled,
    misled_in_words,
    place,
    rows_of,
    scores_of,
)
from lstm_lab.models import answers
from lstm_lab.stage import network, seen
from lstm_lab.tasks import features_of
from lstm_lab.xray import look_inside, units_by

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
CHANNEL = "bear, 3 tree, ?, title card, goldfish, 2 squirrel, ?"
LONG = "bear, 150 tree, ?"


def drawn(explorer: GateXRay, in_lecture: bool = False) -> Any:
    return ElementTree.fromstring(explorer.picture(explorer.record, explorer.canvas(in_lecture)))


def named(root: Any, name: str) -> list[Any]:
    return [each for each in root.iter(f"{SVG}g") if each.get("class") == name]


def words(root: Any) -> list[str]:
    return [text.text for text in root.iter(f"{SVG}text")]


def pixels(image: Any) -> np.ndarray:
    """Return the colour indices of an embedded PNG of one byte a pixel."""
    data = base64.b64decode(image.get("href").split(",")[1])
    wide, tall = struct.unpack(">II", data[16:24])
    at = data.index(b"IDAT")
    (length,) = struct.unpack(">I", data[at - 4 : at])
    rows = np.frombuffer(zlib.decompress(data[at + 4 : at + 4 + length]), np.uint8).reshape(tall, wide + 1)
    return rows[:, 1:]


def ends_of(line: str) -> tuple[float, float]:
    """Return where the first level line of a path begins and ends."""
    found = re.match(r"M([\d.]+) [\d.]+H([\d.]+)", line)
    assert found is not None
    return float(found[1]), float(found[2])


# --- the record -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_the_network_reads_the_pictures_that_are_shown(name):
    run = look(CHANNEL, 4, name=name)
    xs = np.stack([features_of(seen(frame)) for frame in run.frames])[:, None]
    whole = answers(network(name), xs)
    np.testing.assert_allclose(run.trace.c, whole.trace.c, atol=1e-12)
    wolf, dog = whole.probabilities[4, 0, :2]
    assert run.wolf[4] == pytest.approx(wolf / (wolf + dog))
    np.testing.assert_array_equal(run.of_unit("f", 3), run.trace.f[:, 0, 3])


def test_what_would_be_said_of_a_face_is_what_is_said_when_it_comes_next():
    run = look(CHANNEL, 1)
    asked = look("bear, 3 tree, title card, ?", 1)
    before = look("bear, 3 tree, title card", 1)
    assert before.wolf[-1] == pytest.approx(asked.wolf[-1])
    assert before.ideal[-1] == pytest.approx(asked.ideal[-1]) == 0.5
    assert run.ideal[3] == pytest.approx(run.ideal[4])


def test_a_channel_may_be_longer_than_any_of_the_training_and_no_longer_than_200():
    assert len(look("bear, 500 tree", 1).frames) == LONGEST
    assert look(LONG, 999).step == 152
    assert look("", 5).step == 0
    assert look(CHANNEL, 1, unit=99).unit == 15
    assert look(CHANNEL, 1, unit=99, name="lstm_long").unit == hidden("lstm_long") - 1 == 31


def test_the_bear_is_kept_over_150_trees_and_a_goldfish_is_not():
    bear, fish, nothing = (look(f"{first}150 tree, ?", 1) for first in ("bear, ", "goldfish, ", ""))
    assert abs(bear.wolf[-1] - bear.ideal[-1]) < 0.02
    assert abs(fish.wolf[-1] - fish.ideal[-1]) > 0.4
    assert nothing.wolf[-1] > 0.65 and nothing.ideal[-1] == 0.5  # it leans to wild whatever came first


# --- who does what --------------------------------------------------------------------------------


def test_the_orders_are_those_of_the_measures():
    inside = look_inside(network("lstm_channels"), np.random.default_rng(0), (0, 20), (1, 3), 300)
    for order in ORDERS:
        assert rows_of("lstm_channels", order) == tuple(units_by(inside, order))
    assert [place(np.array([3, 9, 5]), k) for k in range(3)] == ["3rd of 3", "1st of 3", "2nd of 3"]
    assert [place(-np.arange(25), k).split()[0] for k in (10, 11, 12, 20, 21, 23)] == [
        "11th",
        "12th",
        "13th",
        "21st",
        "22nd",
        "24th",
    ]


def test_the_unit_that_holds_wild_is_the_one_that_shuts_out_trees_and_clears_at_the_title_card():
    scores = scores_of("lstm_channels")
    firsts = {order: rows_of("lstm_channels", order)[0] for order in ORDERS[1:]}
    assert firsts == {
        "who follows wild": HOLDER,
        "who forgets slowest": 15,
        "who shuts out trees": HOLDER,
        "who clears at the title card": HOLDER,
    }
    assert abs(scores["wild"][15]) < 0.05  # whoever forgets slowest holds nothing of the genre
    assert scores["wild"][COPIER] > 0.9


def test_choosing_an_order_looks_at_its_first_unit_and_any_other_can_be_chosen_after():
    explorer = GateXRay()
    explorer.inputs["order"].value = "who forgets slowest"
    assert explorer.record.unit == 15
    explorer.inputs["unit"].value = 3
    assert explorer.record.rows[0] == 15 and explorer.record.unit == 3
    explorer.inputs["network"].value = "lstm_long"
    explorer.inputs["order"].value = "who follows wild"
    assert explorer.record.unit == rows_of("lstm_long", "who follows wild")[0]


def test_a_picture_added_is_a_picture_read():
    explorer = GateXRay(channel="bear", step=1)
    channel: Any = explorer.inputs["channel"]
    channel.times.value = 50
    channel.buttons["tree"].click()
    assert explorer.record.step == 51
    assert explorer.python().endswith(
        "GateXRay(channel='bear, 50 tree', step=51, order='who follows wild', "
        "network='lstm_channels', unit=13, letter='h')"
    )


def test_the_challenge_counts_channels_without_a_face_and_the_trained_network_alone():
    away = look("goldfish, 199 squirrel", 1)
    assert misled(away) == 1 and farthest(away) > 0.6
    assert misled_in_words(away) == f"{svg.spoken(farthest(away))} at most."
    faced = look("goldfish, 190 squirrel, ?", 1)
    assert misled(faced) == 0 and misled_in_words(faced) == "Take the faces out."
    other = look("goldfish, 199 squirrel", 1, name="lstm_long")
    assert misled(other) == 0 and misled_in_words(other) == "Choose lstm_channels."
    assert 0 < misled(look("goldfish, 40 tree", 1)) < 0.5
    assert misled(look("", 0)) == 0


# --- the picture ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("channel", "step"), [(CHANNEL, 1), (CHANNEL, 10), (LONG, 77), ("bear", 1)])
@pytest.mark.parametrize("in_lecture", [False, True])
def test_one_cursor_stands_at_the_present_picture_in_every_view(channel, step, in_lecture):
    explorer = GateXRay(channel=channel, step=step)
    root = drawn(explorer, in_lecture)
    T = len(explorer.record.frames)
    cursors = [line for each in named(root, "cursor") for line in each.iter(f"{SVG}line")]
    assert len(cursors) == (3 if in_lecture else 4)
    heat = next(named(root, "units")[0].iter(f"{SVG}image"))
    assert pixels(heat).shape == (16, T)
    left, width = float(heat.get("x")), float(heat.get("width"))
    share = (step - 0.5) / T
    assert max(float(line.get("x1")) for line in cursors) == pytest.approx(left + width * share, abs=0.06)
    x_gates = min(float(line.get("x1")) for line in cursors)
    strip = named(root, "gates")[0].find(f"{SVG}path").get("d")
    first, last = ends_of(strip)
    assert x_gates == pytest.approx(first + (last - first) * share, abs=0.06)


def test_before_the_first_picture_there_is_no_cursor_and_no_value():
    root = drawn(GateXRay(channel=CHANNEL, step=0))
    assert not named(root, "cursor")
    assert not [word for word in words(named(root, "gates")[0]) if "0." in word]


@pytest.mark.parametrize("letter", LETTERS)
def test_the_map_of_all_units_is_the_record_in_the_order_chosen(letter):
    explorer = GateXRay(channel=LONG, step=9, letter=letter, order="who shuts out trees")
    run = explorer.record
    wanted = getattr(run.trace, letter)[:, 0][:, list(run.rows)].T
    called, wanted = ("tanh(c)", np.tanh(wanted)) if letter == "c" else (letter, wanted)
    low, high = {"c": (-1, 1), "g": (-1, 1), "h": (-1, 1)}.get(letter, (0, 1))
    root = drawn(explorer)
    image = named(root, "units")[0].find(f".//{SVG}image")
    written = "data:image/png;base64," + base64.b64encode(
        png(wanted, low, high, DIVERGING if low < 0 else SEQUENTIAL)
    ).decode("ascii")
    assert image is not None and image.get("href") == written
    assert f"{called} of all 16 units, who shuts out trees" in words(root)


@pytest.mark.parametrize("unit", [0, 13, 15])
def test_the_chosen_unit_is_marked_in_its_row_and_named_beside_it(unit):
    explorer = GateXRay(channel=CHANNEL, step=4, order="who follows wild", unit=unit)
    (units,) = named(drawn(explorer), "units")
    image, edges = units.find(f".//{SVG}image"), units.find(f"{SVG}path")
    assert image is not None and edges is not None
    tall = float(image.get("height", 0)) / 16
    top = float(image.get("y", 0)) + tall * explorer.record.rows.index(unit)
    ys = [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)H", edges.get("d", ""))]
    assert ys == pytest.approx([top, top + tall], abs=0.11)
    assert str(unit) in words(units)


def test_the_numbers_beside_the_gates_and_lines_are_those_of_the_record():
    explorer = GateXRay(channel=LONG, step=120, unit=10, order="as stored")
    run, root = explorer.record, drawn(explorer)
    for letter in "figo":
        assert svg.spoken(run.of_unit(letter)[119]) in words(named(root, "gates")[0])
    for letter in "ch":
        assert f"{letter} {svg.spoken(run.of_unit(letter)[119])}" in words(named(root, "memory")[0])
    for name, ys in (("LSTM", run.wolf), ("ideal", run.ideal)):
        assert f"{name} {svg.spoken(ys[119])}" in words(named(root, "answers")[0])
    said = explorer.describe(run)
    assert f"c {svg.spoken(run.of_unit('c')[119])}," in said
    assert f"network {svg.spoken(run.wolf[119])}, ideal observer {svg.spoken(run.ideal[119])}." in said


def test_a_gate_is_filled_as_high_as_it_is_open():
    explorer = GateXRay(channel=CHANNEL, step=4)
    run = explorer.record
    (gates,) = named(drawn(explorer), "gates")
    for k, letter in enumerate("fi"):
        frame, bars = (each.get("d") for each in list(gates.iter(f"{SVG}path"))[2 * k : 2 * k + 2])
        foot, top = (float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)H", frame))
        heights = np.repeat(np.nan, 10)
        starts = [(float(x), float(y)) for x, y in re.findall(r"H([\d.]+)V([\d.]+)", bars)][:-1]
        left, right = ends_of(frame)
        for x, y in starts:
            heights[round(10 * (x - left) / (right - left)) :] = y
        np.testing.assert_allclose((foot - heights) / (foot - top), run.of_unit(letter), atol=0.005)


def test_what_the_unit_does_is_listed_with_its_place_and_the_order_in_bold():
    explorer = GateXRay(channel=CHANNEL, step=4, order="who clears at the title card", unit=13)
    (jobs,) = named(drawn(explorer), "jobs")
    assert words(jobs) == [
        *("follows wild", "0.99", "1st of 16"),
        *("trees until half gone", "77", "3rd of 16"),
        *("shuts out trees", "0.76", "1st of 16"),
        *("clears at the title card", "0.98", "1st of 16"),
        "over 300 other channels",
    ]
    names = list(jobs.iter(f"{SVG}text"))[0:12:3]
    assert [name.get("font-weight") for name in names] == [None, None, None, "600"]


def test_a_long_film_shows_the_pictures_around_the_present_one():
    for step in (1, 60, 152):
        explorer = GateXRay(channel=LONG, step=step)
        film = named(drawn(explorer), "reel")[0]
        shown = [use.get("href").split("-")[0] for use in film.iter(f"{SVG}use")]
        assert len(shown) == 27
        assert ("#bear" in shown, "#face" in shown) == (step == 1, step == 152)
    assert shown_around(0, 0, 5) == range(0)
    for now in range(30):
        window = shown_around(now, 30, 7)
        assert now in window and len(window) == 7


def test_the_row_of_all_pictures_marks_every_telling_one_above_or_below_and_the_rest_of_what_counts():
    explorer = GateXRay(channel="bear, fox, 3 tree, goldfish, ?, title card, ?", step=2)
    for row in named(drawn(explorer), "row"):
        wild, home, ends, ring, _ = (
            each.get("d") for each in row.iter(f"{SVG}path") if "grey" not in each.get("class", "")
        )
        assert (wild.count("v-5.5h"), home.count("v5.5h")) == (2, 1)
        assert (ends.count("M"), ring.count("M")) == (1, 2)


def test_the_rail_is_explained_in_the_title_and_where_one_points_at_it():
    root = drawn(GateXRay(channel=CHANNEL, step=2))
    title = root.find(f"{SVG}title")
    assert title is not None and str(title.text).endswith(RAIL)
    assert [row[0].text for row in named(root, "row")] == [RAIL] * 2


def test_the_map_of_all_c_tells_apart_what_counts_beyond_its_limits():
    run = GateXRay(channel=LONG, step=9).record
    assert run.trace.c.max() > 2 and np.abs(np.tanh(run.trace.c)).max() <= 1


def test_the_channel_may_be_empty():
    explorer = GateXRay(channel="")
    assert explorer.describe(explorer.record) == (
        "The channel is empty: nothing has been read, and c and h of unit 13 are 0. Add a picture."
    )
    for in_lecture in (False, True):
        assert "The channel is empty: add a picture." in words(drawn(explorer, in_lecture))


def test_before_the_first_picture_the_sentence_says_so():
    explorer = GateXRay(channel="3 tree", step=0)
    assert explorer.describe(explorer.record) == "None of 3 pictures has been read: c and h of unit 13 are 0."


@pytest.mark.parametrize("in_lecture", [False, True])
def test_no_two_words_lie_on_each_other_and_none_leaves_the_picture(in_lecture):
    rng = np.random.default_rng(4)
    explorer = GateXRay()
    for _ in range(12):
        explorer.set(**{name: control.draw(rng) for name, control in explorer.inputs.items()})
        root = drawn(explorer, in_lecture)
        standard = float(root.get("font-size"))
        boxes = []
        for text in root.iter(f"{SVG}text"):
            if text.get("transform"):
                continue
            size = float(text.get("font-size", standard))
            wide = 0.5 * size * len(text.text)
            left = float(text.get("x")) - wide * {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
            boxes.append((left, float(text.get("y")) - 0.7 * size, wide, 0.7 * size, text.text))
        for k, (x, y, w, h, word) in enumerate(boxes):
            assert x >= -1 and x + w <= float(root.get("width")) + 1, word
            assert y >= 0 and y + h <= float(root.get("height")) + 1, word
            for x2, y2, w2, h2, other in boxes[:k]:
                apart = x + w <= x2 + 1 or x2 + w2 <= x + 1 or y + h <= y2 + 1 or y2 + h2 <= y + 1
                assert apart, (word, other, explorer.values())


def test_the_fullest_frame_is_small_enough():
    rng = np.random.default_rng(0)
    kinds = ("bear", "fox", "goldfish", "tree", "squirrel", "title card", "?")
    explorer = GateXRay(channel=", ".join(str(kind) for kind in rng.choice(kinds, LONGEST)))
    for step in (1, 100, 200):
        explorer.set(step=step)
        assert len(explorer._parts.frame.value.encode()) < 80_000
