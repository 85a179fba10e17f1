"""Open the series in JupyterLab, trusting the committed lessons so that their pictures show before anything runs."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from port import asked_port

ROOT = Path(__file__).resolve().parents[1]
FIRST = "notebooks/00_start_here.ipynb"


def main() -> None:
    """Trust the lessons, check the port if one was asked for, and hand over to JupyterLab."""
    jupyter = [sys.executable, "-m", "jupyter"]
    port = asked_port("make lab")
    lessons = sorted(str(p) for p in (ROOT / "notebooks").glob("*.ipynb"))
    subprocess.run([*jupyter, "trust", *lessons], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    chosen = [f"--port={port}"] if port else []
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container there is often no one else
        chosen.append("--allow-root")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # small products: a second thread costs more than it brings
    os.chdir(ROOT)
    hand_over([*jupyter, "lab", "--ServerApp.root_dir=.", *chosen, FIRST])


def hand_over(command: list[str]) -> NoReturn:
    """Become another program; on Windows, where a process cannot, run it and end as it ends.

    There Ctrl-C reaches both: the program decides what it means, and this process waits for it.
    """
    if os.name != "nt":
        os.execv(command[0], command)
    with subprocess.Popen(command) as program:
        while program.poll() is None:
            with suppress(KeyboardInterrupt):
                program.wait()
    sys.exit(program.returncode)


if __name__ == "__main__":
    main()
