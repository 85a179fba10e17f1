"""Surgery: what is operated on is what is drawn, said and counted; and what the stored network turns out to rely on."""

import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from pictures import clashes

from lstm_lab import models
from lstm_lab.cells import checked_lstm
from lstm_lab.drawing.surgery import MOST, points
from lstm_lab.drawing.svg import LECTURE, spoken
from lstm_lab.explorers.operating import (
    ALL_UNITS,
    ASKED,
    CHANNEL,
    CLAMPS,
    CONTROL,
    COUPLE,
    LAST,
    LOUDEST,
    MEMORY,
    NETWORK,
    NOTHING,
    ONE,
    OPERATIONS,
    SILENCE,
    SWAP,
    WHOM,
    channels,
    films,
    inputs,
    operate,
    weights,
)
from lstm_lab.explorers.surgery import Surgery, first_show, score
from lstm_lab.interventions import random_unit_like
from lstm_lab.stage import network
from lstm_lab.xray import holds_wild, look_inside

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"


def run_of(explorer: Surgery) -> Any:
    return explorer.record


def at(operation: str, whom: str = ALL_UNITS, unit: int = MEMORY, level: float = 1.0, after: int = 4) -> Any:
    return operate(operation, whom, unit, level, after, 0)


def drawn(explorer: Surgery, in_lecture: bool = False) -> Any:
    return ElementTree.fromstring(explorer.svg(explorer.canvas(in_lecture)))


def group(root: Any, name: str) -> Any:
    (found,) = [each for each in root.iter(f"{SVG}g") if each.get("class") == name]
    return found


def words(root: Any) -> list[str]:
    return [text.text for text in root.iter(f"{SVG}text")]


def hidden(explorer: Surgery) -> set[str]:
    return {name for name, each in explorer.inputs.items() if "lab-hidden" in each._dom_classes}


# --- what is done ----------------------------------------------------------------------------------


@pytest.mark.parametrize("gate", "fio")
def test_a_clamped_gate_is_clamped_in_the_units_that_are_named(gate):
    xs, _ = inputs()
    model = network(NETWORK)._replace(cell=weights(f"clamp {gate}", (3, MEMORY), 0.25))
    level = getattr(models.answers(model, xs).trace, gate)
    np.testing.assert_allclose(level[..., [3, MEMORY]], 0.25, atol=1e-12)
    assert np.abs(np.delete(level, [3, MEMORY], axis=-1) - 0.25).min(axis=-1).max() > 0.01


def test_nothing_done_leaves_every_number_as_it_was():
    run = at(NOTHING)
    np.testing.assert_array_equal(run.intact.wolf, run.operated.wolf)
    np.testing.assert_array_equal(run.intact.c, run.operated.c)
    assert run.effect.total == (0, 0, 0) and run.units == ()


def test_coupled_and_silenced_weights_are_those_of_the_named_operations():
    xs, _ = inputs()
    for operation in (COUPLE, SILENCE):
        model = network(NETWORK)._replace(cell=weights(operation, (MEMORY,), 0.0))
        run = models.answers(model, xs).trace
        if operation == COUPLE:
            np.testing.assert_allclose((run.i + run.f)[..., MEMORY], 1, atol=1e-12)
        else:
            assert np.all(run.h[..., MEMORY] == 0)


def test_with_all_memories_swapped_the_channel_goes_on_like_the_other_one_until_the_pictures_differ():
    run, mirrored = at(SWAP, after=4), models.answers(network(NETWORK), inputs()[1]).trace
    np.testing.assert_allclose(run.operated.c[4 : ASKED[0] + 2], mirrored.c[4 : ASKED[0] + 2, 0], atol=1e-12)
    np.testing.assert_array_equal(run.operated.c[:4], run.intact.c[:4])
    assert run.operated.wolf[ASKED[0]] < 0.2 < 0.8 < run.intact.wolf[ASKED[0]]


