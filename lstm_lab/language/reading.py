"""A network reading a text: the words a learner typed, what may come next, and what the memory holds."""

import difflib
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.checks import Array, expect
from lstm_lab.language.grammar import COUNTRIES, VOCABULARY
from lstm_lab.language.texts import AM, FLUENT_WORD, FROM, draw_texts, one_hot, places
from lstm_lab.models import Model, answers
from lstm_lab.readout import softmax

SAME = {word.lower(): word for word in VOCABULARY}
"""Every word of the vocabulary by itself in small letters."""
EVERY = 5
"""A reader is fitted to every fifth word: the memory changes little from word to word."""


class Typed(NamedTuple):
    """What a learner typed: the words up to the first that the vocabulary lacks, that word, and known ones like it."""

    words: tuple[str, ...]
    unknown: str
    near: tuple[str, ...]


def words_in(typed: str) -> Typed:
    """Return the words of a typed text; capitals do not matter, and ``.`` is a word of its own, as is ``!``.

    Other marks are left out, and so are the dots of a sentence that is to be finished.

    >>> words_in("i am from france.").words
    ('I', 'am', 'from', 'France', '.')
    >>> words_in("I am from France! I speak fluent ...").words
    ('I', 'am', 'from', 'France', '.', 'I', 'speak', 'fluent')
    >>> words_in("I like pizza and tee")
    Typed(words=('I', 'like'), unknown='pizza', near=())
    >>> words_in("I am form France").near
    ('from',)
    """
    words: list[str] = []
    ended = re.sub(r"!+", ".", re.sub(r"\.{2,}|…", " ", typed))
    for word in re.findall(r"\.|[^\s.]+", ended):
        bare = word.strip(",;:?\"'()“”‘’-–—")
        if not bare:
            continue
        if bare.lower() not in SAME:
            like = difflib.get_close_matches(bare.lower(), list(SAME), 3, 0.7)
            return Typed(tuple(words), bare, tuple(SAME[each] for each in like))
        words.append(SAME[bare.lower()])
    return Typed(tuple(words), "", ())


def written(words: Sequence[str]) -> str:
    """Return words as a text.

    >>> written(("I", "am", "from", "France", ".", "it"))
    'I am from France. it'
    """
    return " ".join(words).replace(" .", ".")


def with_temperature(logits: Array, temperature: float) -> Array:
    """Return the chances of the next word at a temperature.

        p = softmax(logits / τ)           τ = 1: as trained · τ → 0: the likeliest word alone · τ → ∞: all alike

    Args:
        logits: of every word, shape (..., K).
        temperature: τ, at least 0; at 0 the likeliest word has all.

    Raises:
        ValueError: τ below 0 or not a number.
    """
    if not temperature >= 0:
        raise ValueError(f"temperature must be at least 0, got {temperature}")
    if temperature == 0:
        return np.eye(np.shape(logits)[-1])[np.argmax(logits, axis=-1)]
    return softmax(np.asarray(logits) / temperature)


def drawn(chances: Array, roll: float) -> int:
    """Return the word that a roll of the dice hits when the chances lie in a row, the largest first.

    >>> drawn(np.array([0.1, 0.6, 0.3]), 0.59), drawn(np.array([0.1, 0.6, 0.3]), 0.61)
    (1, 2)

    Args:
        chances: of every word, together 1, shape (K,).
        roll: in [0, 1).
    """
    order = np.argsort(-chances, kind="stable")
    ladder = np.cumsum(chances[order])
    return int(order[min(int(np.searchsorted(ladder, roll * ladder[-1], side="right")), len(order) - 1)])


def roll(seed: int, step: int) -> float:
    """Return the roll of the dice for the word after ``step`` words, in [0, 1)."""
    return float(np.random.default_rng([seed, step]).random())


def continued(
    model: Model, words: Sequence[str], count: int, temperature: float, rng: np.random.Generator
) -> tuple[str, ...]:
    """Return the words that a network goes on with, each drawn from what it says and read before the next.

    Args:
        model: a network that reads words.
        words: what it has read, at least one.
        count: how many words to draw.
        temperature: as in ``with_temperature``.
        rng: rolls the dice.

    Raises:
        ValueError: nothing to go on from, a word that is not in the vocabulary, or a temperature below 0.
    """
    if not words:
        raise ValueError("words must hold at least one word to go on from, got none")
    made: list[int] = []
    run = answers(model, one_hot(places(words))[:, None])
    for _ in range(count):
        state = cells.at(run.trace, -1).state
        chances = with_temperature(run.logits[-1, 0], temperature)
        made.append(drawn(chances, float(rng.random())))
        run = answers(model, one_hot(np.array([[made[-1]]])), state)
    return tuple(VOCABULARY[k] for k in made)


def memory_of(trace: Any) -> Array:
    """Return what a network carries from word to word: c of an LSTM, h of an RNN, shape (T, B, H)."""
    return trace.c if hasattr(trace, "c") else trace.h


