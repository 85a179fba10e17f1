"""What is said when an array does not fit is one whole sentence."""

from typing import NamedTuple

import numpy as np
import pytest
from messages import says

from lstm_lab.checks import NotFiniteError, ShapeError, expect, expect_record


class Pair(NamedTuple):
    """Two arrays for the tests below."""

    h: np.ndarray
    c: np.ndarray


def test_float64_arrays_are_returned_themselves_and_others_as_float64():
    x = np.ones((2, 3))
    assert expect("x", x, "B D") is x
    for other in (x.astype(np.float32), x.astype(int), x.tolist(), x.astype(bool)):
        array = expect("x", other, "B D", D=3)
        assert array.dtype == np.float64
        np.testing.assert_array_equal(array, x)


def test_a_single_number_has_no_axes():
    assert expect("bias", 2, "") == 2
    with says("bias must have shape (), got (1,)"):
        expect("bias", [2], "")


@pytest.mark.parametrize(
    ("value", "axes", "sizes", "message"),
    [
        (np.zeros((2, 4)), "B D", {"D": 3}, "x must have shape (B, D=3), got (2, 4)"),
        (np.zeros(3), "B D", {"D": 3}, "x must have shape (B, D=3), got (3,)"),
        (np.zeros((2, 2)), "K", {}, "x must have shape (K,), got (2, 2)"),
        (np.zeros((3, 2)), "H H", {"H": 2}, "x must have shape (H=2, H=2), got (3, 2)"),
        (np.zeros((5, 3, 2)), "T S S", {}, "x must have shape (T, S, S), got (5, 3, 2)"),
        (np.zeros((3, 2)), "... K", {"K": 4}, "x must have shape (..., K=4), got (3, 2)"),
        (np.float64(1), "... K", {}, "x must have shape (..., K), got ()"),
        (
            np.zeros((0, 2, 3)),
            "T B D",
            {},
            "x must have at least one entry on every axis, got shape (0, 2, 3)",
        ),
        (np.zeros((0, 3)), "... K", {}, "x must have at least one entry on every axis, got shape (0, 3)"),
    ],
)
def test_a_shape_that_does_not_fit_is_named(value, axes, sizes, message):
    with says(message, ShapeError):
        expect("x", value, axes, **sizes)


def test_three_dots_stand_for_any_axes_or_none():
    assert expect("x", 3, "...").shape == ()
    for shape in [(4,), (2, 4), (3, 1, 2, 4)]:
        assert expect("x", np.zeros(shape), "...").shape == shape
        assert expect("x", np.zeros(shape), "... K", K=4).shape == shape


def test_numbers_that_are_not_finite_are_named_with_their_place():
    for number, word in [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")]:
        x = np.zeros((2, 3))
        x[0, 1] = number
        with says(f"x must hold finite numbers, got {word} at index (0, 1)", ValueError):
            expect("x", x, "B D")


def test_numbers_that_are_not_finite_have_an_error_of_their_own():
    with pytest.raises(NotFiniteError):
        expect("x", np.inf, "")


def test_what_is_not_numbers_is_named_and_cut_short():
    with says("x must hold numbers, got 'wolf'", ValueError):
        expect("x", "wolf", "B")
    with says("x must hold numbers, got [[1], [2, 3]]", ValueError):
        expect("x", [[1], [2, 3]], "B D")
    with says(f"x must hold numbers, got ['{'w' * 55}...", ValueError):
        expect("x", ["w" * 100], "B")
    with says("x must hold numbers, got None", ValueError):
        expect("x", None, "")


def test_complex_numbers_are_not_numbers_here():
    with says("x must hold numbers, got array([1.+2.j])", ValueError):
        expect("x", np.array([1 + 2j]), "B")


def test_every_field_of_a_record_is_checked_under_its_own_name():
    pair = expect_record("state", Pair([[1]], [[2]]), Pair, "B H", B=1)  # pyright: ignore[reportArgumentType]
    assert isinstance(pair, Pair) and pair.c.dtype == np.float64
    with says("state.c must have shape (B=1, H), got (2, 1)"):
        expect_record("state", Pair(np.ones((1, 1)), np.ones((2, 1))), Pair, "B H", B=1)
    with says("state must be of type Pair, got tuple", ValueError):
        expect_record("state", (1, 2), Pair, "B H")
