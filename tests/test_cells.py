"""The cells agree with torch, with themselves, and with what can be said of them in a sentence."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import says
from random_cells import SIZES, STARTS, draw, to_torch, with_bias

from lstm_lab import cells, models
from lstm_lab.cells import (
    GATES,
    GRU_GATES,
    GRUState,
    LSTMParams,
    LSTMState,
    RNNParams,
    RNNState,
    StoryParams,
    StoryState,
)
from lstm_lab.cells.activations import FAR, logit


def test_every_cell_that_can_be_kept_in_a_file_is_held_to_the_laws_of_this_file():
    assert {kind.split()[0] for kind in STARTS} == set(models.CELLS)
    for name, params in models.CELLS.items():
        assert type(STARTS[name](np.random.default_rng(0), 1, 1)) is params


@pytest.mark.parametrize("kind", ["rnn", "rnn relu", "lstm", "gru"])
@pytest.mark.parametrize("sizes", SIZES)
def test_a_trace_is_what_torch_computes(kind, sizes):
    params, xs, start = draw(kind, *sizes)
    parts = tuple(torch.tensor(part)[None] for part in start)
    hs, last = to_torch(params)(torch.tensor(xs), parts if len(parts) == 2 else parts[0])
    trace = cells.trace(params, xs, start)
    np.testing.assert_allclose(trace.h, hs.detach(), rtol=0, atol=1e-10)
    if kind == "lstm":
        np.testing.assert_allclose(trace.c[-1], last[1][0].detach(), rtol=0, atol=1e-10)


@pytest.mark.parametrize("kind", STARTS)
@settings(max_examples=25, deadline=None)
@given(
    T=st.integers(1, 12),
    B=st.integers(1, 4),
    D=st.integers(1, 5),
    H=st.integers(1, 6),
    seed=st.integers(0, 99),
)
def test_the_fast_way_returns_the_record_of_the_plain_loop(kind, T, B, D, H, seed):
    params, xs, start = draw(kind, T, B, D, H, seed)
    for first in (start, None):
        plain, fast = cells.unroll(params, xs, first), cells.trace(params, xs, first)
        assert type(plain) is type(fast)
        for name, a, b in zip(plain._fields, plain, fast, strict=True):
            assert b.shape == (T, B, D if name == "x" else H), name
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("kind", STARTS)
def test_a_trace_holds_the_steps_that_a_reader_would_make(kind):
    params, xs, start = draw(kind)
    trace = cells.trace(params, xs, start)
    state = start
    for t, x in enumerate(xs):
        step = cells.step(params, x, state)
        for name, expected, got in zip(step._fields, step, cells.at(trace, t), strict=True):
            np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12, err_msg=f"{name} at {t}")
        state = step.state
    for end, last in zip(cells.at(trace, -1).state, state, strict=True):
        np.testing.assert_allclose(end, last, atol=1e-12)


@pytest.mark.parametrize("kind", STARTS)
def test_stopping_in_the_middle_and_going_on_changes_nothing(kind):
    params, xs, start = draw(kind, T=9)
    whole = cells.trace(params, xs, start)
    first = cells.trace(params, xs[:4], start)
    second = cells.trace(params, xs[4:], cells.at(first, -1).state)
    np.testing.assert_allclose(np.concatenate([first.h, second.h]), whole.h, atol=1e-12)


@pytest.mark.parametrize("kind", STARTS)
def test_sequences_of_a_batch_do_not_see_each_other(kind):
    params, xs, start = draw(kind, B=3)
    together = cells.trace(params, xs, start)
    alone = cells.trace(params, xs[:, 1:2], type(start)(*(part[1:2] for part in start)))
    np.testing.assert_allclose(together.h[:, 1:2], alone.h, atol=1e-12)


@pytest.mark.parametrize("kind", STARTS)
def test_running_a_cell_changes_none_of_its_arguments(kind):
    params, xs, start = draw(kind)
    arrays = [xs, *start, *(part for part in params if isinstance(part, np.ndarray))]
    before = [array.copy() for array in arrays]
    cells.trace(params, xs, start)
    cells.unroll(params, xs, start)
    for array, old in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, old)


@pytest.mark.parametrize("kind", STARTS)
def test_inputs_in_float64_are_not_copied(kind):
    params, xs, start = draw(kind)
    assert np.shares_memory(cells.trace(params, xs, start).x, xs)


# Laws a reader could state.


def test_a_linear_cell_multiplies_its_memory_by_W_h_at_every_step():
    params, _, start = draw("rnn linear", H=3)
    trace = cells.trace(params._replace(b=np.zeros(3)), np.zeros((6, 2, 3)), start)
    np.testing.assert_allclose(trace.h[-1], start.h @ np.linalg.matrix_power(params.W_h, 6), atol=1e-12)


def test_an_open_forget_gate_and_a_shut_input_gate_keep_the_cell():
    params, xs, start = draw("lstm", T=30)
    trace = cells.trace(with_bias(params, GATES, f=50, i=-50), xs, start)
    np.testing.assert_allclose(trace.c, np.broadcast_to(start.c, trace.c.shape), rtol=0, atol=1e-12)


def test_a_shut_forget_gate_leaves_nothing_of_the_old_cell():
    params, xs, start = draw("lstm")
    trace = cells.trace(with_bias(params, GATES, f=-50), xs, start)
    np.testing.assert_allclose(trace.c, trace.i * trace.g, atol=1e-12)


def test_a_shut_output_gate_hides_the_cell_but_does_not_empty_it():
    params, xs, start = draw("lstm")
    trace = cells.trace(with_bias(params, GATES, o=-50), xs, start)
    assert np.abs(trace.h).max() < 1e-12 < np.abs(trace.c).min()


def test_a_gru_whose_update_gate_is_one_keeps_its_memory():
    params, xs, start = draw("gru", T=30)
    b_x = params.b_x.copy()
    b_x[cells.gate_index("z", GRU_GATES)] = 50
    trace = cells.trace(params._replace(b_x=b_x), xs, start)
    np.testing.assert_allclose(trace.h, np.broadcast_to(start.h, trace.h.shape), rtol=0, atol=1e-12)


def test_a_gru_whose_reset_gate_is_zero_writes_without_looking_back():
    params, xs, start = draw("gru")
    b_x = params.b_x.copy()
    b_x[cells.gate_index("r", GRU_GATES)] = -50
    trace = cells.trace(params._replace(b_x=b_x), xs, start)
    n = cells.gate_index("n", GRU_GATES)
    np.testing.assert_allclose(trace.n, np.tanh(xs @ params.W_x[n] + b_x[n]), atol=1e-12)


def textbook(params: StoryParams) -> LSTMParams:
    return LSTMParams(params.W_x, params.W_h, params.b)


def with_plain_use(params: StoryParams) -> StoryParams:
    H = cells.hidden_size(params)
    return params._replace(W_u=np.eye(H), b_u=np.zeros(H))


def test_a_story_cell_that_uses_c_in_place_of_what_it_kept_is_the_textbook_cell():
    params, xs, start = draw("story")
    params = with_plain_use(params)
    step = cells.step(params, xs[0], start)
    lstm = cells.step(textbook(params), xs[0], LSTMState(*start))
    np.testing.assert_allclose(step.h, np.tanh(step.k) * step.v, atol=1e-12)
    np.testing.assert_allclose(lstm.h, np.tanh(step.c) * step.v, atol=1e-12)
    np.testing.assert_allclose(lstm.c, step.c, atol=1e-12)


def test_a_gate_at_the_logit_of_a_level_stands_at_that_level_and_at_the_ends_has_no_slope():
    levels = np.array([0.0, 1e-12, 0.1, 0.5, 0.9, 1.0])
    found = cells.sigmoid(logit(levels))
    np.testing.assert_allclose(found, levels, rtol=0, atol=1e-15)
    for dtype in (np.float32, np.float64):
        shut, wide_open = cells.sigmoid(logit(np.array([0.0, 1.0])).astype(dtype))
        assert (shut, wide_open) == (0, 1) and 1 - np.tanh(dtype(FAR)) ** 2 == 0


def test_the_new_long_term_memory_is_what_was_kept_and_what_was_learned():
    for kind in ("lstm", "story"):
        step = cells.step(*(part if k != 1 else part[0] for k, part in enumerate(draw(kind))))
        np.testing.assert_allclose(step.kept + step.learned, step.c, rtol=0, atol=1e-12)
        np.testing.assert_allclose(step.kept, step.f * step.c_prev, rtol=0, atol=1e-12)
        assert np.abs(step.learned).min() > 0


def test_what_is_used_is_a_part_of_what_the_memory_shows():
    params, xs, start = draw("lstm")
    trace = cells.trace(params, xs, start)
    np.testing.assert_allclose(trace.o * trace.shown, trace.h, rtol=0, atol=1e-12)
    assert np.all(np.abs(trace.shown) < 1)


def test_a_story_cell_that_learns_nothing_is_the_textbook_cell_for_good():
    params, xs, start = draw("story", T=20)
    params = with_bias(with_plain_use(params), cells.STORY_GATES, i=-50)
    story = cells.trace(params, xs, start)
    lstm = cells.trace(textbook(params), xs, LSTMState(*start))
    np.testing.assert_allclose(story.h, lstm.h, rtol=0, atol=1e-12)
    assert np.abs(story.h).max() > 0.01


def story_unit_by_unit(params: StoryParams, xs: Any, start: StoryState) -> list[list[list[float]]]:
    """The story LSTM in plain Python, one unit of one sequence at a time."""

    def total(t: int, b: int, j: int, gate: int, h: list[list[float]]) -> float:
        from_x = sum(xs[t][b][d] * params.W_x[gate][d][j] for d in range(len(xs[t][b])))
        return from_x + sum(h[b][k] * params.W_h[gate][k][j] for k in range(H)) + params.b[gate][j]

    def sigma(a: float) -> float:
        return 1 / (1 + math.exp(-a))

    h, c = start.h.tolist(), start.c.tolist()
    B, H = len(h), len(h[0])
    seen = []
    for t in range(len(xs)):
        kept, new_h, new_c = ([[0.0] * H for _ in range(B)] for _ in range(3))
        for b in range(B):
            for j in range(H):
                i, f, v = (sigma(total(t, b, j, gate, h)) for gate in (0, 1, 3))
                kept[b][j] = f * c[b][j]
                new_c[b][j] = kept[b][j] + i * math.tanh(total(t, b, j, 2, h))
                new_h[b][j] = v
            for j in range(H):
                a_u = sum(kept[b][k] * params.W_u[k][j] for k in range(H)) + params.b_u[j]
                new_h[b][j] *= math.tanh(a_u)
        h, c = new_h, new_c
        seen.append(h)
    return seen


def test_a_story_trace_is_what_its_equations_say_unit_by_unit():
    params, xs, start = draw("story", T=6, B=2, D=3, H=4)
    unit_by_unit = story_unit_by_unit(params, xs, start)
    np.testing.assert_allclose(cells.trace(params, xs, start).h, unit_by_unit, rtol=0, atol=1e-13)


def test_what_the_story_cell_learns_reaches_h_one_step_later():
    params, xs, start = draw("story")
    other = with_bias(params, cells.STORY_GATES, g=3)
    a, b = cells.trace(params, xs, start), cells.trace(other, xs, start)
    assert np.abs(a.c[0] - b.c[0]).min() > 1e-3
    np.testing.assert_array_equal(a.h[0], b.h[0])
    assert np.abs(a.h[1] - b.h[1]).min() > 1e-6


def test_a_textbook_cell_shows_at_once_what_it_learns():
    params, xs, start = draw("lstm")
    other = with_bias(params, GATES, g=3)
    a, b = cells.trace(params, xs, start), cells.trace(other, xs, start)
    assert np.abs(a.h[0] - b.h[0]).min() > 1e-6


@pytest.mark.parametrize("kind", STARTS)
def test_huge_inputs_saturate_without_a_warning(kind):
    params, _, start = draw(kind)
    for sign in (-1, 1):
        xs = np.full((5, 2, 3), sign * 3e4)
        for run in (cells.trace, cells.unroll):
            trace = run(params, xs, start)
            assert all(np.isfinite(values).all() for values in trace)
            if kind == "lstm":
                assert np.abs(trace.a_f).min() > 1e3
                assert 0 <= trace.f.min() <= trace.f.max() <= 1


def test_sigmoid_is_one_over_one_plus_e_to_the_minus_a():
    a = np.linspace(-30, 30, 1001)
    np.testing.assert_allclose(cells.sigmoid(a), 1 / (1 + np.exp(-a)), rtol=0, atol=1e-15)


def test_sizes_and_zero_states_are_read_off_the_weights():
    for kind in STARTS:
        params, _, start = draw(kind, D=3, H=4)
        zeros = cells.zero_state(params, 7)
        assert (cells.input_size(params), cells.hidden_size(params)) == (3, 4)
        assert type(zeros) is type(start)
        assert all(part.shape == (7, 4) and not part.any() for part in zeros)


def test_lists_will_do_for_arrays():
    lists: tuple[Any, ...] = ([[1]], [[0.5]], [0], [[[1]], [[0]], [[0]]])
    W_x, W_h, b, xs = lists
    params = RNNParams(W_x, W_h, b, "linear")
    np.testing.assert_allclose(cells.trace(params, xs).h.ravel(), [1, 0.5, 0.25])
    np.testing.assert_allclose(cells.step(params, xs[0], cells.zero_state(params, 1)).h, [[1]])


@pytest.mark.parametrize("kind", STARTS)
def test_how_numbers_lie_in_memory_changes_nothing(kind):
    params, xs, start = draw(kind)
    turned, apart = (
        type(params)(*(lay(p) if isinstance(p, np.ndarray) else p for p in params))
        for lay in (np.asfortranarray, lambda p: np.repeat(p, 2, axis=-1)[..., ::2])
    )
    for p in (v for v in (*turned, *apart, xs) if isinstance(v, np.ndarray)):
        p.flags.writeable = False
    for other in (turned, apart):
        for run in (cells.trace, cells.unroll):
            again = run(other, np.asfortranarray(xs), start)
            for a, b in zip(again, cells.trace(params, xs, start), strict=True):
                np.testing.assert_allclose(a, b, rtol=0, atol=1e-13)


# What is said when something does not fit.


RUNS = [cells.trace, cells.unroll]


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("kind", STARTS)
def test_inputs_that_do_not_fit_are_named(run, kind):
    params, xs, start = draw(kind)
    with says("xs must have shape (T, B, D=3), got (5, 2, 2)"):
        run(params, xs[:, :, :2], start)
    with says("xs must have shape (T, B, D=3), got (5, 3)"):
        run(params, xs[:, 0])
    with says("xs must have at least one entry on every axis, got shape (0, 2, 3)"):
        run(params, xs[:0], start)
    with says("xs must have at least one entry on every axis, got shape (0, 2, 3)"):
        run(params, xs[:0])
    xs[1, 0, 2] = np.nan
    with says("xs must hold finite numbers, got nan at index (1, 0, 2)", ValueError):
        run(params, xs, start)


@pytest.mark.parametrize("kind", STARTS)
def test_a_start_that_does_not_fit_is_named(kind):
    params, xs, start = draw(kind)
    with says("start.h must have shape (B=2, H=4), got (1, 4)"):
        cells.trace(params, xs, start._replace(h=np.zeros((1, 4))))
    with says("state.h must have shape (B=2, H=4), got (2, 3)"):
        cells.unroll(params, xs, start._replace(h=np.zeros((2, 3))))
    with says("state.h must hold finite numbers, got inf at index (0, 0)", ValueError):
        cells.step(params, xs[0], start._replace(h=np.full((2, 4), np.inf)))
    other: Any = tuple(start)
    with says(f"start must be of type {type(start).__name__}, got tuple", ValueError):
        cells.trace(params, xs, other)
    with says(f"state must be of type {type(start).__name__}, got tuple", ValueError):
        cells.step(params, xs[0], other)
    if len(start) == 2:
        with says("start.c must have shape (B=2, H=4), got (2, 5)"):
            cells.trace(params, xs, start._replace(c=np.zeros((2, 5))))


def test_a_single_input_that_does_not_fit_is_named():
    for kind in STARTS:
        params, xs, start = draw(kind)
        with says("x must have shape (B, D=3), got (2, 4)"):
            cells.step(params, np.zeros((2, 4)), start)
        with says("x must have shape (B, D=3), got (3,)"):
            cells.step(params, xs[0, 0], start)


def test_weights_that_do_not_fit_each_other_are_named():
    lstm, xs, _ = draw("lstm")
    for params, message in [
        (lstm._replace(W_x=lstm.W_x[:3]), "W_x must have shape (G=4, D, H), got (3, 3, 4)"),
        (lstm._replace(W_h=lstm.W_h[..., :3]), "W_h must have shape (G=4, H=4, H=4), got (4, 4, 3)"),
        (lstm._replace(b=lstm.b[0]), "b must have shape (G=4, H=4), got (4,)"),
        (draw("rnn")[0]._replace(W_h=np.zeros((3, 4))), "W_h must have shape (H=4, H=4), got (3, 4)"),
        (draw("rnn")[0]._replace(b=np.zeros(3)), "b must have shape (H=4,), got (3,)"),
        (draw("gru")[0]._replace(b_h=np.zeros((4, 4))), "b_h must have shape (G=3, H=4), got (4, 4)"),
        (draw("gru")[0]._replace(b_x=np.zeros(3)), "b_x must have shape (G=3, H=4), got (3,)"),
        (draw("story")[0]._replace(W_u=np.zeros((4, 3))), "W_u must have shape (H=4, H=4), got (4, 3)"),
        (draw("story")[0]._replace(b_u=np.zeros(5)), "b_u must have shape (H=4,), got (5,)"),
        (draw("peephole")[0]._replace(p_o=np.zeros(3)), "p_o must have shape (H=4,), got (3,)"),
        (draw("coupled")[0]._replace(b=lstm.b), "b must have shape (G=3, H=4), got (4, 4)"),
    ]:
        with says(message):
            cells.checked(params)
        with says(message):
            cells.step(params, xs[0], cells.zero_state(params, 2))
        for run in RUNS:
            with says(message):
                run(params, xs)


def test_an_unknown_activation_is_named():
    params, xs, _ = draw("rnn")
    with says("there is no activation 'swish'; the activations are tanh, sigmoid, relu, linear", ValueError):
        cells.trace(params._replace(activation="swish"), xs)


def test_an_unknown_gate_is_named():
    assert [cells.gate_index(name) for name in "ifgo"] == [0, 1, 2, 3]
    with says("there is no gate 'k'; the gates are i, f, g, o", ValueError):
        cells.gate_index("k")
    with says("there is no gate 'f'; the gates are r, z, n", ValueError):
        cells.gate_index("f", GRU_GATES)


def test_what_is_not_a_cell_is_named():
    not_a_cell: Any = {}
    kinds = dict.fromkeys(type(draw(kind)[0]).__name__ for kind in STARTS)
    message = f"params must be one of {', '.join(kinds)}, got dict"
    with says(message, ValueError):
        cells.step(not_a_cell, np.zeros((1, 1)), RNNState(np.zeros((1, 1))))
    for run in RUNS:
        with says(message, ValueError):
            run(not_a_cell, np.zeros((1, 1, 1)))


def test_every_cell_takes_its_own_state_and_the_variants_of_the_lstm_take_the_lstms():
    own = {"rnn": RNNState, "gru": GRUState, "story": StoryState}
    for kind in STARTS:
        assert type(cells.zero_state(draw(kind)[0], 1)) is own.get(kind.split()[0], LSTMState)
