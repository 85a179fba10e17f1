"""How a network does on the story, next to the ideal observer who saw the same shows."""

import math
from typing import NamedTuple

import numpy as np

from lstm_lab.cells import input_size
from lstm_lab.checks import Array, ShapeError, expect
from lstm_lab.models import Model, answers
from lstm_lab.tasks import DOG, NO_QUESTION, WOLF, load_bank, story_batch
from lstm_lab.world.pictures import KINDS
from lstm_lab.world.shows import Belief, draw_channels, ideal_observer

Z_95 = 1.959963984540054
"""Within this many standard errors lie 95 % of a normal distribution."""


class Comparison(NamedTuple):
    """A network and the ideal observer on the same questions.

    ``network`` share of the questions the network answers right, in [0, 1].
    ``ideal`` the same for the ideal observer.
    ``difference`` network - ideal: below 0, the network falls short.
    ``interval_low``, ``interval_high`` 95 % interval of the difference.
    ``questions`` how many.
    ``distance`` mean of |P(wolf) of the network - P(wolf) of the ideal observer|, in [0, 1].
    """

    network: float
    ideal: float
    difference: float
    interval_low: float
    interval_high: float
    questions: int
    distance: float


def on_fresh_shows(
    model: Model,
    rng: np.random.Generator,
    gaps: tuple[int, int],
    shows: tuple[int, int] = (1, 1),
    telling: tuple[int, int] = (1, 1),
    asked: float = 1.0,
    count: int = 5000,
) -> Comparison:
    """Compare a model with the ideal observer on shows drawn now, of pictures that were in no training.

    Args:
        model: a network of the story; inputs beyond the eight features get background noise.
        rng: where the shows come from.
        gaps, shows, telling, asked: as in ``draw_channels``.
        count: how many columns.

    Raises:
        ValueError: the network is none of the story, or the shows cannot be drawn.
    """
    drawn = draw_channels(rng, count, shows, gaps, telling, asked)
    told = story_batch(rng, drawn, load_bank("frames_test"), noise_columns(model))
    said = answers(model, told.batch.xs).probabilities
    return accuracy_against_ideal(said, told.batch.targets, ideal_observer(told.shows))


def noise_columns(model: Model) -> int:
    """Return how many inputs a network of the story has beyond the eight features of a picture.

    Raises:
        ValueError: it has fewer than eight inputs, or does not give the three answers of the story.
    """
    D, K = input_size(model.cell), model.readout.W.shape[1]
    if len(KINDS) > D or K != 3:
        raise ValueError(
            f"a network of the story has at least {len(KINDS)} inputs and 3 answers, "
            f"{model.name} has {D} and {K}"
        )
    return D - len(KINDS)


def accuracy_against_ideal(probabilities: Array, targets: Array, belief: Belief) -> Comparison:
    """Compare a network with the ideal observer on the same shows, question by question.

    Each names the likelier animal; at P(wolf) = 1/2 both names are half right. With d the network's mark
    less the ideal observer's (-1, 0 or 1, and halves), D_n the sum of d and M_n the number of questions in
    column n, out of N columns with a question:

        difference = Σ D_n / Σ M_n
        variance   = N / (N - 1) · Σ (D_n - difference · M_n)² / (Σ M_n)²
        interval   = difference ± 1.96 √variance

    Columns are drawn independently, questions of one channel need not be: so the columns are counted. At one
    question a column the variance is s² / N, s the sample standard deviation of d. Where both always answer
    alike the interval is [0, 0], which is narrower than what is known: the next shows may still part them.

    Args:
        probabilities: the network's over (wolf, dog, no question), shape (T, B, 3); read at questions only.
        targets: the right answers, shape (T, B).
        belief: of the ideal observer who saw the same shows; NaN where there is no question.

    Returns:
        Both accuracies, their difference and its interval; [-1, 1] if all questions are in one column.

    Raises:
        ShapeError: the three do not have the same T and B.
        ValueError: no questions, questions at other places in targets than in belief, or a probability at a
            question that is negative, NaN or infinite.

    Source: the normal approximation for paired differences, and for a ratio of two sums over drawn columns.
    """
    targets = np.asarray(targets)
    _check_same_shows(np.shape(probabilities), targets, belief)
    asked = targets != NO_QUESTION
    if not asked.any():
        raise ValueError("targets must hold at least one question, all of them are no question")
    network = wolf_share(np.asarray(probabilities)[asked])
    ideal = belief.wolf[asked]
    is_wolf = targets[asked] == WOLF
    marks = _marks(network, is_wolf), _marks(ideal, is_wolf)
    low, high = _paired_interval(marks[0] - marks[1], np.nonzero(asked)[1])
    return Comparison(
        network=float(marks[0].mean()),
        ideal=float(marks[1].mean()),
        difference=float((marks[0] - marks[1]).mean()),
        interval_low=low,
        interval_high=high,
        questions=int(asked.sum()),
        distance=float(np.abs(network - ideal).mean()),
    )


