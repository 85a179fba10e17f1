"""Operations on a trained LSTM, and what they cost it on the same shows.

Weights are operated on by ``clamp``, ``couple`` and ``silence``, memories between two pictures by ``exchange``.
``trial`` draws shows once, ``effect`` counts what an operated network gets wrong on them that it got right before.

What it shows: what this network, as it was trained, relies on. What it does not: what the task needs, for a network
trained without the part may find another way (see ``data/gates.csv``); nor that a part without effect does nothing,
for another may do the same. And an operated network passes through memories it never met in training, so a part of
the damage is not the loss of what was cut but the shock of the new.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.cells import LSTMParams, LSTMState, checked_lstm, gate_index
from lstm_lab.cells.activations import logit
from lstm_lab.checks import Array, ShapeError
from lstm_lab.evaluation import accuracy_against_ideal, accuracy_by, noise_columns, wolf_share
from lstm_lab.models import Answers, Model, answers
from lstm_lab.readout import dense, softmax
from lstm_lab.tasks import load_bank, story_batch
from lstm_lab.world.shows import GOLDFISH, Belief, draw_channels, ideal_observer, is_face, show_numbers

# --- on weights -----------------------------------------------------------------------------------


def clamp(params: LSTMParams, gate: str, level: float, units: Sequence[int] | None = None) -> LSTMParams:
    """Return the weights of an LSTM one gate of which stands still, whatever the network sees.

        W_x, W_h of the gate = 0          b = logit(level), within ±40

    A network trained from weights clamped at 1 keeps its gate open: the gradient of those weights is exactly 0.

    Args:
        params: weights of an LSTM; they are left as they are.
        gate: "i", "f" or "o".
        level: where the gate stands, in [0, 1]. The forget gate says how much to *keep*: 1 keeps all.
        units: in which units, counted from 0; in all if not given.

    Raises:
        ShapeError: the weights do not fit each other.
        ValueError: the weights of another cell, no such gate or unit, or a level outside [0, 1].
    """
    if gate not in ("i", "f", "o"):
        raise ValueError(f"gate must be i, f or o, got {gate!r}")
    if not 0 <= level <= 1:
        raise ValueError(f"level must lie in [0, 1], got {level}")
    W_x, W_h, b = (np.array(part) for part in checked_lstm(params))
    k, chosen = gate_index(gate), _chosen(units, b.shape[1])
    W_x[k][:, chosen], W_h[k][:, chosen], b[k, chosen] = 0, 0, logit(level)
    return LSTMParams(W_x, W_h, b)


def couple(params: LSTMParams, units: Sequence[int] | None = None) -> LSTMParams:
    """Return the weights of an LSTM that writes as much as it forgets.

        W_i, b_i = −W_f, −b_f          so that i = σ(−a_f) = 1 − f

    Args:
        params: weights of an LSTM; they are left as they are.
        units: in which units, counted from 0; in all if not given.

    Raises:
        ShapeError: the weights do not fit each other.
        ValueError: the weights of another cell, or no such unit.

    Source: Greff et al. 2017, where networks are trained so, call it the coupled input and forget gate.
    """
    W_x, W_h, b = (np.array(part) for part in checked_lstm(params))
    chosen, i, f = _chosen(units, b.shape[1]), gate_index("i"), gate_index("f")
    W_x[i][:, chosen], W_h[i][:, chosen], b[i, chosen] = (
        -W_x[f][:, chosen],
        -W_h[f][:, chosen],
        -b[f, chosen],
    )
    return LSTMParams(W_x, W_h, b)


def silence(params: LSTMParams, units: Sequence[int] | None = None) -> LSTMParams:
    """Return the weights of an LSTM in which the h of some units is 0 at every step.

    Their output gate is clamped shut: c goes on, and nobody hears of it. A unit whose h was nearly constant was a
    bias to the others; silencing takes that away too.

    Args:
        params: weights of an LSTM; they are left as they are.
        units: which units, counted from 0; all if not given.

    Raises:
        ValueError: no such unit.
    """
    return clamp(params, "o", 0.0, units)


# --- on memories ----------------------------------------------------------------------------------


def exchange(
    one: LSTMState, other: LSTMState, units: Sequence[int] | None = None
) -> tuple[LSTMState, LSTMState]:
    """Return two states with the h and c of some units exchanged; done twice it is nothing.

    Args:
        one: h and c, each of shape (..., H); left as it is.
        other: of the same shape.
        units: which units, counted from 0; all if not given.

    Raises:
        ShapeError: the two are not of one shape.
        ValueError: no such unit.
    """
    shapes = [np.shape(part) for part in (*one, *other)]
    if len(set(shapes)) > 1:
        raise ShapeError(f"both states must have one shape, got {shapes[0]} and {shapes[2]}")
    chosen = _chosen(units, shapes[0][-1])
    mine, theirs = ([np.array(part, dtype=np.float64) for part in state] for state in (one, other))
    for a, b in zip(mine, theirs, strict=True):
        a[..., chosen], b[..., chosen] = b[..., chosen], a[..., chosen]
    return LSTMState(*mine), LSTMState(*theirs)


def swap(
    model: Model, xs: Array, others: Array, after: int, units: Sequence[int] | None = None
) -> tuple[Answers, Answers]:
    """Run a network over two lots of shows, exchange their memories after some steps, and go on.

    Args:
        model: an LSTM with its readout.
        xs: one lot, shape (T, B, D).
        others: the other lot, of the same shape.
        after: how many steps come before the exchange, in 1..T−1.
        units: whose h and c change places, counted from 0; those of all units if not given.

    Returns:
        What the network made of each lot, as ``answers`` does; ``h_prev`` and ``c_prev`` of step ``after`` are
        those of the other lot.

    Raises:
        ShapeError: the two are not of one shape, or do not fit the weights.
        ValueError: no such unit, or no step before or after the exchange.
    """
    if np.shape(xs) != np.shape(others):
        raise ShapeError(f"both lots must have one shape, got {np.shape(xs)} and {np.shape(others)}")
    if not 1 <= after < len(xs):
        raise ValueError(f"after must be in 1..{len(xs) - 1}, got {after}")
    checked_lstm(model.cell)
    before = [answers(model, each[:after]) for each in (xs, others)]
    states = [cells.at(each.trace, -1).state for each in before]
    middle = exchange(states[0], states[1], units)
    then = [answers(model, each[after:], state) for each, state in zip((xs, others), middle, strict=True)]
    one, other = (_joined(first, second) for first, second in zip(before, then, strict=True))
    return one, other


def _joined(first: Answers, second: Answers) -> Answers:
    trace = type(first.trace)(
        *(np.concatenate(parts) for parts in zip(first.trace, second.trace, strict=True))
    )
    return Answers(trace, *(np.concatenate(parts) for parts in zip(first[1:], second[1:], strict=True)))


# --- a control ------------------------------------------------------------------------------------


def random_unit_like(rng: np.random.Generator, unit: int, sizes: Array, among: int = 4) -> int:
    """Return another unit, drawn from the few that are nearest in size: what an operation on it costs is the control.

    Args:
        rng: decides among them, each as likely.
        unit: the unit that is operated on, counted from 0.
        sizes: of every unit, shape (H,): its mean |h|, or its mean |c|, over shows.
        among: from how many it is drawn; from all others if there are no more.

    Raises:
        ValueError: no such unit, no other unit, or none to draw from.
    """
    sizes = np.asarray(sizes)
    _chosen((unit,), len(sizes))
    if len(sizes) < 2 or among < 1:
        raise ValueError(f"there must be another unit to draw, got {len(sizes)} units and among = {among}")
    nearest = np.argsort(np.abs(sizes - sizes[unit]), kind="stable")
    return int(rng.choice(nearest[nearest != unit][:among]))


# --- what it costs --------------------------------------------------------------------------------


class Trial(NamedTuple):
    """Fresh channels, the same for every operation, and what a network made of them before any.

    N channels of S shows, T pictures each, with one telling picture and one question a show. ``xs`` (T, N, D);
    ``rows`` (S,) the steps of the questions; ``targets`` (S, N) the right answers; ``intact`` (S, N) the network's
    P(wolf) there; ``memory`` its state after every picture, arrays (T, N, H); ``home`` (T, N) whether the telling
    picture of the show that is on is a goldfish; ``ideal`` (S,) share of right answers of the ideal observer.
    """

    model: Model
    xs: Array
    rows: Array
    targets: Array
    intact: Array
    memory: LSTMState
    home: Array
    ideal: Array

    @property
    def sizes(self) -> Array:
        """How loud each unit is: its mean |h| over all pictures, shape (H,)."""
        return np.abs(self.memory.h).mean(axis=(0, 1))


class Effect(NamedTuple):
    """What an operation costs, on the N channels of a trial; arrays (S,), one entry a show of the channel.

    ``intact`` and ``operated`` shares of right answers, in [0, 1]; ``difference`` operated − intact, with its
    paired 95 % interval from ``low`` to ``high``; ``distance`` the mean of |P(wolf) operated − intact|.
    ``total`` the difference over all shows, then its interval.
    """

    intact: Array
    operated: Array
    difference: Array
    low: Array
    high: Array
    distance: Array
    total: tuple[float, float, float]


def trial(model: Model, rng: np.random.Generator, count: int = 500, shows: int = 3, gap: int = 5) -> Trial:
    """Return fresh channels of pictures from no training, and what an LSTM makes of them.

    Args:
        model: an LSTM of the story; inputs beyond the eight features get background noise.
        rng: where the channels come from.
        count: N, how many channels: N first shows are judged, N second ones, and so on.
        shows: S, how many shows a channel has.
        gap: how many neutral pictures stand between the telling picture and the question of each.

    Raises:
        ValueError: the network is no LSTM of the story, or the channels cannot be drawn.
    """
    checked_lstm(model.cell)
    drawn = draw_channels(rng, count, (shows, shows), (gap, gap))
    told = story_batch(rng, drawn, load_bank("frames_test"), noise_columns(model))
    kinds, targets = told.shows.kinds, told.batch.targets
    rows = np.flatnonzero(is_face(kinds[:, 0]))
    telling = np.append(
        0, rows[:-1] + 2
    )  # a title card stands between a question and the next telling picture
    show = np.searchsorted(rows, np.arange(len(kinds)))
    run = answers(model, told.batch.xs)
    judged = accuracy_by(show_numbers(told.shows), run.probabilities, targets, ideal_observer(told.shows))
    return Trial(
        model=model,
        xs=told.batch.xs,
        rows=rows,
        targets=targets[rows],
        intact=wolf_share(run.probabilities[rows]),
        memory=LSTMState(run.trace.h.copy(), run.trace.c.copy()),
        home=(kinds[telling] == GOLDFISH)[show],
        ideal=np.array([each.ideal for each in judged.values()]),
    )


def effect(trial: Trial, operated: Model) -> Effect:
    """Return what an operation on weights costs: each channel is its own comparison.

    Args:
        trial: the channels, and how the network answered before.
        operated: the network with other weights.

    Raises:
        ShapeError: the weights do not fit the channels.
    """
    return _effect(trial, _asked(operated, trial.xs, trial.rows))


def effect_of_swap(trial: Trial, after: int, units: Sequence[int] | None = None) -> Effect:
    """Return what it costs to exchange memories between channels in which different shows are on.

    Each channel goes on with the memory of one whose telling picture spoke for the other genre: the wild ones
    take those of the home ones in turn, and the home ones those of the wild ones.

    Args:
        trial: the channels, and how the network answered before.
        after: after how many pictures, in 1..T−1.
        units: whose h and c are taken over, counted from 0; those of all units if not given.

    Raises:
        ValueError: no such unit, no such step, or all channels are of one genre then.
    """
    T = len(trial.xs)
    if not 1 <= after < T:
        raise ValueError(f"after must be in 1..{T - 1}, got {after}")
    home = trial.home[after - 1]
    wild_ones, home_ones = np.flatnonzero(~home), np.flatnonzero(home)
    if not wild_ones.size or not home_ones.size:
        raise ValueError("the channels must hold both genres to exchange memories between them, got one")
    partner = np.empty(home.size, dtype=np.intp)
    partner[wild_ones], partner[home_ones] = (
        np.resize(home_ones, wild_ones.size),
        np.resize(wild_ones, home_ones.size),
    )
    own = LSTMState(*(part[after - 1] for part in trial.memory))
    start, _ = exchange(own, LSTMState(*(part[partner] for part in own)), units)
    late = trial.rows >= after
    p_wolf = np.stack([trial.intact, 1 - trial.intact, np.zeros_like(trial.intact)], axis=-1)
    p_wolf[late] = _asked(trial.model, trial.xs[after:], trial.rows[late] - after, start)
    return _effect(trial, p_wolf)


def _asked(model: Model, xs: Array, rows: Array, start: LSTMState | None = None) -> Array:
    """Return what a network answers at some steps alone, shape (rows, N, 3)."""
    run = cells.trace(checked_lstm(model.cell), xs, start)
    return softmax(dense(model.readout, run.h[rows]))


def _effect(trial: Trial, said: Array) -> Effect:
    """Return the comparison with the intact network, which stands where the ideal observer else does."""
    S, N = trial.targets.shape
    before = Belief(trial.intact, trial.intact)
    shows = np.repeat(np.arange(S)[:, None], N, axis=1)
    by_show = list(accuracy_by(shows, said, trial.targets, before).values())
    whole = accuracy_against_ideal(said, trial.targets, before)
    columns = ("ideal", "network", "difference", "interval_low", "interval_high", "distance")
    return Effect(
        *(np.array([getattr(each, name) for each in by_show]) for name in columns),
        total=(whole.difference, whole.interval_low, whole.interval_high),
    )


def _chosen(units: Sequence[int] | None, H: int) -> list[int]:
    """Return places of units, all of them if none are given."""
    chosen = list(range(H)) if units is None else [int(unit) for unit in units]
    for unit in chosen:
        if not 0 <= unit < H:
            raise ValueError(f"units must be in 0..{H - 1}, got {unit}")
    return chosen
