"""What memory an explorer takes while its controls are moved 5,000 times: each in a process of its own.

    python benchmarks/memory.py            every explorer, some minutes
    python benchmarks/memory.py Tour Use   some, by name

Every move sets one control, chosen at random, to a random value, as a hand does that plays for hours; where there is
a button that draws again, one move in twenty presses it. Memory is what the process holds (RSS), in MB: after 500
moves, when everything that is worked out once is there, and at the end. What is kept for later has a limit, so a
long evening ends about where it began.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as `make lab` starts it

import argparse
import gc
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import psutil
from line import Line, show

from lstm_lab import explorers
from lstm_lab.explorers import Explorer

SETTLED, MOVES = 500, 5000
AGAIN = 0.05
"""One move in twenty draws again."""
GROWS = 25
"""Budget: MB from the 500th move to the last."""


class Held(NamedTuple):
    """Memory of a process, in MB: with the explorer made, after 500 moves, and after all."""

    first: float
    settled: float
    last: float

    @property
    def grown(self) -> float:
        """What came on top after the first 500 moves, in MB."""
        return self.last - self.settled


def move(explorer: Explorer, rng: np.random.Generator) -> None:
    """Set one control, chosen at random, to a random value; now and then draw again."""
    if "seed" in explorer.hidden and rng.random() < AGAIN:
        explorer.draw_again()
        return
    controls = list(explorer.inputs.values())
    control = controls[int(rng.integers(len(controls)))]
    control.value = control.draw(rng)


def held() -> float:
    """Return what this process holds, in MB."""
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def played(name: str, moves: int) -> Held:
    """Return what an explorer holds in this process while it is moved."""
    explorer, rng = getattr(explorers, name)(), np.random.default_rng(0)
    found = [held()]
    for k in range(1, moves + 1):
        move(explorer, rng)
        if k in (min(SETTLED, moves), moves):
            found.append(held())
    return Held(found[0], found[1], found[-1])


def lines(names: list[str], moves: int = MOVES) -> Iterator[Line]:
    """Yield what each explorer holds, every one in a process of its own."""
    alone = {**os.environ, "LSTM_LAB_RAISE": "1", "LSTM_LAB_PROGRESS": "off"}
    for name in names:
        command = [sys.executable, __file__, "--here", f"--moves={moves}", name]
        told = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, env=alone
        ).stdout.split()
        mine = Held(*map(float, told))
        yield Line(
            f"{name}, {moves} moves",
            f"{mine.last:.0f} MB",
            f"{mine.first:.0f} at first, {mine.settled:.0f} after {min(SETTLED, moves)}: {mine.grown:+.1f} since",
            f"+{GROWS} MB",
            f"grows {mine.grown:.0f} MB" if mine.grown > GROWS else "",
        )


def main() -> None:
    """Print what the explorers named on the command line, or all, hold in memory."""
    known = [kind.__name__ for kind in explorers.ALL]
    parser = argparse.ArgumentParser(description="what an explorer holds in memory, in MB")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(known)}; all of them by default")
    parser.add_argument("--moves", type=int, default=MOVES)
    parser.add_argument("--here", action="store_true", help="of one explorer, in this process")
    options = parser.parse_args()
    names = options.names or known
    if unknown := [name for name in names if name not in known]:
        parser.error(f"{', '.join(unknown)} is none of {', '.join(known)}")
    if options.here:
        print(*played(names[0], options.moves))
    else:
        show(lines(names, options.moves))


if __name__ == "__main__":
    main()
