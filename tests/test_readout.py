"""The readout agrees with torch, and its losses with what can be said of them."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import says

from lstm_lab.gradients import central_difference
from lstm_lab.readout import (
    Dense,
    cross_entropy,
    dense,
    dense_backward,
    feed_forward,
    feed_forward_backward,
    log_softmax,
    softmax,
    squared_error,
)

RNG = np.random.default_rng
shapes = st.lists(st.integers(1, 4), min_size=0, max_size=3).map(tuple)


def layer(rng: np.random.Generator, D: int, K: int) -> Dense:
    return Dense(rng.normal(size=(D, K)), rng.normal(size=K))


@settings(max_examples=30, deadline=None)
@given(before=shapes, D=st.integers(1, 5), K=st.integers(1, 4))
def test_a_dense_layer_and_its_gradients_are_torchs_whatever_axes_come_first(before, D, K):
    rng = RNG(0)
    ours, x, d_y = layer(rng, D, K), rng.normal(size=(*before, D)), rng.normal(size=(*before, K))
    W, b, t_x = (torch.tensor(v, requires_grad=True) for v in (ours.W, ours.b, x))
    y: Any = torch.nn.functional.linear(t_x, W.T, b)
    y.backward(torch.tensor(d_y))
    back = dense_backward(ours, x, d_y)
    np.testing.assert_allclose(dense(ours, x), y.detach().numpy(), rtol=0, atol=1e-10)
    for got, expected in [(back.d_x, t_x), (back.d_layer.W, W), (back.d_layer.b, b)]:
        grad: Any = expected.grad
        np.testing.assert_allclose(got, grad.numpy(), rtol=0, atol=1e-10)


@settings(max_examples=30, deadline=None)
@given(before=shapes, K=st.integers(1, 5), size=st.sampled_from([1.0, 100.0, 1e4]))
def test_softmax_adds_to_one_and_is_torchs_however_large_the_scores(before, K, size):
    logits = size * RNG(1).normal(size=(*before, K))
    np.testing.assert_allclose(softmax(logits).sum(-1), 1, atol=1e-12)
    t = torch.tensor(logits)
    np.testing.assert_allclose(softmax(logits), torch.softmax(t, -1).numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(log_softmax(logits), torch.log_softmax(t, -1).numpy(), rtol=1e-12, atol=1e-10)


def test_only_differences_of_scores_count():
    logits = RNG(0).normal(size=(3, 4))
    np.testing.assert_allclose(softmax(logits + 1000), softmax(logits), atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(T=st.integers(1, 5), B=st.integers(1, 4), K=st.integers(1, 4))
def test_weighted_cross_entropy_and_its_derivative_are_torchs(T, B, K):
    rng = RNG(2)
    logits, targets = 5 * rng.normal(size=(T, B, K)), rng.integers(0, K, (T, B))
    weights = rng.random((T, B)) * (rng.random((T, B)) < 0.7)
    t: Any = torch.tensor(logits, requires_grad=True)
    each = torch.nn.functional.cross_entropy(
        t.flatten(0, 1), torch.tensor(targets).flatten(), reduction="none"
    )
    loss: Any = (each * torch.tensor(weights).flatten()).sum()
    loss.backward()
    ours = cross_entropy(logits, targets, weights)
    np.testing.assert_allclose(ours.value, loss.item(), rtol=1e-12, atol=1e-10)
    np.testing.assert_allclose(ours.d_logits, t.grad.numpy(), rtol=0, atol=1e-10)


def test_cross_entropy_of_even_scores_is_the_logarithm_of_the_number_of_classes():
    loss = cross_entropy(np.zeros((1, 8)), np.array([3]), np.array([1.0]))
    np.testing.assert_allclose(loss.value, np.log(8))
    np.testing.assert_allclose(loss.d_logits, (1 - 8 * np.eye(8)[[3]]) / 8)


def test_a_weight_of_zero_leaves_an_answer_out():
    logits = RNG(0).normal(size=(4, 2, 3))
    weights = np.ones((4, 2))
    weights[2:] = 0
    targets = np.zeros((4, 2), int)
    loss, shorter = (
        cross_entropy(logits, targets, weights),
        cross_entropy(logits[:2], targets[:2], weights[:2]),
    )
    np.testing.assert_allclose(loss.value, shorter.value)
    assert not loss.d_logits[2:].any()


def test_a_hopelessly_wrong_answer_costs_a_finite_number_of_nats():
    loss = cross_entropy(np.array([[1e4, -1e4]]), np.array([1]), np.array([1.0]))
    assert loss.value == 2e4
    np.testing.assert_array_equal(loss.d_logits, [[1, -1]])


def test_squared_error_and_its_derivative_are_torchs():
    rng = RNG(3)
    outputs, targets, weights = rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 2, 3)), rng.random((5, 2))
    t: Any = torch.tensor(outputs, requires_grad=True)
    loss: Any = (torch.tensor(weights)[..., None] * (t - torch.tensor(targets)) ** 2).sum()
    loss.backward()
    ours = squared_error(outputs, targets, weights)
    np.testing.assert_allclose(ours.value, loss.item(), rtol=1e-12)
    np.testing.assert_allclose(ours.d_logits, t.grad.numpy(), rtol=0, atol=1e-10)


def network(rng: np.random.Generator, *sizes: int) -> tuple[Dense, ...]:
    return tuple(layer(rng, D, K) for D, K in pairwise(sizes))


@pytest.mark.parametrize("sizes", [(3, 2), (3, 5, 2), (4, 6, 5, 3)])
@pytest.mark.parametrize("B", [1, 7])
def test_a_feed_forward_network_and_its_gradients_are_torchs(sizes, B):
    rng = RNG(4)
    layers, x, d_logits = (
        network(rng, *sizes),
        rng.normal(size=(B, sizes[0])),
        rng.normal(size=(B, sizes[-1])),
    )
    run = feed_forward(layers, x)
    back = feed_forward_backward(layers, run, d_logits)

    t_x: Any = torch.tensor(x, requires_grad=True)
    tensors: list[Any] = [torch.tensor(v, requires_grad=True) for pair in layers for v in pair]
    y = t_x
    for k in range(len(layers)):
        y = (torch.relu(y) if k > 0 else y) @ tensors[2 * k] + tensors[2 * k + 1]
    y.backward(torch.tensor(d_logits))
    np.testing.assert_allclose(run.logits, y.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(back.d_x, t_x.grad.numpy(), rtol=0, atol=1e-10)
    for got, expected in zip([v for pair in back.d_layers for v in pair], tensors, strict=True):
        np.testing.assert_allclose(got, expected.grad.numpy(), rtol=0, atol=1e-10)


def test_a_feed_forward_record_tells_how_the_answer_came_about():
    layers = network(RNG(5), 3, 4, 2)
    x = RNG(6).normal(size=(2, 3))
    run = feed_forward(layers, x)
    np.testing.assert_array_equal(run.inputs[0], x)
    np.testing.assert_array_equal(run.inputs[1], np.maximum(run.a[0], 0))
    np.testing.assert_allclose(run.logits, run.inputs[1] @ layers[1].W + layers[1].b)
    assert (run.a[0] < 0).any()


def test_the_gradient_by_a_picture_is_what_changing_each_pixel_shows():
    layers, x = network(RNG(7), 6, 5, 3), RNG(8).normal(size=(2, 6))
    targets, weights = np.array([0, 2]), np.array([1.0, 0.5])

    def loss(picture: np.ndarray) -> float:
        return cross_entropy(feed_forward(layers, picture).logits, targets, weights).value

    run = feed_forward(layers, x)
    d_x = feed_forward_backward(layers, run, cross_entropy(run.logits, targets, weights).d_logits).d_x
    np.testing.assert_allclose(d_x, central_difference(loss, x), rtol=0, atol=1e-8)


def test_what_does_not_fit_is_named():
    rng = RNG(0)
    ours = layer(rng, 3, 2)
    with says("x must have shape (..., D=3), got (5, 4)"):
        dense(ours, np.zeros((5, 4)))
    with says("x must have shape (..., D=3), got ()"):
        dense(ours, np.array(1.0))
    with says("b must have shape (K=2,), got (3,)"):
        dense(Dense(ours.W, np.zeros(3)), np.zeros((5, 3)))
    with says("d_y must have shape (5, 2) to fit x, got (4, 2)"):
        dense_backward(ours, np.zeros((5, 3)), np.zeros((4, 2)))
    with says("logits must hold finite numbers, got nan at index (1,)", ValueError):
        softmax(np.array([0, np.nan]))
    with says("layers must hold at least one layer, got none", ValueError):
        feed_forward((), np.zeros((1, 3)))
    with says("x must have shape (B, D=3), got (3,)"):
        feed_forward((ours,), np.zeros(3))
    with says("x must have shape (..., D=3), got (1, 2)"):
        feed_forward((ours, ours), np.zeros((1, 3)))
    run = feed_forward((ours,), np.zeros((1, 3)))
    for layers in ((), (ours, ours)):
        with says(f"run must be of the same layers: {len(layers)} layers, a run of 1", ValueError):
            feed_forward_backward(layers, run, np.zeros((1, 2)))


def test_answers_that_do_not_fit_are_named():
    logits, ones = np.zeros((4, 2, 3)), np.ones((4, 2))
    with says("targets must have shape (4, 2), got (4,)"):
        cross_entropy(logits, np.zeros(4), ones)
    with says("weights must have shape (4, 2), got (4, 1)"):
        cross_entropy(logits, np.zeros((4, 2)), ones[:, :1])
    for wrong in (3, -1, 0.5):
        targets = np.zeros((4, 2))
        targets[3, 1] = wrong
        with says(f"targets must be whole numbers from 0 to 2, got {wrong:g} at index (3, 1)", ValueError):
            cross_entropy(logits, targets, ones)
    with says("targets must have shape (4, 2, 3), got (4, 2)"):
        squared_error(logits, ones, ones)
    with says("weights must hold finite numbers, got inf at index (0, 0)", ValueError):
        cross_entropy(logits, np.zeros((4, 2)), ones * np.inf)
