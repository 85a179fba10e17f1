"""Whole cell: one unit of two real networks, and the same number in the sentence, the diagram and the traces."""

from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from pictures import clashes, words_of

from lstm_lab.drawing import svg
from lstm_lab.drawing.whole import STRIP
from lstm_lab.explorers.still_cell import Diagram
from lstm_lab.explorers.whole_cell import (
    CARRIER,
    COUNTER,
    EIGHT,
    LONGEST,
    PICTURES,
    WholeCell,
    carried,
    moved_on,
    now,
    of_unit,
    score,
    score_sentence,
    units_of,
    watch,
)
from lstm_lab.handwired import UNITS, hand_wired
from lstm_lab.models import answers
from lstm_lab.stage import network, seen
from lstm_lab.tasks import features_of, one_hot_batch
from lstm_lab.world.shows import show_of
from lstm_lab.xray import holds_wild, look_inside

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
CHANNEL = ("bear", "tree", "squirrel", "?", "title card", "goldfish", "fox", "tree", "?")
BOTH = pytest.mark.parametrize("name", ["hand-wired", "trained"])


def drawn(explorer, in_lecture=False) -> Any:
    return ElementTree.fromstring(explorer.picture(explorer.record, explorer.canvas(in_lecture)))


def named(root, name) -> list[Any]:
    return [each for each in root.iter(f"{SVG}g") if each.get("class") == name]


def words(root) -> list[str]:
    return [text.text for text in root.iter(f"{SVG}text")]


# --- the record -----------------------------------------------------------------------------------


def test_the_hand_wired_network_reads_clean_symbols():
    run = watch(CHANNEL)
    whole = answers(hand_wired(), one_hot_batch(show_of(CHANNEL, 0.5)).xs)
    np.testing.assert_array_equal(run.trace.c, whole.trace.c)
    assert run.unit_name == UNITS[0] == "show"


def test_the_trained_network_reads_the_pictures_that_are_shown():
    run = watch(CHANNEL, "trained", 3)
    xs = np.stack([features_of(seen(frame)) for frame in run.frames])[:, None]
    whole = answers(network("lstm_channels"), xs)
    np.testing.assert_allclose(run.trace.h, whole.trace.h, atol=1e-12)
    wolf, dog = whole.probabilities[3, 0, :2]
    assert run.wolf[3] == pytest.approx(wolf / (wolf + dog))


@BOTH
def test_what_would_be_said_of_a_face_is_what_is_said_when_it_comes_next(name):
    run = watch(CHANNEL, name)
    for t, kind in enumerate(CHANNEL):
        if kind != "?":
            asked = watch((*CHANNEL[: t + 1], "?"), name)
            assert run.wolf[t] == pytest.approx(asked.wolf[-1])
            assert run.ideal[t] == pytest.approx(asked.ideal[-1])


def test_the_hand_wired_network_stays_near_the_ideal_observer_and_the_trained_one_nearly_as_near():
    rng, off = np.random.default_rng(3), {"hand-wired": [], "trained": []}
    for _ in range(20):
        show = [str(kind) for kind in rng.choice(PICTURES[:-1], 8)]
        for name, differences in off.items():
            run = watch(show, name)
            differences.append(np.abs(run.wolf - run.ideal).mean())
    assert np.mean(off["hand-wired"]) < 0.02
    assert np.mean(off["trained"]) < 0.15


def test_the_present_step_of_a_unit_is_an_lstm_step_of_its_own():
    for unit in range(16):
        step = now(watch(CHANNEL, "trained", unit, 6))
        assert step.c.shape == (1, 1)
        assert step.c == pytest.approx(step.f * step.c_prev + step.i * step.g)
        assert step.h == pytest.approx(step.o * np.tanh(step.c))
    before = now(watch(CHANNEL, "trained", 0, 0))
    assert all(float(value[0, 0]) == 0 for value in before)


def test_a_unit_that_a_network_does_not_have_gives_way_to_its_last():
    assert watch(CHANNEL, "hand-wired", 99).unit == len(UNITS) - 1
    assert watch(CHANNEL, "trained", 99).unit_name == "unit 15"
    assert units_of("hand-wired") == UNITS


# --- who carries the bear -------------------------------------------------------------------------


