import math
import re
import sys
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_lab import exercises, measures
from lstm_lab.cells import LSTMState, RNNParams, RNNStep, lstm_step, sigmoid, trace
from lstm_lab.exercises import EXERCISES, check, hint, layers_of, reveal
from lstm_lab.exercises.cell import CELL
from lstm_lab.exercises.gates import GATES
from lstm_lab.gradients import backward
from lstm_lab.models import load
from lstm_lab.starts import gru_default


def named(name: str, function):
    """Give a function the name of an exercise, as a learner's def would."""
    function.__name__ = name
    return function


@pytest.mark.parametrize("name", EXERCISES)
def test_the_revealed_answer_is_right_when_a_learner_types_it(name: str) -> None:
    scope = {"np": np, "sigmoid": sigmoid} | {each: e.answer for each, e in EXERCISES.items()}
    exec(str(reveal(name)), scope)
    verdict = check(scope[name])
    assert verdict.right
    count = len(EXERCISES[name].calls())
    inputs = f"agrees with the answer on {count} different inputs."
    assert repr(verdict) == f"Right: {name} {EXERCISES[name].if_right or inputs}"


@pytest.mark.parametrize(
    ("name", "mistake"), [(name, m) for name, e in EXERCISES.items() for m in e.mistakes], ids=str
)
def test_every_known_slip_is_named(name: str, mistake: exercises.Mistake) -> None:
    verdict = check(named(name, lambda *a, slip=mistake.made_by: slip(*a)))
    assert verdict == (False, f"Not yet: {mistake.sentence}")


@pytest.mark.parametrize("name", EXERCISES)
def test_an_answer_that_is_off_by_a_thousandth_is_not_right(name: str) -> None:
    def nearly(*arguments):
        given = EXERCISES[name].answer(*arguments)
        return tuple(1.001 * part for part in given) if EXERCISES[name].parts else 1.001 * given

    assert not check(named(name, nearly)).right


class Unreadable:
    """As a torch tensor that wants gradients: NumPy may not look at it."""

    def __array__(self, *args: object, **kwargs: object) -> np.ndarray:
        raise RuntimeError("not for NumPy")


def test_a_function_that_stops_is_answered_with_a_sentence() -> None:
    verdict = check(named("softmax", lambda logits: logits / "a"))
    assert not verdict.right
    assert verdict.sentence.startswith("Not yet: softmax stopped with ")


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (lambda z: ..., "Not yet: it returns nothing. End it with a line that starts with return."),
        (lambda z: None, "Not yet: it returns nothing. End it with a line that starts with return."),
        (lambda z: "bear", "Not yet: it should return numbers, it returns str."),
        (lambda z: "1", "Not yet: it should return numbers, it returns str."),
        (lambda z: z + 0j, "Not yet: it should return numbers, it returns ndarray."),
        (lambda z: Unreadable(), "Not yet: it should return numbers, it returns Unreadable."),
        (lambda z: sys.exit(1), "Not yet: softmax stopped with SystemExit: 1."),
        (lambda z: np.zeros(2), "Not yet: it should return shape (3,), it returns shape (2,)."),
        (
            lambda z: z @ z,
            "Not yet: it returns one number where 3 are wanted: * multiplies number by number, @ sums up.",
        ),
        (lambda z: z * np.nan, "Not yet: it returns a number that is not finite."),
        (
            lambda z: np.zeros(3),
            "Not yet: the shape is right, the numbers are not: the largest difference is 0.67.",
        ),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong(function, sentence: str) -> None:
    assert check(named("softmax", function)).sentence == sentence


def test_a_function_that_changes_its_arguments_is_judged_on_what_it_returns() -> None:
    def softmax(logits):
        logits -= logits.max()
        np.exp(logits, out=logits)
        logits /= logits.sum()
        return logits

    assert check(softmax).right


def test_a_function_that_changes_the_weights_it_was_given_is_judged_on_what_it_returns() -> None:
    def forget(x, h, c, F):
        a = F.b
        a += x @ F.W_x + h @ F.W_h
        return sigmoid(a) * c

    assert check(forget).right
    answer = EXERCISES["lstm_step"].answer

    def lstm_step(x, h, c, layers):
        h, c = answer(x, h, c, layers)
        for layer in layers:
            layer.b[:] = 0
        return h, c

    assert check(lstm_step).right


