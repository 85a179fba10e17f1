"""A file that is missing, cut, swapped or strange is one sentence: which, what is wrong, how to have it back."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image
from traitlets.config import Config

from lstm_lab import explorers, files, models, starts
from lstm_lab.explorers import ALL, Explorer, GateXRay, LagRace, PictureBench, Tour, base
from lstm_lab.explorers.lag_race import race
from lstm_lab.files import DamagedFileError, MissingFileError, data_folder, read_arrays, write_arrays
from lstm_lab.scanning.digits import load_digits
from lstm_lab.series.sunspots import sunspots
from lstm_lab.sweeps import read_table
from lstm_lab.tasks import load_bank

ROOT = Path(__file__).resolve().parents[1]
BACK = "`git checkout {}` brings back the one of the project"


def forget() -> None:
    """Empty every memory of the package, as a new kernel begins."""
    for name, module in list(sys.modules.items()):
        if name.startswith("lstm_lab"):
            for each in vars(module).values():
                if hasattr(each, "cache_clear"):
                    each.cache_clear()
    base._live.clear()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the folder data that may be damaged, in a checkout of its own."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("own_pictures"))
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(files, "__file__", str(tmp_path / "lstm_lab" / "files.py"))
    monkeypatch.delenv("LSTM_LAB_RAISE", raising=False)
    forget()
    assert data_folder() == folder
    yield folder
    forget()


def first_sight(kind: type[Explorer]) -> tuple[str, str]:
    """Return what a reader sees of an explorer's first frame, and what a page without a kernel keeps of it."""
    explorer = kind()
    data, _ = DisplayFormatter().format(explorer)
    assert "application/vnd.jupyter.widget-view+json" in data
    return re.sub(r"<[^>]+>", " ", explorer._parts.frame.value), data["text/plain"]


def garbage(file: Path) -> None:
    file.write_bytes(b"once more unto the breach\n")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


NEEDED = {
    "Tour": ["weights/rnn_tour.npz", "weights/lstm_tour.npz", "weights/pictures.npz"],
    "PictureBench": ["weights/pictures.npz"],
    "UnrollIt": ["weights/rnn_small.npz"],
    "GradientFlow": ["weights/pictures.npz"],
    "WholeCell": ["weights/pictures.npz"],
    "LagRace": ["race.csv"],
    "Surgery": ["weights/lstm_channels.npz"],
    "FinishSentence": ["weights/words_lstm.npz"],
    "ForecastDesk": ["sunspots.csv", "weights/series_lstm.npz"],
}


