"""Forecast desk: a network, a linear rule and two naive ones say how many spots the sun will have."""

from functools import cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab import models
from lstm_lab.checks import Array
from lstm_lab.drawing import forecast as drawn
from lstm_lab.drawing import svg
from lstm_lab.drawing.forecast import BACK, ON, Look
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider
from lstm_lab.series import forecasting as f
from lstm_lab.series import sunspots as sun

MONTH, YEAR, ALONE = "1 month ahead", "1 year ahead", "alone"
NETWORKS = ("LSTM", "GRU", "RNN")
LINEAR, CYCLE, LAST = "linear", "last cycle", "last month"
PERIOD, ORDERS = 127, {MONTH: 36, YEAR: 132, ALONE: 132}
"""The period in months that fits the training years best, and the orders that do best in the years that choose."""
NEAR = 20.0
"""What the challenge calls near, in sunspots."""


class DeskRun(NamedTuple):
    """A forecast and what came.

    ``start`` is the place of the first month that is forecast, ``sees`` how: with every true month before it, one or
    twelve months ahead, or alone. ``network`` is the network's name. ``before`` (132,) and ``after`` (months,) are the
    truth; ``said`` what each forecaster said of the months after, ``off`` its root mean squared error.
    """

    start: int
    sees: str
    network: str
    before: Array
    after: Array
    said: dict[str, Array]
    off: dict[str, float]


class Memory(NamedTuple):
    """What a network said of every month, by months ahead, and of 11 years from every month of the test on."""

    ahead: dict[int, Array]
    runs: Array


@cache
def network_memory(name: str) -> Memory:
    """Return everything a stored network says, worked out once."""
    model, truth = models.load(f"series_{name.lower()}", 1, 2), sun.sunspots()
    scale, starts = sun.training_scale(), _starts()
    return Memory(f.network_forecasts(model, truth, scale), f.network_runs(model, truth, scale, starts, ON))


@cache
def linear_memory() -> dict[str, Array]:
    """Return everything the linear rules say, by how far they look, worked out once."""
    truth = sun.sunspots()
    learned = truth[sun.part(sun.FIRST, sun.CHOOSING)]
    ahead = {
        sees: f.linear_forecast(f.fit_linear(learned, ORDERS[sees], months), truth)
        for sees, months in ((MONTH, 1), (YEAR, 12))
    }
    return ahead | {ALONE: f.linear_runs(f.fit_linear(learned, ORDERS[ALONE], 1), truth, _starts(), ON)}


def _starts() -> Array:
    truth = sun.sunspots()
    return np.arange(sun.month_at(sun.TESTING), len(truth) - ON + 1)


def forecast(start: float, years: int, sees: str, network: str) -> DeskRun:
    """Return what every forecaster says of the years from a start on.

    Args:
        start: the date, in years, from 1933 to 1973.
        years: how many are forecast, at most 11.
        sees: one of MONTH, YEAR and ALONE.
        network: one of NETWORKS.
    """
    truth, at, months = sun.sunspots(), sun.month_at(start), 12 * years
    here = slice(at, at + months)
    of_network, linear, k = network_memory(network), linear_memory(), at - sun.month_at(sun.TESTING)
    if sees == ALONE:
        said = {
            network: of_network.runs[k, :months],
            LINEAR: linear[ALONE][k, :months],
            CYCLE: f.seasonal_runs(truth, np.array([at]), months, PERIOD)[0],
            LAST: np.full(months, truth[at - 1]),
        }
    else:
        ahead = 1 if sees == MONTH else 12
        said = {
            network: of_network.ahead[ahead][here],
            LINEAR: linear[sees][here],
            CYCLE: f.seasonal(truth, ahead, PERIOD)[here],
            LAST: f.persistence(truth, ahead)[here],
        }
    off = {name: f.rmse(values, truth[here]) for name, values in said.items()}
    return DeskRun(at, sees, network, truth[at - BACK : at], truth[here], said, off)


def best(run: DeskRun) -> str:
    """Return who is off least."""
    return min(run.off, key=run.off.__getitem__)


def nearness(run: DeskRun) -> float:
    """Return 1 if the network, on its own for eleven years, is off by 20 or less, and less the further it is."""
    if run.sees != ALONE or len(run.after) < ON:
        return 0.0
    return min(1.0, NEAR / run.off[run.network])