def test_the_hand_wired_unit_keeps_what_the_bear_wrote_past_eight_pictures():
    put, share = carried(watch(("bear", *EIGHT)))
    assert put == pytest.approx(np.tanh(1), abs=0.001)
    assert share > 0.99


def test_a_unit_that_adds_something_at_every_picture_does_not_carry_the_bear():
    run = watch(("bear", *EIGHT), "trained", COUNTER)
    assert abs(of_unit(run, "c")[8]) > 6
    assert carried(run)[1] == 0


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        (COUNTER, "Unit 15 wrote −0.90; buried: c moved on by −7.40."),
        (10, "Unit 10 wrote 0.33; overwritten: c moved on by 0.56."),
        (1, "Unit 1 wrote 0.14, which is little; buried: c moved on by 3.17."),
        (3, "Unit 3 wrote 0.85; 24 % of it stays."),
    ],
)
def test_what_became_of_the_bear_is_said_with_where_c_went(unit, said):
    run = watch(("bear", *EIGHT, "?"), "trained", unit)
    assert score_sentence(run) == said
    c = of_unit(run, "c")
    moved, kept = moved_on(run)
    assert moved == pytest.approx(c[8] - c[0])
    assert kept == (np.prod(of_unit(run, "f")[1:9]) >= 0.5)


def test_among_the_trained_units_exactly_one_solves_the_challenge():
    scores = [score(watch(("bear", *EIGHT, "?"), "trained", unit)) for unit in range(16)]
    assert [unit for unit, value in enumerate(scores) if value > 0.9] == [CARRIER]
    assert scores[CARRIER] == 1 == score(watch(("bear", *8 * ("tree",)), "trained", CARRIER))
    assert max(value for unit, value in enumerate(scores) if unit != CARRIER) < 0.7


@pytest.mark.parametrize("show", [(), ("tree",) * 9, ("bear", *EIGHT[:7]), ("bear", "fox", *EIGHT)])
def test_without_a_bear_and_eight_pictures_that_say_nothing_there_is_no_score(show):
    assert carried(watch(show, "trained", CARRIER)) == (0, 0)
    assert score(watch(show, "trained", CARRIER)) == 0


def test_the_hand_wired_network_does_not_count_for_the_challenge():
    explorer = WholeCell(show=("bear", *EIGHT))
    assert explorer.challenge is not None
    assert explorer.challenge.score(explorer.record) == 0
    assert explorer.challenge.sentence(explorer.record) == "Choose the trained network."


# --- the picture ----------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("step", [1, 4, 9])
def test_sentence_and_diagram_say_the_same_numbers(name, step):
    explorer = WholeCell(show=CHANNEL, network=name, unit=2, step=step)
    run, sentence = explorer.record, explorer.describe(explorer.record)
    value = {key: float(each[step - 1, 0, 2]) for key, each in run.trace._asdict().items() if key != "x"}
    (diagram,) = named(drawn(explorer), "diagram use")
    kept, learned = svg.spoken(value["f"] * value["c_prev"]), svg.spoken(value["i"] * value["g"])
    assert f"kept {kept}" in words(diagram) and f"keeps {kept};" in sentence
    assert f"learned {learned}" in words(diagram) and f"lets in {learned};" in sentence
    for key in "figo":
        assert svg.spoken(value[key]) in words(diagram)
        assert f"{key} {svg.spoken(value[key])}" in sentence
    assert f"lets h say {svg.spoken(value['h'])}." in sentence
    assert (
        f"wolf {svg.spoken(run.wolf[step - 1])} (ideal observer {svg.spoken(run.ideal[step - 1])})"
        in sentence
    )
    (said,) = [word for word in words(drawn(explorer)) if word.startswith("P(wolf)")]
    assert f"LSTM {svg.spoken(run.wolf[step - 1])}, ideal {svg.spoken(run.ideal[step - 1])}" in said


@BOTH
def test_gate_strips_are_as_high_as_the_gates_are_open_and_pale_where_nothing_was_read(name):
    explorer = WholeCell(show=CHANNEL, network=name, unit=1, step=4)
    (strips,) = named(drawn(explorer), "gates")
    for letter in "fio":
        bars = [each for each in strips.iter(f"{SVG}rect") if each.get("class") == f"q-{letter}"]
        heights = np.array([float(each.get("height")) for each in bars])
        np.testing.assert_allclose(heights / STRIP, of_unit(explorer.record, letter), atol=0.005)
        assert [each.get("opacity") for each in bars] == [None] * 4 + ["0.45"] * 5