def homes(words: Sequence[str]) -> list[tuple[str, int] | None]:
    """Return, after every word, the country of the speaker and the place where it was said; None if it was not.

    >>> homes(("I", "am", "from", "Italy", ".", "it"))[3:]
    [('Italy', 3), ('Italy', 3), ('Italy', 3)]
    """
    known: tuple[str, int] | None = None
    told: list[tuple[str, int] | None] = []
    start = 0
    for t, word in enumerate(words):
        begun = tuple(words[start:t])
        if begun == ("I", "am", "from") and word in COUNTRIES:
            known = (word, t)
        elif begun == ("I", "speak", "fluent"):
            known = None
        told.append(known)
        start = t + 1 if word == "." else start
    return told


def with_other_countries(words: Sequence[str], place: int) -> Array:
    """Return a text twelve times, each time with another country at one place, shape (T, 12).

    Raises:
        ValueError: a word that is not in the vocabulary.
    """
    copies = np.repeat(places(words)[:, None], len(COUNTRIES), axis=1)
    copies[place] = np.arange(len(COUNTRIES))
    return copies


class Reader(NamedTuple):
    """Twelve lines drawn through a memory, one a country: scores = m W + b, and their softmax the chances.

    ``right`` the share of countries it reads right from texts it was not fitted to; ``alone`` (H,) the same of readers
    that may look at one unit only; ``apart`` (12, H) how far, in standard deviations, a country's mean is from the
    mean of the others in each unit, signed; ``low`` and ``high`` (H,)
    the smallest and the largest value of each unit.
    """

    W: Array
    b: Array
    right: float
    alone: Array
    apart: Array
    low: Array
    high: Array


def fit_reader(model: Model, rng: np.random.Generator, texts: int = 300, length: int = 80) -> Reader:
    """Return who reads the speaker's country off a network's memory, fitted to fresh texts and tried on others.

        chances = softmax(μ_k Σ⁻¹ mᵀ − ½ μ_k Σ⁻¹ μ_kᵀ)         normal clouds of one shape Σ, one a country

    Args:
        model: a network that reads words.
        rng: where the texts come from; half are fitted to, half are tried.
        texts: how many.
        length: words in each.

    Source: linear discriminant analysis, Fisher 1936.
    """
    drawn_texts = draw_texts(rng, texts, length)
    memory = memory_of(cells.trace(model.cell, one_hot(drawn_texts)))[::EVERY]
    known = homes_of(drawn_texts)[::EVERY]
    fitted = np.zeros(texts, dtype=bool)
    fitted[: texts // 2] = True
    m, k = ([each[:, half][known[:, half] >= 0] for half in (fitted, ~fitted)] for each in (memory, known))
    W, b = _clouds(m[0], k[0])
    units = range(memory.shape[2])
    alone = [_right(_clouds(m[0][:, [u]], k[0]), m[1][:, [u]], k[1]) for u in units]
    spread = np.sqrt(np.mean([m[0][k[0] == c].var(axis=0) for c in range(len(COUNTRIES))], axis=0))
    apart = [
        (m[0][k[0] == c].mean(axis=0) - m[0][k[0] != c].mean(axis=0)) / (spread + 1e-9)
        for c in range(len(COUNTRIES))
    ]
    return Reader(
        W,
        b,
        _right((W, b), m[1], k[1]),
        np.array(alone),
        np.array(apart),
        memory.min(axis=(0, 1)),
        memory.max(axis=(0, 1)),
    )


def read_country(reader: Reader, memory: Array) -> Array:
    """Return the chances of the twelve countries that a memory speaks for, shape (..., 12).

    Raises:
        ShapeError: the memory has another size.
    """
    expect("memory", np.reshape(memory, (-1, np.shape(memory)[-1])), "N H", H=len(reader.W))
    return softmax(memory @ reader.W + reader.b)


def homes_of(texts: Array) -> Array:
    """Return, after every word of texts, the place of the speaker's country in ``COUNTRIES``, −1 if not said.

    Args:
        texts: places in the vocabulary, shape (T, B).
    """
    told = np.full(texts.shape, -1)
    home = np.full(texts.shape[1], -1)
    fluent = texts == FLUENT_WORD
    for t in range(len(texts)):
        if t >= 2:
            here = (texts[t] < len(COUNTRIES)) & (texts[t - 1] == FROM) & (texts[t - 2] == AM)
            home = np.where(here, texts[t], np.where(fluent[t - 1], -1, home))
        told[t] = home
    return told


def _clouds(m: Array, k: Array) -> tuple[Array, Array]:
    means = np.array([m[k == c].mean(axis=0) for c in range(len(COUNTRIES))])
    rest = m - means[k]
    shape = rest.T @ rest / len(m) + 1e-4 * np.eye(m.shape[1])
    W = np.linalg.solve(shape, means.T)
    return W, -0.5 * np.einsum("ch,hc->c", means, W)


def _right(line: tuple[Array, Array], m: Array, k: Array) -> float:
    return float(((m @ line[0] + line[1]).argmax(axis=1) == k).mean())
