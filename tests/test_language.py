"""The small language: its chances are what its texts show, and what a learner types is read or answered."""

import numpy as np
import pytest

from lstm_lab import cells, models, starts
from lstm_lab.language.grammar import (
    CHAT,
    COUNTRIES,
    FLUENT,
    FOLLOWS,
    LANGUAGES,
    SEEN,
    VOCABULARY,
    chat,
    home_after,
    next_word,
    sentences,
)
from lstm_lab.language.judging import CEILING, CHANCE, GAPS, allowed, gap_in_words, judge
from lstm_lab.language.reading import (
    continued,
    drawn,
    fit_reader,
    homes,
    homes_of,
    memory_of,
    read_country,
    roll,
    with_other_countries,
    with_temperature,
    words_in,
    written,
)
from lstm_lab.language.texts import (
    PLACE,
    asked_in,
    draw_texts,
    even_batch,
    ideal_chances,
    ideal_next,
    next_word_batch,
    one_hot,
    places,
    text_batches,
)
from lstm_lab.readout import softmax

FRANCE = words_in("I am from France. my friend visited Spain last week. I speak fluent").words


@pytest.fixture(scope="module")
def texts():
    return draw_texts(np.random.default_rng(1), 600, 90)


def said(texts, b=0):
    return [VOCABULARY[k] for k in texts[:, b]]


# --- the grammar ----------------------------------------------------------------------------------


@pytest.mark.parametrize("home", [None, "France", "Korea"])
def test_the_chances_of_all_sentences_add_up_to_one(home):
    assert sum(sentences(home).values()) == pytest.approx(1)
    assert sum(chat().values()) == pytest.approx(1)


def test_the_chances_of_the_next_word_add_up_to_one_after_every_beginning_of_a_sentence():
    for home in (None, "Japan"):
        for sentence in sentences(home):
            for k in range(len(sentence)):
                assert sum(next_word(sentence[:k], home).values()) == pytest.approx(1)


def test_the_chance_of_a_sentence_is_the_product_of_the_chances_of_its_words():
    for home in (None, "Greece"):
        for sentence, chance in list(sentences(home).items())[::37]:
            steps = [next_word(sentence[:k], home)[word] for k, word in enumerate(sentence)]
            assert np.prod(steps) == pytest.approx(chance, rel=1e-9)


def test_a_speaker_speaks_the_language_of_the_country_19_times_in_20_and_any_other_alike():
    begun = ("I", "speak", "fluent")
    for country, language in LANGUAGES.items():
        chances = dict(next_word(begun, country))
        assert chances.pop(language) == pytest.approx(FOLLOWS) == pytest.approx(19 / 20)
        assert list(chances.values()) == pytest.approx([0.05 / 11] * 11)
    assert list(next_word(begun, None).values()) == pytest.approx([1 / 12] * 12)


def test_chat_names_countries_and_languages_whatever_the_speakers_home():
    for begun in (
        ("my", "sister", "visited"),
        ("I", "read", "a", "book", "about"),
        ("my", "friend", "is", "learning"),
    ):
        assert list(next_word(begun, "France").values()) == pytest.approx([1 / 12] * 12)


def test_who_it_is_decides_where_and_not_what_they_do():
    assert next_word(("birds", "are", "flying", "in", "the"), None) == {"sky": 1.0}
    assert next_word(("many", "bees", "are", "flying", "in", "the"), "Italy") == {"garden": 1.0}
    assert {what for what, _, _ in SEEN.values()} < set(VOCABULARY)


def test_what_the_grammar_never_says_has_no_next_word():
    assert next_word(("I", "am"), "France") == {}
    assert next_word(("sky",), None) == {}


