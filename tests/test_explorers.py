"""Laws for every explorer: driven through its controls, as a reader and the browser drive it."""

import re
import time
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from ipywidgets import Dropdown
from pictures import clashes

from lstm_lab.drawing import svg
from lstm_lab.explorers import ALL, Echo
from lstm_lab.explorers.base import Explorer, Preset

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
PRESETS = [(kind, question) for kind in ALL for question in kind.presets]

every_explorer = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)


def shown(explorer: Explorer) -> str:
    return explorer._parts.frame.value


def chosen(explorer: Explorer) -> list[str]:
    return [each.description for each in explorer._parts.choices if "lab-chosen" in each._dom_classes]


def assert_good_frame(explorer: Explorer) -> None:
    frame = shown(explorer)
    picture = frame[: frame.index("</svg><p") + 6]
    root = ElementTree.fromstring(picture)
    sentence = explorer.describe(explorer.record)
    assert root.findtext(f"{SVG}title")
    assert svg.escape(sentence) in frame
    words = " ".join(text.text or "" for text in root.iter(f"{SVG}text")) + sentence
    assert not re.search(r"\bnan\b|\binf\b", picture.split("</style>")[1] + words, re.IGNORECASE)
    assert len(frame.encode()) <= 80_000


@every_explorer
def test_an_explorer_says_its_question_its_misconception_and_what_it_does_not_show(kind):
    assert kind.question.endswith("?")
    assert kind.misconception
    assert kind.not_shown
    assert 3 <= len(kind.presets) <= 5
    assert all("?" in question for question in kind.presets)


@every_explorer
def test_every_control_can_be_moved_to_both_ends(kind):
    explorer = kind()
    assert_good_frame(explorer)
    for name, control in explorer.inputs.items():
        for end in control.ends():
            control.value = end
            assert explorer.values()[name] == end
            assert_good_frame(explorer)
        explorer.reset()


@every_explorer
def test_up_to_a_thousand_random_settings_are_computed_and_described(kind):
    explorer, rng = kind(), np.random.default_rng(7)
    started = time.perf_counter()
    for k in range(1000):
        if k >= 200 and time.perf_counter() - started > 3:
            break  # a slow explorer is tried at as many settings as there is time for
        values = {name: control.draw(rng) for name, control in explorer.inputs.items()} | dict(
            explorer.hidden
        )
        record = explorer.compute(values)
        assert not re.search(r"\bnan\b|\binf\b", explorer.describe(record), re.IGNORECASE)
        if k % 40 == 0:
            for lecture in (False, True):
                picture = explorer.picture(record, explorer.canvas(lecture))
                assert "nan" not in ElementTree.tostring(ElementTree.fromstring(picture), "unicode", "text")
                assert len(picture.encode()) < 80_000
        if explorer.challenge is not None:
            assert 0 <= explorer.challenge.score(record) <= 1
            assert explorer.challenge.sentence(record)


@every_explorer
def test_words_never_stand_on_words_or_leave_the_picture(kind):
    explorer, rng = kind(), np.random.default_rng(9)
    settings = [{name: end} for name, control in explorer.inputs.items() for end in control.ends()]
    settings += [preset.values for preset in map(Preset._make, kind.presets.values())]
    settings += [{name: control.draw(rng) for name, control in explorer.inputs.items()} for _ in range(3)]
    for values in settings:
        record = explorer.compute({**explorer.defaults, **values})
        for lecture in (False, True):
            canvas = explorer.canvas(lecture)
            root = ElementTree.fromstring(explorer.picture(record, canvas))
            assert not clashes(root, canvas), (values, lecture)


@every_explorer
def test_a_picture_and_a_sentence_depend_on_the_values_alone(kind):
    one, two = kind(), kind()
    values = one.values()
    record, again = one.compute(values), two.compute(values)
    canvas = one.canvas(False)
    assert one.picture(record, canvas) == two.picture(again, canvas)
    assert one.describe(record) == two.describe(again)
    assert one.values() == values


@pytest.mark.parametrize(("kind", "question"), PRESETS, ids=lambda each: getattr(each, "__name__", each))
def test_what_a_preset_promises_is_to_be_seen(kind, question):
    explorer = kind()
    explorer.visit(question)
    preset = Preset(*kind.presets[question])
    assert preset.check(explorer.record)
    assert svg.escape(preset.observation) in shown(explorer)
    assert_good_frame(explorer)


