"""The one place where arrays from outside are looked at, and the sentences said when they do not fit."""

from typing import Any, TypeVar

import numpy as np

Array = np.ndarray
Record = TypeVar("Record", bound=tuple)


class ShapeError(ValueError):
    """An array has the wrong shape; the message names the argument, what was expected and what came."""


class NotFiniteError(ValueError):
    """An array holds NaN or infinity; the message names the argument and the place."""


def expect(name: str, value: object, axes: str, **sizes: int) -> Array:
    """Return ``value`` as a float64 array, if it has the axes asked for and holds finite numbers.

    >>> expect("x", [[1, 2, 3]], "B D", D=3)
    array([[1., 2., 3.]])

    Args:
        name: what the argument is called, for the message.
        value: anything NumPy can turn into an array of numbers.
        axes: one letter per axis, as ``"T B D"``; a letter that comes twice, as in ``"T S S"``, has the same length
            twice; ``"... K"`` allows any axes before K, ``"..."`` any at all; the empty string is a single number.
        sizes: the axes whose length is known, as ``D=3``.

    Returns:
        The same numbers as float64; the array itself, not a copy, where it already is.

    Raises:
        ShapeError: another number of axes, another length, or an axis without entries.
        NotFiniteError: a number that is NaN or infinite.
        ValueError: not numbers.
    """
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold numbers, got {_short(value)}")
    array = array.astype(np.float64, copy=False)
    letters = axes.split()
    any_before = letters[:1] == ["..."]
    named = letters[any_before:]
    lengths = array.shape[max(0, array.ndim - len(named)) :] if any_before else array.shape
    known = dict(sizes)
    if len(lengths) != len(named) or any(
        n != known.setdefault(k, n) for k, n in zip(named, lengths, strict=True)
    ):
        wanted = [f"{letter}={sizes[letter]}" if letter in sizes else letter for letter in letters]
        shape = f"({', '.join(wanted)}{',' if len(wanted) == 1 else ''})"
        raise ShapeError(f"{name} must have shape {shape}, got {array.shape}")
    if array.size == 0:
        raise ShapeError(f"{name} must have at least one entry on every axis, got shape {array.shape}")
    if not np.isfinite(array).all():
        at = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise NotFiniteError(f"{name} must hold finite numbers, got {array[at]} at index {at}")
    return array


def expect_record(name: str, value: object, kind: type[Record], axes: str, **sizes: int) -> Record:
    """Return ``value`` with every field as ``expect`` returns it, if it is a ``kind``.

    Args:
        name: what the argument is called, for the message; a field is named as ``state.h``.
        value: a NamedTuple of arrays.
        kind: the NamedTuple's type.
        axes: the axes of every field, as ``"B H"``.
        sizes: the axes whose length is known.

    Raises:
        ShapeError: a field does not have the axes asked for.
        ValueError: another type, not numbers, or a number that is NaN or infinite.
    """
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be of type {kind.__name__}, got {type(value).__name__}")
    make: Any = kind
    fields = zip(make._fields, value, strict=True)
    return make(*(expect(f"{name}.{field}", array, axes, **sizes) for field, array in fields))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