@pytest.mark.parametrize(
    ("sentence", "before", "after"),
    [
        ("I am from Japan .", None, "Japan"),
        ("I am from Japan .", "Spain", "Japan"),
        ("I am from .", None, None),
        ("I am from the .", None, None),
        ("my friend left Japan last week .", "Spain", "Spain"),
        ("I speak fluent Greek .", "Spain", None),
        (".", "Spain", "Spain"),
    ],
)
def test_only_i_am_from_tells_a_home_and_only_the_language_ends_it(sentence, before, after):
    assert home_after(tuple(sentence.split()), before) == after


def test_the_vocabulary_holds_every_word_once_countries_and_languages_first():
    assert len(set(VOCABULARY)) == len(VOCABULARY) == 97
    assert VOCABULARY[:12] == COUNTRIES
    assert VOCABULARY[12:24] == tuple(LANGUAGES.values())


# --- texts ----------------------------------------------------------------------------------------


def test_a_seed_gives_the_same_texts_and_another_others():
    one, again, other = (draw_texts(np.random.default_rng(seed), 3, 40) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_words_come_as_often_as_their_chances_say(texts):
    given = ideal_chances(texts)
    assert given.min() > 0
    asked = asked_in(texts)
    assert (asked.country == asked.language).mean() == pytest.approx(FOLLOWS, abs=0.02)
    first = [said(texts, b)[0] for b in range(texts.shape[1])]
    assert first.count("I") / len(first) == pytest.approx(next_word((), None)["I"], abs=0.05)


def test_the_ideal_observer_is_surprised_as_much_as_it_expects_to_be(texts):
    expected, met = [], -np.log(ideal_chances(texts)).ravel()
    for b in range(60):
        told = ideal_next(said(texts, b)[:-1])[1:]
        expected += [-sum(p * np.log(p) for p in chances.values()) for chances in told]
    assert np.mean(expected) == pytest.approx(met.mean(), abs=0.03)


def test_after_a_home_was_said_chat_goes_on_or_the_language_comes():
    chances = ideal_next(("I", "am", "from", "Spain", "."))[-1]
    assert chances["my"] + chances["I"] + chances["it"] < 1
    speak = ideal_next(("I", "am", "from", "Spain", ".", "I"))[-1]["speak"]
    assert chances["I"] * speak == pytest.approx(FLUENT) == pytest.approx(1 - CHAT)


def test_the_ideal_observer_follows_the_speaker_and_starts_anew_with_the_next():
    assert ideal_next(FRANCE)[-1]["French"] == pytest.approx(0.95)
    anew = (*FRANCE, "French", ".", "I", "speak", "fluent")
    assert ideal_next(anew)[-1] == pytest.approx(dict.fromkeys(LANGUAGES.values(), 1 / 12))


def test_after_words_of_no_sentence_there_is_nothing_to_expect_until_it_ends():
    told = ideal_next(("my", "sky", "is", ".", "my"))
    assert told[1] and not told[2] and not told[3]
    assert "friend" in told[5] and told[4] == told[0]


def test_questions_are_found_with_their_country_gap_and_the_last_country_named():
    words = "I am from France . I read a book about Japan . I speak fluent French . I speak fluent Greek ."
    asked = asked_in(places(words.split())[:, None])
    assert [int(part[0]) for part in asked] == [
        14,
        0,
        COUNTRIES.index("France"),
        COUNTRIES.index("France"),
        COUNTRIES.index("Japan"),
        11,
    ]
    assert len(asked.gap) == 1
    assert words.split()[3] == "France" and words.split()[15] == "French"


def test_a_batch_asks_for_the_next_word_and_weighs_languages_as_much_as_all_others(texts):
    batch = next_word_batch(texts)
    np.testing.assert_array_equal(batch.xs.argmax(axis=2)[1:], batch.targets[:-1])
    fluent = texts[:-1] == PLACE["fluent"]
    assert batch.weights[fluent].sum() == pytest.approx(1) == pytest.approx(batch.weights[~fluent].sum())
    even = even_batch(texts).weights
    assert even.sum() == pytest.approx(1) and np.ptp(even) == 0
    drawn_ = text_batches(4, 30)(np.random.default_rng(0))
    assert drawn_.xs.shape == (29, 4, 97)


def test_a_word_that_is_not_in_the_vocabulary_is_named():
    with pytest.raises(ValueError, match=r"^the vocabulary has 97 words, 'pizza' is none of them$"):
        places(("I", "pizza"))


def test_a_one_hot_vector_times_a_table_is_a_row_of_it():
    table = np.random.default_rng(0).normal(size=(97, 5))
    np.testing.assert_array_equal(one_hot(places(("sky", "France"))) @ table, table[[PLACE["sky"], 0]])


# --- what a learner types -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words", "unknown"),
    [
        ("i AM from france.", ("I", "am", "from", "France", "."), ""),
        ("birds  are,\n“flying”", ("birds", "are", "flying"), ""),
        ("", (), ""),
        ("I like <b>pizza</b>", ("I", "like"), "<b>pizza</b>"),
        ("Atlantis is cold", (), "Atlantis"),
        (". . .", (".", ".", "."), ""),
        ("France!! — I speak fluent …", ("France", ".", "I", "speak", "fluent"), ""),
        ("birds are flying in the ...", ("birds", "are", "flying", "in", "the"), ""),
        ("...", (), ""),
    ],
)
def test_typed_words_are_read_up_to_the_first_that_is_unknown(typed, words, unknown):
    assert words_in(typed)[:2] == (words, unknown)


