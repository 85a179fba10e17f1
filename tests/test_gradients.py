"""Backward agrees with torch, with differences measured by moving each number, and with what can be said of it."""

import re
from typing import Any

import numpy as np
import pytest
import torch
from messages import says
from random_cells import SIZES, STARTS, draw, to_torch

from lstm_lab import cells
from lstm_lab.checks import ShapeError
from lstm_lab.gradients import backward, backward_by_step, central_difference, step_jacobian, step_jacobians

TORCH_KINDS = ["rnn", "rnn relu", "lstm", "gru"]


def upstream(trace: Any, seed: int, *, every: bool) -> tuple[Any, Any]:
    """Return random gradients from what reads the trace: at every step, or from the last state alone."""
    rng = np.random.default_rng(seed + 1000)
    d_last = type(trace.state)(*(rng.normal(size=part[-1].shape) for part in trace.state))
    d_hs = rng.normal(size=trace.h.shape)
    return (d_hs, d_last) if every else (np.zeros_like(d_hs), d_last)


def from_torch_rows(rows: Any, G: int) -> np.ndarray:
    """Return torch's (G·H, ...) gradient as our (G, ..., H) one."""
    array = rows.numpy()
    return np.moveaxis(array.reshape(G, -1, *array.shape[1:]), 1, -1)


@pytest.mark.parametrize("kind", TORCH_KINDS)
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("every", [True, False], ids=["loss on every step", "loss on the last state"])
def test_gradients_are_what_torch_computes(kind, sizes, every):
    params, xs, start = draw(kind, *sizes)
    trace = cells.trace(params, xs, start)
    d_hs, d_last = upstream(trace, 0, every=every)
    back = backward(params, trace, d_hs, d_last)

    module = to_torch(params)
    t_xs: Any = torch.tensor(xs, requires_grad=True)
    t_start: list[Any] = [torch.tensor(part)[None].requires_grad_() for part in start]
    hs, last = module(t_xs, tuple(t_start) if len(t_start) == 2 else t_start[0])
    last = last if isinstance(last, tuple) else (last,)
    loss = (hs * torch.tensor(d_hs)).sum()
    for part, d_part in zip(last, d_last, strict=True):
        loss = loss + (part[0] * torch.tensor(d_part)).sum()
    loss.backward()

    G = 1 if params.W_x.ndim == 2 else len(params.W_x)
    same = [
        (back.d_xs, t_xs.grad.numpy()),
        *zip(back.d_start, (p.grad[0].numpy() for p in t_start), strict=True),
    ]
    ours = back.d_params[:4] if kind == "gru" else back.d_params[:3]
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    for name, d in zip(names, ours, strict=False):
        same.append((d, from_torch_rows(getattr(module, name).grad, G).reshape(d.shape)))
    for got, expected in same:
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-10 * max(1, np.abs(expected).max()))


def loss_of(params: Any, xs: Any, start: Any, d_hs: Any, d_last: Any) -> float:
    """A loss that bends, so that a wrong order of factors cannot hide: the sum of ½ d h², and of d s at the end."""
    trace = cells.trace(params, xs, start)
    end = cells.at(trace, -1).state
    return float(
        (d_hs * trace.h**2 / 2).sum() + sum((d * part).sum() for d, part in zip(d_last, end, strict=True))
    )


@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize("every", [True, False], ids=["loss on every step", "loss on the last state"])
def test_gradients_are_what_moving_each_number_shows(kind, every):
    params, xs, start = draw(kind, T=6, B=2, D=3, H=3)
    trace = cells.trace(params, xs, start)
    d, d_last = upstream(trace, 1, every=every)
    back = backward(params, trace, d * trace.h, d_last)

    measured = central_difference(lambda v: loss_of(params, v, start, d, d_last), xs)
    np.testing.assert_allclose(back.d_xs, measured, rtol=0, atol=1e-8)
    for name, part in params._asdict().items():
        if name == "activation":
            continue
        moved = lambda v, name=name: loss_of(params._replace(**{name: v}), xs, start, d, d_last)  # noqa: E731
        measured = central_difference(moved, part)
        assert np.abs(measured).max() > 1e-4, name
        np.testing.assert_allclose(getattr(back.d_params, name), measured, rtol=0, atol=1e-8, err_msg=name)
    for name, part in start._asdict().items():
        moved = lambda v, name=name: loss_of(params, xs, start._replace(**{name: v}), d, d_last)  # noqa: E731
        measured = central_difference(moved, part)
        np.testing.assert_allclose(getattr(back.d_start, name), measured, rtol=0, atol=1e-8, err_msg=name)