@every_explorer
def test_a_preset_is_one_frame(kind):
    explorer, frames = kind(), []
    for question in kind.presets:
        explorer._parts.frame.observe(lambda change: frames.append(change["new"]), "value")
        explorer.visit(question)
        explorer._parts.frame.unobserve_all("value")
        assert len(frames) <= 1
        frames.clear()


@every_explorer
def test_a_prediction_is_kept_beside_the_outcome_that_was_computed(kind):
    if kind.prediction is None:
        pytest.skip("asks for no prediction")
    explorer = kind()
    truth = kind.prediction.outcome(explorer.compute({**explorer.defaults, **kind.prediction.values}))
    assert truth in kind.prediction.choices
    assert kind.prediction.outcome(explorer.record) and "You said" not in shown(explorer)
    for choice in kind.prediction.choices:
        explorer.visit(next(iter(kind.presets)))
        explorer.predict(choice)
        remark = re.search(r"You said:</b> (.*?)</p>", shown(explorer))
        assert remark is not None
        assert remark[1] == svg.escape(f"{choice}. {kind.prediction.moment}: {truth}.")
        assert {**explorer.values(), **kind.prediction.values} == explorer.values()
        assert chosen(explorer) == [choice]


@every_explorer
def test_pressing_the_same_choice_again_leads_back_to_where_it_is_decided(kind):
    explorer = kind()
    button = explorer._parts.choices[0]
    button.click()
    decided = explorer.values()
    explorer.visit(next(iter(kind.presets)))
    explorer.set(**{name: control.ends()[0] for name, control in explorer.inputs.items()})
    assert explorer.values() != decided
    button.click()
    assert explorer.values() == decided
    assert "You said" in shown(explorer)


@every_explorer
def test_reset_forgets_the_prediction(kind):
    explorer = kind()
    before = shown(explorer)
    explorer.predict(kind.prediction.choices[0])
    explorer.reset()
    assert shown(explorer) == before
    assert chosen(explorer) == []


@every_explorer
def test_an_audience_is_asked_before_it_is_shown_the_answer(kind):
    explorer = kind()
    explorer._parts.lecture.value = True
    (visit,) = [each for each in explorer._parts.root.children if isinstance(each, Dropdown)]
    ask, answer = visit.options[1:3]
    assert ask == f"Ask first: {kind.prediction.question}"
    before = shown(explorer)
    visit.value = ask
    root = ElementTree.fromstring(shown(explorer)[: shown(explorer).index("</svg><p") + 6])
    asked = [str(text.text) for text in root.iter(f"{SVG}text")]
    assert " ".join(asked).lower().startswith(kind.prediction.question.lower())
    assert asked[-len(kind.prediction.choices) :] == list(kind.prediction.choices)
    assert root.attrib["viewBox"] in before
    assert explorer.describe(explorer.record) not in shown(explorer)
    assert explorer.values() == explorer.defaults
    visit.value = answer
    assert {**explorer.values(), **kind.prediction.values} == explorer.values()
    assert_good_frame(explorer)
    said = f"{kind.prediction.moment}: {kind.prediction.outcome(explorer.record)}."
    assert f'<p class="lab-finding"><b>{svg.escape(said)}</b> ' in shown(explorer)
    control = next(iter(explorer.inputs.values()))
    control.value = next(end for end in control.ends() if end != control.value)
    assert svg.escape(said) not in shown(explorer)
    visit.value = visit.options[0]
    visit.value = answer
    visit.value = ask
    visit.value = visit.options[3]
    assert_good_frame(explorer)
    assert svg.escape(said) not in shown(explorer)
    visit.value = ask
    explorer.reset()
    assert shown(explorer) == before


@every_explorer
def test_a_view_can_be_rebuilt_from_its_state_and_from_its_line_of_python(kind):
    explorer, rng = kind(), np.random.default_rng(11)
    explorer.set(**{name: control.draw(rng) for name, control in explorer.inputs.items()})
    space: dict[str, Any] = {}
    imports, construction = explorer.python().split("; ", 1)
    exec(imports, space)
    for again in (kind.from_state(explorer.state()), eval(construction, space)):
        assert again.values() == explorer.values()
        assert again.svg() == explorer.svg()


