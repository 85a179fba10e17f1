"""The memory tape: painting, the memory it makes, and the jobs it is judged by."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from pictures import clashes

from lstm_lab.cells import LSTMState, lstm_step
from lstm_lab.drawing.svg import LECTURE
from lstm_lab.explorers.memory_tape import (
    BEAR,
    BEST,
    CHANNEL,
    FIRST,
    FISH,
    LENGTH,
    MEANT,
    NAMES,
    SECOND,
    STRIPS,
    TAPE_CELL,
    TITLE,
    TRAINED,
    WIRED,
    MemoryTape,
    best_constant,
    held,
    holder,
    judge,
    play,
    says,
    tape_run,
    unit,
)
from lstm_lab.explorers.painter import spelled
from lstm_lab.handwired import UNITS, hand_wired
from lstm_lab.models import answers
from lstm_lab.stage import network
from lstm_lab.tasks import one_hot_batch
from lstm_lab.world.shows import show_of
from lstm_lab.xray import holds_wild, look_inside

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
ALL_OF_IT = ("f", 1, LENGTH)


def painted(**strips):
    """Return the levels of f, i and o, 1 everywhere but where told: f={3: 0.5}."""
    levels = np.ones((3, LENGTH))
    for row, gate in zip(levels, STRIPS, strict=True):
        for place, level in strips.get(gate, {}).items():
            row[place] = level
    return levels


def run_of(levels, writes=WIRED):
    return tape_run(tuple(spelled(row) for row in levels), ALL_OF_IT, writes)


def random_levels(seed):
    return np.random.default_rng(seed).random((3, LENGTH)).round(3)


def group(explorer, name, canvas=None):
    root = ElementTree.fromstring(explorer.svg(canvas))
    return [each for each in root.iter(f"{SVG}g") if each.attrib.get("class") == name]


# --- the memory ------------------------------------------------------------------------------------


def test_a_painted_tape_is_an_lstm_written_out_by_hand():
    levels, g = random_levels(1), unit(WIRED).g
    step = play(levels[:, :, None], g)
    c = 0.0
    for t, (f, i, o) in enumerate(levels.T):
        c = f * c + i * g[t]
        assert step.c[t, 0, 0] == pytest.approx(c, abs=1e-12)
        assert step.h[t, 0, 0] == pytest.approx(o * np.tanh(c), abs=1e-12)


def test_a_painted_tape_equals_lstm_step_in_a_loop():
    step = play(random_levels(2)[:, :, None], unit(WIRED).g)
    state = LSTMState(np.zeros((1, 1)), np.zeros((1, 1)))
    for t in range(LENGTH):
        one = lstm_step(TAPE_CELL, step.x[t], state)
        np.testing.assert_allclose(one.c, step.c[t], atol=1e-12)
        np.testing.assert_allclose(one.h, step.h[t], atol=1e-12)
        state = one.state


def test_a_gate_can_be_painted_wholly_open_and_wholly_shut():
    step = run_of(painted(f={5: 0}, i={6: 0}, o={7: 0})).step
    assert (step.f[5, 0, 0], step.i[6, 0, 0], step.o[7, 0, 0]) == (0, 0, 0)
    assert (step.f[6, 0, 0], step.i[7, 0, 0], step.o[5, 0, 0]) == (1, 1, 1)


@pytest.mark.parametrize("t", [BEAR, FIRST, SECOND])
def test_what_every_picture_has_in_c_adds_up_to_c(t):
    step = play(random_levels(3)[:, :, None], unit(WIRED).g)
    assert held(step, t).shape == (t + 1, 1)
    assert held(step, t).sum() == pytest.approx(step.c[t, 0, 0], abs=1e-12)


def test_what_a_picture_has_in_c_is_what_c_loses_without_it():
    levels, g = random_levels(4), unit(WIRED).g.copy()
    whole = play(levels[:, :, None], g)
    g[8] = 0
    without = play(levels[:, :, None], g)
    assert held(whole, FIRST)[8, 0] == pytest.approx(float((whole.c - without.c)[FIRST, 0, 0]), abs=1e-12)


@pytest.mark.parametrize("whose", [WIRED, TRAINED])
def test_the_tape_of_a_network_gives_the_c_and_h_of_its_own_record(whose):
    run, own = tape_run(whose, ALL_OF_IT, whose), unit(whose)
    np.testing.assert_allclose(run.step.c[:, 0, 0], own.c, atol=1e-9)
    np.testing.assert_allclose(run.step.h[:, 0, 0], own.h, atol=1e-9)


def test_the_hand_wired_tape_is_the_record_of_the_hand_wired_lstm():
    run = answers(hand_wired(), one_hot_batch(show_of(CHANNEL)).xs).trace
    for gate, row in zip(STRIPS, unit(WIRED).gates, strict=True):
        np.testing.assert_array_equal(getattr(run, gate)[:, 0, UNITS.index("show")], row)


def test_the_trained_unit_is_the_one_that_holds_the_genre():
    follows = holds_wild(look_inside(network("lstm_channels"), np.random.default_rng(5)))
    assert int(np.argmax(np.abs(follows))) == holder()
    assert follows[holder()] > 0.9


def test_a_squirrel_is_tempting_and_a_tree_hardly_is():
    g = dict(zip(CHANNEL, unit(WIRED).g, strict=True))
    assert g["bear"] > 0.7 and g["goldfish"] == -g["bear"]
    assert g["squirrel"] < -0.5 and 0 < g["tree"] < 0.15


def test_over_twenty_pictures_the_squirrels_outweigh_the_bear():
    between = CHANNEL[BEAR + 1 : FIRST]
    assert len(between) == 20 and set(between) == {"tree", "squirrel"}
    assert says(run_of(painted()).h(FIRST)) == "dog"


# --- the jobs --------------------------------------------------------------------------------------


def perfect():
    """Return the levels that do all five jobs."""
    levels = np.zeros((3, LENGTH))
    levels[0] = 1
    levels[0, TITLE] = 0
    levels[1, [BEAR, FISH]] = 1
    levels[2, [FIRST, SECOND]] = 1
    return levels


def test_the_perfect_tape_has_the_whole_score_and_its_c_is_the_perfect_memory():
    run = run_of(perfect())
    assert run.score == pytest.approx(1)
    assert run.worst == ""
    np.testing.assert_allclose(run.step.c[:, 0, 0], run.ideal, atol=1e-12)


@pytest.mark.parametrize(
    ("gate", "place", "level", "job"),
    [
        ("f", 10, 0.0, "bear carried"),
        ("i", 4, 1.0, "squirrels kept out"),
        ("f", TITLE, 1.0, "old show cleared"),
        ("o", 10, 1.0, "silent until asked"),
        ("o", FIRST, 0.0, "answers right"),
    ],
)
def test_each_mistake_lowers_the_score_and_its_own_job(gate, place, level, job):
    levels = perfect()
    levels[STRIPS.index(gate), place] = level
    run = run_of(levels)
    part = dict(zip(NAMES, run.parts, strict=True))[job]
    assert part[0] < 0.7
    assert run.score < 0.95


def test_squirrels_let_in_count_against_the_bear_and_if_they_stay_against_the_second_show():
    levels = perfect()
    levels[1, [4, 18]] = 1
    levels[0, TITLE] = 0.5
    bear, squirrel = (abs(unit(WIRED).g[place]) for place in (BEAR, 18))
    parts = run_of(levels).parts
    assert parts.pure[0] == pytest.approx(bear / (bear + 2 * squirrel))
    assert parts.cleared[0] == pytest.approx(bear / (bear + (bear + 2 * squirrel) / 2))


def test_what_a_title_card_writes_is_the_new_shows_and_what_a_face_writes_does_not_bury_the_bear():
    levels, g = perfect(), unit(TRAINED).g
    assert min(abs(g[TITLE]), abs(g[FIRST])) > 0.001
    levels[1, [FIRST, TITLE]] = 1
    parts = run_of(levels, TRAINED).parts
    assert parts.pure[0] == pytest.approx(1)
    assert parts.cleared[0] == pytest.approx(1)


def test_half_of_the_bear_written_is_half_of_the_bear_carried():
    levels = perfect()
    levels[1, BEAR] = 0.5
    levels[0, 7] = 0.8
    assert run_of(levels).parts.carried[0] == pytest.approx(0.4)


def test_a_memory_that_does_nothing_does_none_of_its_jobs():
    run = run_of(np.zeros((3, LENGTH)))
    assert run.score == 0
    run = run_of(painted(i=dict.fromkeys(range(LENGTH), 0.0)))
    assert run.score == 0


def test_many_tapes_are_judged_at_once_as_each_alone():
    levels = np.stack([random_levels(seed) for seed in range(5)], axis=-1)
    together = judge(play(levels, unit(WIRED).g))
    for k in range(5):
        alone = judge(play(levels[:, :, k : k + 1], unit(WIRED).g))
        np.testing.assert_allclose([part[k] for part in together], [part[0] for part in alone], atol=1e-12)


def test_no_single_setting_does_better_than_the_one_that_is_shown():
    assert best_constant() == BEST
    run = tape_run(BEST, ALL_OF_IT, WIRED)
    assert run.score < 0.5
    assert MemoryTape.prediction is not None
    assert MemoryTape.prediction.outcome(run) == "under 50 %"
    assert MemoryTape.prediction.moment.endswith(f"gets {100 * run.score:.0f}\u00a0%")


def test_the_hand_wired_tape_does_everything_and_the_trained_unit_all_but_silence():
    assert tape_run(WIRED, ALL_OF_IT, WIRED).worst == ""
    trained = tape_run(TRAINED, ALL_OF_IT, TRAINED)
    assert trained.worst == "silent until asked"
    assert min(trained.parts.carried[0], trained.parts.pure[0], trained.parts.cleared[0]) > 0.5


# --- the picture -----------------------------------------------------------------------------------


def test_the_strips_are_as_high_as_the_levels():
    explorer = MemoryTape()
    explorer.set(tape=tuple(spelled(row) for row in random_levels(6)))
    for gate, levels in zip(STRIPS, random_levels(6), strict=True):
        (strip,) = group(explorer, f"strip-{gate}")
        frame, bars = [path.attrib["d"] for path in strip.iter(f"{SVG}path")]
        top, foot = (float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)", frame))
        tips = [float(y) for y in re.findall(r"V([\d.]+)h", bars)]
        np.testing.assert_allclose((foot - np.array(tips)) / (foot - top), levels, atol=0.005)


def test_c_and_h_are_drawn_where_they_are():
    explorer = MemoryTape(tape=TRAINED, writes=TRAINED)
    (memory,) = group(explorer, "memory")
    lines = {line.attrib["class"]: line.attrib["points"] for line in memory.iter(f"{SVG}polyline")}
    heights = {name: np.array([float(y) for y in re.findall(r",([\d.]+)", lines[name])]) for name in lines}
    zero = next(
        float(line.attrib["y1"]) for line in memory.iter(f"{SVG}line") if "grey" in line.attrib["class"]
    )
    own = unit(TRAINED)
    scale = (zero - heights["s q-c"][0]) / own.c[0]
    np.testing.assert_allclose((zero - heights["s q-c"][::2]) / scale, own.c, atol=0.02)
    np.testing.assert_allclose((zero - heights["s q-h"][::2]) / scale, own.h, atol=0.02)
    np.testing.assert_allclose((zero - heights["s q-ideal"][::2]) / scale, explorer.record.ideal, atol=0.02)


def test_the_pictures_that_matter_have_the_numbers_the_brush_knows_them_by():
    (film,) = group(MemoryTape(), "film")
    pictures = {float(use.attrib["x"]): k + 1 for k, use in enumerate(film.iter(f"{SVG}use"))}
    plates = [each for each in film.iter(f"{SVG}g") if each.attrib.get("class") == "place"]
    found = {}
    for plate in plates:
        (paper,), (number,) = plate.iter(f"{SVG}rect"), plate.iter(f"{SVG}text")
        found[int(number.text or "")] = pictures[float(paper.attrib["x"])]
    assert found == {place: place for place in (BEAR + 1, FIRST + 1, TITLE + 1, FISH + 1, SECOND + 1)}


def test_what_would_be_written_is_drawn_up_for_wild_and_as_long_as_it_is():
    explorer = MemoryTape()
    (bars,) = group(explorer, "g")
    path = next(bars.iter(f"{SVG}path")).attrib["d"]
    lengths = -np.array([float(dy) for dy in re.findall(r"v(-?[\d.]+)h", path)])
    g = unit(WIRED).g
    np.testing.assert_allclose(lengths, g * lengths[BEAR] / g[BEAR], atol=0.1)
    assert lengths[BEAR] > 5


def test_the_sentence_and_the_picture_say_the_same_at_both_questions():
    explorer = MemoryTape(tape=WIRED)
    said = explorer.describe(explorer.record)
    (memory,) = group(explorer, "memory")
    words = [text.text for text in memory.iter(f"{SVG}text")]
    for number, animal in (("h = 0.64", "wolf"), ("h = −0.64", "dog")):
        assert f"{number} says {animal}" in said
        assert words.index(animal) == words.index(number) + 1


@pytest.mark.parametrize("brush", [("i", 23, 23), ("f", 1, 31), ("o", 2, 21), ("o", 31, 31)])
def test_a_frame_stands_around_what_would_be_painted(brush):
    gate, first, last = brush
    explorer = MemoryTape(brush=brush)
    (strip,), (found,) = group(explorer, f"strip-{gate}"), group(explorer, "brush")
    outline, bars = (path.attrib["d"] for path in strip.iter(f"{SVG}path"))
    columns = re.findall(r"M([\d.]+) [\d.]+V[\d.]+h([\d.]+)V", bars)
    left, right = float(columns[first - 1][0]), sum(map(float, columns[last - 1]))
    top, foot = (float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)", outline))
    (frame,) = found.iter(f"{SVG}rect")
    x, y, wide, tall = (float(frame.attrib[name]) for name in ("x", "y", "width", "height"))
    for gap in (left - x, x + wide - right, top - y, y + tall - foot):
        assert 0 < gap < 3


def test_each_job_has_its_bar_and_its_number():
    explorer = MemoryTape(tape=BEST)
    (parts,) = group(explorer, "parts")
    words = [text.text for text in parts.iter(f"{SVG}text")]
    run = explorer.record
    assert words[0] == f"score {100 * run.score:.0f} %"
    for name, part in zip(NAMES, run.parts, strict=True):
        assert words[words.index(name) + 1] == f"{100 * part[0]:.0f} %"
        assert words[words.index(name) + 2] == MEANT[NAMES.index(name)]
    wide = [float(bar.attrib["width"]) for bar in parts.iter(f"{SVG}rect")]
    np.testing.assert_allclose(np.divide(wide[1::2], wide[::2]), [part[0] for part in run.parts], atol=0.001)


@pytest.mark.parametrize("tape", [("1x31",) * 3, ("0x31",) * 3, ("1x31", "1x31", "0x31"), WIRED, TRAINED])
@pytest.mark.parametrize("lecture", [False, True])
def test_nothing_leaves_the_picture_and_a_frame_is_light(tape, lecture):
    explorer = MemoryTape(tape=tape, brush=("o", 31, 31))
    canvas = explorer.canvas(lecture)
    picture = explorer.svg(canvas)
    assert len(picture.encode()) < 40_000
    root = ElementTree.fromstring(picture)
    assert not clashes(root, canvas)
    sizes = [float(text.get("font-size", canvas.text)) for text in root.iter(f"{SVG}text")]
    assert min(sizes) >= (LECTURE.small if lecture else 12.5)
