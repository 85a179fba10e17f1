"""What a learner has done is kept once, merged with what others keep, shown in lesson 00, and forgotten on demand."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import to_do

from lstm_lab import progress
from lstm_lab.exercises import EXERCISES, check
from lstm_lab.explorers import ALL, Done, Echo, Tour, TwoMemories, WhoSets
from lstm_lab.progress import Deed

PREDICTED, SOLVED = Deed("prediction", "Tour"), Deed("challenge", "Tour")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of this test's own."""
    monkeypatch.setenv("LSTM_LAB_PROGRESS", str(tmp_path / "folder" / "progress.json"))
    monkeypatch.setattr(progress, "_told", set())
    return tmp_path / "folder" / "progress.json"


def test_the_table_of_what_there_is_to_do_is_that_of_the_built_lessons() -> None:
    assert json.loads(to_do.TABLE.read_text(encoding="utf-8")) == to_do.table(), "run: python tools/to_do.py"


def test_every_exercise_and_every_explorer_belongs_to_a_lesson() -> None:
    deeds = [deed for lesson in progress.lessons() for deed in lesson.deeds]
    assert len(set(deeds)) == len(deeds)
    assert {name for kind, name in deeds if kind == "exercise"} == set(EXERCISES)
    assert {name.split()[0] for kind, name in deeds if kind != "exercise"} == {kind.__name__ for kind in ALL}


def test_a_prediction_is_kept_whatever_was_said(place: Path) -> None:
    tour = Tour()
    assert not place.exists()
    tour.predict(tour.asked.prediction.choices[0])  # type: ignore[union-attr]
    assert progress.done().deeds == {PREDICTED}


def test_the_gates_of_one_explorer_are_kept_apart(place: Path) -> None:
    for gate in "if":
        explorer = WhoSets(gate=gate)
        explorer.predict(explorer.asked.prediction.choices[0])  # type: ignore[union-attr]
    assert progress.done().deeds == {Deed("prediction", "WhoSets i"), Deed("prediction", "WhoSets f")}


class Half(Echo):
    """Solved from w = 1 on."""

    challenge = Echo.challenge._replace(score=lambda run: run.w)  # type: ignore[union-attr]

    @property
    def called(self) -> str:
        return "Echo"


def test_what_is_noted_stays_where_one_control_moves_another_and_goes_with_the_next_move(place: Path) -> None:
    memories = TwoMemories(show=())
    for kind in ("planet", "bear", "bear"):
        memories.inputs["show"].add(kind)  # type: ignore[attr-defined]
    assert "Noted: 1 of 1 challenge of lesson 05." in memories._parts.note.value
    memories.inputs["show"].remove_last()  # type: ignore[attr-defined]
    assert "Noted" not in memories._parts.note.value


def test_a_challenge_is_kept_when_the_learner_solves_it_and_written_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    kept = progress._replace
    monkeypatch.setattr(progress, "_replace", lambda path, deeds: (written.append(1), kept(path, deeds)))
    looked = []
    read = progress._read
    monkeypatch.setattr(progress, "_read", lambda path: (looked.append(1), read(path))[1])
    echo = Half()
    echo.inputs["w"].value = 0.8
    assert (written, looked) == ([], [])
    echo.inputs["w"].value = 1.1
    assert progress.done().deeds == {Deed("challenge", "Echo")}
    assert "Noted: 1 of 2 challenges of lesson 02." in echo._parts.note.value
    looked.clear()
    for w in (1.2, 0.5, 1.3):
        echo.inputs["w"].value = w
    assert (written, looked) == ([1], [])


def test_what_the_page_solves_by_itself_is_not_the_learners(place: Path) -> None:
    echo = Half(w=1.2)
    echo.reset()
    echo.predict(echo.asked.prediction.choices[0])  # type: ignore[union-attr]
    assert progress.done().deeds == {Deed("prediction", "Echo")}


def test_a_right_answer_is_noted_once_and_a_wrong_one_is_not(place: Path) -> None:
    def rnn_step(x, h, W_x, W_h, b):
        return x

    assert "Noted" not in check(rnn_step).sentence
    assert not place.exists()
    right = EXERCISES["rnn_step"].answer
    assert check(right).sentence.endswith("inputs. Noted: 1 of 2 exercises of lesson 02.")
    assert "Noted" not in check(right).sentence
    assert progress.done().deeds == {Deed("exercise", "rnn_step")}


def test_what_several_processes_keep_at_once_is_all_there(place: Path) -> None:
    code = (
        "import sys; from lstm_lab.progress import Deed, note\n"
        "for k in range(15): note(Deed('exercise', f'{sys.argv[1]}_{k}'))"
    )
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    running = [subprocess.Popen([sys.executable, "-c", code, name], env=env) for name in "abc"]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert {deed.name for deed in progress.done().deeds} == {f"{a}_{k}" for a in "abc" for k in range(15)}
    assert [each.name for each in place.parent.iterdir()] == [place.name]


