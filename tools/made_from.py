"""Which lessons have to be built again: those of which anything that they are made from has changed.

What each was made from when it was built is kept as a digest in ``notebooks/.made_from.json``. That file stays on this
machine: in the repository it would change with every line of code. A lesson is made from its source, and from all
code and data of the package; a digest covers the built file too, so one that another branch brought is built again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from lstm_lab.files import replace_text

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "notebooks" / ".made_from.json"
SHARED = ("lstm_lab/**/*.py", "data/**/*.csv", "data/**/*.npz", "tools/build_notebooks.py")
"""What every lesson is made from, beside its own source."""
TO_DO, SHOWN_BY = "data/lessons.json", "Done()"
"""What there is to do in each lesson, and what shows it; a lesson that does is made from it too."""


def ingredients(source: Path) -> Iterator[Path]:
    """Yield every file that a lesson is made from, in order."""
    for pattern in SHARED:
        yield from sorted(ROOT.glob(pattern))
    if SHOWN_BY in source.read_text(encoding="utf-8"):
        yield from ROOT.glob(TO_DO)
    yield source


def made_from(source: Path, target: Path) -> str:
    """Return a digest of all that a lesson is made from, and of the built lesson itself; empty if it is not built."""
    if not target.exists():
        return ""
    digest = hashlib.sha256()
    for path in (*ingredients(source), target):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def kept() -> dict[str, str]:
    """Return the digest of every lesson when it was built here, by its name; nothing where none was."""
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def keep(digests: Mapping[str, str]) -> None:
    """Keep the digests of lessons that were built now, beside those of the others."""
    replace_text(KEPT, json.dumps(kept() | dict(digests), indent=1) + "\n")