@pytest.mark.parametrize("kind", STARTS)
def test_d_hs_and_d_cs_are_what_moving_the_memory_at_that_step_shows(kind):
    params, xs, start = draw(kind, T=7)
    trace = cells.trace(params, xs, start)
    d, d_last = upstream(trace, 2, every=True)
    back = backward(params, trace, d * trace.h, d_last)
    state = cells.at(trace, 3).state

    def from_step_3(moved: Any) -> float:
        read_there = (d[3] * moved.h**2 / 2).sum()
        return float(read_there) + loss_of(params, xs[4:], moved, d[4:], d_last)

    d_h = central_difference(lambda h: from_step_3(state._replace(h=h)), state.h)
    np.testing.assert_allclose(back.d_hs[3], d_h, rtol=0, atol=1e-8)
    if back.d_cs is None:
        assert not hasattr(trace, "c")
    elif hasattr(trace, "o"):
        seen = trace.a_o[3] - getattr(params, "p_o", 0) * trace.c[3]

        def with_c(c: Any) -> float:
            o = cells.sigmoid(seen + getattr(params, "p_o", 0) * c)
            return from_step_3(state._replace(c=c, h=o * np.tanh(c)))

        np.testing.assert_allclose(back.d_cs[3], central_difference(with_c, state.c), rtol=0, atol=1e-8)
    else:
        with_c = lambda c: from_step_3(state._replace(c=c))  # noqa: E731
        np.testing.assert_allclose(back.d_cs[3], central_difference(with_c, state.c), rtol=0, atol=1e-8)


@pytest.mark.parametrize("kind", STARTS)
def test_backward_reads_the_record_of_the_plain_loop_as_well(kind):
    params, xs, start = draw(kind)
    plain, fast = cells.unroll(params, xs, start), cells.trace(params, xs, start)
    d_hs, d_last = upstream(fast, 3, every=True)
    a, b = backward(params, plain, d_hs, d_last), backward(params, fast, d_hs, d_last)
    np.testing.assert_allclose(a.d_xs, b.d_xs, atol=1e-12)
    np.testing.assert_allclose(a.d_params.W_h, b.d_params.W_h, atol=1e-12)


@pytest.mark.parametrize("kind", STARTS)
def test_backward_through_two_halves_is_backward_through_the_whole(kind):
    params, xs, start = draw(kind, T=8)
    whole = cells.trace(params, xs, start)
    d_hs, d_last = upstream(whole, 4, every=True)
    back = backward(params, whole, d_hs, d_last)
    first = cells.trace(params, xs[:5], start)
    second = cells.trace(params, xs[5:], cells.at(first, -1).state)
    late = backward(params, second, d_hs[5:], d_last)
    early = backward(params, first, d_hs[:5], late.d_start)
    np.testing.assert_allclose(np.concatenate([early.d_xs, late.d_xs]), back.d_xs, atol=1e-12)
    np.testing.assert_allclose(np.concatenate([early.d_hs, late.d_hs]), back.d_hs, atol=1e-12)
    for a, b, both in zip(early.d_params, late.d_params, back.d_params, strict=True):
        if isinstance(a, np.ndarray):
            np.testing.assert_allclose(a + b, both, atol=1e-12)


@pytest.mark.parametrize("kind", STARTS)
def test_backward_changes_none_of_its_arguments(kind):
    params, xs, start = draw(kind)
    trace = cells.trace(params, xs, start)
    d_hs, d_last = upstream(trace, 5, every=True)
    arrays = [*trace, d_hs, *d_last, *(part for part in params if isinstance(part, np.ndarray))]
    before = [array.copy() for array in arrays]
    back = backward(params, trace, d_hs, d_last)
    for part in back.d_start:
        part += 1
    for array, old in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, old)


@pytest.mark.parametrize("kind", STARTS)
def test_jacobians_are_what_moving_the_state_shows(kind):
    params, xs, start = draw(kind, H=3)
    trace = cells.trace(params, xs, start)
    J = step_jacobians(params, trace)
    S = 3 * len(start)
    assert J.shape == (5, 2, S, S)
    before, b = cells.at(trace, 1).state, 1

    def after(row: np.ndarray, j: int) -> float:
        state = type(start)(*(part[None] for part in np.split(row, len(start))))
        return np.concatenate(cells.step(params, xs[2, b : b + 1], state).state, axis=1)[0, j]

    row = np.concatenate([part[b] for part in before])
    for j in range(S):
        measured = central_difference(lambda v, j=j: after(v, j), row)
        np.testing.assert_allclose(J[2, b, j], measured, rtol=0, atol=1e-8)
    np.testing.assert_allclose(step_jacobian(params, cells.at(trace, 2)), J[2], atol=1e-12)