@pytest.mark.parametrize("harm", [garbage, cut, Path.unlink], ids=["garbage", "cut", "deleted"])
@pytest.mark.parametrize(
    ("name", "file"), [(name, file) for name, needed in NEEDED.items() for file in needed], ids=str
)
def test_an_explorer_whose_file_is_harmed_says_so_in_place_of_its_picture(
    data: Path, name: str, file: str, harm: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    harm(data / file)
    frame, alone = first_sight(getattr(explorers, name))
    assert capsys.readouterr() == ("", "")  # no traceback
    assert BACK.format(f"data/{file}") in frame
    assert "last good one" not in frame
    assert alone.startswith("This could not be drawn: ")
    assert Path(file).name in alone


def test_an_explorer_that_cannot_even_make_its_controls_says_one_line_in_a_notebook(data: Path) -> None:
    garbage(data / "weights" / "lstm_channels.npz")
    with pytest.raises(DamagedFileError) as raised:
        GateXRay()
    assert raised.value._render_traceback_() == [
        "DamagedFileError: lstm_channels.npz is damaged (File is not a zip file); "
        + BACK.format("data/weights/lstm_channels.npz")
    ]


def test_an_explorer_draws_as_soon_as_its_file_is_back(data: Path) -> None:
    file = data / "weights" / "rnn_tour.npz"
    kept = file.read_bytes()
    garbage(file)
    explorer = Tour()
    assert "<svg" not in explorer._parts.frame.value
    file.write_bytes(kept)
    explorer.inputs["trees"].value = 3
    assert explorer._parts.frame.value.startswith("<svg")


def test_without_the_folder_an_explorer_says_that_it_is_missing(data: Path) -> None:
    shutil.rmtree(data)
    frame, alone = first_sight(Tour)
    assert "This could not be drawn: the folder data is missing: it lies beside the package" in frame
    assert "the folder data is missing" in alone


def test_in_a_notebook_the_sentence_is_all_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    quiet = Config()
    quiet.HistoryManager.enabled = False
    shell = InteractiveShell(config=quiet)
    shell.run_cell("from lstm_lab.files import DamagedFileError\nraise DamagedFileError('m.npz is damaged')")
    assert capsys.readouterr().out.splitlines() == ["DamagedFileError: m.npz is damaged"]


def test_explorers_that_need_no_file_draw_without_the_folder(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(data)
    monkeypatch.setenv("LSTM_LAB_RAISE", "1")
    for kind in (
        each for each in ALL if each.__name__ in ("Echo", "Telescope", "Learn", "Forget", "Remember")
    ):
        assert "<svg" in kind()._parts.frame.value


def test_weights_under_the_name_of_others_are_not_taken_for_them(data: Path) -> None:
    weights = data / "weights"
    shutil.copy(weights / "lstm_tour.npz", weights / "rnn_tour.npz")
    with pytest.raises(
        DamagedFileError, match=r"^rnn_tour\.npz holds another network, lstm_tour; `git check"
    ):
        models.load("rnn_tour")
    shutil.copy(weights / "rnn_small.npz", weights / "pictures.npz")
    with pytest.raises(DamagedFileError, match=r"^pictures\.npz holds another network, rnn_small; "):
        models.load_pictures("pictures")


def test_weights_of_another_size_than_is_asked_for_are_named(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "m.npz"
    models.save(models.new_model("m", starts.lstm_default(rng, 5, 7), rng, 3), path, {})
    assert models.load(path, 5, 3).name == "m"
    with pytest.raises(
        DamagedFileError, match=r"^m\.npz does not fit together: it must have 8 inputs, it has 5$"
    ):
        models.load(path, 8, 3)
    with pytest.raises(DamagedFileError, match=r"readout\.W must have shape \(H=7, K=2\), got \(7, 3\)$"):
        models.load(path, 5, 2)


def test_a_picture_network_of_other_kinds_is_named_where_it_is_used(data: Path) -> None:
    path = data / "weights" / "pictures.npz"
    arrays, about = read_arrays(path)
    last = max(int(name[5]) for name in arrays if name.startswith("layer"))
    write_arrays(
        path,
        {**arrays, **{f"layer{last}.{part}": arrays[f"layer{last}.{part}"][..., :5] for part in "Wb"}},
        about,
    )
    frame, _ = first_sight(PictureBench)
    assert "pictures.npz does not fit together: it must have 8 answers, it has 5;" in frame


def test_a_missing_file_of_the_project_says_how_to_have_it_back(data: Path) -> None:
    (data / "weights" / "lstm_long.npz").unlink()
    with pytest.raises(
        MissingFileError, match=r"^there is no lstm_long\.npz in weights; there are: lstm_ch"
    ) as r:
        models.load("lstm_long")
    assert str(r.value).endswith("; if it was deleted, " + BACK.format("data/weights/lstm_long.npz"))


def test_where_there_is_no_git_a_fresh_copy_is_named(data: Path) -> None:
    (data.parent / ".git").rmdir()
    cut(data / "frames_test.npz")
    with pytest.raises(
        DamagedFileError, match=r"\); a fresh copy of lstm_lab has it, as data/frames_test\.npz$"
    ):
        load_bank("frames_test")


def test_digits_that_are_none_are_named(data: Path) -> None:
    path = data / "digits.npz"
    arrays, about = read_arrays(path)
    for changed, message in (
        ({"pictures": arrays["pictures"]}, "digits.npz must hold pictures and answers of digits"),
        (
            {**arrays, "pictures": arrays["pictures"][:, :6]},
            "digits.npz does not fit together: pictures must have shape (N, R=8, S=8), got (1797, 6, 8)",
        ),
        (
            {name: each[:1000] for name, each in arrays.items()},
            "digits.npz must hold more than 1287 digits, it holds 1000",
        ),
    ):
        write_arrays(path, changed, about)
        with pytest.raises(DamagedFileError) as raised:
            load_digits()
        assert str(raised.value) == f"{message}; {BACK.format('data/digits.npz')}"


def rewritten(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[:-1], r"^race\.csv is damaged at line \d+: a row is not whole; "),
        (lambda text: text[:-200], r"^race\.csv is damaged at line \d+: a row is not whole; "),
        (lambda text: text.replace("gap", "gop"), r"^race\.csv has no column 'gap'; "),
        (
            lambda text: re.sub(r",100,", ",a hundred,", text, count=1),
            r"^race\.csv is damaged at line \d+: gap must be a number, got 'a hundred'; ",
        ),
        (
            lambda text: re.sub(r"(?m)^.*?,50,8,.*\n", "", text),
            r"^race\.csv has no runs at gap 50 with 8 columns of noise; ",
        ),
        (lambda text: "\n".join(text.splitlines()[:2]) + "\n", r"^race\.csv is damaged: it holds no rows; "),
        (lambda text: "", r"^race\.csv does not say in its first line how it was made; "),
        (lambda text: "# 7\n" + text, r"^race\.csv does not say in its first line how it was made; "),
    ],
    ids=[
        "last newline",
        "cut",
        "renamed column",
        "words",
        "runs left out",
        "heads only",
        "empty",
        "strange first line",
    ],
)
def test_a_race_that_is_not_whole_says_what_is_wrong(
    data: Path, change: Callable[[str], str], message: str
) -> None:
    rewritten(data / "race.csv", change)
    with pytest.raises(DamagedFileError, match=message + r"`git checkout data/race\.csv`"):
        race()


def test_bytes_that_are_no_text_are_named(data: Path) -> None:
    (data / "gates.csv").write_bytes(b"# {}\n\xff\xfe\n")
    with pytest.raises(
        DamagedFileError, match=r"^gates\.csv is damaged \('utf-8' codec .+\); `git checkout "
    ):
        read_table(data / "gates.csv")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "".join(text.splitlines(keepends=True)[:-1]),
        lambda text: text.replace("1800,", "1801,", 1),
        lambda text: text.replace("1749,58,", "1749,nan,"),
        lambda text: text.replace("1749,58,", "1749,many,"),
        lambda text: text[:-2],
        lambda text: "",
    ],
    ids=["cut", "a year less", "a year twice", "NaN", "no number", "last digit", "empty"],
)
def test_sunspots_that_are_not_all_there_are_refused(data: Path, change: Callable[[str], str]) -> None:
    rewritten(data / "sunspots.csv", change)
    with pytest.raises(DamagedFileError, match=r"^sunspots\.csv (is damaged|must hold).+; `git checkout "):
        sunspots()


