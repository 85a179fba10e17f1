"""A full disk, or a folder that cannot be written: one sentence, the earlier file whole, nothing half-written left."""

import errno
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_lab import files, models, starts
from lstm_lab.drawing.standalone import standalone
from lstm_lab.explorers import Diagram, Echo, saving
from lstm_lab.files import UnwrittenFileError, read_arrays, replace_text, write_arrays
from lstm_lab.sweeps import read_table, sweep

FULL = OSError(errno.ENOSPC, "No space left on device")
REFUSED = OSError(errno.EACCES, "Permission denied")


class Full(io.FileIO):
    """A file on a disk that is full after a hundred bytes."""

    def write(self, data: Any, /) -> int:
        super().write(bytes(data)[:100])
        raise FULL


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file that the package writes meet a full disk."""
    monkeypatch.setattr(files, "open", lambda path, mode: Full(path, mode), raising=False)


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be opened for writing, as in a folder that is for reading only."""

    def refuse(path: Any, mode: str) -> Any:
        raise REFUSED

    monkeypatch.setattr(files, "open", refuse, raising=False)


def numbers(seed: int):
    yield {"value": seed}


def a_model() -> models.Model:
    rng = np.random.default_rng(0)
    return models.new_model("m", starts.rnn_default(rng, 2, 3), rng)


WRITERS = {
    "arrays": ("a.npz", lambda path: write_arrays(path, {"a": np.arange(4.0)}, {"seed": 1})),
    "weights": ("m.npz", lambda path: models.save(a_model(), path, {})),
    "a sweep": ("t.csv", lambda path: sweep(numbers, [{"seed": 1}, {"seed": 2}], path, {}, jobs=1)),
    "a text": ("t.md", lambda path: replace_text(path, "Überall")),
    "a diagram": ("d.svg", lambda path: Diagram("use").save(path)),
}
every_writer = pytest.mark.parametrize(("name", "write"), WRITERS.values(), ids=WRITERS)


@every_writer
@pytest.mark.parametrize("trouble", ["full", "refused"])
def test_what_cannot_be_written_is_one_sentence_and_leaves_nothing(
    name: str, write: Any, trouble: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(trouble)
    why = {"full": FULL, "refused": REFUSED}[trouble].strerror
    with pytest.raises(UnwrittenFileError) as raised:
        write(tmp_path / name)
    assert str(raised.value) == (
        f"{name} could not be written into {tmp_path.name} ({why}); nothing is left of it"
    )
    assert raised.value._render_traceback_() == [f"UnwrittenFileError: {raised.value}"]
    assert list(tmp_path.iterdir()) == []


@every_writer
def test_what_was_there_before_is_as_it_was(
    name: str, write: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / name
    if name == "t.csv":  # a sweep that has something left to do
        sweep(numbers, [{"seed": 1}], path, {}, jobs=1)
    else:
        write(path)
    before = path.read_bytes()
    request.getfixturevalue("full")
    with pytest.raises(UnwrittenFileError, match=r"; the file that was there is as it was$"):
        write(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_folder_one_works_in_is_named_too(
    tmp_path: Path, full: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnwrittenFileError, match=rf"^d\.svg could not be written into {tmp_path.name} \("):
        Diagram("use").save("d.svg")


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    write_arrays(path, {"a": np.arange(4.0)}, {})
    with pytest.raises(KeyboardInterrupt), files.written_whole(path) as file:
        file.write(b"half of")
        raise KeyboardInterrupt
    assert read_arrays(path)[0]["a"].tolist() == [0, 1, 2, 3]
    assert list(tmp_path.iterdir()) == [path]


def test_a_sweep_goes_on_when_there_is_room_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, settings = tmp_path / "t.csv", [{"seed": seed} for seed in range(4)]
    sweep(numbers, settings[:2], path, {}, jobs=1)
    with monkeypatch.context() as patch:
        patch.setattr(files, "open", lambda path, mode: Full(path, mode), raising=False)
        with pytest.raises(UnwrittenFileError):
            sweep(numbers, settings, path, {}, jobs=1)
    assert read_table(path).column("seed") == [0, 1]
    assert sweep(numbers, settings, path, {}, jobs=1).column("seed") == [0, 1, 2, 3]


def test_saving_a_picture_on_a_full_disk_leaves_no_half_picture_and_offers_to_download_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        Path, "open", lambda self, mode, encoding: io.TextIOWrapper(io.BufferedWriter(Full(self, mode)))
    )
    explorer = Echo()
    explorer.save()
    assert "No space left on device" in explorer._parts.note.value
    assert "Download it</a>" in explorer._parts.note.value
    assert list(tmp_path.iterdir()) == []


LIMITED = """
import resource, signal, sys
from pathlib import Path
import numpy as np
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
from lstm_lab.files import UnwrittenFileError, write_arrays
path = Path(sys.argv[1])
write_arrays(path, {"a": np.zeros(3)}, {})
try:
    write_arrays(path, {"a": np.random.default_rng(0).random(3000)}, {})
except UnwrittenFileError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_limit_of_the_system_on_the_size_of_files_is_met_as_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    told = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True
    )
    assert told.stdout == (
        f"a.npz could not be written into {tmp_path.name} (File too large); the file that was there is as it was\n"
    )
    assert read_arrays(path)[0]["a"].tolist() == [0, 0, 0]
    assert list(tmp_path.iterdir()) == [path]


def test_two_who_save_the_same_picture_never_write_over_one_another(tmp_path: Path) -> None:
    picture = standalone(Echo().svg())
    names = [saving.write_new(tmp_path, "Echo", picture).name for _ in range(3)]
    assert names == ["echo.svg", "echo-2.svg", "echo-3.svg"]
