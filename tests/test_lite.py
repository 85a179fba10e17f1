"""The browser-only version is whole: what lessons import is there, and nothing is named but Pyodide's and ours."""

import ast
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from browser_only import THEIRS, closure
from pages import lite

from lstm_lab.files import data_folder

ROOT = Path(__file__).resolve().parents[1]

WITHOUT = {
    "psutil",
    "ipykernel",
    "zmq",
    "jupyter_client",
    "jupyter_core",
    "tornado",
    "platformdirs",
    "debugpy",
}
"""What is loaded here only because it is installed: nothing of ours asks for it, and who does goes on without."""
SHOULD_NOT = {
    "threading",
    "subprocess",
    "socket",
    "multiprocessing",
    "asyncio",
    "signal",
    "concurrent",
    "ctypes",
}
LOADED = """
import importlib, json, pathlib, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
tops = {name.partition(".")[0] for name in sys.modules}
print(json.dumps(sorted(top for top in tops if "site-packages" in str(getattr(sys.modules.get(top), "__file__", "")))))
"""
IN_PYODIDE = """
import { readFileSync } from "node:fs";
const [folder, wheel, names] = process.argv.slice(2);
const { loadPyodide } = await import(`${folder}/pyodide.mjs`);
const python = await loadPyodide();
python.unpackArchive(new Uint8Array(readFileSync(wheel)), "wheel", { extractDir: "/wheel" });
python.globals.set("names", python.toPy(JSON.parse(names)));
console.log("answer " + python.runPython(`
import importlib, json, pathlib, sys, warnings
missing = []
for name in names:
    try:
        importlib.import_module(name)
    except ImportError as error:
        missing.append(str(error))
warnings.simplefilter("error")
files = sorted(pathlib.Path("/wheel").rglob("*.py"))
for file in files:
    compile(file.read_text(encoding="utf-8"), str(file), "exec")
sys.path.insert(0, "/wheel")
import lstm_lab.notation
json.dumps({"missing": missing, "compiled": len(files), "letter": lstm_lab.notation.QUANTITIES["c"].letter})
`));
"""


def text_of(name: str) -> str:
    """Return the source of one of the package's modules."""
    file = module(name)
    assert file, f"there is no module {name}"
    return file.read_text(encoding="utf-8")


def imported(source: str) -> set[str]:
    """Return the dotted names a piece of source imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def module(name: str) -> Path | None:
    """Return the file of one of the package's modules, or None if the name is not a module's."""
    path = ROOT.joinpath(*name.split("."))
    return next((file for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file()), None)


def reached(names: set[str]) -> tuple[set[str], set[str]]:
    """Return the package's modules that these imports lead to, and the outside names they import."""
    own: set[str] = set()
    outside: set[str] = set()
    left = set(names)
    while left:
        name = left.pop()
        if name.partition(".")[0] != "lstm_lab":
            outside.add(name.partition(".")[0])
        elif name not in own and (file := module(name)):
            own.add(name)
            parents = {name.rpartition(".")[0]} - {""}
            left |= imported(file.read_text(encoding="utf-8")) | parents
    return own, outside


def cells(lesson: Path) -> list[str]:
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.fixture(scope="module", name="needed")
def what_lessons_need(lite_site: Path) -> tuple[set[str], set[str]]:
    return reached(
        {name for lesson in lessons(lite_site) for cell in cells(lesson) for name in imported(cell)}
    )


@pytest.fixture(scope="module", name="lock")
def lock_of_the_site(lite_site: Path) -> dict[str, Any]:
    return json.loads((lite_site / lite.LOCK).read_text(encoding="utf-8"))


def lessons(site: Path) -> list[Path]:
    return sorted((site / "files").glob("*.ipynb"))


def wheels(site: Path) -> list[Path]:
    return sorted((site / lite.LOCK).parent.glob("*.whl"))


def test_a_configuration_that_jupyterlite_finds_unsound_is_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = lite.configuration()
    good["jupyter-config-data"]["litePluginSettings"][lite.PYODIDE_KERNEL_PLUGIN_ID]["pipliteUrls"] = (
        "nowhere"
    )
    monkeypatch.setattr(lite, "configuration", lambda: good)
    with pytest.raises(subprocess.CalledProcessError):
        lite.write(tmp_path)


