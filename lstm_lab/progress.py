"""What a learner has done: predictions made, challenges solved, exercises written; kept in one small file.

The file is on the learner's own machine and nothing of it leaves. Several notebooks may write at once: each reads
what is there, adds its own and replaces the file. ``LSTM_LAB_PROGRESS`` names another file, or ``off``.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from lstm_lab.files import data_folder

KINDS = {"prediction": "predictions", "challenge": "challenges", "exercise": "exercises"}
"""What is kept, and the word for several."""
ABOUT = "What you did in the lessons of lstm_lab. It stays on this machine. Delete this file to forget it."
_STALE, _TRIES = 5.0, 100
_told: set[str] = set()
"""Troubles this process has spoken of: a lesson is not to repeat them at every step."""


class Deed(NamedTuple):
    """Something done: its kind, and the name of the explorer or exercise."""

    kind: str
    name: str


class Lesson(NamedTuple):
    """What there is to do in a lesson: its two digits, its short title, and the deeds in order."""

    number: str
    title: str
    deeds: tuple[Deed, ...]


class Where(NamedTuple):
    """The file that is written, or None and a sentence that says why there is none."""

    path: Path | None
    why: str


class Done(NamedTuple):
    """What was done, and a sentence if the file could not be read."""

    deeds: frozenset[Deed]
    trouble: str


class Kept(NamedTuple):
    """Whether a deed is new to the file, and a sentence if it could not be written, said once a process."""

    new: bool
    trouble: str


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return what there is to do, lesson by lesson, as ``tools/to_do.py`` found it in the built lessons."""
    found = json.loads((data_folder() / "lessons.json").read_text(encoding="utf-8"))
    return tuple(
        Lesson(each["number"], each["title"], tuple(map(_deed, each["deeds"]))) for each in found["lessons"]
    )


def lesson_of(deed: Deed) -> Lesson | None:
    """Return the lesson that a deed belongs to; None for one that no lesson asks for."""
    return next((lesson for lesson in lessons() if deed in lesson.deeds), None)


def where() -> Where:
    """Return the file that holds what was done: what ``LSTM_LAB_PROGRESS`` says, else by the system's own custom."""
    asked = os.environ.get("LSTM_LAB_PROGRESS", "").strip()
    if asked.lower() == "off":
        return Where(None, "Nothing is kept: LSTM_LAB_PROGRESS is off.")
    if asked:
        return Where(Path(asked).expanduser(), "")
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return Where(None, "Nothing is kept on this page, because several people may share it.")
    if sys.platform == "emscripten":
        return Where(None, "Nothing is kept here: Python in a browser has no files that stay.")
    try:
        return Where(_folder() / "lstm_lab" / "progress.json", "")
    except RuntimeError:
        return Where(None, "Nothing is kept, because this account has no home folder.")


def _folder() -> Path:
    """Return the folder where programs of this system keep what is a person's own."""
    if sys.platform == "win32" and os.environ.get("APPDATA"):
        return Path(os.environ["APPDATA"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    asked = os.environ.get("XDG_DATA_HOME", "")
    return Path(asked) if os.path.isabs(asked) else Path.home() / ".local" / "share"


def done() -> Done:
    """Return what was done. A damaged file is put aside under another name, so that nothing in it is lost."""
    path = where().path
    if path is None:
        return Done(frozenset(), "")
    try:
        return _read(path)
    except OSError as error:
        return Done(frozenset(), f"What you have done could not be read ({error.strerror}).")


def note(deed: Deed) -> Kept:
    """Keep a deed, beside whatever another notebook has kept meanwhile; never raises."""
    path = where().path
    if path is None:
        return Kept(False, "")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(path):
            before = _read(path)
            if deed not in before.deeds:
                _replace(path, {*before.deeds, deed})
        return Kept(deed not in before.deeds, _once(before.trouble))
    except OSError as error:
        return Kept(
            False, _once(f"What you do here could not be kept ({error.strerror}). All else works as before.")
        )


def forget() -> str:
    """Delete what was kept, damaged files put aside included; return a sentence that says what happened."""
    path = where().path
    if path is None:
        return where().why
    try:
        for file in (path, *path.parent.glob(f"{path.stem}.damaged*{path.suffix}")):
            file.unlink(missing_ok=True)
    except OSError as error:
        return f"{_short(path)} could not be deleted ({error.strerror})."
    return "Forgotten: the file is deleted."


def noted(deed: Deed, deeds: Iterable[Deed]) -> str:
    """Return one short line on a deed: how many of its kind its lesson has, and how many of them are done."""
    lesson = lesson_of(deed)
    if lesson is None:
        return ""
    alike = [each for each in lesson.deeds if each.kind == deed.kind]
    word = deed.kind if len(alike) == 1 else KINDS[deed.kind]
    return f"Noted: {len({*deeds} & {*alike})} of {len(alike)} {word} of lesson {lesson.number}."


def keep(deed: Deed) -> str:
    """Keep a deed and return the short line to say: that it was noted or could not be; nothing if it is known."""
    kept = note(deed)
    return kept.trouble or (noted(deed, done().deeds) if kept.new else "")


def home() -> str:
    """Return the file's path as a person writes it, with ~ for the home folder; empty if nothing is kept."""
    path = where().path
    return "" if path is None else _short(path)


def _short(path: Path) -> str:
    with suppress(RuntimeError):
        if path.is_relative_to(Path.home()):
            return str(Path("~") / path.relative_to(Path.home()))
    return str(path)


def _once(sentence: str) -> str:
    if sentence in _told:
        return ""
    _told.add(sentence)
    return sentence


def _deed(words: str) -> Deed:
    kind, _, name = words.partition(" ")
    return Deed(kind, name)


def _read(path: Path) -> Done:
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        words = found["done"]
        if not isinstance(words, list) or not all(isinstance(each, str) for each in words):
            raise ValueError("no list of texts")
    except FileNotFoundError:
        return Done(frozenset(), "")
    except (ValueError, KeyError, TypeError, RecursionError):
        aside = _put_aside(path)
        return Done(
            frozenset(), f"The file of what you have done was damaged. It lies aside as {aside.name}."
        )
    return Done(frozenset(map(_deed, words)), "")


def _put_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged{number}{path.suffix}")).exists():
        number += 1
    return path.rename(aside)


def _replace(path: Path, deeds: Iterable[Deed]) -> None:
    """Write all deeds into a new file and put it in the old one's place, so that nobody reads half of it."""
    text = json.dumps({"about": ABOUT, "done": sorted(" ".join(deed) for deed in deeds)}, indent=1)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        with open(unfinished, "w", encoding="utf-8", opener=_private) as file:
            file.write(text + "\n")
        os.replace(unfinished, path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other notebooks from writing between our reading and our writing; wait for them a second at most."""
    lock, ours = path.with_name(f"{path.name}.lock"), False
    for _ in range(_TRIES):
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            ours = True
            break
        except FileExistsError:
            with suppress(OSError):
                if time.time() - lock.stat().st_mtime > _STALE:  # its owner was ended while it wrote
                    lock.unlink()
            time.sleep(0.01)
    try:
        yield
    finally:
        if ours:
            lock.unlink(missing_ok=True)
