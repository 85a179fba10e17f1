"""The glossary: a term leads to the lesson that explains it, and no word comes before its lesson unannounced.

Where a test fails: add the term to notebooks/source/terms.txt (or to NO_TERMS below if it is none), then run
``python tools/build_glossary.py`` and commit docs/glossary.ipynb.
"""

import re
from urllib.parse import unquote

import build_glossary as glossary
import nbformat
import pytest

PROSE = glossary.lessons()
TERMS = glossary.terms()
NO_TERMS = {
    *("you will", "you need", "predict", "next", "predict:", "next:", "more", "p(wolf)", "keep", "kept"),
    *(
        "wild nature",
        "home",
        "is it a dog or a wolf?",
        "alone.",
        "in a class.",
        "on binder or anywhere else.",
    ),
    *("learned", "chooses", "tests", "timing", "counting", "the story", "transformers took over"),
}
"""What stands in bold and is no term: parts of a page, places in the story, names of parts and tasks."""
EARLIER = {
    "channel": "lesson 00 means the channel on television",
    "short-term memory": "lesson 00 writes out what LSTM is short for",
    "event": "lesson 02 means something that happens",
    "candidate": "lesson 05 counts the layers before each has its lesson",
    "forget gate": "lesson 06 says what the next lesson is about",
    **dict.fromkeys(("learn", "forget", "remember", "use", "order"), "a word of everyday language"),
    "GRU": "lesson 04 says which network its figure also has",
}
"""Terms whose words come in a lesson before the one that explains them, and why that does no harm."""


def explained(term: glossary.Term) -> glossary.Place:
    return glossary.explained(term, PROSE)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_no_lesson_uses_a_term_before_the_lesson_it_leads_to(term: glossary.Term) -> None:
    first = glossary.first(term.forms, PROSE)
    assert first is not None
    early = first.lesson != explained(term).lesson
    assert early == (term.name in EARLIER), f"{term.name} comes first in {first.lesson}, '{first.heading}'"


def test_every_word_that_a_lesson_sets_in_bold_is_in_the_glossary() -> None:
    known = {form.lower() for term in TERMS for form in term.forms} | NO_TERMS
    for name, prose in PROSE.items():
        for words in re.findall(r"\*\*([^*\n]+)\*\*", prose):
            sentence = len(words.split()) > 4 or words.endswith(".") or re.match(r"\s*\d|\s*$", words)
            assert sentence or words.lower() in known, (
                f"{name} sets {words!r} in bold: add it to {glossary.TERMS.name}"
            )


def test_no_term_is_written_twice() -> None:
    names = [form.lower() for term in TERMS for form in term.forms]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_what_a_term_means_is_said_in_one_to_three_short_sentences(term: glossary.Term) -> None:
    assert term.meaning.endswith(".")
    assert 1 <= len(re.findall(r"\.(?: |$)", term.meaning)) <= 3
    assert len(term.meaning) < 200
    assert not re.search(r"\b(simply|just|obviously)\b", term.meaning)


def test_the_committed_glossary_is_that_of_the_terms() -> None:
    assert glossary.GLOSSARY.read_text(encoding="utf-8") == glossary.notebook(), "run tools/build_glossary.py"


def test_every_link_leads_to_a_heading_of_a_built_lesson() -> None:
    links = re.findall(r"\]\((\.\./notebooks/[^)]+)\)", glossary.text())
    assert len(links) == len(TERMS) + 1
    for link in links:
        path, _, anchor = unquote(link).partition("#")
        lesson = glossary.GLOSSARY.parent / path
        prose = "\n".join(
            cell.source for cell in nbformat.read(lesson, as_version=4).cells if cell.cell_type == "markdown"
        )
        headings = {heading.replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", prose, re.MULTILINE)}
        assert not anchor or anchor in headings, link


def test_a_symbol_brings_both_its_names() -> None:
    row = next(line for line in glossary.text().splitlines() if line.startswith("| **forget gate**"))
    assert "$f_t$" in row and "forget (how much to keep)" in row


def test_a_term_that_no_lesson_uses_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^no lesson uses the term 'quark' of terms\.txt$"):
        glossary.explained(glossary.Term("quark", ("quark",), "", "Nothing."), PROSE)
