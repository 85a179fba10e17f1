"""Run explorers or lessons as Python in a browser would, where that can be done on this machine.

    python tests/as_in_a_browser.py explorers
    python tests/as_in_a_browser.py lessons FOLDER

There the default integer has 32 bits, and there are no threads, no processes and no sockets. So every whole number that
the package's code gets from NumPy with 64 bits is narrowed to 32, unless the code itself asks for 64, and whatever
starts a thread, a process or a connection raises. What came out is printed as JSON.

Narrowing is done to the results of calls and operators while the package is imported: NumPy's own functions and methods
cannot be replaced one by one.
"""

import ast
import builtins
import importlib.machinery
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

SMALL = {"i": (np.int64, np.int32), "u": (np.uint64, np.uint32)}


def narrow(value: Any) -> Any:
    """Return a value with its 64-bit integers in 32 bits.

    Raises:
        OverflowError: one of them does not fit.
    """
    if type(value) is tuple:
        return tuple(map(narrow, value))
    if not isinstance(value, np.ndarray | np.integer) or value.dtype.kind not in SMALL:
        return value
    wide, small = SMALL[value.dtype.kind]
    if value.dtype != wide:
        return value
    limits = np.iinfo(small)
    if np.size(value) and not (limits.min <= np.min(value) and np.max(value) <= limits.max):
        raise OverflowError(f"a whole number of {np.min(value)} to {np.max(value)} does not fit 32 bits")
    return value.astype(small)


class Narrowing(ast.NodeTransformer):
    """Puts ``narrow`` around calls and operators that do not ask for 64 bits, as ``rng.integers`` always does."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        asks = [node.func, *node.args, *(keyword.value for keyword in node.keywords)]
        named = {each.attr for each in asks if isinstance(each, ast.Attribute)}
        self.generic_visit(node)
        if named & {"int64", "uint64", "integers"}:
            return node
        if (
            isinstance(node.func, ast.Attribute) and node.func.attr == "empty"
        ):  # what stands in it has no meaning yet
            node.func.attr = "zeros"
        return self._narrowed(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return self._narrowed(node)

    def _narrowed(self, node: ast.expr) -> ast.Call:
        return ast.copy_location(ast.Call(ast.Name("narrow_to_32_bits", ast.Load()), [node], []), node)


def compiled(source: bytes | str, path: str) -> Any:
    """Return the code of a module whose whole numbers have 32 bits."""
    return compile(ast.fix_missing_locations(Narrowing().visit(ast.parse(source))), path, "exec")


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module narrowed, and never from a cache."""

    def get_code(self, fullname: str) -> Any:
        return compiled(self.get_data(self.path), self.path)


class Finder(importlib.machinery.PathFinder):
    """Finds the package's own modules."""

    @classmethod
    def find_spec(cls, fullname: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        if fullname.partition(".")[0] != "lstm_lab":
            return None
        spec = super().find_spec(fullname, path, target)
        if spec and spec.origin:
            spec.loader = Loader(fullname, spec.origin)
        return spec


def in_32_bits() -> None:
    """From here on, import the package's modules narrowed."""
    builtins.narrow_to_32_bits = narrow  # type: ignore[attr-defined]
    sys.meta_path.insert(0, Finder)  # type: ignore[arg-type]


def alone() -> None:
    """From here on, no thread, process or socket can be started."""

    def refuse(*arguments: Any, **options: Any) -> None:
        raise RuntimeError("there are no threads, processes or sockets in a browser's Python")

    for owner, name in (
        (threading.Thread, "start"),
        (subprocess.Popen, "__init__"),
        (socket.socket, "__init__"),
    ):
        setattr(owner, name, refuse)
    for name in {"fork", "forkpty", "posix_spawn", "system"} & set(dir(os)):
        setattr(os, name, refuse)


def frames() -> dict[str, list[str]]:
    """Return picture and sentence of every explorer, as it starts and with each control at its ends."""
    from lstm_lab.explorers import ALL

    found = {}
    for kind in ALL:
        explorer = kind()
        settings = [{}, *({name: end} for name, each in explorer.inputs.items() for end in each.ends())]
        for values in settings:
            explorer.reset()
            explorer.set(**values)
            key = f"{kind.__name__} {dict(values)}"
            found[key] = [explorer.svg(), explorer.describe(explorer.record)]
    return found


def printed(folder: Path) -> dict[str, list[str]]:
    """Return what each code cell of each lesson in a folder prints."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settings = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell.instance(config=settings, display_pub_class=CapturingDisplayPublisher)
    alone()
    found: dict[str, list[str]] = {}
    for lesson in sorted(folder.glob("*.ipynb")):
        shell.reset(new_session=False)
        found[lesson.name] = []
        for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                said = StringIO()
                with redirect_stdout(said):
                    outcome = shell.run_cell("".join(cell["source"]), silent=True)
                outcome.raise_error()
                found[lesson.name].append(said.getvalue())
    return found


if __name__ == "__main__":
    in_32_bits()
    what, *where = sys.argv[1:]
    found = frames() if what == "explorers" else printed(Path(*where))
    print(json.dumps(found))
