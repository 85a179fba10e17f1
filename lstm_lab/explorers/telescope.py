"""Gradient telescope: how much of a loss arrives many steps back, and what an update can do with it."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.cells import ACTIVATIONS, RNNParams, RNNStep, trace
from lstm_lab.checks import Array
from lstm_lab.drawing import svg
from lstm_lab.drawing import telescope as drawn
from lstm_lab.drawing.numbers import amount, percent, power, steps_of
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider
from lstm_lab.gradients import SLOPES, backward
from lstm_lab.readout import Dense, cross_entropy, dense
from lstm_lab.starts import rnn_orthogonal

H = 16
RATE = 0.2
NOISE = 0.2
STEEPEST = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0, "linear": 1.0}
CLIPS: dict[str, float] = {"off": math.inf, "norm 1": 1.0, "norm 0.1": 0.1}
GOAL = 200


class TelescopeRun(NamedTuple):
    """One loss at the end of a sequence, seen from every step before it.

    Entry k of ``log_gradient`` and ``shares`` lies k steps back; the last one is the clue's step. ``factors`` has
    one entry less: entry k − 1 leads from k − 1 to k steps back, 0 where nothing is left to be multiplied.

    ``log_gradient`` is log₁₀ of ‖dLoss/dh_{T−k}‖ / ‖dLoss/dh_T‖, −∞ where it is exactly 0. ``shares`` is the length
    of what a step adds to the gradient of the weights, as a part of the longest. ``bound`` is scale × the steepest
    slope, which no factor exceeds. ``norm`` and ``clipped_norm`` are the gradient's length. ``loss`` is in nats,
    ``loss_clue`` after one update from what the clue's step adds alone and ``loss_all`` after one from everything;
    infinite where the network then leaves every number.
    """

    scale: float
    back: int
    activation: str
    clip: float
    factors: Array
    bound: float
    log_gradient: Array
    shares: Array
    norm: float
    clipped_norm: float
    loss: float
    loss_clue: float
    loss_all: float


def network(scale: float, back: int, activation: str, seed: int) -> tuple[RNNParams, Dense, Array]:
    """Return 16 units with W_h = scale × an orthogonal matrix, a readout of two answers, and what is read.

    The first of the two inputs carries the clue, 1 at the first step and 0 after it; the second carries noise,
    N(0, 1) at every step after the clue, weighted a fifth as much. Weights and noise depend on the seed alone.
    """
    rng = np.random.default_rng(seed)
    params = rnn_orthogonal(rng, 2, H, activation)
    W_x = rng.standard_normal((2, H))
    W_x *= np.array([[1.0], [NOISE]]) / np.linalg.norm(W_x, axis=1, keepdims=True)
    readout = Dense(rng.standard_normal((H, 2)) / np.sqrt(H), np.zeros(2))
    xs = np.zeros((back + 1, 1, 2))
    xs[0, 0, 0] = 1.0
    xs[1:, 0, 1] = rng.standard_normal(back)
    return RNNParams(W_x, scale * params.W_h, np.zeros(H), activation), readout, xs


def telescope(scale: float, back: int, activation: str, clip: str, seed: int) -> TelescopeRun:
    """Return what one loss at the end says about every step, and about the clue ``back`` steps before it.

    Loss is the cross-entropy of the last step's answer. The right answer is the one the network gives less
    weight to, so that there is always something to learn. An update moves W_x and W_h by −rate × gradient,
    clipped as a whole.

        ∂Loss/∂W = Σ_t (x_t, h_{t−1})ᵀ d_a_t          d_a_t = dLoss/dh_t ⊙ slope_t

    Each term is a column times a row, so its length is the product of theirs.

    Source: vanishing, exploding and clipping after Pascanu, Mikolov & Bengio 2013.
    """
    params, readout, xs = network(scale, back, activation, seed)
    run = trace(params, xs)
    logits = dense(readout, run.h[-1])
    target = np.argmin(logits, axis=1)
    loss = cross_entropy(logits, target, np.ones(1))
    d_hs = np.zeros_like(run.h)
    d_hs[-1] = loss.d_logits @ readout.W.T
    gradient = backward(params, run, d_hs)
    d_a = gradient.d_hs * SLOPES[activation](run.h)

    log_gradient = _log_lengths(gradient.d_hs)
    log_parts = _log_lengths(d_a) + _log_lengths(np.concatenate([xs, run.h_prev], axis=2))
    whole = gradient.d_params
    norm = float(np.hypot(np.linalg.norm(whole.W_x), np.linalg.norm(whole.W_h)))
    shrink = min(1.0, CLIPS[clip] / norm) if norm > 0 else 1.0
    from_clue = params._replace(W_x=params.W_x - RATE * shrink * xs[0].T @ d_a[0])
    from_all = params._replace(
        W_x=params.W_x - RATE * shrink * whole.W_x, W_h=params.W_h - RATE * shrink * whole.W_h
    )
    return TelescopeRun(
        scale=scale,
        back=back,
        activation=activation,
        clip=CLIPS[clip],
        factors=_factors(log_gradient),
        bound=scale * STEEPEST[activation],
        log_gradient=log_gradient - log_gradient[0],
        shares=_shares(log_parts),
        norm=norm,
        clipped_norm=shrink * norm,
        loss=loss.value,
        loss_clue=_loss(from_clue, readout, xs, target),
        loss_all=_loss(from_all, readout, xs, target),
    )


def _log_lengths(rows: Array) -> Array:
    """Return log₁₀ of the length of each step's row, last step first; a length as small as 10⁻³⁰⁰ is not lost."""
    largest = np.abs(rows[::-1, 0]).max(axis=1)
    scaled = rows[::-1, 0] / np.where(largest > 0, largest, 1.0)[:, None]
    with np.errstate(divide="ignore"):
        return np.log10(largest) + np.log10(np.linalg.norm(scaled, axis=1))