def test_the_site_holds_every_lesson_and_the_glossary_as_committed_and_lists_them(lite_site: Path) -> None:
    committed = [*sorted((ROOT / "notebooks").glob("*.ipynb")), ROOT / "docs" / "glossary.ipynb"]
    assert [each.name for each in lessons(lite_site)] == [each.name for each in committed]
    for there, here in zip(lessons(lite_site), committed, strict=True):
        shown = json.loads(there.read_text(encoding="utf-8"))
        lesson = json.loads(re.sub(r"\.\./(docs|notebooks)/", "", here.read_text(encoding="utf-8")))
        assert all(cell["metadata"].pop("trusted") for cell in shown["cells"])
        assert shown == lesson
    listed = json.loads((lite_site / "api" / "contents" / "all.json").read_text(encoding="utf-8"))["content"]
    assert {each["path"] for each in listed} == {each.name for each in committed}
    assert (lite_site / "lab" / "index.html").is_file()


def test_pyodides_own_address_is_the_only_one_off_this_site(lite_site: Path, lock: dict[str, Any]) -> None:
    configurations = [
        *lite_site.rglob("jupyter-lite.json"),
        *lite_site.rglob("jupyter-lite.ipynb"),
        lite_site / lite.LOCK,
    ]
    assert len(configurations) > 3
    for file in configurations:
        for address in re.findall(r"\"(https?:[^\"]+)\"", file.read_text(encoding="utf-8")):
            assert address.startswith(lite.PYODIDE_CDN_URL), f"{file.name} names {address}"
    settings = json.loads((lite_site / "jupyter-lite.json").read_text(encoding="utf-8"))[
        "jupyter-config-data"
    ]
    kernel = settings["litePluginSettings"][lite.PYODIDE_KERNEL_PLUGIN_ID]
    assert kernel["pyodideUrl"] == f"{lite.PYODIDE_CDN_URL}/pyodide.mjs"
    assert kernel["disablePyPIFallback"] is True
    assert not (lite_site / "static" / "pyodide").exists()
    assert lock["packages"]["numpy"]["file_name"].startswith(f"{lite.PYODIDE_CDN_URL}/numpy-")


def test_pyodide_and_its_kernel_are_of_one_version() -> None:
    package = json.loads((lite.PYODIDE_LOCK.parent / "package.json").read_text(encoding="utf-8"))
    assert f"/v{package['version']}/" in lite.PYODIDE_CDN_URL


def test_the_site_carries_only_what_is_used(lite_site: Path) -> None:
    assert {each.parent.name + "/" + each.name for each in lite_site.glob("extensions/@*/*")} == set(
        lite.EXTENSIONS
    )
    assert list(lite_site.rglob("*.map")) == []
    assert sum(file.stat().st_size for file in lite_site.rglob("*") if file.is_file()) < 30e6


def test_the_package_travels_whole_with_its_data(lite_site: Path) -> None:
    own = next(each for each in wheels(lite_site) if each.name.startswith("lstm_lab-"))
    with zipfile.ZipFile(own) as archive:
        held = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    data = [file for file in data_folder().rglob("*") if file.is_file() and "own_pictures" not in file.parts]
    code = list((ROOT / "lstm_lab").rglob("*.py"))
    expected = {f"lstm_lab/data/{file.relative_to(data_folder()).as_posix()}": file for file in data}
    expected |= {file.relative_to(ROOT).as_posix(): file for file in code}
    assert {name for name in held if not name.endswith(".md")} == {
        name for name in expected if not name.endswith(".md")
    }
    assert all(held[name] == file.read_bytes() for name, file in expected.items() if name in held)


def test_a_carried_wheel_says_what_lies_in_it_and_how_it_is_checked(
    lite_site: Path, lock: dict[str, Any]
) -> None:
    assert len(wheels(lite_site)) == 1 + len(lite.CARRIED)
    for wheel in wheels(lite_site):
        with zipfile.ZipFile(wheel) as archive:
            assert archive.testzip() is None
            record = next(name for name in archive.namelist() if name.endswith("/RECORD"))
            told = {line.split(",")[0] for line in archive.read(record).decode().splitlines()}
            assert told == set(archive.namelist())
        entry = lite.locked(wheel)
        assert lock["packages"][entry["name"]] == entry
        assert THEIRS["packages"].get(entry["name"]) is None


