"""The operating table: one trained LSTM, one operation, a channel to watch, and 500 channels to count on."""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from lstm_lab.cells import LSTMParams, checked_lstm
from lstm_lab.checks import Array
from lstm_lab.evaluation import wolf_share
from lstm_lab.explorers.unroll_it import cast, face
from lstm_lab.interventions import (
    Effect,
    Trial,
    clamp,
    couple,
    effect,
    effect_of_swap,
    random_unit_like,
    silence,
    swap,
    trial,
)
from lstm_lab.models import Answers, Model, answers
from lstm_lab.stage import Frame, network, perform, wolf_if_asked
from lstm_lab.world.shows import chance_of_wolf, ideal_observer, show_of

NETWORK = "lstm_channels"
MEMORY, LOUDEST = 13, 11
"""Two units of that network: the one whose c holds the genre, and the one with the largest mean |h|."""
NOTHING, COUPLE, SILENCE, SWAP = "nothing", "couple i = 1 − f", "silence", "swap memories"
CLAMPS = {f"clamp {gate}": gate for gate in "fio"}
OPERATIONS = (NOTHING, *CLAMPS, COUPLE, SILENCE, SWAP)
ONE, CONTROL, ALL_UNITS = "one", "its control", "all"
WHOM = (ONE, CONTROL, ALL_UNITS)
COIN_FLIP = 0.5
"""The wolfness of every face in the channel that is shown: the answer is what the network remembers."""
GAP = 5
"""Neutral pictures in every show, here and in the channels that are counted."""
CHANNEL = (
    *("bear", "tree", "squirrel", "tree", "squirrel", "tree", "?", "title card"),
    *("goldfish", "squirrel", "tree", "tree", "squirrel", "tree", "?", "title card"),
    *("bear", "tree", "squirrel", "squirrel", "tree", "tree", "?"),
)
MIRRORED = {"bear": "goldfish", "goldfish": "bear"}
LAST = len(CHANNEL) - 1
ASKED = tuple(t for t, kind in enumerate(CHANNEL) if kind == "?")


class Lived(NamedTuple):
    """The channel as one network lived it: P(wolf) if the face came now, and c of every unit, (T,) and (T, H)."""

    wolf: Array
    c: Array


class SurgeryRun(NamedTuple):
    """A network before and after an operation.

    ``operation`` one of ``OPERATIONS``; ``units`` those it was done to, none where nothing was; ``like`` the unit for
    which they are the control, −1 if they are none; ``level`` of a clamp; ``after`` how many pictures came before a
    swap. ``intact`` and ``operated`` the channel before and after, ``ideal`` (T,) the ideal observer's P(wolf).
    ``trial`` the channels that are counted, ``effect`` what the operation costs on them, ``costs`` (H,) what it
    costs to silence each unit alone, as a share of all answers.
    """

    operation: str
    units: tuple[int, ...]
    like: int
    level: float
    after: int
    intact: Lived
    operated: Lived
    ideal: Array
    trial: Trial
    effect: Effect
    costs: Array


def operate(operation: str, whom: str, unit: int, level: float, after: int, seed: int) -> SurgeryRun:
    """Return what an operation does to the stored network.

    Args:
        operation: one of ``OPERATIONS``.
        whom: one of ``WHOM``; a control is a random unit about as loud as the one that is named.
        unit: which one, counted from 0.
        level: where a clamped gate stands, in [0, 1].
        after: after how many pictures memories are swapped, in 1..T−1.
        seed: settles the 500 channels and the control.
    """
    tried = channels(seed)
    H = tried.sizes.size
    control = random_unit_like(np.random.default_rng(seed), unit, tried.sizes)
    units = {ONE: (unit,), CONTROL: (control,), ALL_UNITS: tuple(range(H))}[whom]
    units = () if operation == NOTHING else units
    level, after = (level if operation in CLAMPS else 0.0), (after if operation == SWAP else 0)
    return SurgeryRun(
        operation=operation,
        units=units,
        like=unit if units and whom == CONTROL else -1,
        level=level,
        after=after,
        intact=lived(NOTHING, (), 0.0, 0),
        operated=lived(operation, units, level, after),
        ideal=ideal(),
        trial=tried,
        effect=cost(operation, units, level, after, seed),
        costs=costs(seed),
    )


