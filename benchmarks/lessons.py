"""What a lesson costs where there is little: one core, one thread.

    python benchmarks/lessons.py           every built lesson, and what importing the package takes
    python benchmarks/lessons.py 00 02     lessons whose names start so

Each lesson is run from top to bottom in a kernel of its own that is held to one core where the system can do that.
Memory is looked at fifty times a second, kernel and its children together; pages they share count for each.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import nbformat
import psutil
from jupyter_core.utils import run_sync
from line import Line, show
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
LESSONS = ROOT / "notebooks"
HEAVY = ("torch", "matplotlib")
LOADED = f"' '.join(name for name in {HEAVY} if name in __import__('sys').modules)"
IMPORT = (
    "import time; begun = time.perf_counter(); import {module}; print(time.perf_counter() - begun, {loaded})"
)
TIMES = 7
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
QUIET_KERNEL = ["--IPKernelApp.log_level=40"]
LATE, LONG, LARGE = 1.0, 60.0, 1000
"""Budgets: seconds to the first picture and to the end, and MB."""


class Cost(NamedTuple):
    """Seconds to start a kernel, to the first picture, and to the end of a lesson; the peak of its memory in MB.

    The seconds to the first picture are those of the first two code cells, which import and show something.
    ``loaded`` names the heavy packages that were imported by the end, with a space between.
    """

    start: float
    picture: float
    run: float
    peak: float
    loaded: str


@contextmanager
def one_core() -> Iterator[bool]:
    """Hold this process, and so those it starts meanwhile, to one core; give back whether the system can."""
    here: Any = psutil.Process()  # not every system has cpu_affinity
    if not hasattr(here, "cpu_affinity"):
        yield False
        return
    before = here.cpu_affinity()
    here.cpu_affinity(before[-1:])
    try:
        yield True
    finally:
        here.cpu_affinity(before)


@contextmanager
def watched(pid: int) -> Iterator[list[int]]:
    """Give a list that holds, afterwards, the bytes a process and its children had resident at each look."""
    looks: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            looks.append(resident(pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield looks
    finally:
        over.set()
        watcher.join()


def resident(pid: int) -> int:
    """Return the bytes a process and its children have resident; 0 once it is gone."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for each in family:
        try:
            total += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue  # a child that ended meanwhile
    return total


def cost(lesson: Path) -> Cost:
    """Run a built lesson and return what that took.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    notebook = nbformat.read(lesson, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        store_widget_state=False,
        extra_arguments=QUIET_KERNEL,
        resources={"metadata": {"path": str(LESSONS)}},
    )
    begun = time.perf_counter()
    with one_core():
        kernel = client.setup_kernel()
        kernel.__enter__()
    manager: Any = client.km
    try:
        started = time.perf_counter()
        with watched(manager.provisioner.pid) as looks:
            ended = [started]
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code":
                    client.execute_cell(cell, index)
                    ended.append(time.perf_counter())
        loaded = ask(client, LOADED)
    finally:
        kernel.__exit__(None, None, None)
    picture = ended[min(2, len(ended) - 1)]
    return Cost(started - begun, picture - started, ended[-1] - started, max(looks, default=0) / 1e6, loaded)


def ask(client: NotebookClient, expression: str) -> str:
    """Return the text an expression has in the kernel."""
    kernel: Any = client.kc
    reply = run_sync(kernel.execute_interactive)(
        "", silent=True, user_expressions={"asked": expression}, output_hook=lambda message: None
    )
    return reply["content"]["user_expressions"]["asked"]["data"]["text/plain"].strip("'")


def import_cost(module: str) -> tuple[float, str]:
    """Return the seconds an import takes in a fresh Python, a median, and the heavy packages it loads."""
    code = IMPORT.format(module=module, loaded=LOADED)
    said = []
    for _ in range(TIMES):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        said.append(done.stdout.split(" ", 1))
    return median(float(seconds) for seconds, _ in said), said[-1][1].strip()


def imports() -> Iterator[Line]:
    """Yield what importing the package takes."""
    for module in ("lstm_lab", "lstm_lab.explorers"):
        seconds, loaded = import_cost(module)
        heavy = set(loaded.split())
        yield Line(
            f"import {module}",
            f"{1000 * seconds:.0f} ms",
            "",
            "no torch, no matplotlib",
            ", ".join(sorted(heavy)),
        )


def lines(lessons: Sequence[Path]) -> Iterator[Line]:
    """Yield what each lesson takes on one core with one thread."""
    os.environ.update(ONE_THREAD, PYDEVD_DISABLE_FILE_VALIDATION="1")
    for lesson in lessons:
        spent = cost(lesson)
        missed = [f"picture after {spent.picture:.1f} s"] if spent.picture > LATE else []
        missed += ["too long"] if spent.run > LONG else []
        missed += ["too large"] if spent.peak > LARGE else []
        missed += ["torch"] if "torch" in spent.loaded.split() else []
        yield Line(
            lesson.stem,
            f"{spent.run:.1f} s, {spent.peak:.0f} MB",
            f"kernel up in {spent.start:.1f} s, first picture {spent.picture:.1f} s later",
            f"{LONG:.0f} s, {LARGE} MB, picture {LATE:.0f} s, no torch",
            ", ".join(missed),
        )


def chosen(starts: Sequence[str] = ("",)) -> list[Path]:
    """Return the built lessons whose names start so, in order."""
    return [path for path in sorted(LESSONS.glob("[0-9]*.ipynb")) if path.name.startswith(tuple(starts))]


def main() -> None:
    """Print what the imports and the lessons cost."""
    parser = argparse.ArgumentParser(description="seconds and memory of imports and lessons on one core")
    parser.add_argument("lessons", nargs="*", default=[""], help="how their names start, as 00")
    named = parser.parse_args().lessons
    lessons = chosen(named)
    if not lessons:
        parser.error(f"no lesson in {LESSONS.name}/ starts with {' or '.join(named)}")
    with one_core() as held:
        print(f"one thread, {'one core' if held else 'any core: this system cannot hold a process to one'}")
        show(imports())
    show(lines(lessons))
    print("""
seconds and MB     from the first cell to the end of the last, and the most that kernel and children held at once
kernel up          from the start of a kernel until it answers
first picture      from then: the first two code cells""")


if __name__ == "__main__":
    main()
