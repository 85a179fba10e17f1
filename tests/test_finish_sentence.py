"""Finish the sentence: what is typed is read, the bars are the network's chances, and the memory is its own."""

import base64
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from pictures import clashes

from lstm_lab.drawing import svg
from lstm_lab.drawing.colour import SEQUENTIAL, png
from lstm_lab.drawing.sentence import broken_into
from lstm_lab.explorers.finish_sentence import FRANCE, FinishSentence, asked, misled, misled_in_words
from lstm_lab.explorers.finishing import (
    DONOR,
    LONGEST,
    SCALE,
    chance,
    finish,
    likeliest,
    network,
    reader,
    sentence_of,
    top,
)
from lstm_lab.explorers.word_composer import NOTHING, WordComposer
from lstm_lab.interventions import swap
from lstm_lab.language.grammar import COUNTRIES, LANGUAGES, VOCABULARY
from lstm_lab.language.reading import memory_of, read_country, with_other_countries, words_in
from lstm_lab.language.texts import one_hot, places
from lstm_lab.models import answers

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
CARS = "I am from France. " + 6 * "cars are waiting in the street. " + "I speak fluent"


def drawn(explorer: FinishSentence, in_lecture: bool = False) -> Any:
    return ElementTree.fromstring(explorer.picture(explorer.record, explorer.canvas(in_lecture)))


def named(root: Any, name: str) -> Any:
    (found,) = [each for each in root.iter(f"{SVG}g") if each.get("class") == name]
    return found


def words(root: Any) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


# --- the record -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["LSTM", "RNN"])
@pytest.mark.parametrize("step", [1, 4, 20, 51])
def test_the_chances_are_those_of_the_network_after_the_words_read(name, step):
    run = finish(FRANCE, step, 1.0, name)
    model = network(name)
    whole = answers(model, one_hot(places(words_in(FRANCE).words[:step]))[:, None])
    np.testing.assert_allclose(run.chances, whole.probabilities[-1, 0], atol=1e-12)
    if step >= 4:
        memory = memory_of(whole.trace)[:, 0]
        np.testing.assert_allclose(run.read.levels[:step, :, 0], memory, atol=1e-12)
        told = read_country(reader(name), memory[-1])
        np.testing.assert_allclose(run.read.countries[step - 1], told, atol=1e-9)


def test_versions_of_the_text_are_the_text_with_another_country():
    run = finish(FRANCE, 51, 1.0)
    other = finish(FRANCE.replace("France", "Korea"), 51, 1.0)
    np.testing.assert_allclose(run.read.levels, other.read.levels, atol=1e-12)
    assert top(other) == "Korean"


def test_before_a_country_was_said_no_country_is_read():
    run = finish("my friend left Spain last week. I am from Italy. I", 13, 1.0)
    assert run.known == ("Italy", 10)
    assert (run.read.countries[:10] == 0).all() and run.read.countries[10:].sum(axis=1) == pytest.approx(1)


def test_the_present_speaker_counts_and_not_the_one_before():
    text = "I am from France. I speak fluent French. I am from Japan. I speak fluent"
    run = finish(text, 18, 1.0)
    assert run.known == ("Japan", 13) and top(run) == "Japanese"
    assert finish(text, 6, 1.0).known == ("France", 3)
    assert finish(text, 10, 1.0).known is None


def test_memories_put_in_before_the_sentence_are_those_of_the_other_text():
    whole = finish(FRANCE, 51, 1.0, swapped=32)
    other = finish(FRANCE.replace("France", DONOR), 51, 1.0)
    np.testing.assert_allclose(whole.chances, other.chances, atol=1e-12)
    own, begin = finish(FRANCE, 51, 1.0), sentence_of(own_words := words_in(FRANCE).words)
    assert own_words[begin:] == ("I", "speak", "fluent")
    np.testing.assert_array_equal(whole.read.countries[:begin], own.read.countries[:begin])
    assert [top(finish(FRANCE, 51, 1.0, swapped=k)) for k in (1, 8)] == ["French", "Japanese"]


