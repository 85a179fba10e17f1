"""Finish the sentence: type or pick words, watch the next word's chances, and read the country off the memory."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.drawing import svg
from lstm_lab.drawing.sentence import Next, Written, named, written_text
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider, TimeStepper
from lstm_lab.explorers.word_composer import WordComposer
from lstm_lab.language import reading
from lstm_lab.language.grammar import COUNTRIES, LANGUAGES, VOCABULARY, Chances
from lstm_lab.language.reading import Reader, Typed, words_in
from lstm_lab.language.texts import ideal_next, one_hot
from lstm_lab.models import Model, answers, load

NETWORKS = ("LSTM", "RNN")
FILES: Mapping[str, str] = {"LSTM": "words_lstm", "RNN": "words_rnn"}
LONGEST, UNITS, SHOWN = 80, 32, 6
SCALE = 2
"""The unit of the LSTM whose memory tells most countries apart."""


class Read(NamedTuple):
    """A text as a network read it: ``logits`` (T + 1, 97) before the first word and after each; ``countries`` (T, 12)
    their chances, read off the memory; ``levels`` (T, H, 12) the memory along the text with each country in turn."""

    logits: Array
    countries: Array
    levels: Array


class Finished(NamedTuple):
    """A text of T words of which ``step`` have been read, and what may come next.

    ``typed`` its words and what of it is unknown; ``too_long`` whether words were left out at the end.
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
    return load(FILES[name])


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
        return Read(silent, np.empty((0, 12)), np.empty((0, UNITS, 12)))
    copies = reading.with_other_countries(words, place) if place >= 0 else reading.places(words)[:, None]
    run = answers(model, one_hot(copies))
    own = COUNTRIES.index(words[place]) if place >= 0 else 0
    memory = reading.memory_of(run.trace)
    told = reading.read_country(reader(name), memory[:, own])
    for t, known in enumerate(reading.homes(words)):
        told[t] = told[t] if known else 0.0
    levels = np.broadcast_to(memory.transpose(0, 2, 1), (len(words), UNITS, memory.shape[1]))
    return Read(np.concatenate([silent, run.logits[:, own]]), told, levels)


def finish(
    text: str, step: int, temperature: float, network: str = "LSTM", unit: int = SCALE, seed: int = 0
) -> Finished:
    """Let a network read a text up to a word, and say what may come next.

    Args:
        text: as typed; what comes after an unknown word is left out, and what comes after 80 words.
        step: how many words have been read; never more than there are.
        temperature: divides the logits, at least 0.
        network: one of ``NETWORKS``.
        unit: which unit is looked at, 0..31.
        seed: of the dice.
    """
    whole = words_in(text)
    typed = whole._replace(words=whole.words[:LONGEST])
    step = min(int(step), len(typed.words))
    homes = reading.homes(typed.words)
    known = homes[step - 1] if step else None
    done = read(typed.words, known[1] if known else -1, network)
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


FRANCE = (
    "I am from France . my friend visited Spain last summer . I read a book about Japan . it was cold and the wind "
    "was strong . my brother left Korea last winter . I like tea in the morning . my sister is learning Greek . "
    "I speak fluent"
)
LEARNING = FRANCE.removesuffix("I speak fluent") + "my brother is learning"
GERMANY = "I am from Germany . my friend visited Spain last week . I speak fluent"
CHOICES = ("German", "Spanish", "neither")


def at(text: str, **others: Any) -> Values:
    """Return the values that lead to the end of a text."""
    return {"text": text, "step": len(words_in(text).words), **others}


def misled(run: Finished) -> float:
    """Return how far a text of the grammar brings the LSTM from the speaker's language, as a share of all the way."""
    if run.network != "LSTM" or not asked(run) or run.known is None:
        return 0.0
    return min(max(0.95 - chance(run, LANGUAGES[run.known[0]]), 0.0) / 0.45, 1.0)


def asked(run: Finished) -> bool:
    """Return whether a language comes next that the grammar knows from a country."""
    return run.known is not None and max(run.ideal.values(), default=0.0) == 0.95


def misled_in_words(run: Finished) -> str:
    """Return what is missing, or how sure the network still is."""
    if run.network != "LSTM":
        return "Choose the LSTM."
    if not asked(run) or run.known is None:
        return "End with “I speak fluent”."
    return f"{LANGUAGES[run.known[0]]} {spoken(chance(run, LANGUAGES[run.known[0]]))}."


def said(run: Finished) -> str:
    """Return which of the choices the likeliest word is."""
    return top(run) if top(run) in CHOICES else "neither"


