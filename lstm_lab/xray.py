"""A look inside a trained network: what its gates do at each kind of picture, and which unit holds what."""

from typing import Any, NamedTuple

import numpy as np

from lstm_lab.cells import Step
from lstm_lab.checks import Array
from lstm_lab.evaluation import noise_columns
from lstm_lab.models import Model, answers
from lstm_lab.tasks import load_bank, story_batch
from lstm_lab.world.pictures import KINDS
from lstm_lab.world.shows import Shows, draw_channels, ideal_observer, is_face


class Inside(NamedTuple):
    """Many channels as one network lived them.

    ``run`` the record of its cell, arrays (T, N, H); ``shows`` what it was shown, (T, N), −1 after the end of a
    channel; ``log_odds`` the ideal observer's of wild against home after each frame, in nats, (T, N).
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
    """Return the mean of a quantity of the cell at each kind of picture, unit by unit, shape (H,).

    Args:
        inside: of a network.
        name: a letter of the record, as ``"f"``.

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

    The correlation, in [−1, 1], of c (of h, where the cell has no c) with the ideal observer's log odds of wild
    against home, over every frame of every channel. A unit that never changes has 0.

    Returns:
        Shape (H,).
    """
    on_air = inside.shows.kinds >= 0
    run: Any = inside.run
    memory = (run.c if "c" in type(run)._fields else run.h)[on_air]
    memory = memory - memory.mean(axis=0)
    odds = inside.log_odds[on_air] - inside.log_odds[on_air].mean()
    size = np.sqrt((memory**2).sum(axis=0) * (odds**2).sum())
    return np.divide(odds @ memory, size, out=np.zeros(memory.shape[1]), where=size > 0)
