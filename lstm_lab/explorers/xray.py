"""The X-ray for a reader's own network: any cell of one layer, over any sequences, a unit at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from lstm_lab import cells
from lstm_lab.cells import Params, Step
from lstm_lab.checks import Array, ShapeError, expect
from lstm_lab.drawing import svg
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.drawing.xray import Film, Job, Looked, looked_into, shown_around
from lstm_lab.explorers.base import Explorer, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider, TimeStepper
from lstm_lab.explorers.gate_xray import lasting, place
from lstm_lab.measures import half_life
from lstm_lab.models import CELLS, Model
from lstm_lab.xray import STORED, descending, keeping, moves, of_all, steady_keeping, tells_apart

GATES = "figovrzn"
"""The gates and candidates of all cells, in the order they are shown; a record has those of its cell."""
MOST, SLOW, APART = "who moves most", "who forgets slowest", "who tells the labels apart"
STEPS, ROWS = 200, 64
"""How many steps and units are drawn at once; of more, those around the present ones."""
LARGEST = 200_000_000
"""How many numbers a record may hold: 1.6 GB."""


class Subject(NamedTuple):
    """What is looked into: a record with arrays (T, B, H), its labels, and what its units do.

    ``of_step`` labels (T, B) and ``of_sequence`` labels (B,), whichever there are. ``scores`` by order, (H,) each.
    """

    run: Step
    gates: str
    memory: str
    of_step: Array | None
    of_sequence: Array | None
    scores: Mapping[str, Array]

    @property
    def size(self) -> tuple[int, int, int]:
        """T, B and H."""
        T, B, H = self.run.h.shape
        return T, B, H

    def rows(self, order: str) -> tuple[int, ...]:
        """Return the units in an order."""
        if order == STORED:
            return tuple(range(self.size[2]))
        return tuple(int(unit) for unit in descending(self.scores[order]))


class Look(NamedTuple):
    """One sequence, one step of it and one unit: ``step`` in 0..T, the others counted from 0."""

    subject: Subject
    sequence: int
    step: int
    order: str
    unit: int
    letter: str

    def of_unit(self, letter: str) -> Array:
        """Return one quantity of the unit along the sequence, shape (T,)."""
        return getattr(self.subject.run, letter)[:, self.sequence, self.unit]


def subject_of(network: Params | Model, sequences: Any, labels: Any = None) -> Subject:
    """Return a network's record over sequences, with what each unit does.

    Args:
        network: a model, or the weights of a cell with D inputs and H units.
        sequences: inputs of shape (T, B, D): steps first, then sequences.
        labels: one text for each sequence, or one for each step of each, shape (T, B); of a single sequence also
            one text for each step, or a text of T letters. Units are sorted by them where some are alike.

    Raises:
        ShapeError: sequences or labels do not fit.
        ValueError: no network of ours, numbers that are not finite, or a record that would take too much memory.
    """
    params: Any = network.cell if isinstance(network, Model) else network
    if type(params) not in CELLS.values():
        raise ValueError(
            f"XRay.of takes a model or the weights of a cell, got {type(params).__name__}; the weights in a torch "
            "module are lstm_lab.training.from_torch(module)"
        )
    params = cells.checked(params)
    _expect_one_length(sequences)
    try:
        xs = expect("sequences", sequences, "T B D", D=cells.input_size(params))
    except ShapeError as error:
        raise ShapeError(
            f"{error}: steps come first, then sequences; a single sequence is sequences[:, None]"
        ) from None
    T, B, _ = xs.shape
    _expect_room(T, B, cells.hidden_size(params))
    of_step, of_sequence = _labels(labels, T, B)
    run: Any = cells.trace(params, xs)
    gates = "".join(letter for letter in GATES if letter in run._fields)
    scores = {MOST: moves(run)}
    if gates:
        kept = keeping(run)
        scores[SLOW] = half_life(steady_keeping(kept.reshape(-1, kept.shape[-1])))
    known = of_step if of_step is not None else of_sequence
    if known is not None and 1 < len(np.unique(known)) < known.size:
        scores[APART] = tells_apart(run, np.broadcast_to(known, (T, B)))
    memory = "ch" if "c" in type(run)._fields else "h"
    return Subject(run, gates, memory, of_step, of_sequence, scores)


def _expect_one_length(sequences: Any) -> None:
    if isinstance(sequences, list | tuple) or (
        isinstance(sequences, np.ndarray) and sequences.dtype == object
    ):
        lengths = sorted({len(each) for each in sequences if hasattr(each, "__len__")})
        if len(lengths) > 1:
            raise ShapeError(
                "sequences must be one array of shape (T, B, D), so all of one length; "
                f"got lengths from {lengths[0]} to {lengths[-1]}"
            )


def _expect_room(T: int, B: int, H: int) -> None:
    numbers = 16 * T * B * H
    if numbers > LARGEST:
        few = max(LARGEST // (16 * T * H), 1)
        raise ValueError(
            f"the record of {T} steps of {B} sequences with {H} units would take {8e-9 * numbers:.0f} GB; look into "
            f"fewer of them, as sequences[:, :{few}]"
        )


def _labels(labels: Any, T: int, B: int) -> tuple[Array | None, Array | None]:
    """Return the labels of each step (T, B), or those of each sequence (B,)."""
    if labels is None:
        return None, None
    try:
        words = np.array(list(labels)).astype(str)
    except (TypeError, ValueError):
        words = np.empty(0)
    if words.shape == (T, B):
        return words, None
    if words.shape == (B,):
        return None, words
    if B == 1 and words.shape == (T,):
        return words[:, None], None
    if words.shape == (T,):
        raise ShapeError(
            f"sequences has shape (T, B, D), time first; here T={T} and B={B}, and there are {T} labels. "
            "If sequences come first in yours, give np.swapaxes(sequences, 0, 1)"
        )
    got = f"shape {words.shape}" if words.size else f"{labels!r:.40}"
    raise ShapeError(
        f"labels must be one text for each of B={B} sequences, or one for each of T={T} steps of each, "
        f"shape {(T, B)}, got {got}"
    )


def presets_of(subject: Subject) -> Mapping[str, Preset]:
    """Return the questions that can be asked of a network: one for each order, answered by its first unit."""
    asked = {
        MOST: ("Which unit moves most?", "its memory spreads more than that of any other."),
        SLOW: (
            "Which unit forgets slowest?",
            "it keeps the largest part of its own memory from step to step.",
        ),
        APART: (
            "Which unit tells the labels apart?",
            "more of its movement than of any other's goes with the labels.",
        ),
    }
    return {
        question: Preset(
            {"order": order, "unit": subject.rows(order)[0]},
            f"Unit {subject.rows(order)[0]}: {seen}",
            lambda look, order=order: look.unit == int(np.argmax(look.subject.scores[order])),
        )
        for order, (question, seen) in asked.items()
        if order in subject.scores
    }


class XRay(Explorer):
    """Gates and memory of one unit at a time, and all units, of a network you bring.

    ``XRay.of(model, sequences, labels)`` looks into a model or the weights of a cell of this package,
    ``XRay.of(training.from_torch(module), sequences, labels)`` into a one-layer ``torch.nn.RNN``, ``LSTM`` or ``GRU``.
    """

    question = "Which unit of your network does what?"
    misconception = "A unit that moves much matters much."
    not_shown = "what the network answers, and causes: a unit that follows something may not matter to it."
    height = 250.0
    taller_in_lecture = 32.0
    lecture = ("step", "unit")
    more = ("letter",)
    subject: ClassVar[Subject]

    @classmethod
    def of(cls, network: Params | Model, sequences: Any, labels: Any = None, **values: Any) -> Self:
        """Return an X-ray of a network over sequences; arguments as ``subject_of``, values as those of its controls.

        Raises:
            ShapeError, ValueError: as ``subject_of``.
        """
        subject = subject_of(network, sequences, labels)
        kind: Any = type(cls.__name__, (cls,), {"subject": subject, "presets": presets_of(subject)})
        return kind(**values)

    def __init__(self, **values: Any) -> None:
        if not hasattr(type(self), "subject"):
            raise TypeError("an X-ray needs a network: XRay.of(model, sequences, labels)")
        super().__init__(**values)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the same network at these values; a state alone has no network.

        Raises:
            TypeError: asked of ``XRay`` itself.
        """
        return cls(**state)

    def python(self) -> str:
        """Return a line that rebuilds this view, where ``model``, ``sequences`` and ``labels`` are the reader's."""
        labelled = self.subject.of_step is not None or self.subject.of_sequence is not None
        given = "model, sequences, labels" if labelled else "model, sequences"
        values = ", ".join(f"{name}={value!r}" for name, value in self.values().items())
        return f"from {XRay.__module__} import XRay; XRay.of({given}, {values})"

    def controls(self) -> dict[str, Any]:
        """Return the sequence, if there are several, the step, the order, the unit and what is shown of all."""
        T, B, H = self.subject.size
        order = Choice("sort", STORED, (STORED, *self.subject.scores), listed=True)
        unit = Slider("unit", 0, 0, H - 1, 1)
        letter = Choice("of all units", self.subject.memory[0], (*self.subject.memory, *self.subject.gates))
        order.observe(lambda change: unit.set_trait("value", self.subject.rows(change["new"])[0]), "value")
        several = {"sequence": Slider("sequence", 0, 0, B - 1, 1)} if B > 1 else {}
        return several | {
            "step": TimeStepper("step", T, T, 300),
            "order": order,
            "unit": unit,
            "letter": letter,
        }

    def compute(self, values: Values) -> Look:
        """Return what these values look at."""
        return Look(
            self.subject,
            int(values.get("sequence", 0)),
            int(values["step"]),
            values["order"],
            int(values["unit"]),
            values["letter"],
        )

    def picture(self, record: Look, canvas: Canvas) -> str:
        """Return the unit's gates and memory, all units, and what the unit does."""
        look, subject = record, record.subject
        T, B, H = subject.size
        order = subject.rows(look.order)
        steps = shown_around(max(look.step - 1, 0), T, STEPS)
        rows = shown_around(order.index(look.unit), H, ROWS)
        here = slice(steps.start, steps.stop)
        units = order[rows.start : rows.stop]
        called, shown = of_all(subject.run, look.letter)
        which = f"sequence {look.sequence}"
        if subject.of_sequence is not None:
            which = f"“{shortened(subject.of_sequence[look.sequence], 14)}”"
        looked = Looked(
            first=steps.start + 1,
            now=max(look.step - steps.start, 0),
            film=Film((), {}, ()),
            words=() if subject.of_step is None else tuple(subject.of_step[here, look.sequence]),
            unit_name=f"unit {look.unit}, {which}" if B > 1 else f"unit {look.unit}",
            gates={letter: look.of_unit(letter)[here] for letter in subject.gates},
            memory={letter: look.of_unit(letter)[here] for letter in subject.memory},
            letter=called,
            units=shown[here, look.sequence][:, list(units)].T,
            order=look.order,
            total=H,
            names=tuple(str(unit) for unit in units),
            row=units.index(look.unit),
            answers={},
            asked="",
            jobs=jobs_of(look),
            judged=f"over {B} sequences" if B > 1 else "over this sequence",
        )
        title = "The gates and the memory of a network's units along a sequence"
        return svg.document(canvas, title, self.describe(look), looked_into(looked, canvas))

    def describe(self, record: Look) -> str:
        """Return what the unit's gates do at the present step, and what it remembers."""
        look, subject = record, record.subject
        T, B, _ = subject.size
        which = f" of sequence {look.sequence}" if B > 1 else ""
        if subject.of_sequence is not None:
            which = f" of “{shortened(subject.of_sequence[look.sequence])}”"
        if look.step == 0:
            return f"None of {T} steps{which} has been read: the memory of unit {look.unit} is 0."
        t = look.step - 1
        label = "" if subject.of_step is None else f", “{shortened(subject.of_step[t, look.sequence])}”"
        said = {
            letter: f"{letter} {spoken(float(look.of_unit(letter)[t]))}"
            for letter in subject.gates + subject.memory
        }
        for letter in set("fz") & set(said):
            half = lasting(float(half_life(float(look.of_unit(letter)[t]))))
            said[letter] += f" (at this {letter}, half is left after {half} steps)"
        gates = ", ".join(said[letter] for letter in subject.gates)
        memory = ", ".join(said[letter] for letter in subject.memory)
        return f"Step {look.step} of {T}{which}{label}. Unit {look.unit}: {gates}{'; ' if gates else ''}{memory}."


def shortened(words: Sequence[str] | str, most: int = 24) -> str:
    """Return words cut where they are too long.

    >>> shortened("abcdefgh", 4)
    'abc…'
    """
    said = str(words)
    return said if len(said) <= most else said[: most - 1] + "…"


def jobs_of(look: Look) -> tuple[Job, ...]:
    """Return what the unit does, job by job."""
    names = {
        MOST: ("spread of its memory", spoken),
        SLOW: ("steps until half gone", lasting),
        APART: ("goes with the labels", lambda share: f"{spoken(100 * share, 0)} %"),
    }
    return tuple(
        Job(
            names[order][0],
            names[order][1](float(scores[look.unit])),
            place(scores, look.unit),
            order == look.order,
        )
        for order, scores in look.subject.scores.items()
    )
