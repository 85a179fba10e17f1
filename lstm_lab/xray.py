"""A look inside a trained network: what its gates do at each kind of picture, and which unit holds what."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from lstm_lab.cells import Step
from lstm_lab.checks import Array, ShapeError, expect
from lstm_lab.evaluation import noise_columns
from lstm_lab.measures import half_life
from lstm_lab.models import Model, answers
from lstm_lab.tasks import load_bank, story_batch
from lstm_lab.world.pictures import KINDS
from lstm_lab.world.shows import (
    BEAR,
    FOX,
    GOLDFISH,
    SQUIRREL,
    TITLE_CARD,
    TREE,
    Shows,
    draw_channels,
    ideal_observer,
    is_face,
)

TELLING, NEUTRAL, TITLE = (BEAR, FOX, GOLDFISH), (TREE, SQUIRREL), (TITLE_CARD,)
"""Kinds of pictures: those that say what a show is about, those that do not, and the one that ends a show."""


class Inside(NamedTuple):
    """Many channels as one network lived them.

    ``run`` the record of its cell, arrays (T, N, H); ``shows`` what it was shown, (T, N), −1 after the end of a
    channel; ``log_odds`` the ideal observer's of wild against home after each frame, in nats, (T, N), NaN where there
    is no frame.
    """

    run: Step
    shows: Shows
    log_odds: Array


def look_inside(
    model: Model,
    rng: np.random.Generator,
    gaps: tuple[int, int] = (8, 8),
    shows: tuple[int, int] = (3, 3),
    count: int = 500,
) -> Inside:
    """Return what a network of the story computes over fresh channels of pictures it was not trained on.

    Args:
        model: any cell; inputs beyond the eight features get background noise.
        rng: where the channels come from.
        gaps, shows: as in ``draw_channels``; each show has one telling picture and ends with a face.
        count: N, how many channels.

    Raises:
        ValueError: the network is none of the story, or the channels cannot be drawn.
    """
    drawn = draw_channels(rng, count, shows, gaps)
    told = story_batch(rng, drawn, load_bank("frames_test"), noise_columns(model))
    wild = ideal_observer(told.shows).wild
    run: Any = answers(model, told.batch.xs).trace
    return Inside(run, told.shows, np.log(wild) - np.log1p(-wild))


def by_kind(inside: Inside, name: str) -> dict[str, Array]:
    """Return the mean of a quantity of the cell at each kind of picture.

    Args:
        inside: of a network.
        name: a letter of the record, as ``"f"``.

    Returns:
        By kind, ``"face"`` for wolf and dog alike, those that were shown: unit by unit, shape (H,); for ``"x"`` input
        by input, (D,).

    Raises:
        ValueError: the cell has no such quantity.
    """
    if name not in type(inside.run)._fields:
        raise ValueError(f"the record has no {name!r}; it has {', '.join(type(inside.run)._fields)}")
    values, kinds = getattr(inside.run, name), inside.shows.kinds
    places = {kind: kinds == k for k, kind in enumerate(KINDS) if kind not in ("wolf", "dog")}
    places["face"] = is_face(kinds)
    return {kind: values[here].mean(axis=0) for kind, here in places.items() if here.any()}


def holds_wild(inside: Inside) -> Array:
    """Return how closely each unit's memory follows what there is to know of the genre.

    Returns:
        Shape (H,), each in [−1, 1]: the correlation of c (of h, where the cell has no c) with the ideal observer's log
        odds of wild against home, over every frame of every channel. 0 for a unit that never changes.
    """
    on_air = inside.shows.kinds >= 0
    memory = memory_of(inside.run)[on_air]
    memory = memory - memory.mean(axis=0)
    odds = inside.log_odds[on_air] - inside.log_odds[on_air].mean()
    size = np.sqrt((memory**2).sum(axis=0) * (odds**2).sum())
    return np.divide(odds @ memory, size, out=np.zeros(memory.shape[1]), where=size > 0)


def memory_of(run: Step) -> Array:
    """Return what a cell remembers by: c, or h where it has no c; the shape of h."""
    return getattr(run, "c" if "c" in type(run)._fields else "h")


def of_all(run: Step, letter: str) -> tuple[str, Array]:
    """Return a quantity of all units as one map can show it, with its name: of c, which may count without end, tanh(c).

    Returns:
        The name, and the values, the shape of h; those of c within [−1, 1].
    """
    values = getattr(run, letter)
    return ("tanh(c)", np.tanh(values)) if letter == "c" else (letter, values)


def keeping(run: Step) -> Array:
    """Return the gate by which the old memory is multiplied: f, or the z of a GRU; each in (0, 1).

    Raises:
        ValueError: the cell has no such gate, as an RNN.
    """
    name = next((letter for letter in "fz" if letter in type(run)._fields), "")
    if not name:
        raise ValueError(
            f"no gate says how much of the old memory is kept in the record {type(run).__name__}"
        )
    return getattr(run, name)


def writing(run: Step) -> Array:
    """Return the gate by which what is new is multiplied: i, or the 1 − z of a GRU; each in (0, 1).

    Raises:
        ValueError: the cell has no such gate, as an RNN.
    """
    record: Any = run
    return record.i if "i" in type(run)._fields else 1 - keeping(run)


def steady_keeping(kept: Array) -> Array:
    """Return the one level that, at every step, would keep as much as these levels do together.

        m = (m_1 m_2 … m_n)^{1/n}          the geometric mean

    Args:
        kept: levels in [0, 1], shape (n, ...), as rows of ``keeping``.

    Returns:
        Shape (...), in [0, 1].
    """
    with np.errstate(divide="ignore"):
        return np.exp(np.log(expect("kept", kept, "...")).mean(axis=0))


def holds_for(inside: Inside) -> Array:
    """Return for how many trees and squirrels each unit's own memory holds: the half-life of its ``keeping``.

    What comes back to a unit through h is not in it: a unit may be told again, by another, what it forgot.

    Returns:
        Pictures until half is left, shape (H,); infinite for a unit that forgets nothing.

    Raises:
        ValueError: no such pictures, or a cell without such a gate.
    """
    return half_life(steady_keeping(keeping(inside.run)[_at(inside, NEUTRAL)]))


def contrast(inside: Inside, gate: str) -> Array:
    """Return how much further a gate is open at telling pictures than at trees and squirrels.

        mean at bear, fox, goldfish − mean at tree, squirrel

    Args:
        inside: of a network.
        gate: a letter of the record, as ``"i"``.

    Returns:
        Shape (H,), in [−1, 1] for a gate; above 0 where it shuts on trees.

    Raises:
        ValueError: the cell has no such quantity, or there were no such pictures.
    """
    if gate not in type(inside.run)._fields:
        raise ValueError(f"the record has no {gate!r}; it has {', '.join(type(inside.run)._fields)}")
    return _difference(inside, getattr(inside.run, gate), TELLING, NEUTRAL)


def shuts_out_trees(inside: Inside) -> Array:
    """Return how much more of what is new each unit takes in at telling pictures than at trees and squirrels.

    Returns:
        The difference of the means of ``writing``, shape (H,), in [−1, 1].

    Raises:
        ValueError: no such pictures, or a cell without such a gate.
    """
    return _difference(inside, writing(inside.run), TELLING, NEUTRAL)


def clears(inside: Inside) -> Array:
    """Return how much more of its memory each unit keeps at trees and squirrels than at a title card.

    A unit that forgets everything at every picture clears nothing at the title card in particular: it has 0.

    Returns:
        The difference of the means of ``keeping``, shape (H,), in [−1, 1].

    Raises:
        ValueError: no such pictures, or a cell without such a gate.
    """
    return _difference(inside, keeping(inside.run), NEUTRAL, TITLE)


def _difference(inside: Inside, levels: Array, here: tuple[int, ...], there: tuple[int, ...]) -> Array:
    return levels[_at(inside, here)].mean(axis=0) - levels[_at(inside, there)].mean(axis=0)


def _at(inside: Inside, kinds: tuple[int, ...]) -> Array:
    places = np.isin(inside.shows.kinds, kinds)
    if not places.any():
        raise ValueError(f"there is no {' or '.join(KINDS[kind] for kind in kinds)} in these channels")
    return places


STORED = "as stored"
JOBS: Mapping[str, Callable[[Inside], Array]] = {
    "who follows wild": lambda inside: np.abs(holds_wild(inside)),
    "who forgets slowest": holds_for,
    "who shuts out trees": shuts_out_trees,
    "who clears at the title card": clears,
}
"""What units can be sorted by, in words, and the number that says how much of it each unit does."""


def units_by(inside: Inside, job: str) -> Array:
    """Return the units from the one that does a job most to the one that does it least; shape (H,).

    Args:
        inside: of a network.
        job: one of ``JOBS``, or ``"as stored"``.

    Raises:
        ValueError: there is no such job, or the cell has no gate that could do it.
    """
    if job == STORED:
        return np.arange(inside.run.h.shape[-1])
    if job not in JOBS:
        raise ValueError(f"there is no job {job!r}; the jobs are {', '.join((STORED, *JOBS))}")
    return descending(JOBS[job](inside))


def descending(scores: Array) -> Array:
    """Return the places of scores from the highest to the lowest, equals in their own order.

    >>> descending(np.array([0.2, 0.9, 0.2]))
    array([1, 0, 2])
    """
    return np.argsort(-scores, kind="stable")


def moves(run: Step) -> Array:
    """Return how far each unit's memory moves: the standard deviation of ``memory_of`` over all steps, shape (H,)."""
    memory = memory_of(run)
    return memory.reshape(-1, memory.shape[-1]).std(axis=0)


def tells_apart(run: Step, labels: Array) -> Array:
    """Return how much of the movement of each unit's memory lies between the labels rather than within them.

        Σ_l n_l (mean of label l − mean of all)² / Σ (value − mean of all)²

    Args:
        run: a record with arrays (T, B, H).
        labels: one for each step of each sequence, shape (T, B).

    Returns:
        Shape (H,), in [0, 1]; 0 for a unit that never moves.

    Raises:
        ShapeError: labels do not fit the record.

    Source: the correlation ratio η², Pearson 1905.
    """
    memory = memory_of(run)
    if np.shape(labels) != memory.shape[:2]:
        raise ShapeError(f"labels must have shape (T, B)={memory.shape[:2]}, got {np.shape(labels)}")
    values = memory.reshape(-1, memory.shape[-1])
    values = values - values.mean(axis=0)
    known, place = np.unique(np.ravel(labels), return_inverse=True)
    between = np.zeros(values.shape[1])
    for k in range(len(known)):
        mine = values[place == k]
        between += len(mine) * mine.mean(axis=0) ** 2
    whole = (values**2).sum(axis=0)
    return np.divide(between, whole, out=np.zeros_like(whole), where=whole > 1e-24)
