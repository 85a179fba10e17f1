"""Two notebooks at once, on the same files: nobody reads half a file, and nobody's results are lost."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from lstm_lab.files import read_arrays, write_arrays
from lstm_lab.sweeps import read_table, sweep

WRITES = """
import sys
from pathlib import Path
import numpy as np
from lstm_lab.files import write_arrays
for _ in range(60):
    write_arrays(Path(sys.argv[1]), {"a": np.full(5000, float(sys.argv[2]))}, {"who": sys.argv[2]})
"""


def test_of_two_who_write_the_same_weights_one_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    write_arrays(path, {"a": np.zeros(5000)}, {"who": "0"})
    writers = [subprocess.Popen([sys.executable, "-c", WRITES, str(path), who]) for who in "12"]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        arrays, about = read_arrays(path)
        assert (arrays["a"] == float(about["who"])).all()
        seen.add(about["who"])
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(seen) >= 2
    assert list(tmp_path.iterdir()) == [path]


def test_two_sweeps_of_one_table_keep_one_anothers_rows_and_none_twice(tmp_path: Path) -> None:
    path, settings = tmp_path / "t.csv", [{"seed": seed} for seed in range(4)]

    def theirs(seed: int):
        yield {"value": 10 + seed}

    def ours(seed: int):
        if seed == 1:  # meanwhile, in another notebook
            sweep(theirs, settings[:3], path, {}, jobs=1)
        yield {"value": seed}

    table = sweep(ours, settings, path, {}, jobs=1)
    assert sorted(table.column("seed")) == [0, 1, 2, 3]
    assert dict(zip(table.column("seed"), table.column("value"), strict=True)) == {0: 0, 1: 11, 2: 12, 3: 3}
    assert read_table(path) == table