def test_part_of_the_memory_is_put_in_by_the_exchange_of_the_operating_table():
    words, best = words_in(FRANCE).words, np.argsort(-reader("LSTM").alone)[:5]
    versions = one_hot(with_other_countries(words, 3))
    one, other = (versions[:, [COUNTRIES.index(each)]] for each in ("France", DONOR))
    said, _ = swap(network("LSTM"), one, other, sentence_of(words), [int(u) for u in best])
    run = finish(FRANCE, 51, 1.0, swapped=5)
    np.testing.assert_allclose(run.chances, said.probabilities[-1, 0], atol=1e-12)


@pytest.mark.parametrize(
    "text", ["I am from France. I", "I am from Japan. my friend", "my friend left Spain last"]
)
def test_nothing_is_put_in_without_another_country_before_the_sentence(text):
    run = finish(text, 99, 1.0, swapped=8)
    plain = finish(text, 99, 1.0)
    same = not run.swapped and np.array_equal(run.chances, plain.chances)
    assert same != (text == "I am from France. I")
    assert finish("I am from France", 4, 1.0, swapped=8).swapped == 0


def test_temperature_changes_the_chances_and_never_the_order():
    runs = [finish(FRANCE, 5, tau) for tau in (0.0, 0.5, 1.0, 2.0)]
    assert runs[0].chances.max() == 1
    assert [run.chances.max() for run in runs] == sorted((run.chances.max() for run in runs), reverse=True)
    assert len({tuple(likeliest(run, 5)) for run in runs}) == 1
    assert len({run.roll for run in runs}) == 1 and runs[0].hits == top(runs[0])


def test_a_text_may_be_too_long_or_unknown_or_empty():
    long = finish("I like tea in the morning . " * 20, 999, 1.0)
    assert (len(long.words), long.step, long.too_long) == (LONGEST, LONGEST, True)
    unknown = finish("I am from Atlantis. I speak", 9, 1.0)
    assert (unknown.words, unknown.step, unknown.typed.unknown) == (("I", "am", "from"), 3, "Atlantis")
    empty = finish("", 3, 1.0)
    assert (empty.words, empty.step, empty.known) == ((), 0, None)


def test_where_the_grammar_never_goes_there_is_no_ideal():
    assert finish("the the", 2, 1.0).ideal == {}
    said = FinishSentence(text="the the")
    assert "the grammar never begins a sentence so" in said.describe(said.record)


# --- what a learner does --------------------------------------------------------------------------


def test_adding_the_drawn_word_goes_on_from_the_present_word():
    explorer = FinishSentence(text="birds are flying in the sea", step=5)
    assert explorer.record.hits == "sky"
    text: Any = explorer.inputs["text"]
    text.add.click()
    assert (explorer.values()["text"], explorer.values()["step"]) == ("birds are flying in the sky", 6)
    text.add.click()
    assert explorer.values()["text"].endswith("sky .")
    text.back.click()
    assert explorer.values()["text"].endswith("the sky")


def test_a_full_text_takes_no_more_words():
    full = " ".join(["tea"] * LONGEST)
    explorer = FinishSentence(text=full)
    explorer.add_drawn()
    assert explorer.values()["text"] == full


def test_words_are_picked_typed_and_taken_back_and_reading_follows():
    explorer = FinishSentence(text="I am")
    text: Any = explorer.inputs["text"]
    text.picker.value = "from"
    assert (text.value, text.picker.value, explorer.values()["step"]) == ("I am from", NOTHING, 3)
    text.box.value = "i am from Greece ."
    assert explorer.record.known == ("Greece", 3)
    text.back.click()
    assert text.value == "i am from Greece" and text.box.value == text.value
    assert WordComposer("text", "I am", ("from",)).ends()[0] == ""


def test_a_roll_changes_the_drawn_word_and_nothing_else():
    explorer = FinishSentence(text="I am from France . my", temperature=1.0)
    hits = set()
    for _ in range(12):
        before = explorer.record
        explorer.draw_again()
        np.testing.assert_array_equal(explorer.record.chances, before.chances)
        hits.add(explorer.record.hits)
    assert len(hits) > 2