def test_the_two_channels_differ_in_bear_and_goldfish_alone():
    one, other = ([frame.kind for frame in film] for film in films())
    assert tuple(one) == CHANNEL
    pairs = {(a, b) for a, b in zip(one, other, strict=True) if a != b}
    assert pairs == {("bear", "goldfish"), ("goldfish", "bear")}
    assert len(one) == len(channels(0).xs) and tuple(channels(0).rows) == ASKED


def test_a_control_is_another_unit_about_as_loud_and_another_draw_may_choose_another():
    sizes = channels(0).sizes
    nearest = set(np.argsort(np.abs(sizes - sizes[MEMORY]))[1:5].tolist())
    found = set()
    for seed in range(3):
        run = operate(SILENCE, CONTROL, MEMORY, 0, 4, seed)
        found |= set(run.units)
        assert run.like == MEMORY not in run.units
    assert {random_unit_like(np.random.default_rng(k), MEMORY, sizes) for k in range(40)} == nearest
    assert at(SILENCE, CONTROL).units[0] in nearest


def test_the_costs_of_the_units_are_the_effects_of_silencing_them():
    for unit in (LOUDEST, MEMORY):
        run = at(SILENCE, ONE, unit)
        assert run.costs[unit] == -run.effect.total[0]


# --- what the stored network relies on ---------------------------------------------------------------


def test_the_two_units_are_what_they_are_called():
    assert int(channels(0).sizes.argmax()) == LOUDEST
    inside = look_inside(network(NETWORK), np.random.default_rng(0), count=200)
    assert int(np.abs(holds_wild(inside)).argmax()) == MEMORY


def test_with_nothing_forgotten_first_shows_go_right_and_later_ones_drown():
    run = at("clamp f", level=1.0)
    assert first_show(run) == "as often as before"
    assert run.effect.difference[1] < -0.15 and run.effect.difference[2] < -0.25
    assert run.operated.wolf[ASKED[1]] > 0.8 > 0.2 > run.intact.wolf[ASKED[1]]
    assert run.effect.high[1] < 0 < run.effect.high[0]


def test_with_nothing_let_in_all_of_it_is_lost_as_if_every_unit_were_silent():
    shut, silent = at("clamp i", level=0.0), at(SILENCE)
    np.testing.assert_array_equal(shut.effect.operated, silent.effect.operated)
    assert np.ptp(silent.operated.wolf) < 1e-12


def test_a_unit_that_says_the_same_as_the_memory_unit_is_not_relied_on():
    inside = look_inside(network(NETWORK), np.random.default_rng(0), count=200)
    wild = np.abs(holds_wild(inside))
    second = int(np.argsort(-wild)[1])
    assert wild[second] > 0.9
    assert abs(at(SILENCE, ONE, second).effect.total[0]) < 0.01


def test_the_same_holds_on_other_channels():
    for seed in (1, 2):
        run = operate(SILENCE, ONE, MEMORY, 0, 4, seed)
        assert int(np.argmax(run.costs)) == MEMORY and run.costs[MEMORY] > 0.1
        assert int(run.trial.sizes.argmax()) == LOUDEST and abs(run.costs[LOUDEST]) < 0.02


# --- the challenge -----------------------------------------------------------------------------------


def test_the_challenge_can_be_met_by_one_unit_in_one_place_and_by_all_of_them_for_half():
    scores = {after: score(at(SWAP, ONE, MEMORY, after=after)) for after in (4, 12, 20)}
    assert scores[12] == 1 and scores[4] == scores[20] == 0
    assert score(at(SWAP, ALL_UNITS, after=12)) == 0.5
    assert score(at("clamp f", level=1.0)) < 0.1
    assert score(at(NOTHING)) == 0


# --- the controls ------------------------------------------------------------------------------------


def test_each_operation_shows_the_controls_it_reads_and_no_more_than_four():
    explorer = Surgery()
    read = {
        NOTHING: {"operation"},
        SILENCE: {"operation", "whom", "unit"},
        COUPLE: {"operation", "whom", "unit"},
        SWAP: {"operation", "whom", "unit", "after"},
    } | {clamped: {"operation", "whom", "unit", "level"} for clamped in CLAMPS}
    for operation in OPERATIONS:
        explorer.set(operation=operation, whom=ONE)
        assert set(explorer.inputs) - hidden(explorer) == read[operation]
        explorer.set(whom=ALL_UNITS)
        assert set(explorer.inputs) - hidden(explorer) == read[operation] - {"unit"}
        stay = [each for each in explorer.inputs.values() if "lab-only-alone" not in each._dom_classes]
        assert len(stay) == 2