def _factors(log_lengths: Array) -> Array:
    there = np.isfinite(log_lengths[1:])
    steps = np.diff(np.where(np.isfinite(log_lengths), log_lengths, 0.0))
    return np.where(there, 10 ** np.where(there, steps, 0.0), 0.0)


def _shares(log_parts: Array) -> Array:
    longest = log_parts.max()
    return 10 ** (log_parts - longest) if np.isfinite(longest) else np.zeros(len(log_parts))


def _loss(params: RNNParams, readout: Dense, xs: Array, target: Array) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        run: RNNStep = trace(params, xs)
        logits = run.h[-1] @ readout.W
    if not np.all(np.isfinite(logits)):
        return math.inf
    return cross_entropy(logits, target, np.ones(1)).value


def _after(loss: float, before: float) -> str:
    """Return a loss after an update in words; where it is higher than before, the update went too far."""
    return amount(loss) + (" (too far)" if loss > before + 0.005 else "")


def fate(run: TelescopeRun) -> str:
    """Return what becomes of the gradient on its way to the clue; a factor of ten is the border."""
    last = run.log_gradient[-1]
    return "vanishes" if last < -1 else "explodes" if last > 1 else "stays within ×10"


def kept(run: TelescopeRun) -> float:
    """Return how well a tanh network keeps the gradient over 200 steps, in 0..1: 1 within a factor of ten."""
    if run.activation != "tanh":
        return 0.0
    distance = max(abs(float(np.maximum(run.log_gradient[-1], -99.0))) - 1, 0.0)
    return min(run.back / GOAL, 1.0) / (1 + distance)