@pytest.mark.parametrize("form", [tuple, list, lambda parts: [part.tolist() for part in parts]])
def test_several_parts_may_come_as_a_tuple_or_a_list_and_in_single_precision(form) -> None:
    answer = EXERCISES["tap_memory"].answer
    assert check(named("tap_memory", lambda *a: form(answer(*a)))).right
    assert check(named("tap_memory", lambda *a: form(answer(*map(np.float32, a))))).right


def test_one_array_is_not_taken_for_several_parts() -> None:
    answer = EXERCISES["tap_memory"].answer
    for wrong in (lambda *a: answer(*a)[0], lambda *a: np.array(answer(*a))):
        sentence = check(named("tap_memory", wrong)).sentence
        assert sentence == "Not yet: it should return 2 things: return c, read * c."


def test_several_arrays_are_not_taken_for_one() -> None:
    answer = EXERCISES["forget"].answer
    sentence = check(named("forget", lambda x, h, c, F: (c, answer(x, h, c, F)))).sentence
    assert sentence == "Not yet: it returns 2 things where one array is wanted: return one, without a comma."
    assert check(named("softmax", lambda z: tuple(EXERCISES["softmax"].answer(z)))).right, (
        "numbers are no arrays"
    )


def test_a_tap_in_the_place_of_another_is_told_from_no_tap_at_all() -> None:
    def tap_memory(c, event, keep, write, read):
        c = keep * c + (1 - keep) * event
        return c, read * c

    assert check(tap_memory).sentence == (
        "Not yet: how much is written is a tap of its own: write, not 1 - keep."
    )


def test_no_two_slips_of_a_gate_give_the_same_on_its_first_call() -> None:
    for name, exercise in (CELL | GATES).items():
        seen = []
        for mistake in exercise.mistakes:
            call = exercise.calls()[0]
            given = mistake.made_by(*call)
            parts = given if isinstance(given, tuple) else (given,)
            seen.append(np.concatenate([np.ravel(part) for part in parts]))
        for k, one in enumerate(seen):
            assert not any(one.shape == other.shape and np.allclose(one, other) for other in seen[:k]), name


def test_an_unknown_name_lists_the_exercises() -> None:
    known = ", ".join(EXERCISES)
    assert check(named("bear", lambda: 0)) == (False, f"There is no exercise named bear; there are: {known}.")
    with pytest.raises(ValueError, match=f"^there is no exercise named 'bear'; there are: {known}$"):
        hint("bear")


def test_hints_go_from_a_nudge_to_almost_the_answer() -> None:
    for name, exercise in EXERCISES.items():
        count = len(exercise.hints)
        assert count >= 2, f"{name} needs a nudge and almost the answer: two hints or more"
        assert hint(name) == f"{exercise.hints[0]} (hint 1 of {count})"
        assert hint(name, 99) == f"{exercise.hints[-1]} (hint {count} of {count})"


def test_a_name_in_quotes_is_answered_with_how_to_pass_the_function() -> None:
    wrong: Any = "softmax"
    assert check(wrong).sentence == "Pass the function itself, without quotes: check(softmax)."


def test_a_product_the_wrong_way_round_is_told_that_vectors_are_rows() -> None:
    verdict = check(named("rnn_step", lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + W_h @ h + b)))
    assert verdict.sentence.startswith("Not yet: rnn_step stopped with ValueError: ")
    assert verdict.sentence.endswith(" Vectors are rows here: write x @ W_x and h @ W_h.")


def test_what_is_built_on_a_function_that_returns_nothing_yet_says_which_one() -> None:
    answers: dict[str, Any] = {name: exercise.answer for name, exercise in EXERCISES.items()}

    def written_with(source: str, **unsolved: Any) -> Any:
        scope = {"np": np} | answers | unsolved
        exec(source, scope)
        return scope[source.split("(")[0].removeprefix("def ")]

    loop = "def read_show(xs, h, *w):\n    for x in xs: h = rnn_step(x, h, *w)\n    return h"
    cell = (
        "def lstm_step(x, h, c, layers):\n"
        "    c = remember(x, h, c, layers)\n    return use(x, h, c, layers.o), c"
    )
    both = "def remember(x, h, c, layers):\n    return forget(x, h, c, layers.f) + learn(x, h, *layers[::2])"
    for source, name in ((loop, "rnn_step"), (cell, "use"), (cell, "remember"), (both, "learn")):
        assert check(written_with(source)).right
        for nothing in (lambda *a: None, lambda *a: ...):
            verdict = check(written_with(source, **{name: nothing}))
            assert verdict == (False, f"Not yet: your {name} returns nothing yet: solve that one first.")
    wrong = check(written_with(cell, use=lambda x, h, c, layer: c)).sentence
    assert wrong.startswith("Not yet: the shape of h is right, the numbers are not")


