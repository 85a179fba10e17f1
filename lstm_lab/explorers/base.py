"""What every explorer shares: a question, a prediction, controls, a picture with a sentence, presets, a challenge.

An explorer is four methods, the last three pure:

    class Halving(Explorer):
        question = "How long does a memory last?"
        misconception = "A memory is either there or gone."
        not_shown = "Noise, and everything that would be learned."
        presets: ClassVar = {
            "What if nothing is lost?": Preset({"keep": 1.0}, "The line stays flat.", lambda run: run[-1] == 1),
        }
        challenge = Challenge("Keep a tenth for 20 steps.", lambda run: min(1.0, 10 * run[20]), keeps)
        prediction = Prediction("At 0.5, what is left after 10 steps?", ("half", "a thousandth"),
                                {"keep": 0.5}, lambda run: "half" if run[10] > 0.1 else "a thousandth",
                                "After 10 steps")

        def controls(self):
            return {"keep": Slider("kept at each step", 0.9, 0, 1, 0.01)}

        def compute(self, values):
            return values["keep"] ** np.arange(41)

        def picture(self, run, canvas):
            return svg.document(canvas, "What is left", self.describe(run), ...marks...)

        def describe(self, run):
            return f"After 10 steps {run[10]:.2f} is left."

``Halving()`` at the end of a cell shows it; ``Halving(keep=0.5)`` starts elsewhere. Everything else is here:
which change leads to which frame, lecture mode, Reset, Copy as Python, Save as SVG, what a page without a kernel shows.
A picture reaches the browser in one place, ``Explorer._repaint``: one trait of one widget a frame.
"""

import os
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

from lstm_lab.drawing import svg
from lstm_lab.drawing.standalone import standalone
from lstm_lab.drawing.svg import Canvas
from lstm_lab.explorers import page, saving
from lstm_lab.explorers.controls import Control
from lstm_lab.progress import Deed, keep

Values = dict[str, Any]

_live: "weakref.WeakSet[Explorer]" = weakref.WeakSet()


class Preset(NamedTuple):
    """A place worth visiting: the values that lead there, what is to be seen, and the test that it is."""

    values: Mapping[str, Any]
    observation: str
    check: Callable[[Any], bool]


class Challenge(NamedTuple):
    """A task for the learner, its score in 0..1 read off the record, and a sentence that names the score."""

    text: str
    score: Callable[[Any], float]
    sentence: Callable[[Any], str]


class Prediction(NamedTuple):
    """A question asked beforehand; ``outcome`` reads the true choice off the record at ``values``.

    ``moment`` says in a few words what those values are: it stands before the outcome, wherever that is shown.
    """

    question: str
    choices: tuple[str, ...]
    values: Mapping[str, Any]
    outcome: Callable[[Any], str]
    moment: str


class Asked(NamedTuple):
    """What an explorer asks of a learner: places to visit by their questions, a task, and a prediction."""

    presets: Mapping[str, Preset]
    challenge: Challenge | None
    prediction: Prediction | None


