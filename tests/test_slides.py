"""Decks and still pictures: made of the lessons and the explorers, complete, and with nothing from elsewhere."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from built_site import LESSONS, ROOT
from pages import excerpts, films, slides, stills
from pages.lessons import lessons

from lstm_lab.explorers import Forget, Tour

SVG = "{http://www.w3.org/2000/svg}"
every_deck = pytest.mark.parametrize("name", LESSONS)


@pytest.fixture(scope="module", name="decks")
def typeset_decks() -> dict[str, slides.Deck]:
    return {each.name: each for each in slides.all_decks()}


def kinds(deck: slides.Deck) -> list[str]:
    return [slide.kind for slide in deck.slides]


@every_deck
def test_a_deck_asks_moves_and_answers_for_each_explorer_of_its_lesson_in_at_most_fifteen_slides(name, decks):
    found = kinds(decks[name])
    shown = next(lesson.films for lesson in lessons() if lesson.name == name)
    assert found.count("film") == found.count("answer") == len(shown)
    assert found.count("vote") == sum(film.vote is not None for film in shown)
    for place in (k for k, kind in enumerate(found) if kind == "vote"):
        assert found[place : place + 3] == ["vote", "film", "answer"]
    assert (found[0], found[-1]) == ("title", "last")
    assert 5 <= len(found) <= slides.MOST


@every_deck
def test_every_deck_says_where_it_breaks_and_what_comes_next(name, decks):
    said = {slide.kind: slide.about for slide in decks[name].slides}
    assert "Where this breaks" in said["text"]["heading"] and len(said["text"]["text"]) > 60
    assert bool(said["last"]["after"]) == (name != LESSONS[-1])


@every_deck
def test_every_slide_has_notes_and_those_of_an_explorer_say_where_the_slider_goes(name, decks):
    for slide in decks[name].slides:
        assert slide.notes
        if slide.kind == "film":
            film = slide.about["film"]
            there = film.vote.frame if film.vote else film.start
            assert f"{film.label}: {film.value_at(there)}" in slide.notes


@every_deck
def test_the_answer_of_a_deck_is_the_explorers_own(name, decks):
    answers = [slide for slide in decks[name].slides if slide.kind == "answer"]
    shown = next(lesson.films for lesson in lessons() if lesson.name == name)
    for slide, film in zip(answers, shown, strict=True):
        assert film.vote is not None and film.vote.outcome in slide.about["answer"]
        assert slide.about["sentence"] == film.sentences[film.vote.frame]
        assert slide.about["picture"] == films.slim(film.large[film.vote.frame], "answer")


@every_deck
def test_a_written_deck_names_only_files_of_the_site(name, pages: Path):
    page = pages / "slides" / f"{name}.html"
    text = page.read_text(encoding="utf-8")
    for address in re.findall(r'(?:src|href)="([^"#][^"]*)"', text):
        if not address.startswith(("data:", "https://")):
            assert (page.parent / address).resolve().is_file(), address
    assert not re.search(r'(?:src|<link[^>]*href)="https?:', text)
    for film in next(lesson.films for lesson in lessons() if lesson.name == name):
        assert (pages / "films" / f"{film.key}.large.js").is_file()


def test_within_takes_whole_lines_and_at_least_one():
    assert excerpts.within("One is here.\nTwo is longer.\nThree.", 28) == "One is here.\nTwo is longer."
    assert excerpts.within("A line that is too long.", 3) == "A line that is too long."


def test_evidence_from_before_a_question_is_not_its_answer():
    before, after = excerpts.Shown("", "1\n2"), excerpts.Shown("", "3\n4")
    slide = excerpts.section_slide(
        excerpts.Section("H", ("Say.", before, "Read it.\n**Predict:** what now?", after, "So it is."))
    )
    assert slide is not None
    about = slide.about
    assert (about["lead"], about["predict"]) == ("Say.", "**Predict:** what now?")
    assert (about["printed"], about["finding"]) == ("3\n4", "So it is.")


def test_a_part_without_formula_or_evidence_makes_no_slide():
    assert excerpts.section_slide(excerpts.Section("H", ("Only words.",))) is None


def test_a_picture_whose_words_would_be_small_stays_out():
    picture = '<svg viewBox="0 0 1060 270"><text font-size="14">a</text></svg>'
    assert not excerpts.readable(picture)
    assert excerpts.readable(picture.replace("1060", "620"))


def test_equations_side_by_side_are_stacked():
    assert excerpts.stacked("$$a$$") == "$$a$$"
    assert excerpts.stacked(r"$$a \qquad b$$") == r"$$\begin{gathered}a\\[.3em]b\end{gathered}$$"


def test_where_all_is_too_much_a_formula_stands_for_the_last_sentence_and_without_one_it_stays():
    printed, formula = excerpts.Shown("", "\n".join("123456")), r"$$a \qquad b \qquad c$$"
    asked = "**Predict:** " + "what now? " * 13
    with_one, without = (
        excerpts.section_slide(excerpts.Section("H", (f"Said {'much ' * 20}.\n\n{each}{asked}", printed)))
        for each in (f"{formula}\n\n", "")
    )
    assert with_one is not None and without is not None
    assert with_one.about["lead"] == "" and "gathered" in with_one.about["formula"]
    assert without.about["lead"].startswith("Said much") and without.about["printed"] == printed.printed


# --- still pictures -----------------------------------------------------------------------------------


def test_the_stills_of_an_explorer_are_start_vote_answer_and_every_preset():
    found = stills.places(Tour())
    assert [place.role for place in found] == ["start", "vote", "answer", *["preset"] * len(Tour.presets)]
    assert [place.question for place in found[3:]] == list(Tour.presets)
    assert found[2].values["trees"] == 50 and "only the LSTM" in found[2].observation


def test_a_still_carries_its_question_its_finding_and_its_sentence_in_letters_of_at_least_24_pixels():
    explorer = Forget()
    for place in stills.places(explorer):
        picture = stills.whole_picture(place, explorer.canvas(True), "Lesson 07")
        root = ElementTree.fromstring(picture)
        words = " ".join("".join(each.itertext()) for each in root.iter(f"{SVG}text"))
        for each in (place.question, place.sentence):
            assert all(word in words for word in each.split())
        wide, _ = stills.size_of(picture)
        sizes = [float(each.get("font-size", 14.2)) for each in root.iter(f"{SVG}text")]
        assert min(sizes) * stills.WIDE / wide >= 23.9


def test_a_vote_gives_every_choice_a_letter_and_not_the_answer():
    vote = next(place for place in stills.places(Forget()) if place.role == "vote")
    texts = ["".join(each.itertext()) for each in ElementTree.fromstring(vote.picture).iter(f"{SVG}text")]
    assert [text for text in texts if text in stills.LETTERS] == ["A", "B", "C"]
    assert not vote.sentence


def test_stills_are_named_by_lesson_explorer_and_number_and_the_page_shows_all_with_words():
    path = ROOT / "notebooks" / "07_forget_that_is_keep.ipynb"
    some = list(stills.stills_of(path))
    assert some[0].name == "07_forget_0" and len({still.name for still in some}) == len(some)
    page = stills.index(some, painted=True)
    for still in some:
        assert f'src="{still.name}.svg"' in page and f'href="{still.name}.png"' in page
    assert page.count("<img") == page.count('alt="') == len(some)
    assert 'alt=""' not in page


def test_stills_know_no_variables_so_that_any_program_can_show_them():
    path = ROOT / "notebooks" / "00_start_here.ipynb"
    for still in stills.stills_of(path):
        assert "var(" not in still.place.picture and "<style" not in still.place.picture