@every_explorer
def test_reset_goes_back_to_the_first_values_hidden_ones_included(kind):
    explorer, rng = kind(), np.random.default_rng(5)
    before = explorer.values()
    picture = explorer.svg()
    explorer.set(**{name: control.draw(rng) for name, control in explorer.inputs.items()})
    if "seed" in explorer.hidden:
        explorer.draw_again()
        assert explorer.values() != before
    explorer.reset()
    assert explorer.values() == before
    assert explorer.svg() == picture


@every_explorer
def test_a_page_on_which_nothing_runs_shows_a_picture_and_its_sentence(kind):
    explorer = kind()
    bundle, about = explorer._repr_mimebundle_()
    assert about == {"lstm_lab": {"python": explorer.python()}}
    sentence = explorer.describe(explorer.record)
    assert bundle["text/plain"] == sentence
    assert "application/vnd.jupyter.widget-view+json" in bundle
    root = ElementTree.fromstring(bundle["image/svg+xml"])
    written = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    assert kind.question in written
    assert sentence in written
    assert written.endswith("Run this cell (Shift + Enter) to move it.")
    assert "Run this cell" not in shown(explorer)


@every_explorer
def test_a_setting_that_cannot_be_computed_leaves_the_last_good_picture_and_a_sentence(kind, monkeypatch):
    monkeypatch.delenv("LSTM_LAB_RAISE")
    explorer = kind()
    good = explorer.picture(explorer.record, explorer.canvas(False))
    name, control = next(iter(explorer.inputs.items()))
    other = next(end for end in control.ends() if end != control.value)

    def broken(values):
        raise ValueError("no <such> thing")

    monkeypatch.setattr(explorer, "compute", broken)
    control.value = other
    assert shown(explorer).startswith(good)
    assert "This setting could not be drawn (ValueError: no &lt;such&gt; thing)." in shown(explorer)
    monkeypatch.undo()
    control.value = explorer.defaults[name]
    assert "could not be drawn" not in shown(explorer)


@every_explorer
def test_in_a_test_a_setting_that_cannot_be_computed_raises(kind, monkeypatch):
    explorer = kind()
    control = next(iter(explorer.inputs.values()))
    monkeypatch.setattr(explorer, "compute", lambda values: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        control.value = next(end for end in control.ends() if end != control.value)


@every_explorer
def test_what_moves_while_a_frame_is_drawn_is_in_the_next_frame(kind, monkeypatch):
    explorer = kind()
    first, other = list(explorer.inputs.values())[:2]
    compute = explorer.compute

    def interrupted(values):
        monkeypatch.undo()
        other.value = other.ends()[-1]
        return compute(values)

    monkeypatch.setattr(explorer, "compute", interrupted)
    monkeypatch.setenv("LSTM_LAB_RAISE", "1")
    first.value = first.ends()[-1]
    assert_good_frame(explorer)


@every_explorer
def test_one_toggle_brings_every_explorer_into_large_print_and_back(kind):
    one, two = kind(), kind()
    alone = shown(two)
    one._parts.lecture.value = True
    for each in (one, two):
        assert each._parts.lecture.value
        assert 'viewBox="0 0 620 ' in shown(each)
    assert "--jp-content-font-size1:24px" in two._parts.style.value
    assert_good_frame(two)
    assert kind()._in_lecture
    two._parts.lecture.value = False
    assert shown(two) == alone
    assert not one._in_lecture


@every_explorer
def test_at_most_two_controls_stay_in_large_print(kind):
    stay = [each for each in kind().inputs.values() if "lab-only-alone" not in each._dom_classes]
    assert 1 <= len(stay) <= 2


@every_explorer
def test_text_is_large_enough_for_a_projector(kind):
    explorer = kind()
    root = ElementTree.fromstring(explorer.svg(explorer.canvas(True)))
    shown_width = 1064
    scale = shown_width / float(root.attrib["width"])
    sizes = [
        float(text.attrib.get("font-size", root.attrib["font-size"])) for text in root.iter(f"{SVG}text")
    ]
    assert min(sizes) * scale >= 24


def test_a_value_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(ValueError, match=r"^Echo has no value 'weight'; it has w, b, pulse, activation$"):
        Echo(weight=1)
