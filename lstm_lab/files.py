"""The small files that travel with the project: where they lie, how they are written, read and checked.

One format for all: a NumPy ``.npz`` of plain arrays (never pickled objects) with one entry ``about``, a JSON text
that says what the file holds, how it was made and what came out.
"""

import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab.checks import Array

_REMAKE = "make it again with `python tools/train_weights.py`"
_UNREADABLE = (OSError, ValueError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What NumPy and zipfile raise at damaged bytes; a compression or encryption that never was is a RuntimeError."""


def data_folder() -> Path:
    """Return the folder ``data``: inside an installed package, beside the package in a checkout.

    Raises:
        FileNotFoundError: neither is there.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "data", package.parent / "data"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        "the folder data is missing: it lies beside the package lstm_lab in a full checkout"
    )


def write_arrays(path: Path, arrays: Mapping[str, Array], about: Mapping[str, object]) -> None:
    """Write arrays and what is to be known of them; a file that cannot be finished leaves the old one as it was.

    Raises:
        ValueError: an array holds objects, which are not read back.
    """
    objects = [name for name, array in arrays.items() if np.asarray(array).dtype.hasobject]
    if objects:
        raise ValueError(f"{path.name} can hold numbers and text only, {objects[0]} holds objects")
    everything: dict[str, Any] = {"about": np.array(json.dumps(about)), **arrays}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    with open(unfinished, "wb") as file:
        np.savez_compressed(file, **everything)
    os.replace(unfinished, path)


def read_arrays(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Read what ``write_arrays`` wrote.

    Returns:
        The arrays by name, and what the file says about itself.

    Raises:
        FileNotFoundError: no such file; the message names those that lie beside it.
        ValueError: the file is damaged, or was not written by lstm_lab.
    """
    if not path.is_file():
        others = ", ".join(sorted(p.stem for p in path.parent.glob("*.npz"))) or "none"
        raise FileNotFoundError(f"there is no {path.name} in {path.parent.name}; there are: {others}")
    try:
        with open(path, "rb") as file, np.lib.npyio.NpzFile(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except _UNREADABLE as error:
        raise ValueError(f"{path.name} is damaged ({error}); {_REMAKE}") from None
    try:
        about = json.loads(str(arrays.pop("about")))
    except (KeyError, json.JSONDecodeError, RecursionError):
        about = None
    if not isinstance(about, dict) or not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise ValueError(f"{path.name} was not written by lstm_lab: it does not say what it holds")
    return arrays, about
