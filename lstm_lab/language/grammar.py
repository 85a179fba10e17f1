"""The grammar: speakers who say where they are from, chat, and end with what they speak; every chance is known.

A text is a row of sentences. Between two sentences the grammar knows one thing, the ``home`` of the speaker:

    not yet said        I am from COUNTRY .      0.6      their home is now that country
                        any chat                 0.3
                        I speak fluent LANGUAGE . 0.1     any of the twelve; the next speaker begins
    a country           any chat                 0.75
                        I speak fluent LANGUAGE . 0.25    that country's, 19 times in 20; the next speaker begins

Chat names countries and languages too, any of the twelve, whatever the speaker's home is.

>>> next_word(("I", "speak", "fluent"), "France")["French"]
0.95
>>> next_word(("birds", "are", "flying", "in", "the"), None)
{'sky': 1.0}
"""

import itertools
from collections.abc import Mapping
from functools import cache, lru_cache

LANGUAGES: Mapping[str, str] = {
    "France": "French",
    "Spain": "Spanish",
    "Italy": "Italian",
    "Germany": "German",
    "Greece": "Greek",
    "Turkey": "Turkish",
    "Poland": "Polish",
    "Sweden": "Swedish",
    "Finland": "Finnish",
    "Russia": "Russian",
    "Japan": "Japanese",
    "Korea": "Korean",
}
"""What is spoken in each of the twelve countries."""
COUNTRIES = tuple(LANGUAGES)
FOLLOWS = 0.95
"""How often speakers speak the language of their country; else they speak any of the other eleven."""
ORIGIN, CHAT_FIRST, FLUENT_FIRST = 0.6, 0.3, 0.1
"""What comes next while nothing is known of the speaker's home."""
CHAT, FLUENT = 0.75, 0.25
"""What comes next once it is known."""

Sentence = tuple[str, ...]
Chances = Mapping[str, float]


def evenly(*words: str) -> Chances:
    """Return every word as likely as the others."""
    return {word: 1 / len(words) for word in words}


ANY_COUNTRY, ANY_LANGUAGE = evenly(*COUNTRIES), evenly(*LANGUAGES.values())
PERSON = evenly("friend", "sister", "brother", "teacher", "neighbour")
SEEN: Mapping[str, tuple[str, str, Chances]] = {
    "birds": ("flying", "in", {"sky": 1.0}),
    "bees": ("flying", "in", {"garden": 1.0}),
    "clouds": ("drifting", "in", {"sky": 1.0}),
    "fish": ("swimming", "in", {"sea": 0.7, "river": 0.3}),
    "boats": ("sailing", "on", {"sea": 0.4, "river": 0.4, "lake": 0.2}),
    "cows": ("standing", "in", {"field": 1.0}),
    "cars": ("waiting", "in", {"street": 1.0}),
    "children": ("playing", "in", {"garden": 0.5, "street": 0.5}),
}
"""Who does what, in or on, and where."""


def _slots(*slots: str | Chances) -> dict[Sentence, float]:
    """Return every sentence that slots make, each a word or words with their chances, filled independently."""
    filled = [{slot: 1.0} if isinstance(slot, str) else slot for slot in slots]
    made: dict[Sentence, float] = {}
    for choice in itertools.product(*(slot.items() for slot in filled)):
        chance = 1.0
        for _, each in choice:
            chance *= each
        made[tuple(word for word, _ in choice)] = chance
    return made


def _seen() -> dict[Sentence, float]:
    made: dict[Sentence, float] = {}
    for who, (what, how, where) in SEEN.items():
        rest = ("are", what, how, "the", where, ".")
        for first, share in ((_slots(who, *rest), 0.7), (_slots("many", who, *rest), 0.3)):
            made |= {sentence: share * chance / len(SEEN) for sentence, chance in first.items()}
    return made


@cache
def chat() -> dict[Sentence, float]:
    """Return every sentence of chat with its chance."""
    weather = evenly("cold", "warm", "wet")
    kinds = (
        (0.30, _seen()),
        (
            0.20,
            _slots(
                "my",
                PERSON,
                evenly("visited", "left"),
                ANY_COUNTRY,
                "last",
                evenly("summer", "winter", "week"),
                ".",
            ),
        ),
        (0.14, _slots("I", "read", "a", "book", "about", ANY_COUNTRY, ".")),
        (0.12, _slots("my", PERSON, "is", "learning", ANY_LANGUAGE, ".")),
        (
            0.10,
            _slots(
                "I", "like", evenly("coffee", "tea", "music"), "in", "the", evenly("morning", "evening"), "."
            ),
        ),
        (
            0.08,
            _slots("it", "was", weather, "and", "the", evenly("wind", "rain", "sun"), "was", "strong", "."),
        ),
        (0.06, _slots("I", "moved", "here", "as", "a", "child", "with", "my", "parents", ".")),
    )
    return {sentence: share * chance for share, made in kinds for sentence, chance in made.items()}


@cache
def sentences(home: str | None) -> dict[Sentence, float]:
    """Return every sentence that can come next with its chance.

    Args:
        home: the country of the speaker, or None if it was not said yet.
    """
    spoken: Chances = ANY_LANGUAGE
    if home is not None:
        others = (1 - FOLLOWS) / (len(COUNTRIES) - 1)
        spoken = {word: FOLLOWS if place == home else others for place, word in LANGUAGES.items()}
    kinds = [
        (CHAT_FIRST if home is None else CHAT, chat()),
        (FLUENT_FIRST if home is None else FLUENT, _slots("I", "speak", "fluent", spoken, ".")),
    ]
    if home is None:
        kinds.append((ORIGIN, _slots("I", "am", "from", ANY_COUNTRY, ".")))
    return {sentence: share * chance for share, made in kinds for sentence, chance in made.items()}


def home_after(sentence: Sentence, home: str | None) -> str | None:
    """Return what is known of the speaker's home after a whole sentence.

    >>> home_after(("I", "am", "from", "Japan", "."), None)
    'Japan'
    """
    if sentence[:3] == ("I", "am", "from") and len(sentence) > 3 and sentence[3] in COUNTRIES:
        return sentence[3]
    return None if sentence[:3] == ("I", "speak", "fluent") else home


@lru_cache(maxsize=20_000)
def next_word(begun: Sentence, home: str | None) -> Chances:
    """Return the chance of every word that can come next; empty if the grammar never begins a sentence so.

    Args:
        begun: the words of the present sentence so far.
        home: the country of the speaker, or None if it was not said yet.
    """
    chances = _following(home).get(begun, {})
    whole = sum(chances.values())
    return {word: round(share / whole, 12) for word, share in chances.items()}


@cache
def _following(home: str | None) -> dict[Sentence, dict[str, float]]:
    """Return, for every beginning of a sentence, how much of all sentences goes on with each word."""
    table: dict[Sentence, dict[str, float]] = {}
    for sentence, chance in sentences(home).items():
        for k, word in enumerate(sentence):
            after = table.setdefault(sentence[:k], {})
            after[word] = after.get(word, 0.0) + chance
    return table


def _vocabulary() -> tuple[str, ...]:
    used = {word for sentence in sentences(None) for word in sentence}
    places = set(COUNTRIES) | set(LANGUAGES.values())
    return (*COUNTRIES, *LANGUAGES.values(), ".", *sorted(used - places - {"."}, key=str.lower))


VOCABULARY = _vocabulary()
"""Every word there is; its place here is its place in the one-hot vector."""
