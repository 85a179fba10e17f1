"""Texts drawn from the grammar, as networks read them, and the ideal observer who knows every chance.

A network reads one word a step and says what the next one is: at every word its answer is the word that follows.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.language.grammar import (
    COUNTRIES,
    VOCABULARY,
    Chances,
    Sentence,
    home_after,
    next_word,
    sentences,
)
from lstm_lab.tasks import Batch

WORDS = len(VOCABULARY)
PLACE = {word: k for k, word in enumerate(VOCABULARY)}
"""The place of every word in the vocabulary."""
AM, FROM, FLUENT_WORD = (PLACE[word] for word in ("am", "from", "fluent"))


class Asked(NamedTuple):
    """The places in texts where a language is said by a speaker whose country was said before.

    ``step`` and ``text`` where "fluent" stands; ``country`` and ``language`` places in ``COUNTRIES``, the second that
    of the language that was said; ``last`` the last country named anywhere in the text; ``gap`` how many words stand
    between country and language. Arrays (N,).
    """

    step: Array
    text: Array
    country: Array
    language: Array
    last: Array
    gap: Array


def places(words: Sequence[str]) -> Array:
    """Return the places of words in the vocabulary, shape (T,).

    Raises:
        ValueError: a word that is not in it.
    """
    unknown = [word for word in words if word not in PLACE]
    if unknown:
        raise ValueError(f"the vocabulary has {WORDS} words, {unknown[0]!r} is none of them")
    return np.array([PLACE[word] for word in words], dtype=np.intp)


def one_hot(words: Array) -> Array:
    """Return words as vectors, 1 at the place of the word and 0 elsewhere, shape (..., 97)."""
    return np.eye(WORDS)[words]


def draw_texts(rng: np.random.Generator, count: int, length: int) -> Array:
    """Return texts, each cut off at the same length, as places in the vocabulary.

    Args:
        rng: where the chances come from.
        count: B, how many.
        length: T, how many words each has.

    Returns:
        Whole numbers, shape (T, B).
    """
    tables = {home: _drawn_from(home) for home in (None, *COUNTRIES)}
    texts = np.empty((length, count), dtype=np.intp)
    for b in range(count):
        words: list[str] = []
        home = None
        while len(words) < length:
            choices, ladder = tables[home]
            sentence = choices[int(np.searchsorted(ladder, rng.random() * ladder[-1], side="right"))]
            words += sentence
            home = home_after(sentence, home)
        texts[:, b] = [PLACE[word] for word in words[:length]]
    return texts


def _drawn_from(home: str | None) -> tuple[list[tuple[str, ...]], Array]:
    made = sentences(home)
    return list(made), np.cumsum(list(made.values()))


def next_word_batch(texts: Array) -> Batch:
    """Return texts as a batch: at each word but the last, the answer is the next word.

        1 / (number of languages to be said in the batch)   at "fluent"
        1 / (number of other words)                         elsewhere

    So the loss is the mean at the languages plus the mean of the others, as in the story: a language is one word in
    thirty, and would else be drowned by the others.

    Args:
        texts: places in the vocabulary, shape (T, B).

    Returns:
        xs (T − 1, B, 97), targets and weights (T − 1, B).
    """
    fluent = texts[:-1] == FLUENT_WORD
    weights = fluent / max(1, fluent.sum()) + ~fluent / max(1, (~fluent).sum())
    return Batch(one_hot(texts[:-1]), texts[1:], weights)


def even_batch(texts: Array) -> Batch:
    """Return texts as ``next_word_batch`` does, but with all words counting alike: the loss is the plain mean."""
    batch = next_word_batch(texts)
    return batch._replace(weights=np.full(batch.targets.shape, 1 / batch.targets.size))


def text_batches(
    count: int, length: int, as_batch: Callable[[Array], Batch] = next_word_batch
) -> Callable[[np.random.Generator], Batch]:
    """Return a function that draws a fresh batch of texts from a generator, to train on."""
    return lambda rng: as_batch(draw_texts(rng, count, length))


def ideal_next(words: Sequence[str]) -> list[Chances]:
    """Return the chances of the next word after every beginning of a text, none and all words included.

    After what the grammar never says there are none, up to the end of that sentence.

    Args:
        words: T of them; words that the vocabulary lacks are what the grammar never says.

    Returns:
        T + 1 tables of chances by word.
    """
    home: str | None = None
    begun: Sentence = ()
    told = [next_word(begun, home)]
    for word in words:
        begun = (*begun, word)
        if word == ".":
            home, begun = home_after(begun, home), ()
        told.append(next_word(begun, home))
    return told


def ideal_chances(texts: Array) -> Array:
    """Return the chance that the ideal observer gave to every word that came, the first left out, shape (T − 1, B)."""
    chances = np.empty((len(texts) - 1, texts.shape[1]))
    for b, column in enumerate(texts.T):
        words = [VOCABULARY[k] for k in column]
        told = ideal_next(words[:-1])[1:]
        chances[:, b] = [each[word] for each, word in zip(told, words[1:], strict=True)]
    return chances


def asked_in(texts: Array) -> Asked:
    """Return every place in texts where a language comes next whose country was said before."""
    found = []
    for b, column in enumerate(texts.T):
        home = place = last = -1
        for t, word in enumerate(column[:-1]):
            if word < len(COUNTRIES):
                last = int(word)
                if t >= 2 and column[t - 1] == FROM and column[t - 2] == AM:
                    home, place = int(word), t
            if word == FLUENT_WORD:
                if home >= 0:
                    found.append((t, b, home, int(column[t + 1]) - len(COUNTRIES), last, t - place))
                home = -1
    return Asked(*np.array(found, dtype=np.intp).reshape(-1, len(Asked._fields)).T)