def test_what_every_package_asks_for_is_in_the_lock_file_in_a_version_that_fits(
    lite_site: Path, lock: dict[str, Any]
) -> None:
    python = lock["info"]["python"]
    for wheel in wheels(lite_site):
        metadata = lite.metadata_of(wheel)
        assert metadata.requires_python is None or python in metadata.requires_python
        for need in lite.needs(metadata):
            if (
                need.name not in lite.FRONT_END_ONLY
                and need.name.replace("_", "-") not in lite.FRONT_END_ONLY
            ):
                version = lock["packages"][need.name]["version"]
                assert version in need.specifier, f"{metadata.name} needs {need}, Pyodide has {version}"


def test_what_the_packages_depend_on_is_there_to_the_last(lock: dict[str, Any]) -> None:
    found = closure(("lstm-lab", "micropip", "ipython", "jedi", "comm"), lock["packages"])
    assert {"numpy", "pillow", "matplotlib", "joblib", "ipywidgets", "contourpy", "traitlets"} <= found.keys()


def test_every_import_of_every_lesson_is_accounted_for(
    needed: tuple[set[str], set[str]], lock: dict[str, Any]
) -> None:
    own, outside = needed
    held = {name for package in lock["packages"].values() for name in package["imports"]}
    assert len(own) > 40 and "numpy" in outside
    assert outside - sys.stdlib_module_names - held == set()
    assert "lstm_lab.training" not in own


def test_nothing_the_lessons_reach_needs_threads_processes_or_sockets(
    needed: tuple[set[str], set[str]],
) -> None:
    assert needed[1] & SHOULD_NOT == set()
    parallel = {name for name in needed[0] if "joblib" in imported(text_of(name))}
    assert parallel <= {"lstm_lab.sweeps"}
    for source in (ROOT / "notebooks").glob("*.ipynb"):
        assert not any(re.search(r"\bsweep\(", cell) for cell in cells(source))


def test_what_is_loaded_besides_is_in_the_lock_file_too(
    needed: tuple[set[str], set[str]], lock: dict[str, Any]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(sorted(needed[0]))],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    held = {name.partition(".")[0] for package in lock["packages"].values() for name in package["imports"]}
    loaded = {name for name in json.loads(done.stdout) if not name.startswith("_")}
    assert "ipywidgets" in loaded and "torch" not in loaded
    assert loaded - held - WITHOUT == set()


def test_pyodides_python_has_the_standard_modules_and_compiles_the_package_without_a_warning(
    lite_site: Path, needed: tuple[set[str], set[str]], tmp_path: Path
) -> None:
    own = next(each for each in wheels(lite_site) if each.name.startswith("lstm_lab-"))
    script = tmp_path / "in_pyodide.mjs"
    script.write_text(IN_PYODIDE, encoding="utf-8")
    names = sorted(needed[1] & sys.stdlib_module_names)
    command = [
        str(Path(sys.executable).with_name("node")),
        str(script),
        str(lite.PYODIDE_LOCK.parent),
        str(own),
    ]
    done = subprocess.run([*command, json.dumps(names)], capture_output=True, encoding="utf-8")
    answer = re.search(r"^answer (.*)$", done.stdout, re.MULTILINE)
    assert answer, done.stdout[-1000:] + done.stderr[-1000:]
    found = json.loads(answer[1])
    assert found["missing"] == [] and found["compiled"] > 90 and found["letter"] == "c"


def test_the_page_beside_it_says_what_our_tests_do_not_cover(lite_site: Path) -> None:
    page = (lite_site / "about.html").read_text(encoding="utf-8")
    for words in (
        "What our tests do not cover",
        "without NumPy",
        "PyTorch does not exist here",
        "stay in this browser",
    ):
        assert words in page
    for target in re.findall(r'href="(?!https:|data:|\.\./)([^"#?]+)', page):
        assert (lite_site / target).is_file()


def test_a_package_with_compiled_parts_is_not_packed_again(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^numpy is not pure Python as it is installed here$"):
        lite.packed("numpy", tmp_path)