class FinishSentence(Explorer):
    """A network that says which word comes next, the grammar that made its texts, and what it remembers."""

    question = "Which word comes next?"
    misconception = "There is a unit for France."
    not_shown = "real language: 97 words, seven kinds of chat, and one fact to remember."
    height = 278.0
    taller_in_lecture = 18.0
    hidden: ClassVar[Mapping[str, Any]] = {"seed": 0}
    again = ("Roll again", "Another roll of the dice for the next word")
    lecture = ("step", "temperature")
    more = ("network", "unit")
    presets: ClassVar[Mapping[str, Preset]] = {
        "A short gap?": Preset(
            at("birds are flying in the"),
            "sky, almost surely. Put bees for birds: flying in the is the same, and the garden comes.",
            lambda run: (
                chance(run, "sky") > 0.9 and top(finish("bees are flying in the", 5, 1.0)) == "garden"
            ),
        ),
        "France, 47 words ago?": Preset(
            at(FRANCE),
            "French, as sure as the grammar lets it be. Spain, Japan, Korea and Greek came in between.",
            lambda run: (
                abs(chance(run, "French") - 0.95) < 0.02 and run.step - 1 - (run.known or ("", 0))[1] == 47
            ),
        ),
        "And the RNN?": Preset(
            at(FRANCE, network="RNN"),
            "It says Italian. Of its memory nobody can read France: look along the rows.",
            lambda run: top(run) == "Italian" and run.read.countries[-1].max() < 0.9,
        ),
        "Is it asked here?": Preset(
            at(LEARNING),
            "No: who learns may learn any language. France is still in its memory, and is not used.",
            lambda run: max(run.trained) < 0.25 and run.read.countries[-1, COUNTRIES.index("France")] > 0.95,
        ),
        "Hot or cold?": Preset(
            at("I am from France . my", temperature=2.0),
            "At τ = 2 words come up that the grammar never says here. At 0 the likeliest is said every time.",
            lambda run: sum(run.chances[VOCABULARY.index(word)] for word in run.ideal) < 0.9,
        ),
    }
    challenge = Challenge("With chat alone, make the LSTM forget France.", misled, misled_in_words)
    prediction = Prediction(
        "from Germany, a friend visited Spain. The RNN says fluent …?",
        CHOICES,
        at(GERMANY, network="RNN"),
        said,
        "It says Russian",
    )

    def controls(self) -> dict[str, Any]:
        """Return the text, the word, the temperature, the network and the unit."""
        text = WordComposer("text", FRANCE + " French .", VOCABULARY)
        whole = len(words_in(text.value).words)
        step = TimeStepper("word", whole - 2, whole, 300)
        temperature = Slider("temperature τ", 1.0, 0, 2, 0.1)

        def follow(change: Any) -> None:
            length = min(len(words_in(change["new"]).words), LONGEST)
            step.reach(max(1, length))
            step.value = length

        text.observe(follow, "value")
        text.add.on_click(lambda _: self.add_drawn())
        return {
            "text": text,
            "step": step,
            "temperature": temperature,
            "network": Choice("network", "LSTM", NETWORKS),
            "unit": Slider("unit", SCALE, 0, UNITS - 1, 1),
        }

    def add_drawn(self) -> None:
        """Go on from the present word with the one the dice chose; what stood there before gives way."""
        run: Finished = self.record
        if run.step < LONGEST:
            words = (*run.words[: run.step], run.hits)
            self.set(text=" ".join(words), step=len(words))

    def compute(self, values: Values) -> Finished:
        """Return the record of these values."""
        return finish(**values)

    def picture(self, record: Finished, canvas: Canvas) -> str:
        """Return the text, the next words, and the memory."""
        run = record
        place = run.known[1] if run.known else -1
        scale = reader(run.network)
        letter = "c" if run.network == "LSTM" else "h"
        drawn = Written(
            words=run.words,
            now=run.step,
            marked=frozenset({place} if place >= 0 else ()),
            network=run.network.lower(),
            called=run.network,
            following=_following(run, 5 if canvas.narrow else SHOWN),
            temperature=run.temperature,
            roll=run.roll,
            hits=run.hits,
            countries=COUNTRIES,
            read=run.read.countries,
            since=place,
            unit=f"{letter} of unit {run.unit}, twelve countries",
            levels=run.read.levels[:, run.unit],
            versions=COUNTRIES if place >= 0 else ("",),
            own=COUNTRIES.index(run.known[0]) if run.known else 0,
            limits=(float(np.floor(scale.low[run.unit])), float(np.ceil(scale.high[run.unit]))),
        )
        return svg.document(
            canvas, "A text, its next word and the memory", self.describe(run), written_text(drawn, canvas)
        )

    def describe(self, record: Finished) -> str:
        """Return what may come next, what the grammar says, and what the memory holds."""
        run = record
        if not run.step:
            return (
                f"{_unknown(run)}No word has been read: the {run.network} was never asked for a first word."
            )
        told = f"{_unknown(run)}After {_count(run.step)} the {run.network} says {named(likeliest(run, 3))}; "
        told += f"the grammar {_grammar(run)}."
        if run.known and run.step:
            country, place = run.known
            index = COUNTRIES.index(country)
            told += (
                f" {country} was said {_count(run.step - 1 - place)} ago; its whole memory says "
                f"{country} {spoken(run.read.countries[run.step - 1, index])}."
            )
        return told


def _following(run: Finished, count: int) -> tuple[Next, ...]:
    """Return the likeliest words, the grammar's likeliest among them even if the network thinks little of it."""
    order = [int(k) for k in np.argsort(-run.trained, kind="stable")[:count]]
    best = max(run.ideal, key=lambda word: run.ideal[word], default="")
    if best and VOCABULARY.index(best) not in order:
        order[-1] = VOCABULARY.index(best)
    absent = 0.0 if run.ideal else np.nan
    return tuple(
        Next(
            VOCABULARY[k],
            float(run.chances[k]),
            float(run.trained[k]),
            run.ideal.get(VOCABULARY[k], absent),
        )
        for k in order
    )


def _grammar(run: Finished) -> str:
    """Return the grammar's likeliest words, or that it never speaks so."""
    if not run.ideal:
        return "never begins a sentence so"
    best = sorted(run.ideal.items(), key=lambda each: -each[1])
    if len(best) > 3 and best[0][1] - best[-1][1] < 1e-9:
        return f"any of {len(best)} alike"
    return named({word: share for word, share in best[:2] if share >= 0.005})


def _unknown(run: Finished) -> str:
    if run.typed.unknown:
        near = f" Did you mean {' or '.join(run.typed.near)}?" if run.typed.near else ""
        return f"“{run.typed.unknown[:20]}” is none of its {len(VOCABULARY)} words, reading stops before it.{near} "
    return f"It reads {LONGEST} words at most. " if run.too_long else ""


def _count(words: int) -> str:
    return "1 word" if words == 1 else f"{words} words"
