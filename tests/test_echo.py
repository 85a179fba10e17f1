"""Echo tells the truth about one recurrent unit."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_lab.drawing.svg import spoken
from lstm_lab.explorers import Echo
from lstm_lab.explorers.echo import EDGE, echo, held, leaves_at
from lstm_lab.measures import half_life

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"


def test_a_linear_unit_halves_its_pulse_after_the_half_life_of_its_weight():
    for w in (0.5, 0.8, 0.9, 0.95, -0.9):
        run = echo(w, 0.3, 1.0, "linear")
        assert run.half_gone == int(np.floor(half_life(abs(w)))) + 1
        np.testing.assert_allclose(run.left, abs(w) ** 40)
        assert run.multiplier == w


def test_a_unit_is_the_equation_written_out():
    run = echo(1.3, -0.2, 0.5, "tanh")
    h = 0.0
    for t in range(41):
        h = np.tanh((0.5 if t == 0 else 0.0) + 1.3 * h - 0.2)
        assert run.h[t] == pytest.approx(h, abs=1e-15)


def test_the_resting_points_repeat_themselves_and_pull_as_they_say():
    for w, b, activation in (
        (1.5, 0.0, "tanh"),
        (3.0, -0.3, "tanh"),
        (-2.0, 0.4, "tanh"),
        (1.0, -0.5, "sigmoid"),
    ):
        run = echo(w, b, 1.0, activation)
        squash = {"tanh": np.tanh, "sigmoid": lambda a: 1 / (1 + np.exp(-a))}[activation]
        assert run.rests
        for rest, draws in run.rests:
            assert squash(w * rest + b) == pytest.approx(rest, abs=1e-3)
            near = rest + 0.01
            for _ in range(30):
                near = squash(w * near + b)
            assert (abs(near - rest) < 0.01) == draws


def test_a_latch_has_two_points_that_draw_in_and_one_between_that_pushes_away():
    run = echo(1.5, 0.0, 1.0, "tanh")
    assert [draws for _, draws in run.rests] == [True, False, True]


def test_without_a_pulse_there_is_nothing_to_remember():
    run = echo(2.0, 0.1, 0.0, "tanh")
    assert held(run) == 0
    assert "there is no pulse, so there is nothing to remember" in Echo().describe(run)


def test_a_relu_swallows_a_negative_pulse_and_says_so():
    assert "the activation swallows the pulse" in Echo().describe(echo(0.9, 0.0, -1.0, "relu"))


def test_growth_without_a_squash_is_cut_marked_and_said():
    explorer = Echo(w=3, b=1, activation="linear")
    run = explorer.record
    assert run.h[-1] > 1e19
    assert leaves_at(run) == 0
    picture = explorer.svg()
    assert 'class="beyond"' in picture
    assert "h leaves the picture at step 0" in explorer.describe(run)
    assert "· 10¹⁹" in explorer.describe(run)
    for each in ElementTree.fromstring(picture).iter(f"{SVG}polyline"):
        assert max(abs(float(number)) for number in re.split("[ ,]", each.attrib["points"])) < 20_000


def test_the_picture_says_the_same_numbers_as_the_sentence():
    explorer = Echo(w=0.9)
    run = explorer.record
    words = [each.text for each in ElementTree.fromstring(explorer.svg()).iter(f"{SVG}text")]
    assert f"h = {spoken(run.h[-1])}" in words
    assert f"half gone: {run.half_gone}" in words
    assert f"h ends at {spoken(run.h[-1])}" in explorer.describe(run)
    assert f"Half of that is gone {run.half_gone} steps later" in explorer.describe(run)


def names_of_lines(**values):
    root = ElementTree.fromstring(Echo(**values).svg())
    drawn = next(each for each in root.iter(f"{SVG}g") if each.get("class") == "traces")
    return [each.text for each in drawn.iter(f"{SVG}text")]


def test_lines_that_end_together_share_one_label_and_others_have_their_own():
    assert names_of_lines(w=0.7) == ["h = 0.00"]
    apart = ["no pulse", "whisper"]
    assert names_of_lines(w=1.5)[:2] == names_of_lines(w=1.1, activation="linear")[:2] == apart
    for values in ({"w": 0.7}, {"w": 1.5}):
        assert "thin dashes: a whisper, 1/20 of it · dotted: no pulse" in Echo(**values).svg()


def test_the_line_at_the_half_does_not_strike_through_the_words_on_leaving():
    explorer = Echo(w=0.7, b=1.0, activation="linear")
    assert leaves_at(explorer.record) is not None and explorer.record.half_gone == 2
    root = ElementTree.fromstring(explorer.svg())
    time = next(each for each in root.iter(f"{SVG}g") if each.get("class") == "time")
    (words,) = [each for each in time.iter(f"{SVG}text") if "leaves" in (each.text or "")]
    (half,) = [each for each in time if each.tag == f"{SVG}line"]
    assert float(half.attrib["y1"]) > float(words.attrib["y"])


def test_the_line_of_h_is_where_the_record_is():
    explorer = Echo(w=-0.9, b=0.1)
    root = ElementTree.fromstring(explorer.svg())
    (line,) = [each for each in root.iter(f"{SVG}polyline") if each.attrib["class"] == "s q-h"][:1]
    ys = np.array([float(pair.split(",")[1]) for pair in line.attrib["points"].split()])
    slope, offset = np.polyfit(explorer.record.h, ys, 1)
    np.testing.assert_allclose(slope * explorer.record.h + offset, ys, atol=0.06)
    assert slope < 0


def test_the_cobweb_visits_the_same_values_as_the_trace():
    explorer = Echo(w=-0.9, b=0.1)
    lines = [
        each
        for each in ElementTree.fromstring(explorer.svg()).iter(f"{SVG}polyline")
        if each.attrib["class"] == "s q-h"
    ]
    corners = np.array([[float(n) for n in pair.split(",")] for pair in lines[1].attrib["points"].split()])
    h = explorer.record.h
    right, start = np.polyfit(h, corners[::2, 0], 1)
    up, bottom = np.polyfit(h, corners[::2, 1], 1)
    on_the_diagonal = np.column_stack([right * h + start, up * h + bottom])
    on_the_curve = np.column_stack([right * h[:-1] + start, up * h[1:] + bottom])
    np.testing.assert_allclose(corners[::2], on_the_diagonal, atol=0.06)
    np.testing.assert_allclose(corners[1::2], on_the_curve, atol=0.06)
    assert up < 0 < right


def test_the_challenge_is_met_by_a_latch_with_a_bias_and_by_nothing_simpler():
    assert Echo.challenge is not None
    score = Echo.challenge.score
    assert score(echo(3.0, -0.4, 1.0, "tanh")) > 0.99
    assert score(echo(0.8, 0.0, 1.0, "tanh")) < 0.2
    assert score(echo(1.0, 0.0, 1.0, "linear")) == 0
    assert score(echo(1.5, 0.0, 1.0, "tanh")) == 0


def test_the_prediction_is_not_given_away_by_the_first_picture():
    explorer = Echo()
    assert Echo.prediction is not None
    assert explorer.values()["w"] != Echo.prediction.values["w"]
    assert Echo.prediction.outcome(echo(**Echo.prediction.values)) == "within 7 steps"


def test_limits_do_not_move_with_the_data():
    ticks = []
    for values in ({"w": 0.1}, {"w": 3.0, "b": 1.0, "activation": "linear"}):
        root = ElementTree.fromstring(Echo(**values).svg())
        axes = next(each for each in root.iter(f"{SVG}g") if each.attrib.get("class") == "axes")
        ticks.append([(each.text, each.attrib["y"]) for each in axes.iter(f"{SVG}text")])
    assert ticks[0] == ticks[1]
    assert EDGE > 1
