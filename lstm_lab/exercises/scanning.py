"""The exercises of lesson 14: one pixel of a convolution, and a sweep both ways."""

from typing import Any

import numpy as np

from lstm_lab.exercises.checking import Exercise, Mistake


def one_pixel(x, W, r, c):
    """Return a 3 × 3 convolution of the picture x at row r and column c, with zeros beyond the edge."""
    padded = np.pad(x, 1)
    return np.sum(padded[r : r + 3, c : c + 3] * W)


def both_ways(hs, backward_hs):
    """Return what each place of a row gets from a run from the left and one from the right, side by side."""
    return np.concatenate([hs, backward_hs[::-1]], axis=1)


def _one_pixel_calls() -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(14)
    x, W = rng.normal(size=(5, 6)), rng.normal(size=(3, 3))
    return [(x, W, 2, 3), (x, W, 0, 0), (x, W, 4, 5), (x, W, 3, 0), (x[:3, :3], W, 1, 1)]


def _both_ways_calls() -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(15)
    return [(rng.normal(size=(T, H)), rng.normal(size=(T, H))) for T, H in ((6, 3), (4, 2), (1, 2))]


def _turned(x: Any, W: Any, r: int, c: int) -> Any:
    return one_pixel(x, W[::-1, ::-1], r, c)


def _later(x: Any, W: Any, r: int, c: int) -> Any:
    cut = np.pad(x, ((0, 3), (0, 3)))[r : r + 3, c : c + 3]
    return np.sum(cut * W)


def _wrapped(x: Any, W: Any, r: int, c: int) -> Any:
    return np.sum(np.pad(x, 1, mode="wrap")[r : r + 3, c : c + 3] * W)


def _repeated(x: Any, W: Any, r: int, c: int) -> Any:
    return np.sum(np.pad(x, 1, mode="edge")[r : r + 3, c : c + 3] * W)


SCANNING: dict[str, Exercise] = {
    "one_pixel": Exercise(
        one_pixel,
        _one_pixel_calls,
        (
            Mistake(_later, "the window begins one row above and one column left of the place, not at it."),
            Mistake(_wrapped, "beyond the edge there are zeros; yours reads the other side of the picture."),
            Mistake(_repeated, "beyond the edge there are zeros; yours repeats the last pixels."),
            Mistake(
                _turned,
                "the weights are upside down: W[0, 0] is for the neighbour above on the left. (Mathematics calls "
                "that a correlation, and networks call it a convolution.)",
            ),
            Mistake(lambda x, W, r, c: one_pixel(x.T, W, c, r), "rows and columns are swapped."),
            Mistake(
                lambda x, W, r, c: np.pad(x, 1)[r : r + 3, c : c + 3] * W,
                "those are the nine products. Add them up: the answer is one number.",
            ),
            Mistake(
                lambda x, W, r, c: np.sum(np.pad(x, 2)[r : r + 3, c : c + 3] * W),
                "with a rim of zeros the neighbourhood of (r, c) begins at row r and column c, not one before.",
            ),
            Mistake(lambda x, W, r, c: one_pixel(x, W, r, c) / 9, "it is a sum, not a mean."),
            Mistake(
                lambda x, W, r, c: x[r, c] * W[1, 1],
                "that is the place alone; its eight neighbours count too.",
            ),
        ),
        (
            "Nine products and their sum: the place and its eight neighbours, each times its own weight.",
            "np.pad(x, 1) puts a rim of zeros around x. In it, the neighbourhood of (r, c) begins at row r, column c.",
        ),
        if_it_stops=" At the edge some neighbours are not there: put zeros around the picture first.",
    ),
    "both_ways": Exercise(
        both_ways,
        _both_ways_calls,
        (
            Mistake(
                lambda hs, backward_hs: np.concatenate([hs, backward_hs], axis=1),
                "the run from the right is in its own order: its first entry belongs to the last place. Turn it round.",
            ),
            Mistake(
                lambda hs, backward_hs: np.concatenate([hs[::-1], backward_hs[::-1]], axis=1),
                "only the run from the right has to be turned round.",
            ),
            Mistake(
                lambda hs, backward_hs: np.concatenate([hs[::-1], backward_hs], axis=1),
                "that has the places from right to left: turn the other one round.",
            ),
            Mistake(
                lambda hs, backward_hs: np.concatenate([backward_hs[::-1], hs], axis=1),
                "the run from the left comes first.",
            ),
            Mistake(
                lambda hs, backward_hs: np.concatenate([hs, backward_hs[:, ::-1]], axis=1),
                "you turned the units round; turn the places, the first axis.",
            ),
            Mistake(
                lambda hs, backward_hs: hs + backward_hs[::-1],
                "side by side, not added: each place gets the units of both.",
            ),
        ),
        (
            "Entry t of backward_hs was read t places from the right end. Which place is that, counted from the left?",
            "backward_hs[::-1] has the places in order. np.concatenate([one, other], axis=1) puts units side by side.",
        ),
        if_it_stops=" Both have one row a place and one column a unit.",
    ),
}