@pytest.mark.parametrize("damaged", ["", "{", "[1]", '{"done": 1}', '{"done": [1]}', "\udcff", "[" * 100_000])
def test_a_damaged_file_is_put_aside_with_a_sentence(place: Path, damaged: str) -> None:
    place.parent.mkdir()
    place.write_text(damaged, encoding="utf-8", errors="surrogateescape")
    found = progress.done()
    assert found == (
        frozenset(),
        "The file of what you have done was damaged. It lies aside as progress.damaged1.json.",
    )
    aside = place.with_name("progress.damaged1.json")
    assert aside.read_text(encoding="utf-8", errors="surrogateescape") == damaged
    assert progress.note(SOLVED) == (True, "")
    progress.forget()
    assert list(place.parent.iterdir()) == []


def test_what_cannot_be_written_is_said_once_and_the_lesson_goes_on(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: object, deeds: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(progress, "_replace", full)
    trouble = "What you do here could not be kept (No space left on device). All else works as before."
    tour = Tour()
    tour.predict(tour.asked.prediction.choices[0])  # type: ignore[union-attr]
    assert trouble in tour._parts.note.value
    verdict = check(EXERCISES["softmax"].answer)
    assert verdict.right and "kept" not in verdict.sentence


def test_a_folder_that_is_a_file_is_a_sentence_too(place: Path) -> None:
    place.parent.write_text("in the way", encoding="utf-8")
    assert progress.note(SOLVED).trouble.startswith("What you do here could not be kept (")
    assert progress.done().trouble.startswith("What you have done could not be read (")


def test_a_lock_left_by_a_process_that_was_ended_is_broken(place: Path) -> None:
    place.parent.mkdir()
    lock = place.with_name("progress.json.lock")
    lock.touch()
    os.utime(lock, (0, 0))
    assert progress.note(SOLVED).new
    assert not lock.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
def test_others_on_the_machine_cannot_read_it(place: Path) -> None:
    progress.note(SOLVED)
    assert place.stat().st_mode & 0o077 == 0
    assert place.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("system", "set_to", "ends"),
    [
        ("linux", {}, ".local/share/lstm_lab/progress.json"),
        ("linux", {"XDG_DATA_HOME": "/somewhere"}, "/somewhere/lstm_lab/progress.json"),
        ("linux", {"XDG_DATA_HOME": "not/absolute"}, ".local/share/lstm_lab/progress.json"),
        ("darwin", {}, "Library/Application Support/lstm_lab/progress.json"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming/lstm_lab/progress.json"),
    ],
)
def test_each_system_has_its_own_place(
    system: str, set_to: dict[str, str], ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LSTM_LAB_PROGRESS", "XDG_DATA_HOME", "APPDATA", "SERVER_SOFTWARE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", system)
    for name, value in set_to.items():
        monkeypatch.setenv(name, value)
    assert str(progress.where().path).endswith(ends)


def test_pages_that_several_people_share_keep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LSTM_LAB_PROGRESS")
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    assert progress.where().path is None and "several people" in progress.where().why
    assert progress.note(SOLVED) == (False, "")
    monkeypatch.delenv("SERVER_SOFTWARE")
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert progress.where().path is None and "browser" in progress.where().why


def marks(done: Done, state: str) -> list[str]:
    """Return the marks of a map that are done, or open, without those of the legend."""
    frame = done._frame.value
    root = ElementTree.fromstring(frame[: frame.index("</svg>") + 6])
    names = [each.get("class", "") for each in root.iter("{http://www.w3.org/2000/svg}g")]
    return [name for name in names if name.endswith(state)][3:]


def test_the_map_marks_what_is_done_and_says_it_in_words(place: Path) -> None:
    assert marks(Done(), " done") == []
    progress.note(SOLVED)
    progress.note(Deed("exercise", "softmax"))
    done = Done()
    assert marks(done, " done") == ["challenge done", "exercise done"]
    every = sum(len(lesson.deeds) for lesson in progress.lessons())
    assert len(marks(done, " open")) == every - 2
    assert "solved 1 of " in repr(done) and repr(done).endswith("Open in lesson 00: the prediction Tour.")
    assert place.name in done._said.value


def test_looking_again_shows_what_another_notebook_noted(place: Path) -> None:
    done = Done()
    progress.note(SOLVED)
    done._again.click()
    assert marks(done, " done") == ["challenge done"]


def test_forgetting_asks_first_and_then_deletes_the_file(place: Path) -> None:
    progress.note(SOLVED)
    done = Done()
    done._ask.click()
    assert place.exists() and "cannot be brought back" in done._said.value
    done._no.click()
    assert place.exists() and marks(done, " done") == ["challenge done"]
    done._ask.click()
    done._yes.click()
    assert not place.exists() and marks(done, " done") == []
    assert "Forgotten" in done._said.value


def test_where_nothing_is_kept_the_map_says_so_and_offers_nothing_to_forget() -> None:
    done = Done()
    assert "Nothing is kept" in done._said.value
    assert all(
        "lab-hidden" in button._dom_classes for button in (done._again, done._ask, done._yes, done._no)
    )


def test_importing_explorers_reads_nothing_of_a_learner(tmp_path: Path) -> None:
    code = "import lstm_lab.explorers, lstm_lab.exercises, sys; print(sys.flags.dev_mode)"
    kept = tmp_path / "progress.json"
    kept.write_text("{", encoding="utf-8")  # whoever read it would put it aside
    subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"LSTM_LAB_PROGRESS": str(kept)}, check=True
    )
    assert kept.exists()
