import re
from pathlib import Path

import joblib
import pytest

from lstm_lab.sweeps import Table, read_table, sweep

ABOUT = {"task": "squares", "command": "none"}
SETTINGS = [{"base": base, "seed": seed} for base in (2, 3) for seed in (1, 2)]


def squares(base: int, seed: int):
    yield {"power": 1, "value": float(base), "name": f"s{seed}"}
    yield {"power": 2, "value": base * base + 0.5, "name": f"s{seed}"}


def test_a_sweep_writes_every_row_once_and_reads_numbers_as_numbers(tmp_path: Path) -> None:
    table = sweep(squares, SETTINGS, tmp_path / "t.csv", ABOUT, jobs=1)
    assert len(table.rows) == 8
    assert table.about == ABOUT
    assert table.where(base=3, seed=2, power=2).rows == [
        {"base": 3, "seed": 2, "power": 2, "value": 9.5, "name": "s2"}
    ]
    assert read_table(tmp_path / "t.csv") == table


def test_a_sweep_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    path, told = tmp_path / "t.csv", []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(squares, SETTINGS, path, ABOUT, jobs=1, watch=stop)
    assert told == [(0, 4), (1, 4), (2, 4)]
    assert len(read_table(path).rows) == 4
    later: list[tuple[int, int]] = []
    table = sweep(squares, SETTINGS, path, ABOUT, jobs=1, watch=lambda *now: later.append(now))
    assert later == [(2, 4), (3, 4), (4, 4)]
    assert sorted(table.column("value")) == sorted(2 * [2.0, 4.5, 3.0, 9.5])


def test_side_by_side_finds_the_same_as_one_after_the_other(tmp_path: Path) -> None:
    with joblib.parallel_config(backend="threading"):
        side = sweep(squares, SETTINGS, tmp_path / "a.csv", ABOUT, jobs=2)
    one = sweep(squares, SETTINGS, tmp_path / "b.csv", ABOUT, jobs=1)
    key = str
    assert sorted(side.rows, key=key) == sorted(one.rows, key=key)


def test_a_table_of_another_sweep_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    sweep(squares, SETTINGS[:1], path, ABOUT, jobs=1)
    before = path.read_bytes()
    message = "t.csv was made by another sweep; move it away to start this one afresh"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        sweep(squares, SETTINGS, path, {"task": "cubes"}, jobs=1)
    assert path.read_bytes() == before


def test_a_row_that_was_cut_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    sweep(squares, SETTINGS[:1], path, ABOUT, jobs=1)
    path.write_text(path.read_text(encoding="utf-8")[:-5], encoding="utf-8")
    with pytest.raises(ValueError, match=r"^t\.csv is damaged at line 4: a row is not whole$"):
        read_table(path)


def test_a_foreign_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"^t\.csv does not say in its first line how it was made$"):
        read_table(path)


def test_a_missing_table_and_a_missing_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"^there is no table t\.csv in "):
        read_table(tmp_path / "t.csv")
    table = sweep(squares, SETTINGS[:1], tmp_path / "t.csv", ABOUT, jobs=1)
    with pytest.raises(
        ValueError, match=r"^there is no column 'bear'; the columns are base, seed, power, value, name$"
    ):
        table.where(bear=1)


def test_where_no_row_is_as_asked_every_column_is_empty() -> None:
    none = Table([{"start": "GRU", "error": 0.1}], {}).where(start="LSTM")
    assert none.where(start="GRU").column("error") == []


def test_an_experiment_that_fails_leaves_whole_settings_behind(tmp_path: Path) -> None:
    def fails_at_three(base: int, seed: int):
        yield {"power": 1, "value": float(base)}
        if base == 3:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match=r"^no$"):
        sweep(fails_at_three, SETTINGS, tmp_path / "t.csv", ABOUT, jobs=1)
    assert read_table(tmp_path / "t.csv").column("base") == [2, 2]


def test_no_settings_and_no_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^settings must hold at least one setting, got none$"):
        sweep(squares, [], tmp_path / "t.csv", ABOUT)
    with pytest.raises(ValueError, match=r"^the experiment gave no rows at \{'base': 2, 'seed': 1\}$"):
        sweep(lambda base, seed: iter(()), SETTINGS, tmp_path / "t.csv", ABOUT, jobs=1)


@pytest.mark.filterwarnings("default")  # the cluster's own
def test_on_a_cluster_the_same_sweep_finds_the_same(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    one = sweep(squares, SETTINGS, tmp_path / "a.csv", ABOUT, jobs=1)
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    )
    with cluster, distributed.Client(cluster), joblib.parallel_config(backend="dask"):
        far = sweep(squares, SETTINGS, tmp_path / "b.csv", ABOUT)
    assert sorted(far.rows, key=str) == sorted(one.rows, key=str)