def test_typed_marks_are_words_and_never_part_of_the_page():
    explorer = FinishSentence(text='I am <script>alert("x")</script>')
    frame = explorer._parts.frame.value
    assert "<script" not in frame and "&lt;script&gt;" in frame
    assert "is none of its 97 words, reading stops before it." in explorer.describe(explorer.record)


def test_a_slip_of_the_pen_is_answered_with_a_word_like_it():
    said = FinishSentence(text="I am form")
    assert "“form” is none of its 97 words, reading stops before it. Did you mean from?" in said.describe(
        said.record
    )


def test_the_prediction_names_what_the_rnn_says():
    asked_ = FinishSentence.prediction
    assert asked_ is not None
    run = FinishSentence(**asked_.values).record
    assert asked_.moment == f"It says {top(run)}" and asked_.outcome(run) == "neither"
    assert run.trained.max() > 0.15 + max(chance(run, each) for each in ("Spanish", "Japanese"))
    lstm = FinishSentence(**{**asked_.values, "network": "LSTM"}).record
    assert chance(lstm, "Spanish") > 0.9


def test_the_challenge_can_be_met_with_chat_alone_and_not_otherwise():
    run = finish(CARS, 999, 1.0)
    assert asked(run) and misled(run) == 1 and misled_in_words(run).startswith("French 0.0")
    assert misled(finish(FRANCE, 51, 1.0)) < 0.1
    assert misled(finish(CARS, 999, 1.0, "RNN")) == 0
    assert misled_in_words(finish(CARS, 999, 1.0, "RNN")) == "Choose the LSTM."
    swapped = finish(FRANCE, 51, 1.0, swapped=8)
    assert misled(swapped) == 0 and misled_in_words(swapped) == "Take no units from Japan."
    other = finish("I am from France. I am from Korea. I speak", 13, 1.0)
    assert misled(other) == 0 and misled_in_words(other) == "End with “I speak fluent”."
    never = finish("I am from France. " + CARS.replace("the street", "the"), 999, 1.0)
    assert misled(never) == 0 and misled_in_words(never) == "The grammar never speaks so."


# --- the picture ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "temperature"), [("LSTM", 1.0), ("RNN", 1.0), ("LSTM", 2.0), ("RNN", 0.0)])
def test_bars_are_as_long_as_the_chances_and_marks_stand_where_the_grammar_does(name, temperature):
    explorer = FinishSentence(text=FRANCE, network=name, temperature=temperature)
    run, root = explorer.record, named(drawn(explorer), "next")
    texts = words(root)
    bars = [each for each in root.findall(f"{SVG}rect") if each.get("class") == f"q-{name.lower()}"]
    assert len(bars) == 6
    names = [word for word in texts if word in VOCABULARY][:6]
    left, wide = 90, 180
    for bar, word in zip(bars, names, strict=True):
        p = run.chances[VOCABULARY.index(word)]
        assert float(bar.get("width")) == pytest.approx(wide * p, abs=0.06)
        assert svg.spoken(p) in texts
    ticks = [float(each.get("x1")) for each in root.findall(f"{SVG}line") if each.get("class") == "s ink"]
    assert left + wide * 0.95 == pytest.approx(
        min(ticks, key=lambda x: abs(x - left - wide * 0.95)), abs=0.06
    )
    rings = [each for each in root.findall(f"{SVG}circle") if each.get("cx")]
    assert bool(rings) == (temperature != 1)


def test_the_dice_fall_where_they_roll_and_the_word_is_bold():
    explorer = FinishSentence(text="I am from France . my", temperature=2.0)
    run, dice = explorer.record, named(drawn(explorer), "dice")
    tip = dice.find(f"{SVG}path").get("d")
    (x,) = re.findall(r"^M([\d.]+)", tip)
    assert float(x) == pytest.approx(90 + 180 * run.roll, abs=0.06)
    assert words(dice) == [f"dice {svg.spoken(run.roll)}", run.hits]


