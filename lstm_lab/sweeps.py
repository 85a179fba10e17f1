"""Many runs of one experiment: side by side, resumed where they stopped, written as one tidy table.

    sweep(experiment, settings, path, about)

``experiment`` takes one setting as keywords and returns rows of results. The table is written anew, whole, as soon as
a setting is done, so a sweep that is interrupted at any moment goes on where it stopped. The table is a ``.csv``
whose first line says, as JSON behind ``#``, how it was made. Two processes that run the same sweep at once keep one
another's rows; no setting is in the table twice.

Runs go through joblib: on the cores of this machine as it stands, and on a cluster, unchanged, inside

    with joblib.parallel_config(backend="dask"):
        sweep(...)
"""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import joblib

from lstm_lab.files import (
    DamagedFileError,
    MissingFileError,
    OneSentence,
    if_deleted,
    replace_text,
    way_back,
)

Setting = Mapping[str, Any]
Row = dict[str, Any]
Experiment = Callable[..., Iterable[Mapping[str, Any]]]


class Table(NamedTuple):
    """What a sweep found: one row per result, and what is to be known of how it was made."""

    rows: list[Row]
    about: dict[str, Any]

    def where(self, **wanted: Any) -> "Table":
        """Return the rows in which every named column has the value asked for.

        Raises:
            ValueError: there is no such column.
        """
        for name in wanted:
            self._expect(name)
        rows = [row for row in self.rows if all(row[name] == value for name, value in wanted.items())]
        return Table(rows, self.about)

    def column(self, name: str) -> list[Any]:
        """Return one column, in the order of the rows.

        Raises:
            ValueError: there is no such column.
        """
        self._expect(name)
        return [row[name] for row in self.rows]

    def _expect(self, name: str) -> None:
        if self.rows and name not in self.rows[0]:
            raise ValueError(f"there is no column {name!r}; the columns are {', '.join(self.rows[0])}")


class SweepStopped(OneSentence, KeyboardInterrupt):
    """A sweep was interrupted from the keyboard; what was done is kept."""


def sweep(
    experiment: Experiment,
    settings: Sequence[Setting],
    path: Path,
    about: Mapping[str, Any],
    jobs: int = -1,
    watch: Callable[[int, int], None] | None = None,
) -> Table:
    """Run an experiment at every setting that the table does not have yet, and return the whole table.

    Args:
        experiment: called with a setting's entries as keywords; yields rows, each with the same columns.
        settings: numbers, texts and booleans by name, the same names in each.
        path: the table, a ``.csv``; made if it is not there.
        about: what is to be known of the sweep: its task, its command, its versions.
        jobs: how many runs side by side; −1 is one per core.
        watch: called with the settings done and all there are, at the start and after each.

    Raises:
        ValueError: no settings, an experiment without rows, or a table that was made by another sweep.
        SweepStopped: it was interrupted from the keyboard; the table holds every setting that was done.
        UnwrittenFileError: the table could not be written; it is as it was before, and a further call goes on there.
    """
    if not settings:
        raise ValueError("settings must hold at least one setting, got none")
    names = list(settings[0])
    table = _begun(path, about)
    done = {_key(row, names) for row in table}
    todo = [setting for setting in settings if _key(setting, names) not in done]
    if watch:
        watch(len(settings) - len(todo), len(settings))
    parallel = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")
    calls = (joblib.delayed(_run)(experiment, dict(setting)) for setting in todo)
    finished: Any = parallel(calls)
    count = len(settings) - len(todo)
    try:
        for rows in finished:
            table = _with_others(path, about, names, [*table, *rows])
            _write(path, table, about)
            count += 1
            if watch:
                watch(count, len(settings))
    except KeyboardInterrupt:
        raise SweepStopped(
            f"stopped after {count} of {len(settings)} settings. The rows of those are in {path.name}; "
            "run the same sweep again and it goes on there"
        ) from None
    if todo:  # another process may have written at the same moment, without our last rows
        _write(path, _with_others(path, about, names, table), about)
    return read_table(path)


def read_table(path: Path, numbers: Iterable[str] = ()) -> Table:
    """Read what ``sweep`` wrote; numbers come back as numbers.

    Args:
        path: the table.
        numbers: columns that must be there and hold a finite number in every row.

    Raises:
        MissingFileError: no such file.
        DamagedFileError: it is no text, does not say how it was made, a row is not whole, or holds no number where
            one must be.
    """
    if not path.is_file():
        raise MissingFileError(f"there is no table {path.name} in {path.parent.name}{if_deleted(path)}")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DamagedFileError(f"{path.name} is damaged ({error}){way_back(path)}") from None
    first, _, rest = text.partition("\n")
    try:
        about = json.loads(first.removeprefix("#"))
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict):
        raise DamagedFileError(f"{path.name} does not say in its first line how it was made{way_back(path)}")
    lines = csv.DictReader(io.StringIO(rest, newline=""))
    rows = [dict(row) for row in lines]
    broken = [at for at, row in enumerate(rows, start=3) if None in row or None in row.values()]
    if not text.endswith("\n"):
        broken.append(text.count("\n") + 1)
    if broken:
        raise DamagedFileError(
            f"{path.name} is damaged at line {broken[0]}: a row is not whole{way_back(path)}"
        )
    if not rows:
        raise DamagedFileError(f"{path.name} is damaged: it holds no rows{way_back(path)}")
    table = Table([{name: _value(text) for name, text in row.items()} for row in rows], about)
    for name in numbers:
        if name not in rows[0]:
            raise DamagedFileError(f"{path.name} has no column {name!r}{way_back(path)}")
        for at, value in enumerate(table.column(name), start=3):
            if isinstance(value, str) or not math.isfinite(value):
                raise DamagedFileError(
                    f"{path.name} is damaged at line {at}: {name} must be a number, got {value!r}{way_back(path)}"
                )
    return table


def _run(experiment: Experiment, setting: Row) -> list[Row]:
    rows = [{**setting, **row} for row in experiment(**setting)]
    if not rows:
        raise ValueError(f"the experiment gave no rows at {setting}")
    return rows


def _begun(path: Path, about: Mapping[str, Any]) -> list[Row]:
    if not path.exists():
        return []
    table = read_table(path)
    if table.about != json.loads(json.dumps(dict(about))):
        raise ValueError(f"{path.name} was made by another sweep; move it away to start this one afresh")
    return table.rows


def _key(row: Mapping[str, Any], names: list[str]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in names)


def _with_others(path: Path, about: Mapping[str, Any], names: list[str], rows: list[Row]) -> list[Row]:
    """Return our rows after those of settings that another process has written meanwhile."""
    theirs = _begun(path, about)
    present = {_key(row, names) for row in theirs}
    return theirs + [row for row in rows if _key(row, names) not in present]


def _write(path: Path, rows: list[Row], about: Mapping[str, Any]) -> None:
    text = io.StringIO(f"# {json.dumps(dict(about))}\n", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    replace_text(path, text.getvalue())


def _value(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"True": True, "False": False}.get(text, text)
