"""Open the lecture hall: every lesson and every explorer as a full-screen page, alive, in large print."""

import os
import sys
import tempfile
from pathlib import Path

from lecture.programme import programme
from lecture.server import SHARE, Hall, front_door, options, write_notebooks
from port import asked_port, first_free

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Check the port if one was asked for, make the pages of the built lessons, and serve them until Ctrl-C."""
    port = asked_port("make lecture") or first_free(8866)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # small products: a second thread costs more than it brings
    os.environ["LSTM_LAB_PROGRESS"] = "off"  # what one person has done is not for the class
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        [str(SHARE), *os.environ.get("JUPYTER_PATH", "").split(os.pathsep)]
    )
    pages = programme(ROOT / "notebooks")
    with tempfile.TemporaryDirectory(prefix="lecture_", ignore_cleanup_errors=True) as folder:
        write_notebooks(pages, Path(folder))
        Hall.door = front_door(pages)
        Hall.launch_instance([*options(Path(folder), port), *sys.argv[1:]])


if __name__ == "__main__":
    main()
