"""Formulas as HTML with KaTeX, set while the pages are built, so that a page needs no script for them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pages.project import npm

SCRIPT = """
const katex = require(process.argv[1]);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const set = ([tex, display]) => katex.renderToString(tex, {displayMode: display, throwOnError: true, strict: "error"});
process.stdout.write(JSON.stringify(formulas.map(set)));
"""


class Formula(NamedTuple):
    """LaTeX, and whether it stands on a line of its own."""

    tex: str
    display: bool


def typeset(formulas: Sequence[Formula]) -> list[str]:
    """Return each formula as HTML, with MathML for those who listen.

    Raises:
        ValueError: KaTeX refuses a formula; the message is its own.
        FileNotFoundError: there is no node or no KaTeX; the message says what installs it.
    """
    if not formulas:
        return []
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if node is None:
        raise FileNotFoundError("formulas need node, which is not here; `make test` installs it")
    command = [node, "-e", SCRIPT, str(npm("katex") / "dist" / "katex.js")]
    done = subprocess.run(command, input=json.dumps(formulas), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr.strip())
    return json.loads(done.stdout)
