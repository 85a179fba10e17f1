"""What pages say of the project itself, read from where it is written."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = Path(__file__).parent / "node_modules"


@cache
def project() -> dict[str, Any]:
    """Return the project's own description of itself."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def repository() -> str:
    """Return the project's public address."""
    return project()["urls"]["Repository"]


def binder(name: str) -> str:
    """Return the address that opens a lesson on Binder."""
    where = "/".join(repository().split("/")[-2:])
    return (
        f"https://mybinder.org/v2/gh/{where}/v{project()['version']}?urlpath=lab/tree/notebooks/{name}.ipynb"
    )


def npm(name: str) -> Path:
    """Return the folder of a package that the pages have from npm.

    Raises:
        FileNotFoundError: it is not installed; the message says what installs it.
    """
    folder = PACKAGES / name
    if not folder.is_dir():
        raise FileNotFoundError(f"the pages need {name} from npm, which is not here; `make test` installs it")
    return folder


def section(heading: str) -> str:
    """Return what the README says under a heading, as Markdown without that heading.

    Raises:
        ValueError: the README has no such heading.
    """
    _, found, rest = (ROOT / "README.md").read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    if not found:
        raise ValueError(f"README.md has no section {heading!r}")
    return rest.split("\n## ")[0].strip()