def test_words_like_an_unknown_one_are_offered():
    assert words_in("I am from Grece").near == ("Greece", "Greek")
    assert words_in("xyzzy").near == ()


def test_what_was_read_can_be_written_and_read_again():
    assert written(FRANCE).startswith("I am from France. my friend")
    assert words_in(written(FRANCE)).words == FRANCE


# --- temperature and dice -------------------------------------------------------------------------


def test_temperature_one_is_softmax_zero_the_likeliest_and_heat_makes_all_alike():
    logits = np.array([[2.0, 1.0, -3.0], [0.0, 5.0, 4.0]])
    np.testing.assert_allclose(with_temperature(logits, 1), softmax(logits))
    np.testing.assert_array_equal(with_temperature(logits, 0), [[1, 0, 0], [0, 1, 0]])
    np.testing.assert_allclose(with_temperature(logits, 1e-3), [[1, 0, 0], [0, 1, 0]], atol=1e-12)
    np.testing.assert_allclose(with_temperature(logits, 1e6), np.full((2, 3), 1 / 3), atol=1e-5)
    hot, cold = with_temperature(logits[0], 2), with_temperature(logits[0], 0.5)
    assert cold[0] > softmax(logits[0])[0] > hot[0]


@pytest.mark.parametrize("wrong", [-0.1, float("nan")])
def test_a_temperature_below_zero_is_refused(wrong):
    with pytest.raises(ValueError, match=f"^temperature must be at least 0, got {wrong}$"):
        with_temperature(np.zeros(3), wrong)


def test_the_dice_hit_words_as_often_as_their_chances_say():
    chances = np.array([0.1, 0.6, 0.0, 0.3])
    hits = [drawn(chances, each) for each in (np.arange(1000) + 0.5) / 1000]
    np.testing.assert_allclose(np.bincount(hits, minlength=4) / 1000, chances, atol=0.002)


def test_a_roll_depends_on_seed_and_step_alone():
    rolls = {(seed, step): roll(seed, step) for seed in range(4) for step in range(9)}
    assert len(set(rolls.values())) == 36
    assert all(0 <= each < 1 and each == roll(*key) for key, each in rolls.items())


# --- networks -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lstm():
    return models.load("words_lstm")


def test_going_on_word_by_word_is_reading_the_whole_text_again(lstm):
    made = continued(lstm, FRANCE, 6, 0, np.random.default_rng(0))
    words = FRANCE
    for word in made:
        logits = models.answers(lstm, one_hot(places(words))[:, None]).logits[-1, 0]
        assert VOCABULARY[int(logits.argmax())] == word
        words = (*words, word)
    assert made[0] == "French"


