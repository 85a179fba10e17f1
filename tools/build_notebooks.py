"""Build and execute the lessons: ``notebooks/source/NN_name.md`` → ``notebooks/NN_name.ipynb``.

A source is Markdown as Jupytext reads it, with two additions, worked out in the kernel where they stand:

    {{ accuracy:.2f }}            becomes the number, so the prose cannot say another one than the cell shows
    <!-- assert rnn < lstm -->    must be true, or the build fails; readers do not see it, nor a cell that holds
                                  nothing else

The built notebook keeps pictures and sentences and drops widget state, so pages without a kernel show the lesson.
Torch is hidden while building: every lesson must run without it.

    python tools/build_notebooks.py                    build every lesson that is not built from what is here now
    python tools/build_notebooks.py NN ...             build the lessons whose names start so, changed or not
    python tools/build_notebooks.py --check [NN ...]   build in memory and compare with what is committed
"""

import argparse
import ast
import base64
import hashlib
import io
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jupytext
import made_from
import nbformat
import to_do
from chromium import MISSING, chromium
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image
from playwright.sync_api import sync_playwright

from lstm_lab.files import replace_text

ROOT = Path(__file__).resolve().parents[1]
LESSONS = ROOT / "notebooks"
KEPT = ("text/plain", "text/html", "text/markdown", "image/svg+xml", "image/png")
BEFORE = "import sys; sys.modules['torch'] = None"
INLINE = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)
ASSERTION = re.compile(r"<!--\s*assert\s(.+?)-->\n?", re.DOTALL)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
IN_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
QUIET = ["--IPKernelApp.log_level=40"]
EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=]+")


