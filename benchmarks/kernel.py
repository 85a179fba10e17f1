"""What one move of a slider costs in the kernel alone: computing, drawing and describing; no browser, no notebook.

    python benchmarks/kernel.py            every explorer, in some seconds
    python benchmarks/kernel.py Use Echo   some, by name

The slider goes 15 steps one way and back again, so half of the frames have never been drawn before. One thread.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as `make lab` starts it

import argparse
import statistics
import time
from typing import Any, NamedTuple

from lstm_lab import explorers

DRAGGED = {
    "Tour": "trees",
    "PictureBench": "w",
    "UnrollIt": "w",
    "Echo": "w",
    "Telescope": "scale",
    "TwoMemories": "step",
    "WholeCell": "step",
    "Learn": "b_i",
    "Forget": "b_f",
    "Remember": "f",
    "Use": "b_o",
    "WhoSets": "bias",
    "MemoryTape": "tape",
    "GradientFlow": "bias",
    "LagRace": "seeds",
    "GateXRay": "step",
    "Surgery": "unit",
    "FinishSentence": "step",
    "WhatItSees": "column",
    "ForecastDesk": "start",
    "CellVariants": "p_o",
}
"""The control of each explorer that is moved: what its question is about; of a tape, the paint."""
ONE_WAY = 15
SLOW, LARGE = 15, 80
"""Budgets: milliseconds, a median, and KB, the largest frame."""


class Work(NamedTuple):
    """What frames cost the kernel: milliseconds each, and bytes each."""

    milliseconds: list[float]
    sizes: list[int]

    @property
    def median(self) -> float:
        """The middle of the milliseconds."""
        return statistics.median(self.milliseconds)

    @property
    def largest(self) -> float:
        """The largest frame, in KB."""
        return max(self.sizes) / 1000


def drag(name: str, frames: int = 2 * ONE_WAY) -> Work:
    """Move an explorer's slider step by step and return what each frame cost.

    Timed is all the kernel does between the slider's new value and the frame's finished text.
    """
    explorer = getattr(explorers, name)()
    slider: Any = explorer.inputs[DRAGGED[name]].slider
    work = Work([], [])
    towards = 1
    for k in range(frames):
        if k == ONE_WAY:
            towards = -towards
        if not slider.min <= slider.value + towards * slider.step <= slider.max:
            towards = -towards
        begun = time.perf_counter()
        slider.value += towards * slider.step
        work.milliseconds.append(1000 * (time.perf_counter() - begun))
        work.sizes.append(len(explorer._parts.frame.value.encode()))
    return work


def main() -> None:
    """Print what the frames of the explorers named on the command line, or of all, cost the kernel."""
    parser = argparse.ArgumentParser(description="milliseconds and bytes of a frame, in the kernel alone")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(DRAGGED)}; all of them by default")
    names = parser.parse_args().names or list(DRAGGED)
    if unknown := [name for name in names if name not in DRAGGED]:
        parser.error(f"{', '.join(unknown)} is none of {', '.join(DRAGGED)}")
    print(f"{'in the kernel':<22}{'median ms':>10}{'longest':>9}{'KB':>6}")
    for name in names:
        work = drag(name)
        missed = [f"over {SLOW} ms"] if work.median > SLOW else []
        missed += [f"over {LARGE} KB"] if work.largest > LARGE else []
        numbers = f"{work.median:>10.1f}{max(work.milliseconds):>9.1f}{work.largest:>6.0f}"
        print(f"{name:<22}{numbers}  {', '.join(missed)}".rstrip())


if __name__ == "__main__":
    main()
