"""The small files that travel with the project: where they lie, how they are written, read and checked.

One format for all: a NumPy ``.npz`` of plain arrays (never pickled objects) with one entry ``about``, a JSON text
that says what the file holds, how it was made and what came out.

What is wrong with a file is one sentence: which file, what is wrong, how to have it back. A notebook shows that
sentence and no traceback, since no line of code is at fault.
"""

import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

from lstm_lab.checks import Array

_UNREADABLE = (OSError, ValueError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What NumPy and zipfile raise at damaged bytes; a compression or encryption that never was is a RuntimeError."""


class OneSentence:
    """An error that says all there is to say: a notebook shows its sentence alone."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class DamagedFileError(OneSentence, ValueError):
    """A file cannot be read, or does not hold what its name promises."""


class MissingFileError(OneSentence, FileNotFoundError):
    """A file is not there."""


class UnwrittenFileError(OneSentence, OSError):
    """A file could not be written; what was there before is as it was."""


def data_folder() -> Path:
    """Return the folder ``data``: inside an installed package, beside the package in a checkout.

    Raises:
        MissingFileError: neither is there.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "data", package.parent / "data"):
        if folder.is_dir():
            return folder
    raise MissingFileError(
        "the folder data is missing: it lies beside the package lstm_lab in a full checkout"
    )


def way_back(path: Path) -> str:
    """Return how to have a file of the project back, to be put after what is wrong; nothing for any other file."""
    with suppress(ValueError, FileNotFoundError):
        root = data_folder().parent
        file = path.resolve().relative_to(root).as_posix()
        if (root / ".git").exists():
            return f"; `git checkout {file}` brings back the one of the project"
        return f"; a fresh copy of lstm_lab has it, as {file}"
    return ""


def if_deleted(path: Path) -> str:
    """Return how to have back a file that is not there: it may never have been."""
    way = way_back(path)
    return f"; if it was deleted, {way.removeprefix('; ')}" if way else ""


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes the place of ``path`` when all of it is written, and leaves nothing behind if not.

    Each process writes under a name of its own, so that two notebooks never write into the same bytes.

    Raises:
        UnwrittenFileError: the disk is full, the folder cannot be written, and the like.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(unfinished, "wb") as file:
            yield file
        os.replace(unfinished, path)
    except OSError as error:
        raise UnwrittenFileError(f"{unwritten(path, error)}; {_as_before(path)}") from None
    finally:
        with suppress(OSError):  # it became the file, or was never there
            unfinished.unlink()


def replace_text(path: Path, text: str) -> None:
    """Write a text as it is; a file that cannot be finished leaves the old one as it was.

    Raises:
        UnwrittenFileError: as ``written_whole``.
    """
    with written_whole(path) as file:
        file.write(text.encode("utf-8"))


def unwritten(path: Path, error: OSError) -> str:
    """Return which file could not be written, where, and why, in words."""
    folder = path.absolute().parent
    return f"{path.name} could not be written into {folder.name or folder} ({error.strerror or error})"


def _as_before(path: Path) -> str:
    with suppress(OSError):
        return "the file that was there is as it was" if path.exists() else "nothing is left of it"
    return "nothing is left of it"


def write_arrays(path: Path, arrays: Mapping[str, Array], about: Mapping[str, object]) -> None:
    """Write arrays and what is to be known of them; a file that cannot be finished leaves the old one as it was.

    Raises:
        ValueError: an array holds objects, which are not read back.
        UnwrittenFileError: as ``written_whole``.
    """
    objects = [name for name, array in arrays.items() if np.asarray(array).dtype.hasobject]
    if objects:
        raise ValueError(f"{path.name} can hold numbers and text only, {objects[0]} holds objects")
    everything: dict[str, Any] = {"about": np.array(json.dumps(about)), **arrays}
    with written_whole(path) as file:
        np.savez_compressed(file, **everything)


def read_arrays(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Read what ``write_arrays`` wrote.

    Returns:
        The arrays by name, and what the file says about itself.

    Raises:
        MissingFileError: no such file; the message names those that lie beside it.
        DamagedFileError: the file is damaged, or was not written by lstm_lab.
    """
    if not path.is_file():
        others = ", ".join(sorted(p.stem for p in path.parent.glob("*.npz"))) or "none"
        raise MissingFileError(
            f"there is no {path.name} in {path.parent.name}; there are: {others}{if_deleted(path)}"
        )
    try:
        with open(path, "rb") as file, np.lib.npyio.NpzFile(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except _UNREADABLE as error:
        raise DamagedFileError(f"{path.name} is damaged ({error}){way_back(path)}") from None
    try:
        about = json.loads(str(arrays.pop("about")))
    except (KeyError, json.JSONDecodeError, RecursionError):
        about = None
    if not isinstance(about, dict) or not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise DamagedFileError(
            f"{path.name} was not written by lstm_lab: it does not say what it holds{way_back(path)}"
        )
    return arrays, about