def test_what_a_hidden_control_holds_does_not_matter():
    run, other = at(SILENCE, ONE, 3, level=0.1, after=2), at(SILENCE, ONE, 3, level=0.9, after=9)
    explorer = Surgery()
    assert explorer.picture(run, explorer.canvas(False)) == explorer.picture(other, explorer.canvas(False))


def test_drawing_again_changes_the_channels_that_are_counted_and_not_the_one_that_is_shown():
    explorer = Surgery(unit=MEMORY)
    before = run_of(explorer)
    explorer.draw_again()
    after = run_of(explorer)
    assert not np.array_equal(before.effect.operated, after.effect.operated)
    np.testing.assert_array_equal(before.operated.wolf, after.operated.wolf)


# --- the picture -------------------------------------------------------------------------------------


def test_the_lines_are_where_the_numbers_are():
    explorer = Surgery(operation="clamp f", whom=ALL_UNITS, level=1.0)
    run, wolf = run_of(explorer), group(drawn(explorer), "wolf")
    lines = {
        each.attrib["class"]: each.attrib["points"] for each in group(wolf, "traces").iter(f"{SVG}polyline")
    }
    top, foot = sorted(float(each.attrib["y1"]) for each in wolf.iter(f"{SVG}line"))[:: len(ASKED) + 2]
    for name, values in (("q-lstm", run.operated.wolf), ("grey", run.intact.wolf), ("q-ideal", run.ideal)):
        heights = np.array([float(y) for y in re.findall(r",([\d.]+)", lines[f"s {name}"])])
        np.testing.assert_allclose((foot - heights) / (foot - top), values, atol=0.002)


def test_every_show_has_a_ring_a_dot_and_an_interval_at_their_values():
    explorer = Surgery(operation="clamp f", whom=ALL_UNITS, level=1.0)
    run, shows = run_of(explorer), group(drawn(explorer), "shows")
    ticks = {
        text.text: float(text.attrib["y"])
        for text in shows.iter(f"{SVG}text")
        if "%" in (text.text or "") and text.text
    }
    unit = (ticks["20 %"] - ticks["100 %"]) / 0.8
    zero = ticks["20 %"] + 0.2 * unit - 0.35 * 12.5
    rings, dots = [], []
    for circle in shows.iter(f"{SVG}circle"):
        (rings if "grey" in circle.attrib["class"] else dots).append(float(circle.attrib["cy"]))
    np.testing.assert_allclose((zero - np.array(rings)) / unit, run.effect.intact, atol=0.002)
    np.testing.assert_allclose((zero - np.array(dots)) / unit, run.effect.operated, atol=0.002)
    ends = [
        (float(line.attrib["y1"]), float(line.attrib["y2"]))
        for line in shows.iter(f"{SVG}line")
        if "q-lstm" in line.attrib["class"]
    ]
    found = (zero - np.array(ends).T) / unit
    np.testing.assert_allclose(found[0], run.effect.intact + run.effect.low, atol=0.002)
    np.testing.assert_allclose(found[1], run.effect.intact + run.effect.high, atol=0.002)
    for share in run.effect.operated:
        assert spoken(100 * share, 1) in words(shows)


