"""Who sets the gates: weights and a bias, and what the picture shows of them."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_lab.drawing.svg import spoken, text_width
from lstm_lab.explorers import WhoSets
from lstm_lab.explorers.base import Preset
from lstm_lab.explorers.one_gate import (
    ASKED,
    GATE_NAMES,
    PICTURES,
    SHOW,
    carried_over,
    opened,
    told_apart,
    waited,
    weighing,
    who_sets,
)
from lstm_lab.explorers.weights import Weights

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"


def sigma(a):
    return 1 / (1 + np.exp(-np.asarray(a)))


def group(explorer: WhoSets, name: str) -> ElementTree.Element:
    root = ElementTree.fromstring(explorer.svg())
    return next(each for each in root.iter(f"{SVG}g") if each.get("class") == name)


WEIGHTS = (1.0, -2.0, 3.5, 0.0, -8.0, 0.5, 8.0)


@pytest.mark.parametrize("gate", "fio")
def test_a_gate_is_the_weight_of_what_is_seen_and_the_bias_squeezed(gate):
    run = who_sets(gate, WEIGHTS, -1.5)
    np.testing.assert_allclose(run.opened, sigma(np.array(WEIGHTS) - 1.5), atol=1e-12)
    np.testing.assert_allclose(run.sums, np.array(WEIGHTS) - 1.5, atol=1e-12)
    along = [float(run.opened[PICTURES.index(kind)]) for kind in SHOW]
    np.testing.assert_allclose(run.along, along, atol=1e-12)


def test_a_memory_is_what_the_forget_gate_left_of_it():
    run = who_sets("f", WEIGHTS, 2.0)
    np.testing.assert_allclose(run.carried, np.cumprod(run.along), atol=1e-12)


def test_a_memory_is_all_that_the_input_gate_let_in():
    run = who_sets("i", WEIGHTS, 2.0)
    np.testing.assert_allclose(run.carried, np.cumsum(run.along), atol=1e-12)


def test_what_is_said_is_what_the_output_gate_lets_out_and_the_memory_stays():
    run = who_sets("o", WEIGHTS, 2.0)
    np.testing.assert_allclose(run.carried, np.tanh(1) * run.along, atol=1e-12)
    np.testing.assert_allclose(run.run.c, 1, atol=1e-12)


def test_shares_of_steps_near_an_end_are_counted():
    run = who_sets("f", WEIGHTS, 0.0)
    assert run.shut == pytest.approx(np.mean(run.along < 0.1))
    assert run.open == pytest.approx(np.mean(run.along > 0.9))
    assert 0 < run.shut < 1 and 0 < run.open < 1
    labels = [each.text for each in group(WhoSets(weights=WEIGHTS, bias=0), "saturation").iter(f"{SVG}text")]
    assert labels == [
        f"below 0.1: {spoken(100 * run.shut, 0)} % of the steps",
        f"between: {spoken(100 * (1 - run.shut - run.open), 0)} %",
        f"above 0.9: {spoken(100 * run.open, 0)} %",
    ]


def test_every_dot_is_on_the_curve_at_its_own_sum():
    explorer = WhoSets(weights=WEIGHTS, bias=-1.0)
    curve = group(explorer, "curve")
    (line,) = curve.iter(f"{SVG}polyline")
    xs, ys = np.array([[float(n) for n in pair.split(",")] for pair in line.attrib["points"].split()]).T
    dots = [(float(each.attrib["cx"]), float(each.attrib["cy"])) for each in curve.iter(f"{SVG}circle")]
    assert len(dots) == len(PICTURES)
    for (x, y), total, gate in zip(dots, explorer.record.sums, explorer.record.opened, strict=True):
        assert x == pytest.approx(np.interp(np.clip(total, -8, 8), [-8, 8], [xs[0], xs[-1]]), abs=0.1)
        assert y == pytest.approx(np.interp(x, xs, ys), abs=0.6)
        assert y == pytest.approx(np.interp(gate, [0, 1], [ys[0], ys[-1]]), abs=0.2)
    written = [each.text for each in curve.iter(f"{SVG}text")]
    signed = dict(zip(PICTURES, ("+1", "−2", "+3.5", "0", "−8", "+0.5", "+8"), strict=True))
    for name, gate in zip(PICTURES, explorer.record.opened, strict=True):
        assert f"{name} {signed[name]}: {spoken(float(gate))}" in written


def test_the_grey_bands_are_named_where_they_are():
    curve = group(WhoSets(), "curve")
    ends = [each for each in curve.iter(f"{SVG}rect") if each.get("class") == "faint"]
    words = next(each for each in curve.iter(f"{SVG}g") if each.get("class") == "bands")
    for text, said in zip(words, ("open", "shut"), strict=True):
        (band,) = [
            each
            for each in ends
            if 0 < float(text.attrib["y"]) - float(each.attrib["y"]) < float(each.attrib["height"])
        ]
        assert text.text == said and float(band.attrib["height"]) > float(text.attrib["font-size"])
    written = [each.text for each in curve.iter(f"{SVG}text")]
    assert {"0.1", "0.9"} <= set(written), "the edges of the bands are marked on the axis"


@pytest.mark.parametrize("bias", [-4.0, 4.0])
def test_no_line_from_a_dot_to_its_name_crosses_the_name_of_a_band(bias):
    curve = group(WhoSets(gate="i", weights=(0.0,) * 7, bias=bias), "curve")
    words = next(each for each in curve.iter(f"{SVG}g") if each.get("class") == "bands")
    lines = [each for each in curve if each.tag == f"{SVG}line"]
    assert len(lines) == len(PICTURES)
    for text in words:
        assert text.attrib["text-anchor"] == "end"
        x, wide = float(text.attrib["x"]), text_width(text.text or "", float(text.attrib["font-size"]))
        assert x - wide >= 0 and all(x < float(line.attrib[end]) for line in lines for end in ("x1", "x2"))


@pytest.mark.parametrize(("gate", "start"), [("f", 1.0), ("i", 0.0)])
def test_the_line_begins_before_the_first_picture_at_the_memory_before_the_show(gate, start):
    explorer = WhoSets(gate=gate, weights=WEIGHTS, bias=-1.0)
    (line,) = group(explorer, "along").iter(f"{SVG}polyline")
    xs, ys = np.array([[float(n) for n in pair.split(",")] for pair in line.attrib["points"].split()]).T
    assert len(xs) == len(SHOW) + 1
    assert xs[1] - xs[0] == pytest.approx((xs[2] - xs[1]) / 2, abs=0.1)
    values = np.r_[start, explorer.record.carried]
    slope, offset = np.polyfit(values, ys, 1)
    np.testing.assert_allclose(slope * values + offset, ys, atol=0.1)
    assert slope < 0


@pytest.mark.parametrize("weights", [(0.0,) * 7, (8.0,) * 7, (-8.0,) * 7, WEIGHTS])
@pytest.mark.parametrize("large", [False, True])
def test_names_beside_the_curve_never_stand_on_each_other(weights, large):
    explorer = WhoSets(weights=weights, bias=0)
    canvas = explorer.canvas(large)
    root = ElementTree.fromstring(explorer.svg(canvas))
    curve = next(each for each in root.iter(f"{SVG}g") if each.get("class") == "curve")
    ys = sorted(
        float(each.attrib["y"])
        for each in curve.iter(f"{SVG}text")
        if any((each.text or "").startswith(f"{name} ") for name in PICTURES)
    )
    assert len(ys) == len(PICTURES)
    assert min(np.diff(ys)) >= canvas.text
    assert canvas.text - 2 < ys[0] and ys[-1] < canvas.height


def test_below_each_picture_stands_its_gate_and_the_bar_is_as_high():
    explorer = WhoSets(weights=WEIGHTS, bias=-1.0)
    along = group(explorer, "along")
    written = [each.text for each in along.iter(f"{SVG}text") if re.fullmatch(r"\d\.\d\d", each.text or "")]
    assert written == [spoken(float(gate)) for gate in explorer.record.along]
    full = [float(each.attrib["height"]) for each in along.iter(f"{SVG}rect") if each.get("class") == "faint"]
    bars = [float(each.attrib["height"]) for each in along.iter(f"{SVG}rect") if each.get("class") == "q-f"]
    np.testing.assert_allclose(np.array(bars) / full, explorer.record.along, atol=0.01)
    shown = [each.attrib["href"].rsplit("-", 1)[0] for each in along.iter(f"{SVG}use")]
    assert shown == [f"#{kind.replace(' ', '-')}" for kind in SHOW]


@pytest.mark.parametrize("gate", "fio")
def test_the_sentence_says_what_the_picture_prints(gate):
    explorer = WhoSets(gate=gate, weights=WEIGHTS, bias=-1.0)
    sentence, run = explorer.describe(explorer.record), explorer.record
    drawn = [each.text for each in group(explorer, "along").iter(f"{SVG}text")]
    last = spoken(float(run.carried[-1]))
    assert last in sentence and f"{'h' if gate == 'o' else 'c'} = {last}" in drawn
    assert f"{gate} = 1.00 for the face, 0.00 for the squirrel" in sentence


def test_alike_weights_are_said_to_be_alike():
    explorer = WhoSets(weights=(0.0,) * 7, bias=2.0)
    assert explorer.describe(explorer.record).startswith(
        "The forget gate stands at f = 0.88 whatever it sees;"
    )


def test_an_input_gate_tells_pictures_apart_by_its_weights_and_never_by_its_bias():
    right = weighing(bear=6, fox=6, goldfish=6, tree=-6, squirrel=-6)
    assert told_apart(who_sets("i", right, 0.0)) > 0.98
    assert told_apart(who_sets("i", weighing(bear=6, goldfish=6, tree=-6, squirrel=-6), 0.0)) < 0.5, "no fox"
    for bias in (-4.0, 0.0, 4.0):
        assert told_apart(who_sets("i", weighing(), bias)) == 0
        assert waited(who_sets("o", weighing(), bias)) == 0
    assert told_apart(who_sets("i", right, -4.0)) < told_apart(who_sets("i", right, 0.0))


def test_what_is_carried_over_leaves_the_title_card_out():
    run = who_sets("f", weighing(title=-8), 2.0)
    assert carried_over(run) == pytest.approx(sigma(2.0) ** 9)


@pytest.mark.parametrize(
    ("gate", "weights", "bias"),
    [
        ("f", weighing(title=-8), 4.0),
        ("i", weighing(bear=4, fox=4, goldfish=4, tree=-6, squirrel=-6), 0.0),
        ("o", weighing(face=8), -4.0),
    ],
)
def test_each_gate_has_a_challenge_that_no_preset_and_no_start_meets(gate, weights, bias):
    challenge = ASKED[gate].challenge
    assert challenge is not None

    def score(explorer):
        return challenge.score(explorer.record)

    explorer = WhoSets(gate=gate)
    scores = [score(explorer)]
    for question in explorer.asked.presets:
        explorer.visit(question)
        scores.append(score(explorer))
    assert max(scores) < 0.75
    explorer.set(weights=weights, bias=bias)
    assert score(explorer) == 1
    assert f"Gate {gate}: " in explorer._parts.frame.value and "<b>100 %</b>" in explorer._parts.frame.value
    explorer.set(gate="i" if gate == "f" else "f")
    assert score(explorer) == 0
    assert f"Choose the gate {gate}." in explorer._parts.frame.value


@pytest.mark.parametrize("gate", "fio")
def test_presets_and_prediction_keep_the_gate_it_starts_with_and_speak_of_it(gate):
    explorer = WhoSets(gate=gate)
    asked = explorer.asked
    assert 3 <= len(asked.presets) <= 5 and all("?" in question for question in asked.presets)
    buttons = [each.description for each in explorer._parts.root.children[-3].children]
    assert buttons == list(asked.presets)
    for question, preset in asked.presets.items():
        explorer.set(gate="o" if gate == "f" else "f")
        explorer.visit(question)
        assert explorer.values()["gate"] == gate
        assert Preset(*preset).check(explorer.record)
        assert preset.observation in explorer._parts.frame.value
    explorer.predict("for some")
    assert explorer.values()["gate"] == gate
    assert asked.prediction is not None
    assert f"the {GATE_NAMES[gate]} gate" in asked.prediction.question
    assert asked.prediction.outcome(explorer.record) == "for all alike"
    others = [ASKED[other] for other in ASKED if other != gate]
    observations = {each.observation for each in asked.presets.values()}
    assert not any(observations & {each.observation for each in other.presets.values()} for other in others)


def test_an_input_and_an_output_gate_start_without_weights_and_the_forget_gate_with_some():
    assert WhoSets().values() == WhoSets(gate="f").values() and any(WhoSets().values()["weights"])
    for gate in "io":
        assert WhoSets(gate=gate).values() == {"gate": gate, "weights": (0.0,) * 7, "bias": 0.0}
        explorer = WhoSets(gate=gate, bias=-2.0, weights=WEIGHTS)
        assert explorer.values() == {"gate": gate, "weights": WEIGHTS, "bias": -2.0}
        explorer.set(bias=1.0)
        explorer.reset()
        assert explorer.values()["bias"] == -2.0


def test_a_weight_moves_one_dot_and_the_bias_moves_all():
    base = who_sets("f", WEIGHTS, 0.0)
    moved = who_sets("f", (*WEIGHTS[:3], 4.0, *WEIGHTS[4:]), 0.0)
    assert np.flatnonzero(moved.sums != base.sums).tolist() == [PICTURES.index("tree")]
    np.testing.assert_allclose(who_sets("f", WEIGHTS, 1.0).sums - base.sums, 1.0)
    assert opened(moved, "tree") > opened(base, "tree")


# --- the table of weights -------------------------------------------------------------------------


def table() -> Weights:
    return Weights("weight", (1.0, 2.0, 3.0), ("bear", "fox", "tree"), -8, 8, 0.5)


def test_several_weights_can_be_set_one_after_the_other():
    control = table()
    control.slider.value = -4.0
    control.picker.value = "tree"
    assert (control.slider.value, control.box.value) == (3.0, "3")
    control.box.value = "-0,5"
    assert control.value == (-4.0, 2.0, -0.5)
    assert control.slider.value == -0.5
    control.picker.value = "bear"
    assert (control.slider.value, control.box.value) == (-4.0, "-4")
    assert control.value == (-4.0, 2.0, -0.5), "to look at a weight changes none"


def test_setting_all_weights_shows_the_one_in_the_hand():
    control = table()
    control.picker.value = "fox"
    control.value = (0.0, 7.3, 99.0)
    assert control.value == (0.0, 7.5, 8.0)
    assert (control.slider.value, control.box.value) == (7.5, "7.5")


def test_what_is_no_number_gives_way_to_the_old_weight():
    control = table()
    control.box.value = "many"
    assert control.box.value == "1" and control.value == (1.0, 2.0, 3.0)


def test_a_wrong_count_of_weights_is_named():
    message = r"^weight must hold 3 numbers, one each for bear, fox, tree, got 2$"
    with pytest.raises(Exception, match=message):
        table().value = (1.0, 2.0)


def test_choosing_another_picture_draws_nothing_anew():
    explorer, frames = WhoSets(), []
    explorer._parts.frame.observe(lambda change: frames.append(change["new"]), "value")
    control = explorer.inputs["weights"]
    assert isinstance(control, Weights)
    before = explorer.values()
    for name in PICTURES:
        control.picker.value = name
    assert frames == [] and explorer.values() == before
    control.slider.value = 6.0
    assert len(frames) == 1
    assert explorer.values()["weights"][-1] == 6.0


@pytest.mark.parametrize("gate", "fio")
@pytest.mark.parametrize("weight", [-8.0, 8.0])
def test_what_comes_of_a_gate_never_leaves_its_panel(gate, weight):
    explorer = WhoSets(gate=gate, weights=(weight,) * 7, bias=np.sign(weight) * 4)
    for large in (False, True):
        assert 'class="beyond"' not in explorer.svg(explorer.canvas(large))
