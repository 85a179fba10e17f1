"""A 3 × 3 convolution: every place reads itself and its eight neighbours, with the same weights everywhere."""

from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array, ShapeError, expect


class Convolution(NamedTuple):
    """Weights of a 3 × 3 convolution from C features to K: ``W`` of shape (3, 3, C, K), ``b`` of shape (K,).

    ``W[0, 0]`` is for the neighbour above on the left, ``W[1, 1]`` for the place itself.
    """

    W: Array
    b: Array

    def checked(self) -> "Convolution":
        """Return the weights as float64, if they fit each other."""
        W = expect("W", self.W, "R S C K", R=3, S=3)
        return Convolution(W, expect("b", self.b, "K", K=W.shape[3]))


class ConvolutionBackward(NamedTuple):
    """Gradients of a convolution: by its input, and by its weights."""

    d_x: Array
    d_weights: Convolution


def convolve(convolution: Convolution, x: Array) -> Array:
    """Return one weighted sum of every place's neighbourhood per output feature.

        y[r, c] = b + Σ_ij x[r + i − 1, c + j − 1] W[i, j]      i, j = 0, 1, 2; zeros beyond the edge

    Args:
        convolution: weights from C features to K.
        x: features of B pictures, shape (B, R, S, C).

    Returns:
        Shape (B, R, S, K).

    Raises:
        ShapeError: x does not fit the weights, or they do not fit each other.
    """
    W, b = convolution.checked()
    x = expect("x", x, "B R S C", C=W.shape[2])
    return _neighbourhoods(x) @ W.reshape(-1, len(b)) + b


def convolve_backward(convolution: Convolution, x: Array, d_y: Array) -> ConvolutionBackward:
    """Return the gradients of a convolution from the gradient of its output.

        d_x[r, c] = Σ_ij d_y[r − i + 1, c − j + 1] W[i, j]ᵀ
        d_W[i, j] = Σ x[r + i − 1, c + j − 1]ᵀ d_y[r, c]        over all places and pictures
        d_b       = Σ d_y

    The first line is a convolution again, with the weights turned upside down.

    Args:
        convolution: the weights.
        x: what it was given, shape (B, R, S, C).
        d_y: dLoss/dy, shape (B, R, S, K).

    Raises:
        ShapeError: x, d_y and the weights do not fit each other.
    """
    W, b = convolution.checked()
    x = expect("x", x, "B R S C", C=W.shape[2])
    d_y = expect("d_y", d_y, "B R S K", K=len(b))
    if d_y.shape[:3] != x.shape[:3]:
        raise ShapeError(f"d_y must have shape {(*x.shape[:3], len(b))} to fit x, got {d_y.shape}")
    turned = W[::-1, ::-1].swapaxes(2, 3)
    d_x = _neighbourhoods(d_y) @ turned.reshape(-1, W.shape[2])
    seen = _neighbourhoods(x)
    rows = d_y.reshape(-1, len(b))
    d_W = seen.reshape(len(rows), -1).T @ rows
    return ConvolutionBackward(d_x, Convolution(d_W.reshape(W.shape), rows.sum(0)))


def convolution_default(rng: np.random.Generator, features: int, outputs: int) -> Convolution:
    """Return what torch.nn.Conv2d starts with: all numbers ~ U[−1/√(9C), 1/√(9C)].

    Raises:
        ValueError: features or outputs below 1.
    """
    if min(features, outputs) < 1:
        raise ValueError(f"features and outputs must be at least 1, got {features} and {outputs}")
    bound = (9 * features) ** -0.5
    return Convolution(
        rng.uniform(-bound, bound, (3, 3, features, outputs)), rng.uniform(-bound, bound, outputs)
    )


def _neighbourhoods(x: Array) -> Array:
    """Return each place's nine neighbours, features and all, in one row: (B, R, S, 9C)."""
    B, R, S, C = x.shape
    padded = np.zeros((B, R + 2, S + 2, C))
    padded[:, 1:-1, 1:-1] = x
    rows = np.empty((B, R, S, 9, C))
    for i in range(3):
        for j in range(3):
            rows[..., 3 * i + j, :] = padded[:, i : i + R, j : j + S]
    return rows.reshape(B, R, S, 9 * C)