def test_the_units_stand_in_order_of_their_loudness_with_bars_as_long_as_what_they_cost():
    explorer = Surgery(unit=MEMORY)
    run, units = run_of(explorer), group(drawn(explorer), "units")
    bars = {"q-h": [], "q-lstm": []}
    for rect in units.iter(f"{SVG}rect"):
        if rect.attrib.get("class") in bars:
            bars[rect.attrib["class"]].append(float(rect.attrib["width"]))
    order = np.argsort(-run.trial.sizes)
    loud, lost = np.array(bars["q-h"]), np.array(bars["q-lstm"])
    np.testing.assert_allclose(loud / loud[0], run.trial.sizes[order] / run.trial.sizes[order[0]], atol=0.01)
    costs = 100 * run.costs[order]
    np.testing.assert_allclose(lost / lost.max() * costs.max(), np.abs(costs), atol=0.5)
    assert costs.max() < MOST
    said = [each for each in words(units) if re.fullmatch(r"[+−]?\d+\.\d", each or "")]
    assert said == [points(-cost) for cost in costs] and points(-costs.max()).startswith("−")
    names = [each for each in words(units) if each.isdigit()]
    assert names == [str(unit) for unit in order]


def test_the_unit_that_is_operated_on_is_marked_and_none_if_it_is_all():
    def bands(**values: Any) -> int:
        units = group(drawn(Surgery(**values)), "units")
        return sum(rect.attrib.get("class") == "faint" for rect in units.iter(f"{SVG}rect"))

    assert bands(unit=3) == bands(whom=CONTROL) == 1
    assert bands(whom=ALL_UNITS) == bands(operation=NOTHING) == 0


def test_a_swap_shows_the_other_channel_and_where_they_change_places():
    plain, swapped = drawn(Surgery()), drawn(Surgery(operation=SWAP, after=9))
    count = [len(list(group(each, "film").iter(f"{SVG}use"))) for each in (plain, swapped)]
    assert count == [len(CHANNEL), 2 * len(CHANNEL)]
    assert not list(group(plain, "film").iter(f"{SVG}line"))
    xs = {float(line.attrib["x1"]) for line in group(swapped, "film").iter(f"{SVG}line")}
    places = sorted({float(use.attrib["x"]) for use in group(swapped, "film").iter(f"{SVG}use")})
    (x,) = xs
    assert places[8] < x < places[9]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("whom", WHOM)
def test_the_sentence_says_what_is_drawn(operation, whom):
    explorer = Surgery(operation=operation, whom=whom, unit=MEMORY, level=0.35, after=12)
    run, said = run_of(explorer), explorer.describe(run_of(explorer))
    assert f"in all {points(100 * run.effect.total[0])} points" in words(drawn(explorer))
    assert f"In all {points(100 * run.effect.total[0])} ±" in said
    for share in (*run.effect.operated, *run.effect.intact):
        assert spoken(100 * share, 1) in said
    if len(run.units) == 1:
        assert f"unit {run.units[0]} " in said and f"mean |h| {run.trial.sizes[run.units[0]]:.2f}" in said
    assert ("control for unit 13" in said) == (whom == CONTROL and operation != NOTHING)
    assert ("0.35" in said) == (operation in CLAMPS)


def test_in_large_print_silence_has_the_units_beside_the_channel_and_all_else_the_shows():
    for operation in OPERATIONS:
        root = drawn(Surgery(operation=operation), in_lecture=True)
        panels = {each.get("class") for each in root.iter(f"{SVG}g")} & {"wolf", "memory", "shows", "units"}
        assert panels == {"wolf", "units" if operation == SILENCE else "shows"}


@pytest.mark.parametrize("lecture", [False, True])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_leaves_the_picture_and_a_frame_is_light(operation, lecture):
    for values in ({"level": 0.0, "after": 1, "unit": 0}, {"level": 1.0, "after": LAST, "whom": ALL_UNITS}):
        explorer = Surgery(operation=operation, **values)
        canvas = explorer.canvas(lecture)
        picture = explorer.svg(canvas)
        assert len(picture.encode()) < 50_000
        root = ElementTree.fromstring(picture)
        assert not clashes(root, canvas)
        sizes = [float(text.get("font-size", canvas.text)) for text in root.iter(f"{SVG}text")]
        assert min(sizes) >= (LECTURE.small if lecture else 12.5)


def test_the_network_is_left_as_it_is():
    before = [part.copy() for part in checked_lstm(network(NETWORK).cell)]
    for operation in OPERATIONS:
        at(operation)
    for old, now in zip(before, checked_lstm(network(NETWORK).cell), strict=True):
        np.testing.assert_array_equal(old, now)