def test_a_full_stop_that_may_come_next_is_spelt_out_and_the_marks_are_explained_above_the_numbers():
    explorer = FinishSentence(text="I am from Greece", temperature=2.0)
    root = named(drawn(explorer), "next")
    texts = {"".join(each.itertext()): each for each in root.iter(f"{SVG}text")}
    assert "full stop" in texts and "." not in texts
    first = float(texts["full stop"].get("y"))
    assert float(texts["grammar"].get("y")) < float(texts["at τ = 1"].get("y")) < first


def test_the_map_holds_the_chances_read_off_the_memory():
    explorer = FinishSentence(network="RNN")
    run, root = explorer.record, named(drawn(explorer), "memory")
    image = root.find(f"{SVG}image")
    wanted = base64.b64encode(png(run.read.countries.T, 0, 1, SEQUENTIAL)).decode("ascii")
    assert image.get("href").endswith(wanted)
    assert [word for word in words(root) if word in COUNTRIES] == list(COUNTRIES)
    bold = [each.text for each in root.iter(f"{SVG}text") if each.get("font-weight") == "600"]
    assert bold[1:] == ["France"]


def test_the_line_of_the_text_itself_is_the_unit_along_the_words():
    explorer = FinishSentence(unit=SCALE)
    run, root = explorer.record, named(drawn(explorer), "unit")
    lines = {each.get("class"): each for each in root.iter(f"{SVG}polyline")}
    assert len(list(root.iter(f"{SVG}polyline"))) == 12
    ys = [float(pair.split(",")[1]) for pair in lines["s ink"].get("points").split()]
    levels = run.read.levels[:, SCALE, COUNTRIES.index("France")]
    slope, start = np.polyfit(levels, ys, 1)
    np.testing.assert_allclose(ys, start + slope * levels, atol=0.11)
    assert slope < 0
    assert {word for word in words(root) if word in COUNTRIES} == set(COUNTRIES)


@pytest.mark.parametrize("in_lecture", [False, True])
def test_the_present_word_is_underlined_and_what_follows_is_grey(in_lecture):
    explorer = FinishSentence(text=FRANCE + " French .", step=51)
    spans = {
        each.text: each.get("style")
        for each in named(drawn(explorer, in_lecture), "words").iter(f"{SVG}tspan")
    }
    assert "underline" in spans["fluent"] and "grey" in spans["French"]
    assert in_lecture or spans["France"] == "font-weight:600"
    assert len(named(drawn(explorer, in_lecture), "words").findall(f"{SVG}text")) <= (2 if in_lecture else 3)


def test_the_lines_around_the_present_word_are_shown():
    explorer = FinishSentence(text=" ".join(["neighbour visited Germany"] * 26), step=2)
    first = words(named(drawn(explorer, True), "words"))
    explorer.set(step=78)
    last = words(named(drawn(explorer, True), "words"))
    assert first[0].startswith("neighbour") and last[0].startswith("… ")
    assert broken_into(("a", "."), 1, 14) == [[0, 1]]


@pytest.mark.parametrize("in_lecture", [False, True])
def test_no_words_lie_on_others_for_any_text(in_lecture):
    explorer, rng = FinishSentence(), np.random.default_rng(3)
    for _ in range(15):
        explorer.set(**{name: control.draw(rng) for name, control in explorer.inputs.items()})
        assert not clashes(drawn(explorer, in_lecture), explorer.canvas(in_lecture))


def test_the_sentence_says_what_the_network_the_grammar_and_the_memory_say():
    explorer = FinishSentence(text="I am from Greece . I speak fluent", network="LSTM")
    run = explorer.record
    said = explorer.describe(run)
    greek = chance(run, LANGUAGES["Greece"])
    assert said.startswith(f"After 8 words the LSTM says Greek {svg.spoken(greek)}, ")
    assert "; the grammar Greek 0.95. Greece was said 4 words ago; read off its memory: Greece" in said
    now = FinishSentence(text="I am from Greece")
    assert "the LSTM says full stop " in now.describe(now.record)
    assert "Greece was said this moment; " in now.describe(now.record)
    empty = FinishSentence(text="")
    assert empty.describe(empty.record) == "No word has been read: the LSTM was never asked for a first word."
