"""What turns numbers into answers: dense layers, softmax, losses with their derivatives.

The feed-forward network that looks at single pictures is here too: dense layers with relu between.
"""

from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array, ShapeError, expect


class Dense(NamedTuple):
    """Weights of a dense layer with D inputs and K outputs: ``W`` of shape (D, K), ``b`` of shape (K,)."""

    W: Array
    b: Array

    def checked(self) -> "Dense":
        """Return the weights as float64, if they fit each other."""
        W = expect("W", self.W, "D K")
        return Dense(W, expect("b", self.b, "K", K=W.shape[1]))


class DenseBackward(NamedTuple):
    """Gradients of a dense layer: by its input, and by its weights."""

    d_x: Array
    d_layer: Dense


class Loss(NamedTuple):
    """A loss and its derivative by the scores it was given, ``d_logits``, of their shape."""

    value: float
    d_logits: Array


Layers = tuple[Dense, ...]


class FeedForward(NamedTuple):
    """Every value of one run: what went into each layer, and what each layer's sum was before relu."""

    inputs: tuple[Array, ...]
    a: tuple[Array, ...]

    @property
    def logits(self) -> Array:
        """The last layer's sums, shape (B, K)."""
        return self.a[-1]


class FeedForwardBackward(NamedTuple):
    """Gradients of a feed-forward network: by its input, and by every layer's weights."""

    d_x: Array
    d_layers: Layers


def dense(layer: Dense, x: Array) -> Array:
    """Return one weighted sum of the inputs per output.

        y = x W + b

    Args:
        layer: weights for D inputs and K outputs.
        x: inputs of shape (..., D), with any axes before D.

    Returns:
        Shape (..., K).

    Raises:
        ShapeError: x or b does not fit W.
    """
    W, b = layer.checked()
    return expect("x", x, "... D", D=len(W)) @ W + b


def dense_backward(layer: Dense, x: Array, d_y: Array) -> DenseBackward:
    """Return the gradients of a dense layer from the gradient of its output.

        d_x = d_y Wᵀ
        d_W = Σ xᵀ d_y                    over every axis before the last
        d_b = Σ d_y

    Args:
        layer: the weights.
        x: what the layer was given, shape (..., D).
        d_y: dLoss/dy, shape (..., K).

    Raises:
        ShapeError: x, d_y and the weights do not fit each other.
    """
    W, _ = layer.checked()
    D, K = W.shape
    x = expect("x", x, "... D", D=D)
    d_y = expect("d_y", d_y, "... K", K=K)
    if d_y.shape[:-1] != x.shape[:-1]:
        raise ShapeError(f"d_y must have shape {(*x.shape[:-1], K)} to fit x, got {d_y.shape}")
    rows = d_y.reshape(-1, K)
    return DenseBackward(d_y @ W.T, Dense(x.reshape(-1, D).T @ rows, rows.sum(0)))


def softmax(logits: Array) -> Array:
    """Return probabilities that grow with the scores.

        p_k = e^{a_k} / Σ_j e^{a_j}

    Args:
        logits: scores of shape (..., K), in nats; only their differences count.

    Returns:
        Shape (..., K), each in [0, 1], each row adding to 1.
    """
    return np.exp(log_softmax(logits))


def log_softmax(logits: Array) -> Array:
    """Return the logarithm of ``softmax``, without overflow and without log 0.

        log p_k = a_k − m − log Σ_j e^{a_j − m},   m = max_j a_j

    Args:
        logits: scores of shape (..., K), in nats.

    Returns:
        Shape (..., K), nats, none above 0.
    """
    a = expect("logits", logits, "... K")
    a = a - a.max(axis=-1, keepdims=True)
    return a - np.log(np.exp(a).sum(axis=-1, keepdims=True))


