"""Handwritten digits of 8 × 8 pixels, and three orders in which a network can read one."""

from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array, expect
from lstm_lab.files import DamagedFileError, data_folder, read_arrays, way_back
from lstm_lab.tasks import Batch

CLASSES = 10
SIDE = 8
BRIGHTEST = 16
CUT = 1287
"""The first 1,287 digits are for training. The file is in the order of its writers; by the list in the scikit-learn
course of Inria ("Sample grouping"), which was made by hand, a new one begins here."""


class Digits(NamedTuple):
    """Pictures in [0, 1], shape (N, 8, 8), and which digit each one is, (N,)."""

    pictures: Array
    answers: Array


def load_digits() -> tuple[Digits, Digits]:
    """Return the digits to train on and those to judge by, written by other people.

    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository
    1998, CC BY 4.0; its test part of 1,797 digits, as scikit-learn ships it.

    Raises:
        MissingFileError: ``data/digits.npz`` is missing.
        DamagedFileError: it is damaged, or holds something else.
    """
    path = data_folder() / "digits.npz"
    arrays, about = read_arrays(path)
    if about.get("holds") != "digits" or set(arrays) != {"pictures", "answers"}:
        raise DamagedFileError(f"{path.name} must hold pictures and answers of digits{way_back(path)}")
    try:
        pictures = expect("pictures", arrays["pictures"], "N R S", R=SIDE, S=SIDE) / BRIGHTEST
        answers = expect("answers", arrays["answers"], "N", N=len(pictures)).astype(np.int64)
    except ValueError as error:
        raise DamagedFileError(f"{path.name} does not fit together: {error}{way_back(path)}") from None
    if len(pictures) <= CUT:
        raise DamagedFileError(
            f"{path.name} must hold more than {CUT} digits, it holds {len(pictures)}{way_back(path)}"
        )
    return Digits(pictures[:CUT], answers[:CUT]), Digits(pictures[CUT:], answers[CUT:])


def pixel_by_pixel(pictures: Array) -> Array:
    """Return pictures as sequences of one pixel a step, row after row: (B, R, S) becomes (R·S, B, 1)."""
    return pictures.reshape(len(pictures), -1).T[..., None]


def row_by_row(pictures: Array) -> Array:
    """Return pictures as sequences of one row of pixels a step: (B, R, S) becomes (R, B, S)."""
    return pictures.transpose(1, 0, 2)


def at_once(pictures: Array) -> Array:
    """Return pictures as sequences of a single step that holds all pixels: (B, R, S) becomes (1, B, R·S)."""
    return pictures.reshape(1, len(pictures), -1)


def asked_last(xs: Array, answers: Array) -> Batch:
    """Return sequences as a batch that is asked after the last step alone.

    Args:
        xs: shape (T, B, D).
        answers: shape (B,).
    """
    T, B = xs.shape[:2]
    weights = np.zeros((T, B))
    weights[-1] = 1 / B
    return Batch(xs, np.broadcast_to(answers, (T, B)), weights)