class ForecastDesk(Explorer):
    """The sunspots, a start, and four forecasters: who is off least, and what happens without the truth."""

    question = "How many spots will the sun have?"
    misconception = "A network that forecasts the next month well has understood the series."
    not_shown = "other seeds: this one did best on 1900 to 1932. Everything was learned from 1749 to 1899."
    height = 254.0
    lecture = ("start", "sees")
    presets: ClassVar = {
        "One month ahead: impressive?": Preset(
            {"start": 1964.75, "sees": MONTH},
            "The lines lie on the truth. Naming last month again is as good as the LSTM; the linear rule is better.",
            lambda run: run.off[run.network] > 0.98 * run.off[LAST] and best(run) == LINEAR,
        ),
        "And one year?": Preset(
            {"start": 1933.0, "sees": YEAR},
            "Now naming the last month seen is far off. Network and linear rule stand level.",
            lambda run: (
                run.off[LAST] > 1.4 * max(run.off[run.network], run.off[LINEAR])
                and abs(run.off[run.network] - run.off[LINEAR]) < 1
            ),
        ),
        "A maximum: seen coming?": Preset(
            {"start": 1954.25, "sees": ALONE},
            "The LSTM sees one coming, some ten months early, and far too low.",
            lambda run: (
                6 <= run.after.argmax() - run.said[run.network].argmax() <= 14
                and run.said[run.network].max() < run.after.max() - 80
            ),
        ),
        "Alone: in time?": Preset(
            {"start": 1944.25, "sees": ALONE},
            "Not here: the LSTM's maximum comes more than two years late, and copying the last cycle is better.",
            lambda run: (
                run.said[run.network].argmax() - run.after.argmax() > 24
                and run.off[CYCLE] + 10 < run.off[run.network]
            ),
        ),
        "The highest cycle: who wins?": Preset(
            {"start": 1954.25, "sees": MONTH},
            "The linear rule; the network is worst but for the last cycle: its line stops where the sun goes on.",
            lambda run: (
                best(run) == LINEAR
                and run.off[run.network] > run.off[LAST] + 2
                and run.said[run.network].max() < 165
            ),
        ),
    }
    challenge = Challenge(
        f"Alone for 11 years: from where is a network off by {NEAR:.0f} or less?",
        nearness,
        lambda run: (
            f"Now {spoken(run.off[run.network], 1)}." if nearness(run) else "It must be alone, for 11 years."
        ),
    )
    prediction = Prediction(
        "from 1954 to 1965, one month ahead: who is off least?",
        ("the LSTM", "a linear rule", "last month again"),
        {"start": 1954.25, "years": 11, "sees": MONTH, "network": "LSTM"},
        lambda run: {LINEAR: "a linear rule", LAST: "last month again"}.get(best(run), "the LSTM"),
        "From April 1954 on",
    )

    def controls(self) -> dict[str, Any]:
        """Return the start, how long, what is seen, and the network."""
        return {
            "start": Slider("start", 1971.5, 1933, 1972.75, 0.25),
            "years": Slider("years", 11, 1, ON // 12, 1),
            "sees": Choice("forecast", ALONE, (MONTH, YEAR, ALONE)),
            "network": Choice("network", "LSTM", NETWORKS, listed=True),
        }

    def compute(self, values: Values) -> DeskRun:
        """Return what every forecaster says at these values."""
        return forecast(**values)

    def picture(self, record: DeskRun, canvas: Canvas) -> str:
        """Return the series with the forecasts, and how far off each was."""
        run, where = record, drawn.place(canvas)
        looks = {
            LAST: Look("grey", "1 3", 1.6),
            LINEAR: Look("picture", "9 4", 2.8),  # a hue that no forecaster has, as ink is the truth
            run.network: Look(run.network.lower(), "none", 2.8),
        }
        if canvas.narrow:
            looks.pop(LAST)
        said = [(run.said[name], look) for name, look in looks.items()]
        note = "never seen" if run.sees == ALONE else f"named {run.sees}"
        start = sun.FIRST + run.start / 12
        return svg.document(
            canvas,
            "Sunspots, and what was said of them",
            self.describe(run),
            drawn.series(where.series, canvas, run.before, run.after, said, start, note),
            drawn.bars(where.bars, canvas, run.off, looks),
        )

    def describe(self, record: DeskRun) -> str:
        """Return how far off each was, and how high the sun and the network went."""
        run = record
        years = len(run.after) // 12
        span = f"{years} year{'' if years == 1 else 's'} from {sun.date_of(run.start)} on, {run.sees}"
        off = {name: spoken(value, 1) for name, value in run.off.items()}
        return (
            f"{span}: the {run.network} is off by {off[run.network]} sunspots, the linear rule by {off[LINEAR]}, "
            f"the last cycle again by {off[CYCLE]}, the last month seen again by {off[LAST]}. "
            f"The highest month had {spoken(run.after.max(), 0)}; "
            f"the {run.network} said at most {spoken(run.said[run.network].max(), 0)}."
        )