def test_c_and_h_are_drawn_whole_and_thick_up_to_now():
    explorer = WholeCell(show=CHANNEL, unit=0, step=4)
    (memory,) = named(drawn(explorer), "memory")
    lines = [each.get("points", "").split() for each in memory.iter(f"{SVG}polyline")]
    assert [len(line) for line in lines] == [9, 9, 4, 4]
    assert lines[2:] == [lines[0][:4], lines[1][:4]]
    ys = np.array([float(point.split(",")[1]) for point in lines[0]])
    c = of_unit(explorer.record, "c")
    slope, zero = np.polyfit(c, ys, 1)
    np.testing.assert_allclose(zero + slope * c, ys, atol=0.06)
    assert slope < 0


@BOTH
def test_both_answers_are_drawn_where_they_are_on_one_scale(name):
    explorer = WholeCell(show=CHANNEL, network=name, step=9)
    run = explorer.record
    (answered,) = named(drawn(explorer), "answers")
    ys = {
        line.get("class"): np.array([float(point.split(",")[1]) for point in line.get("points", "").split()])
        for line in answered.iter(f"{SVG}polyline")
    }
    slope, zero = np.polyfit(run.wolf, ys["s q-lstm"], 1)
    assert slope < -10
    np.testing.assert_allclose(zero + slope * run.wolf, ys["s q-lstm"], atol=0.15)
    np.testing.assert_allclose(zero + slope * run.ideal, ys["s q-ideal"], atol=0.15)


@pytest.mark.parametrize("step", [1, 4, 9])
def test_the_present_picture_is_marked_in_the_reel_and_stands_named_below_the_cell(step):
    root = drawn(WholeCell(show=CHANNEL, step=step))
    (strip,), (event,) = named(root, "reel"), named(root, "event")
    present = list(strip.iter(f"{SVG}use"))[step - 1]
    (shown,) = event.iter(f"{SVG}use")
    assert shown.get("href") == present.get("href")
    assert words(event) == ["face" if CHANNEL[step - 1] == "?" else CHANNEL[step - 1]]
    band, frame = [each for each in strip.findall(f"{SVG}rect")]
    middle = float(present.get("x", 0)) + float(present.get("width", 0)) / 2
    for mark in (band, frame):
        assert float(mark.get("x", 0)) + float(mark.get("width", 0)) / 2 == pytest.approx(middle, abs=0.2)


def test_in_large_print_there_are_the_strip_and_the_diagram_alone():
    root = drawn(WholeCell(), in_lecture=True)
    assert len(named(root, "reel")) == len(named(root, "diagram use")) == 1
    assert not named(root, "gates") and not named(root, "answers")


@pytest.mark.parametrize("in_lecture", [False, True])
def test_no_word_stands_on_the_frame_of_the_cell(in_lecture):
    explorer = WholeCell()
    root, canvas = drawn(explorer, in_lecture), explorer.canvas(in_lecture)
    (diagram,) = named(root, "diagram use")
    (frame,) = [each for each in diagram.findall(f"{SVG}rect") if "grey" in each.get("class", "")]
    left, top, wide, tall = (float(frame.get(name, 0)) for name in ("x", "y", "width", "height"))
    within = [word for word in words_of(root, canvas) if word.right > left and word.left < left + wide]
    assert {"forget", "remember", "use"} <= {word.text for word in within}
    for edge in (top, top + tall):
        assert not [word.text for word in within if word.top < edge + 1 and word.foot > edge - 1]


def test_a_c_beyond_the_axis_is_marked_at_the_edge_with_its_number():
    run = WholeCell(show=("bear", *EIGHT), network="trained", unit=COUNTER)
    for step, beyond in ((1, False), (4, True), (9, True)):
        run.set(step=step)
        c = of_unit(run.record, "c")[step - 1]
        assert (abs(c) > 2) == beyond
        found = named(drawn(run), "now beyond")
        assert [words(each) for each in found] == [[f"c {svg.spoken(c, 1)}"]] * beyond
    run.set(unit=6)
    (found,) = named(drawn(run), "now beyond")
    (memory,) = named(drawn(run), "memory")
    lines = sorted(float(each.get("y1")) for each in memory.iter(f"{SVG}line"))
    (word,) = found.iter(f"{SVG}text")
    assert words(found) == ["c 8.3"] and lines[0] < float(word.get("y")) < lines[1], (
        "upwards it is at the top"
    )


