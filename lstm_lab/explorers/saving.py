"""Saving a picture: under a name that is free, beside the notebook, and as a link for who cannot reach that folder."""

import base64
import re
from pathlib import Path

from lstm_lab.drawing.svg import escape


def file_name(kind: str, number: int = 1) -> str:
    """Return the name of a file for the picture of a class of explorers.

    >>> file_name("UnrollIt"), file_name("Echo", 2)
    ('unroll_it.svg', 'echo-2.svg')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()
    return f"{words}.svg" if number == 1 else f"{words}-{number}.svg"


def write_new(folder: Path, kind: str, picture: str) -> Path:
    """Write a picture under the first name that no file has yet, and return where.

    Raises:
        OSError: the folder cannot be written, or is full; then nothing is left in it.
    """
    number = 1
    while True:
        path = folder / file_name(kind, number)
        try:
            file = path.open("x", encoding="utf-8")
        except FileExistsError:
            number += 1
            continue
        try:
            with file:
                file.write(picture)
            return path
        except OSError:  # a full disk, and a picture that is not whole
            path.unlink(missing_ok=True)
            raise


def note(said: str, kind: str, picture: str) -> str:
    """Return what happened, as HTML, with a link that downloads the picture wherever the kernel runs."""
    data = base64.b64encode(picture.encode()).decode("ascii")
    link = f'<a href="data:image/svg+xml;base64,{data}" download="{escape(file_name(kind))}">Download it</a>'
    return f'<span class="lab-saved">{escape(said)} {link}</span>'
