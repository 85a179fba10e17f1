"""Finish the sentence: type or pick words, watch the next word's chances, and read the country off the memory."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from lstm_lab.drawing import svg
from lstm_lab.drawing.sentence import Next, Written, named, written_text
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider, TimeStepper
from lstm_lab.explorers.finishing import (
    DONOR,
    LONGEST,
    NETWORKS,
    SCALE,
    UNITS,
    Finished,
    chance,
    finish,
    likeliest,
    reader,
    top,
)
from lstm_lab.explorers.word_composer import WordComposer
from lstm_lab.language.grammar import COUNTRIES, LANGUAGES, VOCABULARY
from lstm_lab.language.judging import allowed
from lstm_lab.language.reading import words_in

SHOWN = 6
"""How many words have a bar."""

FRANCE = (
    "I am from France . my friend visited Spain last summer . I read a book about Russia . it was cold and the wind "
    "was strong . my brother left Korea last winter . I like tea in the morning . my sister is learning Greek . "
    "I speak fluent"
)
LEARNING = FRANCE.removesuffix("I speak fluent") + "my brother is learning"
SPAIN = "I am from Spain . my friend visited Japan last week . I speak fluent"
CHOICES = ("Spanish", "Japanese", "neither")


def at(text: str, **others: Any) -> Values:
    """Return the values that lead to the end of a text."""
    return {"text": text, "step": len(words_in(text).words), **others}


def misled(run: Finished) -> float:
    """Return how far a text of the grammar brings the LSTM from the speaker's language, as a share of all the way."""
    if run.network != "LSTM" or run.swapped or not asked(run) or not spoken_so(run) or run.known is None:
        return 0.0
    return min(max(0.95 - chance(run, LANGUAGES[run.known[0]]), 0.0) / 0.45, 1.0)


def asked(run: Finished) -> bool:
    """Return whether a language comes next that the grammar knows from a country."""
    return run.known is not None and max(run.ideal.values(), default=0.0) == 0.95


def spoken_so(run: Finished) -> bool:
    """Return whether the grammar could have said all words that were read."""
    return all(allowed(run.words[: run.step]))


def misled_in_words(run: Finished) -> str:
    """Return what is missing, or how sure the network still is."""
    if run.network != "LSTM":
        return "Choose the LSTM."
    if run.swapped:
        return f"Take no units from {DONOR}."
    if not asked(run) or run.known is None:
        return "End with “I speak fluent”."
    if not spoken_so(run):
        return "The grammar never speaks so."
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
    taller_in_lecture = 14.0
    hidden: ClassVar[Mapping[str, Any]] = {"seed": 0}
    again = ("Roll again", "Another roll of the dice for the next word")
    lecture = ("step", "temperature")
    more = ("network", "unit", "swapped")
    presets: ClassVar[Mapping[str, Preset]] = {
        "A short gap?": Preset(
            at("birds are flying in the"),
            "sky, almost surely. Type bees instead of birds: the words between are the same, and garden comes.",
            lambda run: (
                chance(run, "sky") > 0.9 and top(finish("bees are flying in the", 5, 1.0)) == "garden"
            ),
        ),
        "France, 47 words ago?": Preset(
            at(FRANCE),
            "French, as sure as the grammar lets it be. Spain, Russia, Korea and Greek came in between.",
            lambda run: (
                abs(chance(run, "French") - 0.95) < 0.02 and run.step - 1 - (run.known or ("", 0))[1] == 47
            ),
        ),
        "And the RNN?": Preset(
            at(FRANCE, network="RNN"),
            "It says Italian. No country stays readable in its memory: look along the rows.",
            lambda run: top(run) == "Italian" and run.read.countries[-1].max() < 0.9,
        ),
        "Is it asked here?": Preset(
            at(LEARNING),
            "No: who learns may learn any language. France is still in its memory, and is not used.",
            lambda run: max(run.trained) < 0.25 and run.read.countries[-1, COUNTRIES.index("France")] > 0.95,
        ),
        "Whose memory is it?": Preset(
            at(FRANCE, swapped=8),
            "8 units (under More) now hold what Japan would have left. Set 1 there: unit 2 alone changes nothing.",
            lambda run: (
                top(run) == "Japanese"
                and chance(run, "Japanese") > 0.9
                and top(finish(FRANCE, 51, 1.0, swapped=1)) == "French"
            ),
        ),
    }
    challenge = Challenge("With chat alone, make the LSTM forget France.", misled, misled_in_words)
    prediction = Prediction(
        "from Spain, a friend visited Japan. The RNN says fluent …?",
        CHOICES,
        at(SPAIN, network="RNN"),
        said,
        "It says Finnish",
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
            "swapped": Slider(f"units from {DONOR}", 0, 0, UNITS, 1),
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
            called=f"{run.network} + {run.swapped} {DONOR}" if run.swapped else run.network,
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
        put = f"With {run.swapped} units from {DONOR}, after" if run.swapped else "After"
        told = f"{_unknown(run)}{put} {_count(run.step)} the {run.network} says {named(likeliest(run, 3))}; "
        told += f"the grammar {_grammar(run)}."
        if run.known and run.step:
            country, place = run.known
            ago = f"{_count(run.step - 1 - place)} ago" if run.step - 1 > place else "this moment"
            told += f" {country} was said {ago}; {_held(run, country)}."
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


def _held(run: Finished, country: str) -> str:
    """Return what is read off the memory, and the country if that is another."""
    chances = run.read.countries[run.step - 1]
    best = COUNTRIES[int(chances.argmax())]
    own = {country: float(chances[COUNTRIES.index(country)])}
    return f"read off its memory: {named({best: float(chances.max())} | own)}"


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
