"""The number of spots on the sun, month by month, from January 1749 to December 1983.

Three parts in the order of time: what came first is learned from, what came next chooses, the last is the test.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.files import DamagedFileError, MissingFileError, data_folder, if_deleted, way_back

FIRST, CHOOSING, TESTING, END = 1749, 1900, 1933, 1984
"""The years in which the series, the part that chooses and the part that tests begin, and the year after the last."""

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Scale(NamedTuple):
    """What the training part has as mean and standard deviation, in sunspots."""

    mean: float
    deviation: float

    def down(self, numbers: Array) -> Array:
        """Return numbers of spots on the scale that networks read."""
        return (numbers - self.mean) / self.deviation

    def up(self, values: Array) -> Array:
        """Return what networks say in spots."""
        return values * self.deviation + self.mean


@cache
def sunspots() -> Array:
    """Return the monthly mean number of sunspots, shape (2820,), read once; not to be written to.

    Source: Andrews & Herzberg 1985, as data/README.md says.

    Raises:
        MissingFileError: ``data/sunspots.csv`` is missing.
        DamagedFileError: it does not hold twelve numbers for each of the years.
    """
    path = data_folder() / "sunspots.csv"
    if not path.is_file():
        raise MissingFileError(f"there is no table {path.name} in {path.parent.name}{if_deleted(path)}")
    years = np.arange(FIRST, END)
    try:
        text = path.read_text(encoding="utf-8")
        rows = [line.split(",") for line in text.splitlines()[2:]]
        table = np.array([row for row in rows if len(row) == 13], dtype=float)
    except ValueError as error:
        raise DamagedFileError(f"{path.name} is damaged ({error}){way_back(path)}") from None
    whole = text.endswith("\n") and len(rows) == len(table) == len(years)
    if not whole or not (table[:, 0] == years).all() or not np.isfinite(table).all():
        raise DamagedFileError(
            f"{path.name} must hold a year and twelve numbers for each of {FIRST} to {END - 1}{way_back(path)}"
        )
    numbers = table[:, 1:].reshape(-1)
    numbers.flags.writeable = False
    return numbers


def month_at(year: float) -> int:
    """Return the place of a month in the series; 1749 is January of that year, 1749.5 July.

    >>> month_at(1749), month_at(1933.25)
    (0, 2211)
    """
    return round(12 * (year - FIRST))


def date_of(month: int) -> str:
    """Return a month by its place in the series, in words.

    >>> date_of(0), date_of(2211)
    ('January 1749', 'April 1933')
    """
    return f"{MONTHS[month % 12]} {FIRST + month // 12}"


def training_scale() -> Scale:
    """Return the scale of the training part alone: the test must not leak into what networks read."""
    learned = sunspots()[: month_at(CHOOSING)]
    return Scale(float(learned.mean()), float(learned.std()))


def part(first: int, end: int) -> slice:
    """Return the months from January of one year to the December before another, as a slice.

    >>> part(CHOOSING, TESTING)
    slice(1812, 2208, None)
    """
    return slice(month_at(first), month_at(end))
