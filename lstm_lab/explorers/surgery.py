"""Surgery: cut, clamp and swap parts of a trained LSTM, and count what it costs on 500 shows."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from lstm_lab.drawing import svg
from lstm_lab.drawing.surgery import Operated, points, surgery
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Control, Slider
from lstm_lab.explorers.frames import symbol
from lstm_lab.explorers.operating import (
    ALL_UNITS,
    ASKED,
    CLAMPS,
    COUPLE,
    LAST,
    LOUDEST,
    MEMORY,
    NOTHING,
    ONE,
    OPERATIONS,
    SILENCE,
    SWAP,
    WHOM,
    SurgeryRun,
    films,
    held,
    operate,
)
from lstm_lab.world.shows import FACE_ALONE

RUINED, SPARED = 0.2, 0.01
"""The challenge: how much the second show has to lose, and how much the others may."""


def done(run: SurgeryRun) -> str:
    """Return in a few words what was done."""
    many = len(run.units) > 1
    name = "all units" if many else f"unit {run.units[0]}" if run.units else ""
    if run.operation in CLAMPS:
        return f"{CLAMPS[run.operation]} clamped at {spoken(run.level)} in {name}"
    if run.operation == COUPLE:
        return f"i = 1 − f in {name}"
    if run.operation == SILENCE:
        return f"{name} silenced"
    if run.operation == SWAP:
        return f"c and h of {name} swapped after picture {run.after}"
    return "nothing done"


def loudness(run: SurgeryRun) -> str:
    """Return how loud the unit is that was operated on; nothing if it was none or all."""
    if len(run.units) != 1:
        return ""
    (unit,) = run.units
    sizes = run.trial.sizes
    rank = int((sizes > sizes[unit]).sum()) + 1
    control = f"control for unit {run.like}, " if run.like >= 0 else ""
    return f" ({control}mean |h| {spoken(float(sizes[unit]))} over all pictures, rank {rank} of {sizes.size})"


def first_show(run: SurgeryRun) -> str:
    """Return in words what became of the first show."""
    if -run.effect.difference[0] < 0.03:
        return CHOICES[0]
    return CHOICES[1] if run.effect.operated[0] > 0.73 else CHOICES[2]


CHOICES = ("as often as before", "a bit less often", "as by the face alone")


def score(run: SurgeryRun) -> float:
    """Return how nearly the second show alone is ruined, by one unit; in all units it counts half."""
    lost = -run.effect.difference
    others = max(float(lost[0]), float(lost[2]), 0.0)
    ruined = float(np.clip(lost[1] / RUINED, 0, 1))
    spared = float(np.clip(1 - (others - SPARED) / (RUINED / 2), 0, 1))
    return ruined * spared * (1.0 if len(run.units) == 1 else 0.5)


def score_sentence(run: SurgeryRun) -> str:
    """Return what each show gained or lost, and whether more than one unit was needed."""
    first, second, third = (points(100 * float(each)) for each in run.effect.difference)
    many = " All units count half." if len(run.units) > 1 else ""
    return f"Second {second}, first {first}, third {third} points.{many}"


def on(operation: str, whom: str = ALL_UNITS, unit: int = MEMORY, **more: Any) -> Values:
    """Return the values that lead to an operation."""
    return {"operation": operation, "whom": whom, "unit": unit, **more}


class Surgery(Explorer):
    """A trained network on the table: one operation, the channel before and after, and its cost on 500 shows."""

    question = "What does a trained network rely on?"
    misconception = "A large activation is an important one."
    not_shown = (
        "other networks: of five trained alike, f = 1 costs three the first show too. Nor what the task needs: trained "
        "without the part, one may do as well. And an operated network is in states it never trained in."
    )
    height = 282.0
    hidden: ClassVar[Mapping[str, Any]] = {"seed": 0}
    again = ("Draw again", "Another 500 channels, and another control")
    lecture = ("operation", "unit")
    presets: ClassVar[Mapping[str, Preset]] = {
        "The loudest unit?": Preset(
            on(SILENCE, ONE, LOUDEST),
            "Unit 11 is the loudest of all. Silent, it costs nothing that 500 channels can tell from chance.",
            lambda run: (
                int(run.trial.sizes.argmax()) == LOUDEST and run.effect.total[1] <= 0 <= run.effect.total[2]
            ),
        ),
        "One half as loud?": Preset(
            on(SILENCE, ONE, MEMORY),
            "Silent, unit 13 costs over 15 points. Its control, a random unit as loud, costs under 5.",
            lambda run: (
                0.4 < run.trial.sizes[MEMORY] / run.trial.sizes[LOUDEST] < 0.6
                and run.costs[MEMORY] > 0.15
                and np.delete(run.costs, MEMORY).max() < 0.05
            ),
        ),
        "f = 0?": Preset(
            on("clamp f", level=0.0),
            "Nothing is kept from picture to picture: about what the face alone gives, 69 %.",
            lambda run: bool(np.all(run.effect.operated < 0.74) and np.all(run.effect.operated > 0.6)),
        ),
        "i = 1 − f?": Preset(
            on(COUPLE),
            "A few points are lost in every show, though it never trained so. "
            "In all, less than with f held at 0 or 1, more than with i held at 1.",
            lambda run: bool(
                np.all((run.effect.difference < 0) & (run.effect.difference > -0.1))
                and max(held(run, "f", 0.0), held(run, "f", 1.0)) < run.effect.total[0] < held(run, "i", 1.0)
            ),
        ),
        "Bear and goldfish swapped?": Preset(
            on(SWAP, ONE, MEMORY, after=4),
            "One unit's memory changes hands and the answer turns, until the title card clears whatever is there.",
            lambda run: (
                run.intact.wolf[ASKED[0]] > 0.8 > 0.2 > run.operated.wolf[ASKED[0]]
                and run.effect.difference[0] < -0.5
                and np.abs(run.effect.difference[1:]).max() < 0.02
            ),
        ),
    }
    challenge = Challenge("Ruin the second show alone, with one unit.", score, score_sentence)
    prediction = Prediction(
        "f clamped at 1 in all units: first shows go right how often?",
        CHOICES,
        on("clamp f", level=1.0),
        first_show,
        "With nothing forgotten, this network's first shows go right",
    )

    def controls(self) -> dict[str, Any]:
        """Return the operation, to whom it is done, and what the one or the other operation needs besides."""
        return {
            "operation": Choice("operation", SILENCE, OPERATIONS, listed=True),
            "whom": Choice("units", ONE, WHOM),
            "unit": Slider("unit", LOUDEST, 0, 15, 1),
            "level": Slider("level", 0.9, 0, 1, 0.05),
            "after": Slider("after", 4, 1, LAST, 1),
        }

    def settle(self) -> None:
        """Show the controls that the operation reads, and in large print the one that matters most."""
        values = self.values()
        operation = values["operation"]
        one = operation != NOTHING and values["whom"] != ALL_UNITS
        most = "level" if operation in CLAMPS else "after" if operation == SWAP else "unit"
        read = {
            "operation": True,
            "whom": operation != NOTHING,
            "unit": one,
            "level": operation in CLAMPS,
            "after": operation == SWAP,
        }
        for name, control in self.inputs.items():
            _mark(control, "lab-hidden", not read[name])
            _mark(control, "lab-only-alone", name not in ("operation", most))

    def compute(self, values: Values) -> SurgeryRun:
        """Return the run at these values."""
        return operate(
            values["operation"],
            values["whom"],
            int(values["unit"]),
            values["level"],
            int(values["after"]),
            values["seed"],
        )

    def picture(self, record: SurgeryRun, canvas: Canvas) -> str:
        """Return the channel, the shows and the units, before and after."""
        run, cost = record, record.effect
        film, other = ([symbol(frame) for frame in each] for each in films())
        both = film + other if run.operation == SWAP else film
        drawn = Operated(
            pictures=tuple(name for name, _ in film),
            others=tuple(name for name, _ in other) if run.operation == SWAP else (),
            symbols=dict(both),
            after=run.after,
            wolf={"intact": run.intact.wolf, "operated": run.operated.wolf, "ideal": run.ideal},
            c={"intact": run.intact.c[:, MEMORY], "operated": run.operated.c[:, MEMORY]},
            memory=f"unit {MEMORY}, which holds the genre",
            asked=np.array(ASKED),
            many=run.trial.targets.shape[1],
            intact=cost.intact,
            operated=cost.operated,
            low=cost.intact + cost.low,
            high=cost.intact + cost.high,
            ideal=run.trial.ideal,
            alone=FACE_ALONE,
            total=100 * cost.total[0],
            sizes=run.trial.sizes,
            costs=100 * run.costs,
            chosen=run.units if len(run.units) == 1 else (),
            silenced=run.operation == SILENCE,
        )
        return svg.document(
            canvas, "A trained LSTM before and after an operation", self.describe(run), surgery(drawn, canvas)
        )

    def describe(self, record: SurgeryRun) -> str:
        """Return what was done, and what it costs in each show and in all, with its interval."""
        run, cost = record, record.effect
        after, before = (
            "{}, {} and {}\N{NO-BREAK SPACE}%".format(*(spoken(100 * float(share), 1) for share in shares))
            for shares in (cost.operated, cost.intact)
        )
        middle, low, high = (100 * each for each in cost.total)
        many, margin = run.trial.targets.shape[1], spoken((high - low) / 2, 1)
        return (
            f"With {done(run)}{loudness(run)}, {after} of the first, second and third shows are right; "
            f"intact, {before}. In all {points(middle)} ± {margin} points (95\N{NO-BREAK SPACE}%, {many} channels)."
        )


def _mark(control: Control, name: str, on: bool) -> None:
    (control.add_class if on else control.remove_class)(name)