@pytest.mark.parametrize("kind", STARTS)
def test_what_the_steps_add_to_the_gradient_is_together_the_whole(kind):
    params, xs, start = draw(kind, 6, 2, 3, 4)
    trace = cells.trace(params, xs, start)
    d_hs, d_last = upstream(trace, 3, every=True)
    whole, steps = backward(params, trace, d_hs, d_last), backward_by_step(params, trace, d_hs, d_last)
    assert len(steps) == 6
    for name, total in whole.d_params._asdict().items():
        if isinstance(total, np.ndarray):
            parts = [getattr(step.d_params, name) for step in steps]
            np.testing.assert_allclose(sum(parts), total, atol=1e-12)
    np.testing.assert_allclose(np.concatenate([step.d_hs for step in steps]), whole.d_hs, atol=1e-12)


def test_the_jacobian_of_a_linear_cell_is_W_h_whatever_comes_in():
    params, xs, start = draw("rnn linear")
    J = step_jacobians(params, cells.trace(params, xs, start))
    np.testing.assert_allclose(J, np.broadcast_to(params.W_h.T, J.shape), atol=1e-12)


@pytest.mark.parametrize("kind", STARTS)
def test_the_gradient_at_the_start_is_the_product_of_the_jacobians(kind):
    params, xs, start = draw(kind, B=1)
    trace = cells.trace(params, xs, start)
    d_hs, d_last = upstream(trace, 6, every=False)
    row = np.concatenate(d_last, axis=1)
    for J in step_jacobians(params, trace)[::-1, 0]:
        row = row @ J
    back = backward(params, trace, d_hs, d_last)
    np.testing.assert_allclose(row, np.concatenate(back.d_start, axis=1), atol=1e-12)


def test_with_gates_held_still_the_cell_gradient_is_multiplied_by_f_at_each_step():
    params, xs, start = draw("lstm", T=70, B=1)
    f = 0.99
    b = np.zeros_like(params.b)
    b[cells.gate_index("f")] = np.log(f / (1 - f))
    held = params._replace(W_x=params.W_x * 0, W_h=params.W_h * 0, b=b)
    trace = cells.trace(held, xs, start)
    d_last = cells.LSTMState(np.zeros((1, 4)), np.ones((1, 4)))
    back = backward(held, trace, np.zeros_like(trace.h), d_last)
    assert back.d_cs is not None
    np.testing.assert_allclose(back.d_cs[:, 0, 0], f ** np.arange(69, -1, -1), rtol=1e-12)
    assert back.d_cs[0, 0, 0] < 0.5 < back.d_cs[1, 0, 0]


@pytest.mark.parametrize("kind", STARTS)
def test_saturated_cells_have_gradients_without_a_warning(kind):
    params, _, start = draw(kind)
    trace = cells.trace(params, np.full((5, 2, 3), 3e4), start)
    back = backward(params, trace, np.ones_like(trace.h))
    assert np.isfinite(back.d_xs).all()


def test_central_differences_of_a_square_are_twice_the_number():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    np.testing.assert_allclose(central_difference(lambda v: float((v**2).sum()), x), 2 * x, atol=1e-8)
    np.testing.assert_array_equal(x, [[1.0, -2.0], [0.5, 3.0]])


def test_gradients_that_do_not_fit_are_named():
    for kind in STARTS:
        params, xs, start = draw(kind)
        trace = cells.trace(params, xs, start)
        with says("d_hs must have shape (T=5, B=2, H=4), got (5, 2, 3)"):
            backward(params, trace, np.zeros((5, 2, 3)))
        with says("d_hs must hold finite numbers, got nan at index (0, 0, 0)", ValueError):
            backward(params, trace, np.full((5, 2, 4), np.nan))
        with says("d_last.h must have shape (B=2, H=4), got (2, 1)"):
            backward(params, trace, trace.h, start._replace(h=np.zeros((2, 1))))
        with says(f"d_last must be of type {type(start).__name__}, got ndarray", ValueError):
            backward(params, trace, trace.h, trace.h)
        with says("trace.h must have shape (T, B, H=3), got (5, 2, 4)"):
            backward(draw(kind, H=3)[0], trace, trace.h)
        with says("trace.x must have shape (T=5, B=2, D=2), got (5, 2, 3)"):
            backward(draw(kind, D=2)[0], trace, trace.h)


def test_a_record_without_a_time_axis_and_gradients_of_too_few_steps_are_named():
    params, xs, start = draw("lstm")
    trace = cells.trace(params, xs, start)
    with says("trace.h must have shape (T, B, H), got (2, 4)"):
        step_jacobians(params, cells.at(trace, 0))
    with says("d_hs must have shape (T=5, B, H), got (4, 2, 4)"):
        backward_by_step(params, trace, np.zeros((4, 2, 4)))


def test_the_record_of_another_cell_is_named():
    params, xs, start = draw("lstm")
    trace: Any = cells.trace(*draw("gru"))
    with says("trace must be of type LSTMStep, got GRUStep", ValueError):
        backward(params, trace, trace.h)
    with pytest.raises(ShapeError, match=re.escape("trace.h must have shape (T, B, H=4), got (2, 4)")):
        backward(params, cells.step(params, xs[0], start), start.h)