def test_tables_with_the_line_ends_of_windows_are_read_as_they_were(data: Path) -> None:
    before = {path.name: read_table(path) for path in (data / "race.csv", data / "gates.csv")}
    numbers = sunspots().copy()
    for path in data.glob("*.csv"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    forget()
    assert {name: read_table(data / name) for name in before} == before
    np.testing.assert_array_equal(sunspots(), numbers)
    LagRace()


@pytest.mark.parametrize(
    ("name", "content"), [("notes.txt", b"a bear\n"), ("bear.jpg", b""), ("bear.png", b"\x89PNG\r\n\x1a\n")]
)
def test_an_own_picture_that_is_none_is_named_and_drawn_ones_return_when_it_is_gone(
    data: Path, name: str, content: bytes
) -> None:
    folder = data / "own_pictures" / "bear"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    frame, _ = first_sight(Tour)
    assert (
        f"in data/own_pictures, file &#x27;bear/{name}&#x27; cannot be read as a picture; mend it or take it away"
        in frame
    )
    (folder / name).unlink()
    folder.rmdir()
    folder.parent.rmdir()
    assert "<svg" in Tour()._parts.frame.value


def test_an_own_picture_that_memory_could_not_hold_is_not_opened(data: Path) -> None:
    folder = data / "own_pictures" / "bear"
    folder.mkdir(parents=True)
    Image.new("1", (10_000, 6_000)).save(folder / "wall.png")
    frame, _ = first_sight(Tour)
    assert "file &#x27;bear/wall.png&#x27; has 10000 x 6000 pixels, more than 50 million; mend it or" in frame


def test_an_own_picture_of_many_pixels_is_shown_as_any_other(data: Path) -> None:
    folder = data / "own_pictures" / "bear"
    folder.mkdir(parents=True)
    Image.new("1", (3000, 2000), 1).save(folder / "huge.png")
    assert "<svg" in Tour()._parts.frame.value
