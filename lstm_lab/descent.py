"""Gradient descent in NumPy: what a learner trains with where there is no torch.

    plain   θ ← θ − rate · ∂L/∂θ
    Adam    m ← β₁ m + (1−β₁) ∂L/∂θ      v ← β₂ v + (1−β₂) (∂L/∂θ)²
            θ ← θ − rate · (m / (1−β₁ᵏ)) / (√(v / (1−β₂ᵏ)) + ε)      at update k
    clip    if ‖∂L/∂θ‖ ≥ clip then ∂L/∂θ ← clip · ∂L/∂θ / ‖∂L/∂θ‖

Source: Adam from Kingma & Ba 2015; clipping by the norm from Pascanu, Mikolov & Bengio 2013.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array, NotFiniteError
from lstm_lab.models import GradedBy, History, Model, loss_and_gradients, weights_of, with_weights
from lstm_lab.readout import cross_entropy
from lstm_lab.tasks import Batch

DrawBatch = Callable[[np.random.Generator], Batch]
Watch = Callable[[History], None]
Weights = dict[str, Array]

LOOK_EVERY = 25


class AdamState(NamedTuple):
    """The running means of gradients and their squares, and how many updates they have seen."""

    m: Weights
    v: Weights
    updates: int


def clipped(gradients: Mapping[str, Array], limit: float) -> Weights:
    """Return the gradients, all shortened together to the norm ``limit`` if they are longer.

    Args:
        gradients: arrays of any shape by name; their norm is that of all numbers in one row.
        limit: the longest norm that is left as it is, above 0.
    """
    norm = float(np.sqrt(sum(np.vdot(g, g) for g in gradients.values())))
    factor = limit / norm if norm >= limit else 1.0
    return {name: g * factor for name, g in gradients.items()}


def plain_update(weights: Weights, gradients: Weights, rate: float) -> Weights:
    """Return the weights after one step of plain gradient descent; gradients are named and shaped as weights."""
    return {name: w - rate * gradients[name] for name, w in weights.items()}


def adam_start(weights: Weights) -> AdamState:
    """Return Adam's state before the first update."""
    zeros = {name: np.zeros_like(w) for name, w in weights.items()}
    return AdamState(zeros, zeros, 0)


def adam_update(
    weights: Weights, gradients: Weights, state: AdamState, rate: float
) -> tuple[Weights, AdamState]:
    """Return the weights and Adam's state after one update (β₁ = 0.9, β₂ = 0.999, ε = 1e-8).

    Args:
        weights: arrays of any shape by name.
        gradients: dLoss by each of them, named and shaped alike.
        state: what ``adam_start`` or the update before returned.
        rate: the step size; at the first update every weight moves by about this much.
    """
    k = state.updates + 1
    m = {name: 0.9 * state.m[name] + 0.1 * g for name, g in gradients.items()}
    v = {name: 0.999 * state.v[name] + 0.001 * g * g for name, g in gradients.items()}
    new = {
        name: w - rate * (m[name] / (1 - 0.9**k)) / (np.sqrt(v[name] / (1 - 0.999**k)) + 1e-8)
        for name, w in weights.items()
    }
    return new, AdamState(m, v, k)


def descend(
    model: Model,
    draw_batch: DrawBatch,
    rng: np.random.Generator,
    steps: int,
    rate: float = 3e-3,
    clip: float = 1.0,
    watch: Watch | None = None,
    look: Batch | None = None,
    graded_by: GradedBy = cross_entropy,
) -> History:
    """Train a model with Adam in NumPy.

    Args:
        model: where to start.
        draw_batch: draws a fresh batch from a generator.
        rng: where all chance comes from.
        steps: how many updates.
        rate: Adam's step size.
        clip: the longest gradient that is used as it is.
        watch: called with the history at every look (each 25 updates, and the last).
        look: the batch that is looked at; if not given, one is drawn first. A large one chooses the best surely.
        graded_by: the loss; ``readout.squared_error`` where the targets are numbers.

    Returns:
        The history; its ``best`` is usable however the run ended: all steps done, interrupted from the
        keyboard, or stopped because the loss or a gradient was no longer a number.

    Raises:
        ShapeError: a batch does not fit the model.
        NotFiniteError: the first batch or the model to start from holds NaN or infinity.
        ValueError: steps below 0, or a rate or clip that is not above 0.
    """
    expect_plan(steps, rate, clip)
    history = History((), (), model)
    adam = adam_start(weights_of(model))
    k = 0
    try:
        seen = draw_batch(rng) if look is None else look
        for k in range(steps + 1):
            if k % LOOK_EVERY == 0 or k == steps:
                with np.errstate(all="ignore"):
                    loss = loss_and_gradients(model, *seen, graded_by).loss
                if not np.isfinite(loss):
                    return history._replace(stopped=not_a_number(k, rate, clip))
                history = history.look(k, loss, model)
                if watch:
                    watch(history)
            if k < steps:
                batch = draw_batch(rng)
                with np.errstate(all="ignore"):
                    gradients = clipped(loss_and_gradients(model, *batch, graded_by).d_weights, clip)
                    weights, adam = adam_update(weights_of(model), gradients, adam, rate)
                model = with_weights(model, weights)
    except NotFiniteError:
        if not history.steps:  # nothing was learned yet, so it is what came in that is wrong
            raise
        return history._replace(stopped=not_a_number(k, rate, clip))
    except KeyboardInterrupt:
        return history._replace(stopped=interrupted(k))
    return history._replace(stopped=f"all {steps} updates done")


def not_a_number(step: int, rate: float, clip: float) -> str:
    """Say that a loss stopped being a number, and what to change."""
    return (
        f"stopped: the loss was not a number at update {step}. "
        f"Try a smaller rate (it was {rate:g}) or a smaller clip (it was {clip:g}); the best weights so far are kept"
    )


def interrupted(updates: int) -> str:
    """Say where a run was interrupted."""
    return f"interrupted after {updates} updates; the best weights so far are kept"


def expect_plan(steps: int, rate: float, clip: float) -> None:
    """Refuse a training run that could not go anywhere.

    Raises:
        ValueError: steps below 0, or a rate or clip that is not above 0.
    """
    if steps < 0:
        raise ValueError(f"steps must be at least 0, got {steps}")
    for name, value in (("rate", rate), ("clip", clip)):
        if not value > 0:
            raise ValueError(f"{name} must be above 0, got {value}")