def cross_entropy(logits: Array, targets: Array, weights: Array) -> Loss:
    """Return how surprised the scores are by the right answers, and the derivative.

        loss = −Σ w log p_target          over every answer
        d_logits = w (p − onehot(target))

    Args:
        logits: scores of shape (..., K), in nats.
        targets: the right answers, whole numbers from 0 to K−1, shape (...).
        weights: how much each answer counts, shape (...).

    Returns:
        The loss in nats, and ``d_logits`` of shape (..., K).

    Raises:
        ShapeError: targets or weights do not fit the logits.
        ValueError: a target that is no class, or a number that is not finite.
    """
    log_p = log_softmax(logits)
    targets = _whole_numbers("targets", targets, log_p.shape[:-1], log_p.shape[-1])
    weights = _numbers("weights", weights, log_p.shape[:-1])
    chosen = targets[..., None]
    surprise = -np.take_along_axis(log_p, chosen, axis=-1)[..., 0]
    d_logits = np.exp(log_p)
    np.put_along_axis(d_logits, chosen, np.take_along_axis(d_logits, chosen, axis=-1) - 1, axis=-1)
    return Loss(float((weights * surprise).sum()), weights[..., None] * d_logits)


def squared_error(outputs: Array, targets: Array, weights: Array) -> Loss:
    """Return how far the outputs are from the targets, and the derivative.

        loss = Σ w |y − target|²          over every answer
        d_y = 2 w (y − target)

    Args:
        outputs: numbers of shape (..., K).
        targets: the numbers wanted, shape (..., K).
        weights: how much each answer counts, shape (...).

    Returns:
        The loss, and its derivative by the outputs, ``d_logits``, of shape (..., K).

    Raises:
        ShapeError: targets or weights do not fit the outputs.
        ValueError: a number that is not finite.
    """
    outputs = expect("outputs", outputs, "... K")
    targets = _numbers("targets", targets, outputs.shape)
    weights = _numbers("weights", weights, outputs.shape[:-1])[..., None]
    off = outputs - targets
    return Loss(float((weights * off**2).sum()), 2 * weights * off)


def feed_forward(layers: Layers, x: Array) -> FeedForward:
    """Run dense layers one after the other, with relu between.

        a_1 = x W_1 + b_1
        a_k = max(0, a_{k−1}) W_k + b_k

    Args:
        layers: weights; each layer takes what the one before gives.
        x: one input per row, shape (B, D).

    Returns:
        Every layer's input and sum; ``.logits`` is the last sum.

    Raises:
        ShapeError: x or a layer does not fit.
        ValueError: no layers, or a number that is not finite.
    """
    if not layers:
        raise ValueError("layers must hold at least one layer, got none")
    inputs, sums = [], []
    x = expect("x", x, "B D", D=len(layers[0].W))
    for layer in layers:
        inputs.append(x if not sums else np.maximum(sums[-1], 0.0))
        sums.append(dense(layer, inputs[-1]))
    return FeedForward(tuple(inputs), tuple(sums))


def feed_forward_backward(layers: Layers, run: FeedForward, d_logits: Array) -> FeedForwardBackward:
    """Return the gradients of a feed-forward network from the gradient of its last sums.

        d_W_k, d_b_k, d_y = backward of layer k from d_a_k
        d_a_{k−1} = d_y where a_{k−1} > 0, else 0

    Args:
        layers: the weights that made the run.
        run: the record of ``feed_forward``.
        d_logits: dLoss/dlogits, shape (B, K).

    Raises:
        ShapeError: the run, d_logits and the weights do not fit each other.
        ValueError: the run is of another number of layers.
    """
    if not len(layers) == len(run.inputs) > 0:
        raise ValueError(f"run must be of the same layers: {len(layers)} layers, a run of {len(run.inputs)}")
    last = len(layers) - 1
    backs = [dense_backward(layers[last], run.inputs[last], d_logits)]
    for k in reversed(range(last)):
        d_a = backs[-1].d_x * (run.a[k] > 0)
        backs.append(dense_backward(layers[k], run.inputs[k], d_a))
    return FeedForwardBackward(backs[-1].d_x, tuple(back.d_layer for back in reversed(backs)))


def _numbers(name: str, value: object, shape: tuple[int, ...]) -> Array:
    array = expect(name, value, "...")
    if array.shape != shape:
        raise ShapeError(f"{name} must have shape {shape}, got {array.shape}")
    return array


def _whole_numbers(name: str, value: object, shape: tuple[int, ...], K: int) -> Array:
    array = _numbers(name, value, shape)
    wrong = np.argwhere((array != np.floor(array)) | (array < 0) | (array >= K))
    if len(wrong):
        at = tuple(int(k) for k in wrong[0])
        raise ValueError(f"{name} must be whole numbers from 0 to {K - 1}, got {array[at]:g} at index {at}")
    return array.astype(np.intp)