class Telescope(Explorer):
    """One loss at the end, seen from every step before it, down to the clue."""

    question = "How far back does a loss still teach?"
    misconception = "Vanishing means a zero loss; clipping cures it."
    not_shown = (
        "training: this is one update, from one sequence, of untrained weights; the readout is left alone."
    )
    height = 264.0
    hidden: ClassVar[Mapping[str, Any]] = {"seed": 0}
    again = ("Draw again", "Another orthogonal matrix and other noise, the same scale")
    lecture = ("scale", "back")
    presets: ClassVar[Mapping[str, Preset]] = {
        "0.9, 10 steps?": Preset(
            {"scale": 0.9, "back": 10, "activation": "linear"},
            "0.9 to the tenth: a third of the gradient is left, and the clue's step can still lower the loss.",
            lambda run: 0.3 < 10 ** run.log_gradient[-1] < 0.4 and run.loss_clue < run.loss - 0.01,
        ),
        "0.9, 200 steps?": Preset(
            {"scale": 0.9, "back": 200, "activation": "linear"},
            "Less than a billionth is left. The loss is as large as before, and its clue's step does not move it.",
            lambda run: (
                run.log_gradient[-1] < -9 and run.loss > 0.69 and abs(run.loss_clue - run.loss) < 1e-9
            ),
        ),
        "Exactly 1?": Preset(
            {"scale": 1.0, "back": 200, "activation": "linear"},
            "Nothing is lost on the way. But one update from every step leaves 1 behind, and the loss explodes.",
            lambda run: (
                bool(np.allclose(run.factors, 1)) and run.loss_clue < run.loss - 0.01 and run.loss_all > 1e6
            ),
        ),
        "1.1: does clipping help?": Preset(
            {"scale": 1.1, "back": 100, "activation": "linear", "clip": "norm 1"},
            "It explodes; clipped, the update has a length that can be used. This is the one that clipping helps.",
            lambda run: run.log_gradient[-1] > 4 and run.norm > 1e5 and run.clipped_norm <= 1.000001,
        ),
        "Sigmoid: does it?": Preset(
            {"scale": 1.0, "back": 50, "activation": "sigmoid", "clip": "norm 0.1"},
            "No factor is above a quarter. Clipping shortens every step alike: the clue's share stays next to none.",
            lambda run: run.factors.max() <= 0.25 and run.log_gradient[-1] < -30 and run.shares[-1] < 1e-9,
        ),
    }
    challenge = Challenge(
        "With tanh, keep the gradient within a factor of ten over 200 steps.",
        kept,
        lambda run: (
            f"{run.activation}, {steps_of(run.back)}: × {power(run.log_gradient[-1])}."
            if run.activation == "tanh"
            else f"This is {run.activation}, not tanh."
        ),
    )
    prediction = Prediction(
        "tanh, scale 1.1, 100 steps. The gradient …?",
        ("vanishes", "stays within ×10", "explodes"),
        {"scale": 1.1, "back": 100, "activation": "tanh", "clip": "off"},
        fate,
        "1.1 times the slope of tanh, 100 times",
    )

    def controls(self) -> dict[str, Any]:
        """Return the scale, the steps back, the activation and the clipping."""
        return {
            "scale": Slider("recurrent scale", 0.9, 0.2, 2, 0.01),
            "back": Slider("steps back", 50, 1, 200, 1),
            "activation": Choice("activation", "tanh", tuple(ACTIVATIONS)),
            "clip": Choice("clip gradient", "off", tuple(CLIPS)),
        }

    def compute(self, values: Values) -> TelescopeRun:
        """Return the run at these values."""
        return telescope(**values)

    def picture(self, record: TelescopeRun, canvas: Canvas) -> str:
        """Return the factors, their product, the shares of the update and the loss after it."""
        run, where = record, drawn.place(canvas, record.back)
        after = {"before": run.loss, "from the clue's step": run.loss_clue, "from every step": run.loss_all}
        marks = [drawn.product(where.product, canvas, run.log_gradient)]
        notes: tuple[str, ...] = ()
        if where.factors is not None and where.shares is not None:
            marks.insert(0, drawn.factors(where.factors, canvas, run.factors, run.bound))
            marks.append(drawn.shares(where.shares, canvas, run.shares))
            clipped = run.clipped_norm < run.norm
            notes = (
                f"gradient of length {amount(run.norm)}",
                f"clipped to {amount(run.clipped_norm)}" if clipped else "not clipped",
            )
        marks.append(drawn.losses(where.losses, canvas, after, notes))
        title = "The gradient on its way back, and what an update does with it"
        return svg.document(canvas, title, self.describe(record), *marks)

    def describe(self, record: TelescopeRun) -> str:
        """Return what is left of the gradient and what an update from it does, with numbers."""
        run = record
        lost = (
            f"{run.activation}, scale {spoken(run.scale)}: over {steps_of(run.back)} back the gradient is multiplied "
            f"by {power(run.log_gradient[-1])}: it {fate(run)}. "
        )
        update = (
            f"An update from the clue's step ({percent(run.shares[-1])} of the largest) takes the loss from "
            f"{amount(run.loss)} to {_after(run.loss_clue, run.loss)}, one from every step to "
            f"{_after(run.loss_all, run.loss)}"
        )
        unmoved = abs(run.loss_clue - run.loss) < 0.005 and run.shares[-1] < 0.01
        return lost + update + (": nothing is learned about the clue." if unmoved else ".")