def test_a_part_that_is_none_is_told_from_one_with_wrong_numbers() -> None:
    answer = EXERCISES["lstm_step"].answer
    verdict = check(named("lstm_step", lambda *a: (None, answer(*a)[1])))
    assert verdict.sentence == "Not yet: h is None: nothing has been computed for it yet."
    verdict = check(named("lstm_step", lambda *a: (answer(*a)[0], ...)))
    assert verdict.sentence == "Not yet: c is Ellipsis: nothing has been computed for it yet."


def test_a_layer_that_is_not_there_and_layers_passed_for_one_are_told_what_layers_holds() -> None:
    learn, forget = (EXERCISES[name].answer for name in ("learn", "forget"))
    for wrong in (
        lambda x, h, c, layers: forget(x, h, c, layers.F) + learn(x, h, layers.I, layers.G),
        lambda x, h, c, layers: forget(x, h, c, layers.f) + learn(x, h, layers),
    ):
        sentence = check(named("remember", wrong)).sentence
        assert re.match(r"Not yet: remember stopped with (AttributeError|TypeError): ", sentence)
        assert sentence.endswith(" layers holds four: layers.i, layers.f, layers.g and layers.o.")
    sentence = check(
        named("use", lambda x, h, c, O: sigmoid(x @ O.W + h @ O.W_h + O.b) * np.tanh(c))
    ).sentence
    assert sentence.endswith(
        "Vectors are rows here: write x @ F.W_x and h @ F.W_h, with the letter of your layer."
    )


def test_a_function_that_takes_other_things_is_told_what_it_is_called_with() -> None:
    assert check(named("learn", lambda x, h: x)).sentence == (
        "Not yet: learn is called with 4 things: def learn(x, h, I, G)."
    )


# --- how a notebook shows it ----------------------------------------------------------------------


def test_a_verdict_has_a_mark_of_its_own_and_the_words_that_are_also_its_plain_text() -> None:
    right, wrong = check(EXERCISES["softmax"].answer), check(named("softmax", lambda z: z < z[0]))
    shown = {verdict: ElementTree.fromstring(verdict._repr_html_()) for verdict in (right, wrong)}
    for (verdict, root), mark in zip(shown.items(), "✓○", strict=True):
        assert "".join(root.itertext()) == f"{mark} {verdict!r}"
        assert "style" not in root.attrib, "a paragraph breaks between words by itself"
    assert len({root[0].attrib["style"] for root in shown.values()}) == 2


def test_a_hint_is_a_paragraph_and_an_answer_is_lines_of_code() -> None:
    nudge, answer = hint("remember", 2), reveal("remember")
    root = ElementTree.fromstring(nudge._repr_html_())
    assert (root.tag, root.text) == ("p", repr(nudge))
    root = ElementTree.fromstring(answer._repr_html_())
    assert (root.tag, root[0].tag, root[0].text) == ("pre", "code", repr(answer))
    assert len(str(answer).splitlines()) > 3
    assert "&lt;b&gt;" in exercises.Text("<b>")._repr_html_()


# --- half-life ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "way",
    [
        lambda f: -1 / np.log2(f),
        lambda f: np.log10(0.5) / np.log10(f),
        lambda f: np.log(2) / -np.log(f),
        lambda f: np.log2(0.5) / np.log2(f),
        measures.half_life,
    ],
)
def test_every_way_to_a_half_life_is_right_whatever_the_base_of_the_logarithm(way) -> None:
    assert check(named("half_life", lambda f: way(f))).right


def test_a_half_life_of_one_number_alone_is_told_that_there_may_be_many() -> None:
    sentence = check(named("half_life", lambda f: math.log(0.5) / math.log(f))).sentence
    assert sentence.endswith(" f may be an array: np.log takes all of its numbers at once.")


@pytest.mark.parametrize(
    "rounded", [np.ceil, np.floor, np.trunc, np.round, lambda n: np.asarray(n).astype(int)]
)
def test_a_half_life_that_is_rounded_in_any_way_is_told_not_to_round(rounded) -> None:
    assert "do not round" in check(named("half_life", lambda f: rounded(np.log(0.5) / np.log(f)))).sentence


