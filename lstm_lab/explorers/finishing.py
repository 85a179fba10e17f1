"""A text as a network reads it: what may come next, what the memory holds, and whose memory it is."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.checks import Array
from lstm_lab.language import reading
from lstm_lab.language.grammar import COUNTRIES, VOCABULARY, Chances
from lstm_lab.language.reading import Reader, Typed, words_in
from lstm_lab.language.texts import ideal_next, one_hot
from lstm_lab.models import Model, answers, load

NETWORKS = ("LSTM", "RNN")
FILES: Mapping[str, str] = {"LSTM": "words_lstm", "RNN": "words_rnn"}
LONGEST, UNITS = 80, 32
DONOR = "Japan"
"""Whose memory can be put in."""
SCALE = 2
"""The unit of the LSTM whose memory tells most countries apart."""


class Read(NamedTuple):
    """A text as a network read it, and its versions with each country in turn.

    ``logits`` (T + 1, 97) before the first word and after each; ``countries`` (T, 12) their chances, read off the
    memory; ``levels`` (T, H, V) the memory along every version; ``trace`` the record of all, None without words.
    """

    logits: Array
    countries: Array
    levels: Array
    trace: Any


class Finished(NamedTuple):
    """A text of T words of which ``step`` have been read, and what may come next.

    ``typed`` its words and what of it is unknown; ``too_long`` whether words were left out at the end.
    ``swapped`` how many units have the memory of the text with ``DONOR``, 0 where there is nothing to swap.
    ``known`` the country of the speaker and the place where it was said, or None; ``read`` what the network makes of
    the text; ``chances`` (97,) of the next word at the ``temperature``, ``trained`` at 1, ``ideal`` the grammar's,
    empty where it never speaks so; ``roll`` of the dice and the word it ``hits``.
    """

    typed: Typed
    too_long: bool
    step: int
    temperature: float
    network: str
    unit: int
    swapped: int
    known: tuple[str, int] | None
    read: Read
    chances: Array
    trained: Array
    ideal: Chances
    roll: float
    hits: str

    @property
    def words(self) -> tuple[str, ...]:
        """The words that can be read."""
        return self.typed.words


@cache
def network(name: str) -> Model:
    """Return a trained network of this language, read once."""
    return load(FILES[name], len(VOCABULARY), len(VOCABULARY))


@cache
def reader(name: str) -> Reader:
    """Return who reads countries off a network's memory, fitted once."""
    return reading.fit_reader(network(name), np.random.default_rng(0))


@lru_cache(maxsize=32)
def read(words: tuple[str, ...], place: int, name: str) -> Read:
    """Return what a network makes of a text, and of its versions with another country at a place (−1 for none)."""
    model = network(name)
    silent = model.readout.b[None]
    if not words:
        return Read(silent, np.empty((0, 12)), np.empty((0, UNITS, 12)), None)
    copies = reading.with_other_countries(words, place) if place >= 0 else reading.places(words)[:, None]
    run = answers(model, one_hot(copies))
    own = COUNTRIES.index(words[place]) if place >= 0 else 0
    memory = reading.memory_of(run.trace)
    told = reading.read_country(reader(name), memory[:, own])
    for t, known in enumerate(reading.homes(words)):
        told[t] = told[t] if known else 0.0
    levels = np.broadcast_to(memory.transpose(0, 2, 1), (len(words), UNITS, memory.shape[1]))
    return Read(np.concatenate([silent, run.logits[:, own]]), told, levels, run.trace)


def with_memory_of(read: Read, words: tuple[str, ...], begin: int, own: int, units: Array, name: str) -> Read:
    """Return the reading in which some units have, before a sentence, the memory of the text with ``DONOR``.

    Args:
        read: of the text and its versions.
        words: those that have been read.
        begin: the place of the first word of the sentence, at least 1.
        own: the place of the text's own country.
        units: whose memory is another's from then on.
        name: one of ``NETWORKS``.
    """
    before, other = cells.at(read.trace, begin - 1).state, COUNTRIES.index(DONOR)
    mine = np.isin(np.arange(UNITS), units, invert=True)
    mixed = type(before)(*(np.where(mine, part[own], part[other])[None] for part in before))
    run = answers(network(name), one_hot(reading.places(words[begin:]))[:, None], mixed)
    logits, countries = read.logits.copy(), read.countries.copy()
    logits[begin + 1 : len(words) + 1] = run.logits[:, 0]
    countries[begin : len(words)] = reading.read_country(reader(name), reading.memory_of(run.trace)[:, 0])
    return read._replace(logits=logits, countries=countries)


def sentence_of(words: tuple[str, ...]) -> int:
    """Return where the sentence of the last word begins.

    >>> sentence_of(("it", "was", "cold", ".", "my")), sentence_of(("my", "sister", "."))
    (4, 0)
    """
    return max((k + 1 for k, word in enumerate(words[:-1]) if word == "."), default=0)


def finish(
    text: str,
    step: int,
    temperature: float,
    network: str = "LSTM",
    unit: int = SCALE,
    swapped: int = 0,
    seed: int = 0,
) -> Finished:
    """Let a network read a text up to a word, and say what may come next.

    Args:
        text: as typed; what comes after an unknown word is left out, and what comes after 80 words.
        step: how many words have been read; never more than there are.
        temperature: divides the logits, at least 0.
        network: one of ``NETWORKS``.
        unit: which unit is looked at, 0..31.
        swapped: of how many units, the best readers first, the memory is that of the text with ``DONOR``.
        seed: of the dice.
    """
    whole = words_in(text)
    typed = whole._replace(words=whole.words[:LONGEST])
    step = min(int(step), len(typed.words))
    homes = reading.homes(typed.words)
    known = homes[step - 1] if step else None
    done = read(typed.words, known[1] if known else -1, network)
    begin = sentence_of(typed.words[:step])
    if known and known[0] != DONOR and known[1] < begin and swapped:
        units = np.argsort(-reader(network).alone)[: int(swapped)]
        own = COUNTRIES.index(known[0])
        done = with_memory_of(done, typed.words[:step], begin, own, units, network)
    else:
        swapped = 0
    logits = done.logits[step]
    chances = reading.with_temperature(logits, temperature)
    fell = reading.roll(seed, step)
    return Finished(
        typed=typed,
        too_long=len(whole.words) > LONGEST,
        step=step,
        temperature=temperature,
        network=network,
        unit=int(unit),
        swapped=int(swapped),
        known=known,
        read=done,
        chances=chances,
        trained=reading.with_temperature(logits, 1.0),
        ideal=ideal_next(typed.words[:step])[-1],
        roll=fell,
        hits=VOCABULARY[reading.drawn(chances, fell)],
    )


def chance(run: Finished, word: str) -> float:
    """Return the chance the network gives to a word as trained."""
    return float(run.trained[VOCABULARY.index(word)])


def likeliest(run: Finished, count: int = 1) -> dict[str, float]:
    """Return the likeliest next words with their chances as trained."""
    return {VOCABULARY[k]: float(run.trained[k]) for k in np.argsort(-run.trained, kind="stable")[:count]}


def top(run: Finished) -> str:
    """Return the likeliest next word."""
    return next(iter(likeliest(run)))
