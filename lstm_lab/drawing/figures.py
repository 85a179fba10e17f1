"""Still figures, drawn by matplotlib, each with the sentence that says what it shows.

Importing this costs about a second; pages whose pictures move do not need it.
"""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lstm_lab.checks import Array
from lstm_lab.notation import NETWORKS


class Still:
    """A figure and its sentence, as a notebook shows them: picture, caption and alt text at once."""

    def __init__(self, figure: Figure, sentence: str) -> None:
        self.figure, self.sentence = figure, sentence

    def __repr__(self) -> str:
        return self.sentence

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=110)
        width, height = (int(100 * inches) for inches in self.figure.get_size_inches())
        bundle = {"image/png": buffer.getvalue(), "text/plain": self.sentence}
        return bundle, {"image/png": {"width": width, "height": height, "alt": self.sentence}}


def room(width: float = 7.0, height: float = 3.4) -> tuple[Figure, Axes]:
    """Return a new figure with one pair of axes, in the type and with the bare frame of all our figures."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=11)
    axes.grid(color="#dcdcdc", linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def agreement(w: Array, p: Array) -> Still:
    """Return what a network says of many faces against what there is to know.

    Args:
        w: wolfness of each face, which is the ideal observer's P(wolf), shape (N,).
        p: the network's P(wolf), shape (N,).
    """
    figure, axes = room(5.2, 4.2)
    axes.plot([0, 1], [0, 1], color="#111111", linestyle=(0, (2, 4)), linewidth=2)
    axes.plot(w, p, "o", color=NETWORKS["rnn"].colour, markersize=4, alpha=0.5)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_xlabel("wolfness of the face = P(wolf) of the ideal observer", fontsize=12)
    axes.set_ylabel("P(wolf) of the network", fontsize=12)
    distance = float(np.abs(p - w).mean())
    sentence = (
        f"P(wolf) of the picture network against that of the ideal observer, for {len(w)} faces: "
        f"the mean distance is {distance:.3f}."
    )
    return Still(figure, sentence)


def by_step(sizes: Array, pictures: Sequence[str]) -> Still:
    """Return what each step of a show adds to an update, on a scale of powers of ten.

    Args:
        sizes: length of each step's contribution, positive, shape (T,).
        pictures: what was on screen at each step, T names.
    """
    figure, axes = room(7.6, 2.9)
    steps = np.arange(len(sizes))
    axes.bar(steps, sizes, color=NETWORKS["rnn"].colour, width=0.7)
    axes.set_yscale("log")
    axes.set_xticks(steps, pictures, rotation=40, ha="right")
    axes.set_ylabel("share of the update", fontsize=12)
    least = int(np.argmin(sizes))
    sentence = (
        f"What each picture adds to the update: from {sizes[-1]:.2g} at the last ({pictures[-1]}) "
        f"to {sizes[least]:.2g} at picture {least + 1} ({pictures[least]})."
    )
    return Still(figure, sentence)
