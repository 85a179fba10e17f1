"""TEACHING.md: every preset, setting and number in it is the explorers' own."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from built_site import LESSONS, MOVING
from pages import project, teaching

from lstm_lab import exercises, explorers
from lstm_lab.explorers import Explorer

TEXT = teaching.TEXT.read_text(encoding="utf-8")
NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴-⁹]+)?")
TABLES = re.findall(r"^\|[-:| ]+\|$", TEXT, re.MULTILINE)
PLANS = ("20 minutes", "50 minutes", "90 minutes")
SAID_ELSEWHERE = {"9", "1"}
"""The odds of a telling picture, which no explorer says."""


class Step(NamedTuple):
    """A row of a plan: minutes, what is shown, asked and seen, and what to say to a wrong answer."""

    minutes: str
    show: str
    ask: str
    seen: str
    wrong: str


@cache
def made(line: str) -> Explorer:
    """Return the explorer of a line as a reader would paste it."""
    return eval(line, {name: getattr(explorers, name) for name in explorers.__all__})


def part(heading: str) -> str:
    """Return what stands under the heading that starts so."""
    return TEXT.split(f"\n## {heading}", 1)[1].split("\n## ")[0]


def numbers(words: str) -> set[str]:
    """Return the numbers in words, written one way."""
    plain = (found.replace("-", "−") for found in NUMBER.findall(words))
    return {re.sub(r"\.0+$", "", number) for number in plain}


def steps(plan: str) -> list[Step]:
    rows = [line for line in part(plan).splitlines() if re.match(r"\| \d", line)]
    return [Step(*(cell.strip() for cell in row.strip("|").split(" | "))) for row in rows]


def places(step: Step) -> list[tuple[str, Explorer]]:
    """Return the presets a step shows by name, each with the line beside it."""
    return [(name, made(line)) for name, line in re.findall(r"\*([^*]+)\* `(\w+\(.*?\))`", step.show)]


@cache
def questions() -> dict[str, Explorer]:
    """Return every question there is to vote on, and whose it is."""
    every = (made(row.line) for row in teaching.rows())
    return {
        each.asked.prediction.question.lower(): each for each in every if each.asked.prediction is not None
    }


every_plan = pytest.mark.parametrize("plan", PLANS)


def test_the_tables_are_those_that_explorers_and_lessons_write():
    assert teaching.up_to_date(TEXT) == TEXT, "`make notebooks` writes them again"


def test_the_table_has_a_row_for_every_explorer_of_every_lesson():
    shown = [(name[:2], line.partition("; ")[2].partition("(")[0]) for name, line in MOVING]
    assert re.findall(r"^\| (\d\d) \| (\w+) \|", part("Every explorer"), re.MULTILINE) == shown


def test_a_line_of_the_table_rebuilds_the_place_where_the_question_is_decided():
    for row in teaching.rows():
        explorer = made(row.line)
        assert explorer.describe(explorer.record) in row.seen, row.line


@every_plan
def test_the_minutes_of_a_plan_follow_each_other_and_fill_it(plan):
    spans = [tuple(map(int, step.minutes.split("–"))) for step in steps(plan)]
    assert spans[0][0] == 0 and spans[-1][1] == int(plan.split()[0])
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]


@every_plan
def test_every_preset_a_plan_names_leads_where_the_line_beside_it_leads(plan):
    named = [place for step in steps(plan) for place in places(step)]
    assert len(named) >= 6
    for question, explorer in named:
        there = type(explorer)()
        there.visit(question)
        assert explorer.values() == there.values(), question


@every_plan
def test_every_number_a_plan_says_is_seen_where_it_leads_or_where_its_question_is_decided(plan):
    asked = questions()
    for step in steps(plan):
        words = [step.show, step.ask]
        for line in re.findall(r"`(\w+\([^`]*\))`", step.show + step.seen):
            words.append(made(line).describe(made(line).record))
        for question, explorer in places(step):
            words.append(explorer.asked.presets[question].observation)
        voted = asked.get(step.ask.lower())
        if voted is not None:
            voted.answer()
            prediction = voted.asked.prediction
            assert prediction is not None
            words += [voted.describe(voted.record), prediction.moment, prediction.outcome(voted.record)]
            voted.reset()
        known = {number for each in words for number in numbers(each)} | SAID_ELSEWHERE
        known |= {number.lstrip("−") for number in known}
        said = numbers(re.sub(r"`[^`]*`|lessons? \d+", "", step.seen))
        assert said <= known, (step.minutes, said - known)


def test_every_vote_of_a_plan_is_one_that_an_explorer_asks():
    asked = [step.ask.lower() for plan in PLANS for step in steps(plan)]
    voted = [ask for ask in asked if any(question in ask for question in questions())]
    assert len(voted) >= 14


def test_the_homework_names_exercises_that_can_be_revealed():
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| \d\d \| .+$", part("Homework"), re.MULTILINE)))
    assert len(named) >= 11
    assert set(named) <= set(exercises.EXERCISES)


def test_the_memory_of_a_class_is_what_its_people_need_and_the_hub():
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) GB \| ([\d.]+) GB \|$", TEXT, re.MULTILINE)
    assert len(rows) == 3
    for people, typical, most in rows:
        assert float(typical) == round(int(people) * 0.5 + 0.128, 1)
        assert float(most) == round(int(people) * 0.8 + 0.128, 1)


def test_the_addresses_are_those_of_the_repository_and_lead_to_lessons_that_exist():
    address = project.repository()
    assert f"git+{address}" in TEXT
    assert address.replace(":", "%3A").replace("/", "%2F") in TEXT
    assert address.replace("github.com", "raw.githubusercontent.com") + "/main/requirements.txt" in TEXT
    assert set(re.findall(r"github(?:usercontent)?\.com(?:/|%2F)([\w-]+)(?:/|%2F)", TEXT)) == {
        address.split("/")[-2]
    }
    for opened in re.findall(r"urlpath=lab%2Ftree%2Flstm_lab%2Fnotebooks%2F(\w+)\.ipynb", TEXT):
        assert opened in LESSONS


def test_the_page_says_what_the_text_says_and_its_files_exist(pages: Path):
    page = (pages / "teaching.html").read_text(encoding="utf-8")
    assert page.count("<h2") == TEXT.count("\n## ") and page.count("<table>") == len(TABLES)
    named = set(re.findall(r"`site/([\w./-]+?\.html)`", TEXT))
    assert named and all(f'<a href="{name}">' in page for name in named)
    assert all((pages / name).exists() or name.startswith(("stills/", "lite/")) for name in named)


def test_a_call_tells_only_what_differs():
    assert teaching.call(explorers.Tour(trees=50)) == "Tour(trees=50)"
    assert teaching.call(explorers.WhoSets(gate="i", bias=2.0)) == "WhoSets(gate='i', bias=2.0)"
    assert teaching.call(explorers.Forget()) == "Forget()"
