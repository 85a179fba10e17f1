"""The telescope tells the truth about a gradient on its way back, however small or large it is."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_lab.cells import trace
from lstm_lab.drawing.numbers import amount, percent, power
from lstm_lab.drawing.telescope import DECADES, place
from lstm_lab.explorers import Telescope
from lstm_lab.explorers.telescope import RATE, _factors, _log_lengths, fate, kept, network, telescope
from lstm_lab.gradients import backward, backward_by_step, central_difference
from lstm_lab.readout import cross_entropy, dense

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
SETTINGS = [("tanh", 0.9, 30), ("linear", 1.1, 12), ("sigmoid", 1.7, 9), ("relu", 1.3, 25)]


def written_out(scale, back, activation):
    """Return the network, its trace, what the loss says to the last h, and the target, step by step."""
    params, readout, xs = network(scale, back, activation, 0)
    run = trace(params, xs)
    logits = dense(readout, run.h[-1])
    target = np.argmin(logits, axis=1)
    d_hs = np.zeros_like(run.h)
    d_hs[-1] = cross_entropy(logits, target, np.ones(1)).d_logits @ readout.W.T
    return params, readout, xs, run, d_hs, target


def parts_of(scale, back, activation):
    """Return the length of what each step adds to the gradient of W_x and W_h, last step first."""
    params, _, _, run, d_hs, _ = written_out(scale, back, activation)
    steps = [each.d_params for each in backward_by_step(params, run, d_hs)]
    return np.array([np.hypot(np.linalg.norm(each.W_x), np.linalg.norm(each.W_h)) for each in steps[::-1]])


def group(explorer, name):
    root = ElementTree.fromstring(explorer.svg())
    (found,) = [each for each in root.iter(f"{SVG}g") if each.attrib.get("class") == name]
    return found


def words(element):
    return [each.text for each in element.iter(f"{SVG}text")]


@pytest.mark.parametrize("scale", [0.2, 0.9, 1.0, 1.1, 2.0])
def test_a_linear_network_multiplies_the_gradient_by_its_scale_at_every_step(scale):
    run = telescope(scale, 200, "linear", "off", 0)
    np.testing.assert_allclose(run.factors, scale, rtol=1e-11)
    np.testing.assert_allclose(run.log_gradient, np.arange(201) * np.log10(scale), atol=1e-9)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "linear"])
def test_no_factor_is_above_scale_times_the_steepest_slope(activation):
    steepest = 0.25 if activation == "sigmoid" else 1.0
    for scale in (0.2, 1.0, 1.6, 2.0):
        for seed in range(4):
            run = telescope(scale, 60, activation, "off", seed)
            assert run.bound == scale * steepest
            assert run.factors.max() <= run.bound * (1 + 1e-12)
            assert run.factors.min() >= 0


@pytest.mark.parametrize(("activation", "scale", "back"), SETTINGS)
def test_the_product_of_the_factors_is_the_part_of_the_gradient_that_is_left(activation, scale, back):
    run = telescope(scale, back, activation, "off", 0)
    params, _, _, trace_, d_hs, _ = written_out(scale, back, activation)
    lengths = np.linalg.norm(backward(params, trace_, d_hs).d_hs[::-1, 0], axis=1)
    np.testing.assert_allclose(10**run.log_gradient, lengths / lengths[0], rtol=1e-10)
    np.testing.assert_allclose(np.cumprod(run.factors), lengths[1:] / lengths[0], rtol=1e-10)


@pytest.mark.parametrize(("activation", "scale", "back"), SETTINGS)
def test_what_the_steps_add_sums_to_the_gradient_and_the_shares_are_their_lengths(activation, scale, back):
    run = telescope(scale, back, activation, "off", 0)
    params, _, _, trace_, d_hs, _ = written_out(scale, back, activation)
    whole = backward(params, trace_, d_hs).d_params
    steps = [each.d_params for each in backward_by_step(params, trace_, d_hs)]
    np.testing.assert_allclose(sum(each.W_x for each in steps), whole.W_x, atol=1e-12)
    np.testing.assert_allclose(sum(each.W_h for each in steps), whole.W_h, atol=1e-12)
    parts = parts_of(scale, back, activation)
    np.testing.assert_allclose(run.shares, parts / parts.max(), rtol=1e-9)
    assert run.norm == pytest.approx(np.hypot(np.linalg.norm(whole.W_x), np.linalg.norm(whole.W_h)))


@pytest.mark.parametrize("clip", ["off", "norm 1", "norm 0.1"])
def test_the_losses_are_those_of_the_network_after_the_update(clip):
    run = telescope(1.1, 15, "tanh", clip, 0)
    params, readout, xs, trace_, d_hs, target = written_out(1.1, 15, "tanh")
    steps = [each.d_params for each in backward_by_step(params, trace_, d_hs)]
    shrink = {"off": 1.0, "norm 1": 1 / run.norm, "norm 0.1": 0.1 / run.norm}[clip]

    def loss(W_x, W_h):
        h = trace(params._replace(W_x=W_x, W_h=W_h), xs).h[-1]
        return cross_entropy(dense(readout, h), target, np.ones(1)).value

    def after(parts):
        W_x = params.W_x - RATE * shrink * sum(each.W_x for each in parts)
        return loss(W_x, params.W_h - RATE * shrink * sum(each.W_h for each in parts))

    assert run.loss == pytest.approx(loss(params.W_x, params.W_h), abs=1e-12)
    assert run.loss_clue == pytest.approx(after(steps[:1]), abs=1e-12)
    assert run.loss_all == pytest.approx(after(steps), abs=1e-12)
    assert run.loss_all < run.loss_clue < run.loss
    measured = central_difference(lambda W: loss(W, params.W_h), params.W_x)
    np.testing.assert_allclose(sum(each.W_x for each in steps), measured, atol=1e-8)


def test_the_loss_is_never_small_because_the_right_answer_is_the_one_thought_less_likely():
    for seed in range(20):
        assert telescope(0.9, 40, "tanh", "off", seed).loss >= np.log(2)


@pytest.mark.parametrize(("activation", "scale", "back"), SETTINGS)
def test_clipping_shortens_every_step_alike_so_the_shares_and_the_product_stay(activation, scale, back):
    free = telescope(scale, back, activation, "off", 0)
    clipped = telescope(scale, back, activation, "norm 0.1", 0)
    assert free.clipped_norm == free.norm > 0.1
    assert clipped.clipped_norm == pytest.approx(0.1)
    assert np.array_equal(free.shares, clipped.shares)
    assert np.array_equal(free.log_gradient, clipped.log_gradient)


def test_a_gradient_shorter_than_the_limit_is_left_alone():
    run = telescope(1.0, 50, "sigmoid", "norm 1", 0)
    assert run.clipped_norm == run.norm < 1


@pytest.mark.parametrize(
    ("values", "decades"),
    [
        ({"scale": 0.2, "back": 200, "activation": "sigmoid"}, (-265, -260)),
        ({"scale": 2.0, "back": 200, "activation": "linear"}, (60, 61)),
    ],
)
def test_what_leaves_the_axis_is_marked_and_said_with_its_power_of_ten(values, decades):
    explorer = Telescope(**values)
    run = explorer.record
    assert decades[0] < run.log_gradient[-1] < decades[1]
    drawn = group(explorer, "product")
    assert any(each.attrib.get("class") == "beyond" for each in drawn.iter(f"{SVG}g"))
    first = next(k for k, log in enumerate(run.log_gradient) if not DECADES[0] <= log <= DECADES[1])
    assert f"off this axis from {first} on" in words(drawn)
    assert f"× {power(run.log_gradient[-1])}" in words(drawn)
    assert f"multiplied by {power(run.log_gradient[-1])}: it {fate(run)}" in explorer.describe(run)


def test_an_update_that_leaves_every_number_is_said_and_clipping_brings_it_back():
    explorer = Telescope(scale=2.0, back=200, activation="linear")
    assert np.isposinf(explorer.record.loss_all)
    assert "one from every step to beyond every number (too far)." in explorer.describe(explorer.record)
    assert "overflow" in words(group(explorer, "losses"))
    assert np.isfinite(telescope(1.1, 200, "linear", "norm 1", 0).loss_all)


def test_a_gradient_that_dies_is_zero_and_no_warning():
    rows = np.zeros((4, 1, 3))
    rows[2:, 0] = [[3e-200, 4e-200, 0.0], [0.6, 0.0, 0.8]]
    lengths = _log_lengths(rows)
    np.testing.assert_allclose(lengths, [0, np.log10(5e-200), -np.inf, -np.inf], atol=1e-12)
    np.testing.assert_allclose(_factors(lengths), [5e-200, 0, 0])


def test_a_network_of_dead_relu_units_learns_nothing_and_says_so(monkeypatch):
    params, readout, xs = network(0.9, 30, "relu", 0)
    dead = params._replace(W_x=-np.abs(params.W_x), W_h=-np.abs(params.W_h))
    monkeypatch.setattr("lstm_lab.explorers.telescope.network", lambda *values: (dead, readout, np.abs(xs)))
    explorer = Telescope(back=30, activation="relu", clip="norm 1")
    run = explorer.record
    assert not run.factors.any() and not run.shares.any() and run.norm == 0
    assert run.loss == run.loss_clue == run.loss_all == pytest.approx(np.log(2))
    assert "is multiplied by 0: it vanishes" in explorer.describe(run)
    assert "× 0" in words(group(explorer, "product"))


def test_numbers_are_written_for_people_down_to_three_hundred_decades():
    assert power(-301) == "less than 10⁻³⁰⁰"
    assert power(np.log10(9.97e-7)) == "1.0·10⁻⁶"
    assert power(np.log10(0.99999)) == "1.00"
    assert (amount(0.0), amount(999.0), amount(1e59)) == ("0.00", "999.00", "1.0·10⁵⁹")
    assert (percent(0.0), percent(0.0004), percent(0.1), percent(1.0)) == ("0 %", "0.0 %", "10 %", "100 %")


def test_the_lines_of_factors_and_product_are_where_the_record_is():
    explorer = Telescope(scale=1.3, back=60)
    run = explorer.record
    for name, values in (("factors", run.factors), ("product", run.log_gradient)):
        (line,) = group(explorer, name).iter(f"{SVG}polyline")
        ys = np.array([float(pair.split(",")[1]) for pair in line.attrib["points"].split()])
        slope, offset = np.polyfit(values, ys, 1)
        np.testing.assert_allclose(slope * values + offset, ys, atol=0.06)
        assert slope < 0


def test_the_bars_are_as_long_as_the_shares_and_the_losses():
    explorer = Telescope(back=40)
    run = explorer.record
    (bars,) = [each for each in group(explorer, "shares").iter(f"{SVG}path")]
    pairs = re.findall(r"M[\d.]+ ([\d.]+)V([\d.]+)", bars.attrib["d"])
    heights = np.array([float(foot) - float(top) for foot, top in pairs])
    np.testing.assert_allclose(heights / heights.max(), run.shares, atol=0.001)
    drawn = group(explorer, "losses")
    lengths = np.array([float(each.attrib["width"]) for each in drawn.iter(f"{SVG}rect")])
    losses = np.array([run.loss, run.loss_clue, run.loss_all])
    where = place(explorer.canvas(False), run.back).losses
    np.testing.assert_allclose(lengths, [where.x(loss) - where.left for loss in losses], atol=0.06)
    assert [amount(loss) for loss in losses] == [
        each for each in words(drawn) if re.fullmatch(r"\d\.\d\d", str(each))
    ]
    assert f"gradient of length {amount(run.norm)}" in words(drawn)
    assert f"clue: {percent(run.shares[-1])}" in words(group(explorer, "shares"))


def test_the_sentence_says_the_numbers_of_the_record():
    explorer = Telescope()
    run = explorer.record
    sentence = explorer.describe(run)
    assert (
        f"over 50 steps back the gradient is multiplied by {power(run.log_gradient[-1])}: it vanishes"
        in sentence
    )
    assert (
        f"takes the loss from {run.loss:.2f} to {run.loss_clue:.2f}, one from every step to {run.loss_all:.2f}"
        in (sentence)
    )
    assert sentence.endswith(": nothing is learned about the clue.")
    near = explorer.describe(telescope(1.1, 5, "tanh", "off", 0))
    assert "nothing is learned" not in near


def test_an_update_that_raises_the_loss_is_said_to_go_too_far_and_one_that_lowers_it_is_not():
    explorer = Telescope(scale=2.0)
    run = explorer.record
    assert run.loss_all < run.loss < run.loss_clue
    sentence = explorer.describe(run)
    assert f"to {run.loss_clue:.2f} (too far), one from every step to {run.loss_all:.2f}." in sentence
    assert "too far" not in Telescope().describe(Telescope().record)


def test_decades_do_not_move_with_the_data():
    marks = [
        [
            each
            for each in words(group(Telescope(**values), "product"))
            if re.fullmatch("10[⁰-⁹⁻¹²³]+", str(each))
        ]
        for values in ({"scale": 0.2}, {"scale": 2.0, "activation": "linear", "back": 200})
    ]
    assert marks[0] == marks[1]
    assert {"10⁰", "10⁻⁶", "10⁶"} <= set(marks[0])


def test_the_challenge_is_met_above_scale_1_by_tanh_and_by_nothing_simpler():
    assert kept(telescope(1.1, 200, "tanh", "off", 0)) == 1
    assert kept(telescope(1.0, 200, "linear", "off", 0)) == 0
    assert kept(telescope(0.9, 200, "tanh", "off", 0)) < 0.5
    assert kept(telescope(2.0, 200, "tanh", "off", 0)) < 0.5
    assert kept(telescope(1.1, 10, "tanh", "off", 0)) == 0.05
    assert kept(telescope(1.1, 200, "tanh", "norm 0.1", 0)) == 1


def test_an_answered_prediction_leaves_the_challenge_to_be_solved():
    assert kept(telescope(1.1, 100, "tanh", "off", 0)) == 0.5


def test_the_prediction_is_true_for_other_draws_and_not_given_away_by_the_first_picture():
    assert Telescope.prediction is not None
    values = {**Telescope().defaults, **Telescope.prediction.values}
    assert [fate(telescope(**{**values, "seed": seed})) for seed in range(10)] == ["stays within ×10"] * 10
    assert fate(Telescope().record) == "vanishes"


def test_drawing_again_changes_the_matrix_and_not_its_scale():
    one, two = (network(0.9, 5, "tanh", seed)[0].W_h for seed in (0, 1))
    assert not np.allclose(one, two)
    for W in (one, two):
        np.testing.assert_allclose(W.T @ W, 0.81 * np.eye(16), atol=1e-12)
