"""The peephole and the coupled LSTM are what their equations say in plain torch, and do what is said of them."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from random_cells import draw, with_bias

from lstm_lab import cells, starts
from lstm_lab.cells import COUPLED_GATES, GATES, CoupledParams, LSTMParams, LSTMState, PeepholeParams
from lstm_lab.gradients import backward

SHAPES = {"T": st.integers(5, 12), "B": st.integers(1, 3), "D": st.integers(1, 4), "H": st.integers(1, 5)}


def in_torch(params: PeepholeParams | CoupledParams, xs: Any, start: LSTMState) -> tuple[Any, dict[str, Any]]:
    """Return h and c of every step as torch computes them, one named matrix per gate, and what went in."""
    names = GATES if isinstance(params, PeepholeParams) else COUPLED_GATES
    read = {"xs": torch.tensor(xs), "h": torch.tensor(start.h), "c": torch.tensor(start.c)}
    for name, slab in params._asdict().items():
        parts = zip(names, slab, strict=True) if not name.startswith("p_") else [("", slab)]
        read |= {f"{name} {gate}".strip(): torch.tensor(part) for gate, part in parts}
    for part in read.values():
        part.requires_grad_()

    def summed(gate: str, x: Any, h: Any) -> Any:
        return torch.addmm(read[f"b {gate}"], x, read[f"W_x {gate}"]) + torch.mm(h, read[f"W_h {gate}"])

    def sees(gate: str, c: Any) -> Any:
        return read[f"p_{gate}"] * c if f"p_{gate}" in read else torch.zeros_like(c)

    h, c, hs, cs = read["h"], read["c"], [], []
    for x in read["xs"]:
        f = torch.sigmoid(summed("f", x, h) + sees("f", c))
        i = torch.sigmoid(summed("i", x, h) + sees("i", c)) if "i" in names else 1 - f
        new = f * c + i * torch.tanh(summed("g", x, h))
        h, c = torch.sigmoid(summed("o", x, h) + sees("o", new)) * torch.tanh(new), new
        hs.append(h)
        cs.append(c)
    return (torch.stack(hs), torch.stack(cs)), read


@pytest.mark.parametrize("kind", ["peephole", "coupled"])
@settings(max_examples=20, deadline=None)
@given(**SHAPES, seed=st.integers(0, 999))
def test_forward_and_backward_are_what_plain_torch_computes_from_the_equations(kind, T, B, D, H, seed):
    params, xs, start = draw(kind, T, B, D, H, seed)
    (hs, cs), read = in_torch(params, xs, start)
    trace = cells.trace(params, xs, start)
    np.testing.assert_allclose(trace.h, hs.detach(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(trace.c, cs.detach(), rtol=0, atol=1e-10)

    rng = np.random.default_rng(seed + 1000)
    d_hs, d_last = rng.normal(size=hs.shape), LSTMState(*rng.normal(size=(2, B, H)))
    loss = (hs * torch.tensor(d_hs)).sum() + (hs[-1] * torch.tensor(d_last.h)).sum()
    (loss + (cs[-1] * torch.tensor(d_last.c)).sum()).backward()
    back = backward(params, trace, d_hs, d_last)
    pairs = {"xs": back.d_xs, "h": back.d_start.h, "c": back.d_start.c}
    names = GATES if kind == "peephole" else COUPLED_GATES
    for name, d in back.d_params._asdict().items():
        parts = zip(names, d, strict=True) if not name.startswith("p_") else [("", d)]
        pairs |= {f"{name} {gate}".strip(): part for gate, part in parts}
    assert set(pairs) == set(read)
    for name, d in pairs.items():
        expected = read[name].grad.numpy()
        scale = max(1, np.abs(expected).max())
        np.testing.assert_allclose(d, expected, rtol=0, atol=1e-10 * scale, err_msg=name)


def test_a_peephole_lstm_whose_peepholes_are_shut_is_the_lstm_forward_and_backward():
    params, xs, start = draw("peephole", T=12)
    shut = params._replace(p_i=np.zeros(4), p_f=np.zeros(4), p_o=np.zeros(4))
    plain = LSTMParams(*params[:3])
    ours, lstm = cells.trace(shut, xs, start), cells.trace(plain, xs, start)
    assert ours._fields == lstm._fields
    for name, a, b in zip(ours._fields, ours, lstm, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-13, err_msg=name)
    a, b = backward(shut, ours, np.ones_like(ours.h)), backward(plain, lstm, np.ones_like(lstm.h))
    np.testing.assert_allclose(a.d_xs, b.d_xs, rtol=0, atol=1e-12)
    for d, expected in zip(a.d_params[:3], b.d_params, strict=True):
        np.testing.assert_allclose(d, expected, rtol=0, atol=1e-12)
    assert min(np.abs(d).max() for d in a.d_params[3:]) > 1e-3, "what is shut can still be learned open"


def test_a_peephole_sees_the_memory_that_a_shut_output_gate_hides_and_an_lstm_does_not():
    params, xs, start = draw("peephole", T=1)
    hidden = with_bias(params, GATES, o=-60)._replace(p_f=np.full(4, 2.0), p_o=np.zeros(4))
    start = start._replace(h=np.zeros((2, 4)))
    other = start._replace(c=start.c + 0.5)
    a, b = (cells.trace(hidden, xs, begun) for begun in (start, other))
    assert np.abs(a.h).max() < 1e-20
    np.testing.assert_allclose(b.a_f - a.a_f, 2.0 * 0.5, rtol=0, atol=1e-12)
    plain = LSTMParams(*hidden[:3])
    np.testing.assert_array_equal(cells.trace(plain, xs, start).f, cells.trace(plain, xs, other).f)


def test_the_output_gate_sees_the_memory_of_this_step_and_the_other_two_that_of_the_step_before():
    params, xs, start = draw("peephole", T=6)
    run = cells.trace(params, xs, start)
    W_x, W_h, b = params[:3]
    bare = (
        np.einsum("tbd,gdh->gtbh", xs, W_x) + np.einsum("tbh,ghk->gtbk", run.h_prev, W_h) + b[:, None, None]
    )
    for gate, p, memory in (
        ("i", params.p_i, run.c_prev),
        ("f", params.p_f, run.c_prev),
        ("o", params.p_o, run.c),
    ):
        seen = getattr(run, f"a_{gate}") - bare[cells.gate_index(gate)]
        np.testing.assert_allclose(seen, p * memory, rtol=0, atol=1e-12, err_msg=gate)


@settings(max_examples=25, deadline=None)
@given(**SHAPES, seed=st.integers(0, 999))
def test_what_a_coupled_cell_keeps_and_what_it_writes_are_together_one(T, B, D, H, seed):
    run = cells.trace(*draw("coupled", T, B, D, H, seed))
    np.testing.assert_allclose(run.f + run.i, 1, rtol=0, atol=1e-15)
    np.testing.assert_allclose(run.kept + run.learned, run.c, rtol=0, atol=1e-13)


@settings(max_examples=25, deadline=None)
@given(**SHAPES, seed=st.integers(0, 999), size=st.floats(0.1, 30))
def test_a_coupled_memory_that_starts_within_1_stays_there_whatever_comes(T, B, D, H, seed, size):
    params, xs, start = draw("coupled", T, B, D, H, seed)
    run = cells.trace(params, xs * size, start._replace(c=np.clip(start.c, -1, 1)))
    assert np.abs(run.c).max() <= 1
    assert np.all(np.abs(run.c) <= np.maximum(np.abs(run.c_prev), np.abs(run.g)))


def test_an_lstm_counts_past_1_with_both_gates_open_and_a_coupled_one_cannot():
    D = H = 1
    open_ = with_bias(starts.lstm_default(np.random.default_rng(0), D, H), GATES, i=30, f=30, g=30)
    open_ = open_._replace(W_h=np.zeros((4, 1, 1)), W_x=np.zeros((4, 1, 1)))
    xs = np.zeros((20, 1, 1))
    np.testing.assert_allclose(cells.trace(open_, xs).c.ravel(), np.arange(1, 21), rtol=1e-9)
    for bias in (-3, 0, 3):
        one = CoupledParams(np.zeros((3, 1, 1)), np.zeros((3, 1, 1)), np.array([[bias], [30.0], [0.0]]))
        c = cells.trace(one, xs).c.ravel()
        np.testing.assert_allclose(
            1 - c, cells.sigmoid(np.array(bias)) ** np.arange(1, 21), rtol=0, atol=1e-9
        )


def test_a_coupled_cell_is_an_lstm_whose_input_gate_is_held_at_one_minus_f():
    params, xs, start = draw("coupled", T=10)
    coupled = cells.trace(params, xs, start)
    rows = {
        name: (-1.0 if name == "i" else 1.0, COUPLED_GATES.index("f" if name == "i" else name))
        for name in GATES
    }
    W_x, W_h, b = (np.stack([sign * slab[k] for sign, k in rows.values()]) for slab in params)
    lstm = cells.trace(LSTMParams(W_x, W_h, b), xs, start)
    np.testing.assert_allclose(lstm.i, 1 - lstm.f, rtol=0, atol=1e-15)
    for name in ("i", "f", "g", "o", "c", "h"):
        np.testing.assert_allclose(
            getattr(coupled, name), getattr(lstm, name), rtol=0, atol=1e-13, err_msg=name
        )


def test_a_coupled_cell_has_three_quarters_of_the_weights_and_a_peephole_three_more_a_unit():
    D, H = 5, 7
    count = {
        kind: sum(part.size for part in draw(kind, 1, 1, D, H)[0]) for kind in ("lstm", "peephole", "coupled")
    }
    assert count["coupled"] * 4 == count["lstm"] * 3
    assert count["peephole"] == count["lstm"] + 3 * H


def test_a_peephole_start_is_the_lstms_with_peepholes_from_the_same_range():
    ours = starts.peephole_default(np.random.default_rng(5), 3, 400)
    lstm = starts.lstm_default(np.random.default_rng(5), 3, 400)
    for a, b in zip(ours[:3], lstm, strict=True):
        np.testing.assert_array_equal(a, b)
    for p in ours[3:]:
        assert 0.95 / 20 < np.abs(p).max() <= 1 / 20 and p.min() < 0 < p.max()


@pytest.mark.parametrize("kind", ["peephole", "coupled"])
def test_the_state_of_one_lstm_can_be_handed_to_another(kind):
    _, xs, start = draw("lstm")
    end = cells.at(cells.trace(draw("lstm")[0], xs, start), -1).state
    assert np.isfinite(cells.trace(draw(kind)[0], xs, end).h).all()
