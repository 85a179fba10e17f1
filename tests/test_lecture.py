"""The pages of a lecture: every lesson, then each of its explorers, in the order in which they are given."""

import json
import re
import socket
from pathlib import Path

import pytest
from lecture import programme as pages
from lecture import server as served
from port import asked_port, first_free

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
PORT_TAKEN = "port 99999 is taken or is not a port number: choose another, as in `make lecture PORT=8890`"


@pytest.fixture(scope="module", name="programme")
def make_programme() -> list[pages.Page]:
    """The pages of the built lessons."""
    return pages.programme(NOTEBOOKS)


def outputs(path: Path) -> list[str]:
    """Return the lines that rebuild the explorers of a built lesson."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    data = [output.get("metadata", {}) for cell in cells for output in cell.get("outputs", [])]
    return [each["lstm_lab"]["python"] for each in data if "lstm_lab" in each]


def source(page: pages.Page) -> str:
    """Return the code of a page's cells."""
    return "\n".join(
        "".join(cell["source"]) for cell in page.notebook["cells"] if cell["cell_type"] == "code"
    )


def test_each_lesson_is_followed_by_each_of_its_explorers(programme: list[pages.Page]) -> None:
    expected = []
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        expected += [(path.stem[:2], False)] + [(path.stem[:2], True)] * len(outputs(path))
    assert [(page.key[:2], bool(page.name)) for page in programme] == expected
    assert len({page.key for page in programme}) == len(programme) > 30


def test_an_explorer_starts_as_its_lesson_starts_it_and_in_large_print(programme: list[pages.Page]) -> None:
    lines = [line for path in sorted(NOTEBOOKS.glob("*.ipynb")) for line in outputs(path)]
    for page, line in zip([page for page in programme if page.name], lines, strict=True):
        code = source(page)
        assert code.endswith("set_lecture(True)\nexplorer")
        if pages.stands_alone(line):
            imported, made = line.split("; ", 1)
            assert f"{imported}\nexplorer = {made}\n" in code


def test_an_explorer_of_what_a_lesson_has_made_runs_the_lesson_up_to_there(
    programme: list[pages.Page],
) -> None:
    (xray,) = [page for page in programme if page.key == "11_x_ray"]
    assert "explorer = XRay.of(network(" in source(xray)
    assert "race = LagRace()" in source(xray)
    *hidden, shown = xray.notebook["cells"]
    assert all(cell["metadata"] == {"lecture": "hidden"} for cell in hidden)
    assert shown["metadata"] == {}


def test_a_lesson_keeps_its_prose_and_code_and_turns_to_large_print(programme: list[pages.Page]) -> None:
    for page in programme:
        if page.name:
            continue
        built = json.loads((NOTEBOOKS / f"{page.key}.ipynb").read_text(encoding="utf-8"))["cells"]
        shown = [cell for cell in page.notebook["cells"] if cell["metadata"].get("lecture") != "hidden"]
        assert [cell["source"] for cell in shown] == [cell["source"] for cell in built]
        assert source(page).count("set_lecture(True)") == bool(outputs(NOTEBOOKS / f"{page.key}.ipynb"))
        assert not any(cell.get("outputs") for cell in shown)


def test_two_explorers_of_a_kind_in_one_lesson_have_an_address_each(tmp_path: Path) -> None:
    line = "from lstm_lab.explorers.echo import Echo; Echo(w={})"
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Twice"},
        *(
            {
                "cell_type": "code",
                "source": "Echo()",
                "metadata": {},
                "outputs": [{"metadata": {"lstm_lab": {"python": line.format(k)}}}],
            }
            for k in range(3)
        ),
    ]
    (tmp_path / "07_twice.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}}), encoding="utf-8")
    keys = [page.key for page in pages.programme(tmp_path)]
    assert keys == ["07_twice", "07_echo", "07_echo_2", "07_echo_3"]


def test_the_front_door_leads_to_every_page_in_order(programme: list[pages.Page]) -> None:
    door = served.front_door(programme)
    assert re.findall(r'<a [^>]*href="#(\w+)"', door) == [page.key for page in programme]
    order = json.loads(re.findall(r'id="order">(.*?)</script>', door)[0])
    assert [each["key"] for each in order] == [page.key for page in programme]
    assert not re.findall(r"https?://", door)


def test_what_the_hall_ships_asks_for_nothing_from_elsewhere() -> None:
    shipped = [path for folder in (served.HALL, served.SHARE) for path in folder.rglob("*") if path.is_file()]
    assert len(shipped) >= 7
    assert [path.name for path in shipped if re.search(r"https?://", path.read_text(encoding="utf-8"))] == []


def test_a_port_that_cannot_be_used_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSTM_LAB_PORT", "99999")
    with pytest.raises(SystemExit, match=re.escape(PORT_TAKEN)):
        asked_port("make lecture")


def test_a_port_on_which_nothing_listens_is_taken_as_asked_and_another_is_found_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = first_free(0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert first_free(number) not in ("", str(number))
        monkeypatch.setenv("LSTM_LAB_PORT", str(number))
        with pytest.raises(SystemExit, match="is taken"):
            asked_port("make lecture")
    monkeypatch.setenv("LSTM_LAB_PORT", "")
    assert asked_port("make lecture") == ""
    assert port.isdigit()
