import sys
from typing import Any

import numpy as np
import pytest

from lstm_lab import exercises
from lstm_lab.cells import LSTMState, RNNParams, RNNStep, lstm_step, sigmoid, trace
from lstm_lab.exercises import EXERCISES, check, hint, layers_of, reveal
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


def test_an_unknown_name_lists_the_exercises() -> None:
    known = ", ".join(EXERCISES)
    assert check(named("bear", lambda: 0)) == (False, f"There is no exercise named bear; there are: {known}.")
    with pytest.raises(ValueError, match=f"^there is no exercise named 'bear'; there are: {known}$"):
        hint("bear")


def test_hints_go_from_a_nudge_to_almost_the_answer() -> None:
    for name, exercise in EXERCISES.items():
        count = len(exercise.hints)
        assert hint(name) == f"{exercise.hints[0]} (hint 1 of {count})"
        assert hint(name, 99) == f"{exercise.hints[-1]} (hint {count} of {count})"


def test_a_name_in_quotes_is_answered_with_how_to_pass_the_function() -> None:
    wrong: Any = "softmax"
    assert check(wrong).sentence == "Pass the function itself, without quotes: check(softmax)."


def test_a_product_the_wrong_way_round_is_told_that_vectors_are_rows() -> None:
    verdict = check(named("rnn_step", lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + W_h @ h + b)))
    assert verdict.sentence.startswith("Not yet: rnn_step stopped with ValueError: ")
    assert verdict.sentence.endswith(" Vectors are rows here: write x @ W_x and h @ W_h.")


def test_a_loop_over_a_step_that_is_not_written_yet_says_so() -> None:
    assert check(named("read_show", lambda *a: None)).sentence == (
        "Not yet: it returns nothing. End it with a line that starts with return. "
        "If it does, your rnn_step returns nothing yet: solve that one first."
    )


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
