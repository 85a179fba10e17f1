"""How well a network knows the language: nats per word, and the language of the speaker by how long ago it was told."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.language.grammar import COUNTRIES, FOLLOWS
from lstm_lab.language.texts import asked_in, ideal_chances, ideal_next, one_hot
from lstm_lab.models import Model, answers

GAPS = ((4, 9), (10, 19), (20, 39), (40, 59), (60, 100))
"""How many words stand between country and language, from the fewest that can to the most that are counted."""
CEILING, CHANCE = FOLLOWS, 1 / len(COUNTRIES)
"""How often the best possible guess is right, and any guess."""
AT_ONCE = 200
"""How many texts a network reads at a time: the record of a long text is large."""


class ByGap(NamedTuple):
    """The languages said after some gaps: all shares in [0, 1], of ``asked`` questions.

    ``right`` the network's likeliest word is the one that comes; ``ideal`` the ideal observer's is; ``last_country``
    the language of the last country named is; ``nats`` what the word that came costs the network, on average.
    """

    gap: int
    asked: int
    right: float
    ideal: float
    last_country: float
    nats: float


class Judged(NamedTuple):
    """A network on fresh texts: nats per word, those of the ideal observer on the same texts, and its languages."""

    nats: float
    ideal_nats: float
    by_gap: tuple[ByGap, ...]


def judge(model: Model, texts: Array) -> Judged:
    """Return how a network does on texts.

    Args:
        model: a network that reads words as ``one_hot`` makes them.
        texts: places in the vocabulary, shape (T, B), with at least one question for every gap of ``GAPS``.

    Raises:
        ShapeError: the network reads other vectors.
    """
    asked, rows = asked_in(texts), []
    guessed, each = np.empty(texts[1:].shape, dtype=np.intp), np.empty(texts[1:].shape)
    for first in range(0, texts.shape[1], AT_ONCE):
        here = slice(first, first + AT_ONCE)
        said = answers(model, one_hot(texts[:-1, here])).probabilities
        guessed[:, here] = said.argmax(axis=2)
        each[:, here] = -np.log(np.take_along_axis(said, texts[1:, here, None], axis=2)[..., 0])
    likeliest = guessed[asked.step, asked.text] - len(COUNTRIES)
    cost = each[asked.step, asked.text]
    for low, high in GAPS:
        here = (asked.gap >= low) & (asked.gap <= high)
        right, ideal, last = (
            float((guess[here] == asked.language[here]).mean())
            for guess in (likeliest, asked.country, asked.last)
        )
        rows.append(ByGap(low, int(here.sum()), right, ideal, last, float(cost[here].mean())))
    return Judged(float(each.mean()), float(-np.log(ideal_chances(texts)).mean()), tuple(rows))


def gap_in_words(gap: int) -> str:
    """Return the gaps of a row, from its lowest.

    >>> gap_in_words(10), gap_in_words(60)
    ('10–19', '60–100')
    """
    low, high = next(each for each in GAPS if each[0] == gap)
    return f"{low}–{high}"


def allowed(words: Sequence[str]) -> list[bool]:
    """Return, for every word that follows what the grammar can say, whether the grammar lets it follow.

    >>> allowed(("birds", "are", "learning", "the", ".", "my"))
    [True, True, False, True]
    """
    told = ideal_next(words)
    return [word in chances for word, chances in zip(words, told[:-1], strict=True) if chances]