@BOTH
def test_the_longest_channel_of_all_kinds_fits_into_a_frame(name):
    explorer = WholeCell(show=(PICTURES * 4)[:LONGEST], network=name, unit=2)
    assert len(explorer._parts.frame.value.encode()) <= 80_000


@BOTH
@pytest.mark.parametrize("in_lecture", [False, True])
@pytest.mark.parametrize("show", [(), ("bear",), CHANNEL, (PICTURES * 4)[:LONGEST]])
def test_no_words_overlap_or_leave_the_picture(show, in_lecture, name):
    for step in {0, 1, len(show) // 2, len(show)}:
        explorer = WholeCell(show=show, step=step, network=name, unit=2)
        assert not clashes(drawn(explorer, in_lecture), explorer.canvas(in_lecture))


# --- the explorer ---------------------------------------------------------------------------------


def test_the_sentence_tells_a_squirrel_that_is_not_let_in():
    explorer = WholeCell()
    assert explorer.describe(explorer.record) == (
        "Picture 3 of 9, the squirrel. Unit “show”: f 1.00 keeps 0.76; i 0.00 × g −0.60 lets in 0.00; "
        "c stays 0.76; o 0.00 lets h say 0.00. A face next would get wolf 0.87 (ideal observer 0.86)."
    )
    explorer.set(step=5)
    assert "o 1.00 lets h say 0.64. The network says wolf 0.87" in explorer.describe(explorer.record)


def test_before_the_first_picture_and_without_any_nothing_is_remembered():
    explorer = WholeCell(step=0)
    assert (
        explorer.describe(explorer.record)
        == "None of 9 pictures has been read: c and h of unit “show” are 0."
    )
    explorer.set(show=())
    assert explorer.describe(explorer.record) == (
        "The channel is empty: nothing has been read, and c and h of unit “show” are 0. Add a picture."
    )


def test_the_network_decides_how_many_units_there_are():
    explorer = WholeCell()
    unit: Any = explorer.inputs["unit"]
    assert unit.ends() == (0, 2)
    explorer.set(unit=15, network="trained")
    assert unit.value == 15 and unit.slider.max == 15
    explorer.set(unit=2, network="hand-wired")
    assert unit.value == 2 and unit.box.value == "2"
    assert "Unit “asked”" in explorer._parts.frame.value


def test_a_change_of_network_leads_to_the_unit_that_follows_the_genre():
    explorer = WholeCell()
    explorer.inputs["network"].value = "trained"
    follows = holds_wild(look_inside(network("lstm_channels"), np.random.default_rng(1)))
    assert explorer.values()["unit"] == CARRIER == np.argmax(follows)
    c = of_unit(explorer.record, "c")
    assert np.abs(c).max() < 2, "it stays on the axis"
    explorer.inputs["network"].value = "hand-wired"
    assert explorer.record.unit_name == "show"


@BOTH
@pytest.mark.parametrize("show", [(), ("bear",), CHANNEL])
def test_the_diagram_of_a_page_has_a_step_to_show_even_before_the_first_picture(show, name):
    for step in {0, len(show)}:
        record = WholeCell(show=show, network=name, step=step, unit=1).record
        D, H = 8, (3 if name == "hand-wired" else 16)
        assert [np.shape(values) for values in record.now] == [(1, D), *[(1, H)] * 12]
        root = ElementTree.fromstring(Diagram("use", record.now, unit=record.unit).picture)
        said = {str(word) for word in words(root)}
        if step == 0:
            assert "kept 0.00" in said and not any(np.any(values) for values in record.now)
        else:
            assert f"kept {svg.spoken(float(record.now.kept[0, 1]))}" in said


def test_the_title_card_shuts_the_forget_gate_and_that_is_computed():
    explorer = WholeCell()
    explorer.predict("o opens")
    assert "o opens. At the title card: f shuts." in explorer._parts.frame.value