class Explorer:
    """Controls → values → record → picture and sentence. Subclasses say what; this class does the wiring.

    Class attributes a subclass sets: ``question``, ``misconception``, ``not_shown``, ``presets`` (by question),
    and, where it has them, ``challenge`` and ``prediction``. Further: ``height`` of the picture in units at a
    width of 1060, and ``taller_in_lecture``, by how much more than its share it is taller in large print;
    ``hidden``, values without a control (a ``seed`` among them brings a button that draws again);
    ``again``, what that button is called and what it does; ``more``, names of controls folded away; ``lecture``,
    names of the (at most two) controls that stay visible in lecture mode, by default the first two;
    ``leading``, the name of the control that still moves on a page without a kernel, by default the first slider.
    """

    question: ClassVar[str] = ""
    misconception: ClassVar[str] = ""
    not_shown: ClassVar[str] = ""
    presets: ClassVar[Mapping[str, Preset]] = {}
    challenge: ClassVar[Challenge | None] = None
    prediction: ClassVar[Prediction | None] = None
    height: ClassVar[float] = svg.NORMAL.height
    taller_in_lecture: ClassVar[float] = 0.0
    hidden: ClassVar[Mapping[str, Any]] = {}
    again: ClassVar[tuple[str, str]] = ("Draw again", "Other pictures and noise, the same story")
    more: ClassVar[tuple[str, ...]] = ()
    lecture: ClassVar[tuple[str, ...]] = ()
    leading: ClassVar[str] = ""

    def __init__(self, **values: Any) -> None:
        self.inputs: dict[str, Control] = self.controls()
        self._hidden = dict(self.hidden)
        self._held = self._stale = self._by_hand = self._solved = False
        self._observation = self._answer = self._choice = self._truth = self._noted = ""
        self._good = ("", "")
        self.defaults: Values = self.values()
        self.asked = self.asks(values)
        self.widget, self._parts = page.lay_out(self, set_lecture)
        for control in self.inputs.values():
            control.observe(self._moved, "value")
        self._in_lecture = any(each._in_lecture for each in list(_live))
        with self._one_repaint():
            self._stale = True
            self.set(**values)
            self._by_hand = False
        self._start = self.values()
        self._show_lecture()
        _live.add(self)

    # --- what a subclass says -------------------------------------------------------------------

    def controls(self) -> dict[str, Any]:
        """Return the controls by name, in the order they are shown, with their first values."""
        raise NotImplementedError

    def compute(self, values: Values, /) -> Any:
        """Return the record of these values. Pure."""
        raise NotImplementedError

    def picture(self, record: Any, canvas: Canvas, /) -> str:
        """Return the picture of a record as an SVG document laid out on the canvas. Pure."""
        raise NotImplementedError

    def describe(self, record: Any, /) -> str:
        """Return what the picture shows, with its numbers: read-out, caption and alt text at once. Pure."""
        raise NotImplementedError

    def settle(self) -> None:
        """Bring controls that depend on others into line; called before each frame. By default none do."""

    def asks(self, start: Values, /) -> Asked:
        """Return what a learner is asked who starts at these values: by default what the class says, for any start."""
        return Asked(self.presets, self.challenge, self.prediction)

    # --- values ---------------------------------------------------------------------------------

    def values(self) -> Values:
        """Return the present values by name: of the controls, then the hidden ones."""
        return {name: control.value for name, control in self.inputs.items()} | self._hidden

    def set(self, **values: Any) -> None:
        """Set several values at once, in the order of the controls; the picture is drawn once.

        Raises:
            ValueError: there is no value of that name.
        """
        known = self.values()
        for name in values:
            if name not in known:
                raise ValueError(f"{type(self).__name__} has no value {name!r}; it has {', '.join(known)}")
        with self._one_repaint():
            self._by_hand = True
            for name in known:  # a control may decide the limits of those after it
                if name in values and name in self.inputs:
                    self.inputs[name].value = values[name]
                elif name in values and self._hidden[name] != values[name]:
                    self._hidden[name] = values[name]
                    self._stale = True

    @property
    def called(self) -> str:
        """The name under which it is kept that a learner predicted here, or solved the challenge."""
        return type(self).__name__

    def state(self) -> Values:
        """Return the values that ``from_state`` rebuilds this view from."""
        return self.values()

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return an explorer at these values."""
        return cls(**state)

    def python(self) -> str:
        """Return one line of Python that rebuilds this view in a cell."""
        name = type(self).__name__
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.values().items())
        return f"from {type(self).__module__} import {name}; {name}({arguments})"

    @property
    def record(self) -> Any:
        """The record of the present values, computed afresh."""
        return self.compute(self.values())

    # --- what the buttons do --------------------------------------------------------------------

    def visit(self, question: str) -> None:
        """Go to a preset, by its question."""
        preset = Preset(*self.asked.presets[question])
        with self._one_repaint():
            self._go_to({**self.defaults, **preset.values})
            self._observation, self._answer, self._stale = preset.observation, "", True

    def predict(self, choice: str) -> None:
        """Keep the learner's prediction and go where it is decided."""
        asked = self.asked.prediction
        if asked is None or choice not in asked.choices:
            raise ValueError(f"{type(self).__name__} asks for no prediction {choice!r}")
        with self._one_repaint():
            self._go_to({**self.defaults, **asked.values})
            self._choice, self._truth = choice, asked.outcome(self.record)
            self._observation, self._answer, self._stale = "", "", True
        page.show_choice(self._parts, choice)
        self._keep("prediction")

    def ask(self) -> None:
        """Put the question in place of the picture, for an audience to vote; whatever moves brings it back."""
        asked = self.asked.prediction
        if asked is None:
            raise ValueError(f"{type(self).__name__} asks for no prediction")
        for control in self.inputs.values():
            control.stop()
        self._parts.frame.value = page.ballot(self.canvas(self._in_lecture), asked.question, asked.choices)

    def answer(self) -> None:
        """Show what was asked: the values at which the prediction is decided, and which choice is right there."""
        asked = self.asked.prediction
        if asked is None:
            raise ValueError(f"{type(self).__name__} asks for no prediction")
        with self._one_repaint():
            self._go_to({**self.defaults, **asked.values})
            self._answer = f"{asked.moment}: {asked.outcome(self.record)}."
            self._observation, self._stale = "", True

    def reset(self) -> None:
        """Return to the first values, seed and time included, and forget the prediction."""
        with self._one_repaint():
            self._go_to(self._start)
            self._observation = self._answer = self._choice = self._truth = ""
            self._stale, self._solved = True, False
        page.show_choice(self._parts, "")

    def _go_to(self, values: Mapping[str, Any]) -> None:
        for control in self.inputs.values():
            control.stop()
        self.set(**values)
        self._by_hand = False

    def draw_again(self) -> None:
        """Change what chance decided, and nothing else."""
        self.set(seed=self._hidden["seed"] + 1)

    def save(self) -> None:
        """Write the picture as a file into the current folder, and say where, with a link to download it."""
        kind = type(self).__name__
        try:
            picture = standalone(self.saved(self.record, self.canvas(False)))
        except Exception as error:
            if os.environ.get("LSTM_LAB_RAISE"):
                raise
            page.say(self._parts, page.wrong(error))
            return
        try:
            said = f"Saved beside the notebook as {saving.write_new(Path.cwd(), kind, picture).name}."
        except OSError as error:
            said = f"The notebook's folder cannot be written ({error.strerror})."
        self._parts.note.value = saving.note(said, kind, picture)

    # --- pictures -------------------------------------------------------------------------------

    def saved(self, record: Any, canvas: Canvas, /) -> str:
        """Return the picture that *Save as SVG* writes: by default the one that is shown. Pure."""
        return self.picture(record, canvas)

    def svg(self, canvas: Canvas | None = None) -> str:
        """Return the picture of the present values, without the widgets around it."""
        return self.picture(self.record, canvas or self.canvas(False))

    def canvas(self, in_lecture: bool) -> Canvas:
        """Return the room this explorer's picture has."""
        if in_lecture:
            height = svg.LECTURE.height * self.height / svg.NORMAL.height
            return svg.LECTURE._replace(height=height + self.taller_in_lecture)
        return svg.NORMAL._replace(height=self.height)

    def _moved(self, change: Any) -> None:
        if not self._held:
            self._observation = self._answer = ""
            self._by_hand = True
        self._repaint()

    @contextmanager
    def _one_repaint(self) -> Iterator[None]:
        if self._held:
            yield
            return
        self._held = True
        try:
            yield
        finally:
            self._held = False
            if self._stale:
                self._repaint()

    def _repaint(self) -> None:
        if self._held:
            self._stale = True
            return
        try:
            self._held = True
            self.settle()
            self._stale = False
            record = self.record
            good = self.picture(record, self.canvas(self._in_lecture)), self.describe(record)
            score = page.score_line(self.asked.challenge, record)
            frame = page.frame(*good, score, self._aside(), self._answer)
            met = page.is_solved(self.asked.challenge, record)
            solved = self._by_hand and not self._solved and met
            self._good = good
        except Exception as error:
            if os.environ.get("LSTM_LAB_RAISE"):
                raise
            frame, solved, met = page.broken_frame(*self._good, error), False, False
        finally:
            self._held = False
        self._parts.frame.value = frame
        page.show_what_is_missing(self, self._parts)  # a copied line or a saved file was of the frame before
        if solved:
            self._solved, self._noted = True, self._keep("challenge")
        elif met and self._noted:  # one control moved another: it is the same deed
            page.say(self._parts, self._noted)
        else:
            self._noted = ""
        if self._stale:  # front ends may send from several threads: something moved while this was drawn
            self._repaint()

    def _keep(self, kind: str) -> str:
        """Keep what the learner did here, and say so in the line below: the one place where explorers do."""
        said = keep(Deed(kind, self.called))
        if said:
            page.say(self._parts, said)
        return said

    def _aside(self) -> str:
        if self._observation:
            return page.aside("What to see", self._observation)
        if self.asked.prediction is None or not self._choice:
            return ""
        return page.aside("You said", f"{self._choice}. {self.asked.prediction.moment}: {self._truth}.")

    def _show_lecture(self) -> None:
        page.show_lecture(self._parts, self._in_lecture)
        self._repaint()

    # --- how notebooks show it ------------------------------------------------------------------

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        view = {"application/vnd.jupyter.widget-view+json": self.widget.get_view_spec()}
        rebuilt_by = {"lstm_lab": {"python": self.python()}}
        canvas = self.canvas(False)
        try:
            record = self.record
            sentence, drawn = self.describe(record), self.picture(record, canvas)
        except Exception as error:
            if os.environ.get("LSTM_LAB_RAISE"):
                raise
            return {**view, "text/plain": page.wrong(error)}, rebuilt_by
        picture = svg.captioned(canvas, self.question, drawn, sentence, page.TO_RUN)
        return {**view, "image/svg+xml": picture, "text/plain": sentence}, rebuilt_by


def set_lecture(on: bool) -> None:
    """Switch every explorer of this notebook, and the page around them, to or from lecture mode."""
    changed = [explorer for explorer in list(_live) if explorer._in_lecture != on]
    for explorer in changed:  # all of them first: showing one presses its button, which comes back here
        explorer._in_lecture = on
    for explorer in changed:
        explorer._show_lecture()
