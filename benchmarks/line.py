"""What every measurement gives: a line with what was measured, beside what, and the budget it is held to."""

from collections.abc import Iterable
from typing import NamedTuple


class Line(NamedTuple):
    """One row of a table: what was measured, the number, what stands beside it, the budget, and how it is missed.

    ``missed`` is empty where the budget is kept, or where there is none.
    """

    what: str
    measured: str
    beside: str = ""
    budget: str = ""
    missed: str = ""


HEADS = Line("what", "measured", "beside", "budget", "missed")


def markdown(lines: Iterable[Line]) -> str:
    """Return lines as a table in Markdown.

    >>> print(markdown([Line("a slider", "44 ms", budget="100 ms")]))
    | what | measured | beside | budget | missed |
    |---|---|---|---|---|
    | a slider | 44 ms |  | 100 ms |  |
    """
    return "\n".join(
        f"| {' | '.join(line)} |" for line in (HEADS, Line(*["---"] * len(HEADS)), *lines)
    ).replace("| --- | --- | --- | --- | --- |", "|---|---|---|---|---|")


def show(lines: Iterable[Line]) -> list[Line]:
    """Print lines as they come, and return them."""
    shown = []
    for line in lines:
        parts = [
            line.measured,
            line.beside,
            f"budget {line.budget}" if line.budget else "",
            line.missed.upper(),
        ]
        print(f"{line.what:<52} {' · '.join(part for part in parts if part)}", flush=True)
        shown.append(line)
    return shown