def build(source: Path) -> nbformat.NotebookNode:
    """Return the executed, cleaned notebook of a source.

    Raises:
        AssertionError: a claim in the prose is not true; the message names it and the file.
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    notebook = jupytext.read(source, fmt="md")
    client = NotebookClient(
        notebook,
        timeout=300,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=QUIET,
        resources={"metadata": {"path": str(LESSONS)}},
    )
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", PYDEVD_DISABLE_FILE_VALIDATION="1")
    os.environ["LSTM_LAB_PROGRESS"] = "off"  # what the builder has done is not the reader's
    os.environ["LSTM_LAB_RAISE"] = "1"  # a picture that cannot be drawn is no lesson
    with client.setup_kernel():
        _evaluate(client, {}, BEFORE)
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                _expect_known_exercises(client.execute_cell(cell, index), source.name)
            else:
                cell.source = _worked_out(client, cell.source, source.name)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code" or cell.source]
    return _cleaned(notebook)


def _worked_out(client: NotebookClient, text: str, name: str) -> str:
    claims = ASSERTION.findall(text)
    inline = INLINE.findall(text)
    asked = {f"claim{k}": f"bool({claim.strip()})" for k, claim in enumerate(claims)}
    asked |= {f"value{k}": "f'''{" + part.strip() + "}'''" for k, part in enumerate(inline)}
    answer = _evaluate(client, asked) if asked else {}
    for k, claim in enumerate(claims):
        assert answer[f"claim{k}"] is True, f"{name} claims what is not true: {claim.strip()}"
    values = (str(answer[f"value{k}"]) for k in range(len(inline)))
    return INLINE.sub(lambda _: next(values), ASSERTION.sub("", text)).strip()


def _expect_known_exercises(cell: nbformat.NotebookNode, name: str) -> None:
    for output in cell.outputs:
        said = output.get("data", {}).get("text/plain", "")
        assert not said.startswith("There is no exercise named"), f"{name} asks for what is not there: {said}"


def _evaluate(client: NotebookClient, expressions: dict[str, str], code: str = "") -> dict[str, Any]:
    kernel: Any = client.kc
    reply = run_sync(kernel.execute_interactive)(
        code, silent=True, store_history=False, user_expressions=expressions, output_hook=lambda message: None
    )
    content = reply["content"]
    if content["status"] != "ok":
        raise ValueError(f"{code}: {content['ename']}: {content['evalue']}")
    results = {}
    for name, result in content["user_expressions"].items():
        if result["status"] != "ok":
            raise ValueError(f"{expressions[name]}: {result['ename']}: {result['evalue']}")
        results[name] = ast.literal_eval(result["data"]["text/plain"])
    return results


def _cleaned(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        digest = hashlib.sha1(cell.source.encode()).hexdigest()[:10]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = f"{cell.cell_type}-{digest}" + (f"-{seen[digest]}" if seen[digest] > 1 else "")
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k == "tags"})
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data = nbformat.from_dict({k: v for k, v in output.data.items() if k in KEPT})
                kept = {k: v for k, v in output.metadata.items() if k in (*KEPT, "lstm_lab")}
                output.metadata = nbformat.from_dict(kept)
    nbformat.validate(notebook)
    return notebook


def add_stills(notebook: nbformat.NotebookNode) -> None:
    """Put a PNG beside every SVG: JupyterLab shows an SVG only in a notebook it trusts, and a clone is not yet.

    Without a Chromium to draw them the lesson is built without; the SVG is still what other pages show.
    """
    found = chromium()
    if found is None:
        print(f"{MISSING}. Built without PNG stills.")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
            if "image/svg+xml" in output.get("data", {}):
                page.set_content(output.data["image/svg+xml"])
                still = page.locator("svg").first.screenshot(type="png")
                output.data["image/png"] = base64.b64encode(_in_few_colours(still)).decode("ascii")
        browser.close()


def _in_few_colours(png: bytes) -> bytes:
    """Return a PNG with at most 256 colours: a third of the size, and nobody sees the difference."""
    small = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256).save(small, "PNG", optimize=True)
    return small.getvalue()


def differences(built: nbformat.NotebookNode, committed: nbformat.NotebookNode) -> list[str]:
    """Return, a sentence each, where two notebooks differ: cells, outputs' text, or what pictures show.

    Coordinates in pictures may differ by one unit, since processors round differently; of a PNG only its presence
    counts, since its sentence says what it shows.
    """
    if [c.source for c in built.cells] != [c.source for c in committed.cells]:
        pairs = zip(built.cells, committed.cells, strict=False)
        at = next((a for a, b in pairs if a.source != b.source), None)
        return [f"the cells differ, first at: {at.source[:80] if at else 'their number'}"]
    found = []
    for a, b in zip(built.cells, committed.cells, strict=True):
        shown_a, shown_b = _shown(a), _shown(b)
        if len(shown_a) != len(shown_b) or not all(
            _same(x, y) for x, y in zip(shown_a, shown_b, strict=True)
        ):
            found.append(f"the output differs below: {a.source[:80]}")
    return found


def _shown(cell: nbformat.NotebookNode) -> list[str]:
    shown = []
    for output in cell.get("outputs", []):
        shown += [output.text] if "text" in output else []
        data = output.get("data", {})
        stills = {"image/png"} if "image/svg+xml" in data else set()
        shown += [
            kind if kind == "image/png" else f"{kind} {data[kind]}" for kind in sorted(set(data) - stills)
        ]
    return shown


def _same(a: str, b: str) -> bool:
    if not a.startswith("image/"):
        return a == b
    a, b = EMBEDDED.sub("", a), EMBEDDED.sub("", b)
    numbers = zip(NUMBER.findall(a), NUMBER.findall(b), strict=False)
    return NUMBER.sub("#", a) == NUMBER.sub("#", b) and all(abs(float(x) - float(y)) <= 1 for x, y in numbers)


def check(source: Path) -> bool:
    """Print where a lesson, built in memory, differs from what is committed, and return whether it does not."""
    target = LESSONS / f"{source.stem}.ipynb"
    found = ["it is not built"]
    if target.exists():
        found = differences(build(source), nbformat.read(target, as_version=4))
    print(f"{source.stem}: {'; '.join(found) or 'as committed'}")
    return not found


def write(source: Path) -> bool:
    """Build a lesson and write it, or print why that failed; return whether it was built."""
    begun, target = time.perf_counter(), LESSONS / f"{source.stem}.ipynb"
    try:
        built = build(source)
    except (AssertionError, CellExecutionError, ValueError) as wrong:
        print(f"{source.stem}: NOT BUILT. {IN_COLOUR.sub('', str(wrong))}")
        return False
    add_stills(built)
    replace_text(target, nbformat.writes(built) + "\n")
    made_from.keep({source.stem: made_from.made_from(source, target)})
    print(f"{source.stem}: built in {time.perf_counter() - begun:.0f} s, {target.stat().st_size // 1024} KB")
    return True


def stale(sources: Sequence[Path]) -> list[Path]:
    """Return the lessons that were not built here from what they are made from now."""
    known = made_from.kept()
    made = {each: made_from.made_from(each, LESSONS / f"{each.stem}.ipynb") for each in sources}
    return [each for each in sources if not made[each] or known.get(each.stem) != made[each]]


def main() -> None:
    """Build or check the lessons named on the command line; of all lessons, build those that are stale."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare with what is committed, write nothing")
    parser.add_argument("lessons", nargs="*", help="how the names of the lessons start, as 00")
    chosen = parser.parse_args()
    sources = sorted((LESSONS / "source").glob("*.md"))
    named = [each for each in sources if each.name.startswith(tuple(chosen.lessons or [""]))]
    if chosen.check:
        sys.exit(not all([check(each) for each in named]))
    wanted = named if chosen.lessons else stale(sources)
    print(f"{len(wanted)} of {len(sources)} lessons to build", flush=True)
    done = all([write(each) for each in wanted])
    if done:
        to_do.write()
    if done and not chosen.lessons:
        done = all([write(each) for each in stale(sources)])  # those that show what there is to do
    sys.exit(not done)


if __name__ == "__main__":
    main()