def accuracy_by(groups: Array, probabilities: Array, targets: Array, belief: Belief) -> dict[int, Comparison]:
    """Return one comparison per group of questions, such as the first, second and third show of a channel.

    Args:
        groups: a whole number for each frame, shape (T, B); read at questions only.
        probabilities: as in ``accuracy_against_ideal``.
        targets: as in ``accuracy_against_ideal``.
        belief: as in ``accuracy_against_ideal``.

    Returns:
        Comparisons by group, in rising order.

    Raises:
        ShapeError, ValueError: as ``accuracy_against_ideal``, or groups have another shape than targets.
    """
    targets, groups = np.asarray(targets), np.asarray(groups)
    if groups.shape != targets.shape:
        raise ShapeError(f"groups must have shape (T, B)={targets.shape}, got {groups.shape}")
    _check_same_shows(np.shape(probabilities), targets, belief)
    compared = {}
    for group in np.unique(groups[targets != NO_QUESTION]):
        mine = groups == group
        part = belief._replace(wolf=np.where(mine, belief.wolf, np.nan))
        asked = np.where(mine, targets, NO_QUESTION)
        compared[int(group)] = accuracy_against_ideal(probabilities, asked, part)
    return compared


def wolf_share(probabilities: Array) -> Array:
    """Return P(wolf | a face) = p_wolf / (p_wolf + p_dog): what a network thinks, given that it is asked.

    >>> wolf_share(np.array([0.3, 0.1, 0.6])).round(6)
    np.float64(0.75)

    Args:
        probabilities: over (wolf, dog, no question), shape (..., 3).

    Returns:
        Shape (...); 1/2 where the network gives neither wolf nor dog any chance.

    Raises:
        ShapeError: not three probabilities on the last axis.
        ValueError: a probability that is negative, NaN or infinite.
    """
    p = expect("probabilities at the questions", probabilities, "... K", K=3)
    if p.min() < 0:
        raise ValueError(f"probabilities must be at least 0, got {p.min()}")
    wolf, either = p[..., WOLF], p[..., WOLF] + p[..., DOG]
    return np.divide(wolf, either, out=np.full(wolf.shape, 0.5), where=either > 0)[()]


def _marks(p_wolf: Array, is_wolf: Array) -> Array:
    return np.where(p_wolf == 0.5, 0.5, (p_wolf > 0.5) == is_wolf)


def _paired_interval(differences: Array, columns: Array) -> tuple[float, float]:
    _, place = np.unique(columns, return_inverse=True)
    sums, counts = np.bincount(place, weights=differences), np.bincount(place)
    if sums.size == 1:
        return -1.0, 1.0
    mean = float(sums.sum() / counts.sum())
    spread = ((sums - mean * counts) ** 2).sum() * sums.size / (sums.size - 1)
    margin = Z_95 * math.sqrt(spread) / int(counts.sum())
    return mean - margin, mean + margin


def _check_same_shows(shape: tuple[int, ...], targets: Array, belief: Belief) -> None:
    if shape != (*targets.shape, 3) or belief.wolf.shape != targets.shape:
        raise ShapeError(
            "probabilities must have shape (T, B, 3), targets and belief (T, B), "
            f"got {shape}, {targets.shape} and {belief.wolf.shape}"
        )
    if np.any((targets != NO_QUESTION) == np.isnan(belief.wolf)):
        raise ValueError(
            "targets and belief must have their questions at the same places: are the shows the same?"
        )