def weights(operation: str, units: tuple[int, ...], level: float) -> LSTMParams:
    """Return the weights of the network after an operation on them."""
    params = checked_lstm(network(NETWORK).cell)
    if operation in CLAMPS:
        return clamp(params, CLAMPS[operation], level, units)
    if operation == COUPLE:
        return couple(params, units)
    return silence(params, units) if operation == SILENCE else params


def operated_on(operation: str, units: tuple[int, ...], level: float) -> Model:
    """Return the network after an operation on its weights."""
    return network(NETWORK)._replace(cell=weights(operation, units, level))


@lru_cache(maxsize=3)
def channels(seed: int) -> Trial:
    """Return 500 channels and what the intact network makes of them; worked out once for each seed."""
    return trial(network(NETWORK), np.random.default_rng(seed), 500, len(ASKED), GAP)


@lru_cache(maxsize=200)
def cost(operation: str, units: tuple[int, ...], level: float, after: int, seed: int) -> Effect:
    """Return what an operation costs on the channels of a seed."""
    if operation == SWAP:
        return effect_of_swap(channels(seed), after, units)
    return effect(channels(seed), operated_on(operation, units, level))


def held(run: SurgeryRun, gate: str, level: float) -> float:
    """Return what it would do in all, as a share of all answers, to hold a gate of every unit, on the same channels."""
    everyone = tuple(range(run.trial.sizes.size))
    return effect(run.trial, operated_on(f"clamp {gate}", everyone, level)).total[0]


@lru_cache(maxsize=3)
def costs(seed: int) -> Array:
    """Return what it costs to silence each unit alone, as a share of all answers, shape (H,)."""
    units = range(channels(seed).sizes.size)
    return np.array([-cost(SILENCE, (unit,), 0.0, 0, seed).total[0] for unit in units])


@lru_cache(maxsize=200)
def lived(operation: str, units: tuple[int, ...], level: float, after: int) -> Lived:
    """Return the shown channel as the network lives it after an operation."""
    xs, others = inputs()
    model = operated_on(operation, units, level)
    run = swap(model, xs, others, after, units)[0] if operation == SWAP else answers(model, xs)
    return Lived(_wolf(model, run), run.trace.c[:, 0])


def _wolf(model: Model, run: Answers) -> Array:
    """Return P(wolf) at each face, and elsewhere if the face came next, shape (T,)."""
    faces = np.broadcast_to(inputs()[0][ASKED[0]], (len(CHANNEL), 1, 8))
    at_face = np.array(CHANNEL) == "?"
    return np.where(at_face, wolf_share(run.probabilities[:, 0]), wolf_if_asked(model, run, faces)[:, 0])


@cache
def films() -> tuple[tuple[Frame, ...], tuple[Frame, ...]]:
    """Return the channel that is shown, and the one it swaps memories with: bear for goldfish and the reverse."""
    mirrored = tuple(MIRRORED.get(kind, kind) for kind in CHANNEL)
    few = {kind: cast((kind, kind), COIN_FLIP, 0) for kind in set(CHANNEL)}

    def frames(kinds: tuple[str, ...]) -> tuple[Frame, ...]:
        places = (t // 2 % 2 if kind in ("tree", "squirrel") else 0 for t, kind in enumerate(kinds))
        return tuple(few[kind][place] for kind, place in zip(kinds, places, strict=True))

    return frames(CHANNEL), frames(mirrored)


@cache
def inputs() -> tuple[Array, Array]:
    """Return both channels as the network reads them, each of shape (T, 1, 8)."""
    one, other = (
        perform(film, (network(NETWORK),), face(COIN_FLIP, 0)).features[:, None] for film in films()
    )
    return one, other


@cache
def ideal() -> Array:
    """Return the ideal observer's P(wolf) along the shown channel, shape (T,)."""
    belief = ideal_observer(show_of(CHANNEL, COIN_FLIP))
    at_face = np.array(CHANNEL) == "?"
    return np.where(at_face, belief.wolf[:, 0], chance_of_wolf(belief.wild[:, 0], COIN_FLIP))