def test_there_must_be_a_word_to_go_on_from(lstm):
    with pytest.raises(ValueError, match=r"^words must hold at least one word to go on from, got none$"):
        continued(lstm, (), 1, 1.0, np.random.default_rng(0))


def test_the_memory_of_an_lstm_is_c_and_that_of_an_rnn_is_h(lstm):
    rng, xs = np.random.default_rng(0), one_hot(places(FRANCE))[:, None]
    run = cells.trace(lstm.cell, xs)
    assert memory_of(run) is run.c
    plain = cells.trace(starts.rnn_default(rng, 97, 4), xs)
    assert memory_of(plain) is plain.h


def test_the_home_is_known_from_the_country_on_until_the_language(texts):
    words = words_in("I am from France. I read a book about Japan. I speak fluent French. my").words
    assert homes(words) == [None] * 3 + [("France", 3)] * 12 + [None] * 3
    told = homes_of(texts)
    for b in range(40):
        slow = [COUNTRIES.index(known[0]) if known else -1 for known in homes(said(texts, b))]
        assert told[:, b].tolist() == slow


def test_versions_differ_in_one_country_alone():
    copies = with_other_countries(FRANCE, 3)
    assert [VOCABULARY[k] for k in copies[3]] == list(COUNTRIES)
    assert (np.delete(copies, 3, axis=0) == np.delete(copies, 3, axis=0)[:, :1]).all()


def test_a_reader_names_countries_from_clouds_and_says_what_single_units_would():
    W_x = np.zeros((97, 14))
    W_x[:12, :12] = 3 * np.eye(12)
    W_h = np.eye(14) * 1.2
    cell = cells.RNNParams(W_x, W_h, np.zeros(14), "tanh")
    model = models.new_model("echo", cell, np.random.default_rng(0), 97)
    reader = fit_reader(model, np.random.default_rng(0), 80, 60)
    assert 0.3 < reader.right <= 1
    assert reader.apart.shape == (12, 14)
    assert np.argmax(reader.apart[4]) == 4
    assert (reader.alone[12:] < 0.2).all() and reader.alone[:12].max() > 0.1
    chances = read_country(reader, np.zeros((5, 14)))
    np.testing.assert_allclose(chances.sum(axis=1), 1)


def test_the_stored_lstm_holds_the_country_and_no_single_unit_does(lstm):
    reader = fit_reader(lstm, np.random.default_rng(3), 150, 60)
    assert reader.right > 0.97
    assert 0.5 < reader.alone.max() < 0.85
    assert np.sort(reader.alone)[-2] < 0.5


def test_a_network_is_judged_word_by_word_and_by_gap(lstm):
    fresh = draw_texts(np.random.default_rng(77), 60, 120)
    judged = judge(lstm, fresh)
    probabilities = models.answers(lstm, one_hot(fresh[:-1, :7])).probabilities
    chosen = np.take_along_axis(probabilities, fresh[1:, :7, None], axis=2)
    assert judged.nats > judged.ideal_nats > 0
    assert -np.log(chosen).mean() == pytest.approx(judged.nats, abs=0.1)
    assert [row.gap for row in judged.by_gap] == [low for low, _ in GAPS]
    first = judged.by_gap[0]
    assert first.last_country == first.ideal == pytest.approx(first.right, abs=0.03)
    assert judged.by_gap[2].last_country < 0.6 < judged.by_gap[2].right
    assert (CEILING, CHANCE) == (0.95, 1 / 12)
    assert gap_in_words(4) == "4–9"


def test_what_the_grammar_lets_follow_is_told_from_what_it_does_not():
    assert allowed(FRANCE) == [True] * len(FRANCE)
    assert allowed(("birds", "are", "learning", "the", ".", "my")) == [True, True, False, True]