def test_after_a_half_life_half_is_left() -> None:
    for (f,) in EXERCISES["half_life"].calls():
        np.testing.assert_allclose(f ** EXERCISES["half_life"].answer(f), 0.5)


def backward_with(**changes):
    """Return the answer to ``rnn_step_backward`` with some of its parts replaced."""

    def rnn_step_backward(d_h, x, h_prev, h, W_h):
        parts = dict(
            zip(
                ("d_W_x", "d_W_h", "d_b", "d_h_prev"),
                EXERCISES["rnn_step_backward"].answer(d_h, x, h_prev, h, W_h),
                strict=True,
            )
        )
        return tuple((parts | changes).values())

    return rnn_step_backward


def test_of_several_parts_the_wrong_one_is_named() -> None:
    wrong = check(backward_with(d_W_h=np.zeros((4, 4)))).sentence
    assert wrong.startswith(
        "Not yet: the shape of d_W_h is right, the numbers are not: the largest difference is "
    )
    assert (
        check(backward_with(d_b=np.zeros(3))).sentence
        == "Not yet: d_b should have shape (4,), d_b has shape (3,)."
    )
    short = named("rnn_step_backward", lambda *a: (1, 2))
    assert check(short).sentence == "Not yet: it should return 4 things: return d_W_x, d_W_h, d_b, d_h_prev."


def test_the_backward_a_learner_writes_is_the_packages_own() -> None:
    (d_h, x, h_prev, h, W_h), *_ = EXERCISES["rnn_step_backward"].calls()
    params = RNNParams(np.zeros((3, 4)), W_h, np.zeros(4))
    step = RNNStep(x[None, None], h_prev[None, None], np.zeros((1, 1, 4)), h[None, None])
    back = backward(params, step, d_h[None, None])
    d_W_x, d_W_h, d_b, d_h_prev = EXERCISES["rnn_step_backward"].answer(d_h, x, h_prev, h, W_h)
    for mine, theirs in ((d_W_x, back.d_params.W_x), (d_W_h, back.d_params.W_h), (d_b, back.d_params.b)):
        np.testing.assert_allclose(mine, theirs, atol=1e-14)
    np.testing.assert_allclose(d_h_prev, back.d_start.h[0], atol=1e-14)


def test_the_gates_a_learner_writes_are_the_packages_cell() -> None:
    model = load("lstm_channels")
    cell: Any = model.cell
    layers = layers_of(cell)
    rng = np.random.default_rng(6)
    x, h, c = rng.normal(size=8), np.tanh(rng.normal(size=16)), rng.normal(size=16)
    step = lstm_step(cell, x[None], LSTMState(h[None], c[None]))
    answer = {name: EXERCISES[name].answer for name in ("learn", "forget", "remember", "use", "lstm_step")}
    for mine, theirs in (
        (answer["learn"](x, h, layers.i, layers.g), step.i * step.g),
        (answer["forget"](x, h, c, layers.f), step.f * step.c_prev),
        (answer["remember"](x, h, c, layers), step.c),
        (answer["use"](x, h, step.c[0], layers.o), step.h),
        (answer["lstm_step"](x, h, c, layers)[0], step.h),
    ):
        np.testing.assert_allclose(mine, np.ravel(theirs), atol=1e-14)


def test_the_show_that_torch_ran_is_the_show_our_cell_runs() -> None:
    calls, wanted = EXERCISES["lstm_step"].calls(), EXERCISES["lstm_step"].wanted
    assert wanted is not None
    run: Any = trace(load("lstm_channels").cell, np.stack([x for x, *_ in calls])[:, None])
    for name, theirs in zip("hc", zip(*wanted(), strict=True), strict=True):
        np.testing.assert_allclose(getattr(run, name)[:, 0], np.stack(theirs), atol=1e-10)
    assert len(calls) >= 5


def test_a_cell_that_slips_at_the_title_card_alone_is_caught() -> None:
    answer = EXERCISES["lstm_step"].answer

    def slips(x, h, c, layers):
        return answer(x, h, c, layers) if x[-1] < 0 else answer(x, h, 0.9 * c, layers)

    verdict = check(named("lstm_step", slips))
    assert verdict.sentence.startswith("Not yet: the shape of h is right, the numbers are not: the largest ")


def test_there_are_no_such_layers_in_another_cell() -> None:
    gru: Any = gru_default(np.random.default_rng(0), 2, 3)
    with pytest.raises(ValueError, match=r"^params must be of type LSTMParams, got GRUParams$"):
        layers_of(gru)
