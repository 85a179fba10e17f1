"""■ or Ctrl-C: what was done is kept or said to be lost, the next cell works, explorers still move."""

import queue
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from lstm_lab import starts
from lstm_lab.explorers import Echo
from lstm_lab.models import new_model
from lstm_lab.scanning.learning import learn
from lstm_lab.scanning.marks import asked, draw_marks
from lstm_lab.scanning.network import new_network, weights_of
from lstm_lab.sweeps import SweepStopped, read_table, sweep

PATIENCE = 60

PREPARE = """
import numpy as np
from lstm_lab import starts
from lstm_lab.descent import descend
from lstm_lab.models import new_model
from lstm_lab.tasks import story_batches
rng = np.random.default_rng(1)
start = new_model("mine", starts.rnn_default(rng, 8, 16), rng)
"""
TRAIN = """
history = descend(start, story_batches(gaps=(0, 1)), rng, steps=10**8, watch=lambda history: print("looked"))
print(history.stopped)
"""
LOOP = """
weights = start
while True:
    weights = weights._replace(name=weights.name + ".")
    print("looked")
"""


class Asked:
    """A kernel of a notebook: cells are run in it, and stopped when they first print something."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3")

    def run(self, code: str, *, stop: bool = False) -> tuple[str, list[str]]:
        """Return what a cell printed, and the lines of its error."""
        printed, error = "", []
        asked = self.client.execute(code)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                message: Any = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") != asked:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                printed += content["text"]
                if stop:
                    self.manager.interrupt_kernel()
                    stop = False
            elif message["msg_type"] == "error":
                error = content["traceback"]
            elif content.get("execution_state") == "idle":
                return printed, error
        raise TimeoutError(code)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory):
    asked = Asked()
    asked.run(PREPARE)
    yield asked
    asked.client.stop_channels()
    asked.manager.shutdown_kernel(now=True)


@pytest.mark.filterwarnings("default")  # the notebook machinery's own
def test_a_cell_that_trains_can_be_stopped_and_the_next_ones_go_on_from_there(kernel: Asked) -> None:
    printed, error = kernel.run(TRAIN, stop=True)
    assert error == []
    assert "updates; the best weights so far are kept" in printed.splitlines()[-1]
    assert (
        kernel.run("print(len(history.steps) > 0, np.isfinite(history.best.cell.W_x).all())")[0]
        == "True True\n"
    )
    again = (
        "history = descend(history.best, story_batches(gaps=(0, 1)), rng, steps=25); print(history.stopped)"
    )
    assert kernel.run(again) == ("all 25 updates done\n", [])


@pytest.mark.filterwarnings("default")
def test_a_loop_of_ones_own_can_be_stopped_and_keeps_what_it_has(kernel: Asked) -> None:
    _, error = kernel.run(LOOP, stop=True)
    assert "KeyboardInterrupt" in error[-1]
    assert kernel.run("print(weights.name.startswith('mine.'))") == ("True\n", [])


@pytest.mark.parametrize("trained_by", ["descent.descend", "training.train"])
def test_a_training_stopped_before_its_first_update_returns_the_model_it_began_with(trained_by: str) -> None:
    room, name = trained_by.split(".")
    train = getattr(pytest.importorskip(f"lstm_lab.{room}"), name)
    rng = np.random.default_rng(0)
    model = new_model("m", starts.lstm_default(rng, 2, 3), rng)

    def stopped(rng: np.random.Generator) -> Any:
        raise KeyboardInterrupt

    history = train(model, stopped, rng, steps=10)
    assert history.best is model
    assert history.stopped == "interrupted after 0 updates; the best weights so far are kept"


def test_a_network_that_reads_pictures_is_kept_as_it_was_when_its_training_stopped() -> None:
    rng = np.random.default_rng(0)
    network = new_network("mine", rng, 1, "convolution only", starts.lstm_default)
    left = iter(range(3))

    def batches(rng: np.random.Generator):
        for _ in left:
            return asked(draw_marks(rng, 4, "one row"))
        raise KeyboardInterrupt

    whole = learn(
        network, lambda rng: asked(draw_marks(rng, 4, "one row")), np.random.default_rng(1), steps=3
    )
    assert whole.stopped == "all 3 updates done"
    stopped = learn(network, batches, np.random.default_rng(1), steps=100)
    assert stopped.stopped == "interrupted after 3 updates; the network is kept as it was then"
    np.testing.assert_array_equal(stopped.losses, whole.losses)
    for name, weights in weights_of(whole.network).items():
        np.testing.assert_array_equal(weights_of(stopped.network)[name], weights)


def test_an_explorer_that_was_interrupted_keeps_its_frame_and_moves_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    explorer = Echo()
    before = explorer._parts.frame.value

    def interrupted(values: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(explorer, "compute", interrupted)
        for move in (lambda: explorer.set(w=0.2), lambda: setattr(explorer.inputs["w"], "value", 0.3)):
            with pytest.raises(KeyboardInterrupt):
                move()
            assert explorer._parts.frame.value == before
    explorer.inputs["w"].value = 0.4
    assert explorer._parts.frame.value != before
    assert explorer.describe(explorer.record) in explorer._parts.frame.value
    assert explorer.values()["w"] == 0.4


def test_a_sweep_that_is_stopped_says_in_one_line_where_it_is_and_goes_on(tmp_path: Path) -> None:
    settings = [{"seed": seed} for seed in range(5)]

    def stops_at_three(seed: int):
        if seed == 3 and not (tmp_path / "again").exists():
            raise KeyboardInterrupt
        yield {"value": seed}

    with pytest.raises(SweepStopped) as raised:
        sweep(stops_at_three, settings, tmp_path / "t.csv", {}, jobs=1)
    assert raised.value._render_traceback_() == [
        "SweepStopped: stopped after 3 of 5 settings. The rows of those are in t.csv; "
        "run the same sweep again and it goes on there"
    ]
    assert read_table(tmp_path / "t.csv").column("seed") == [0, 1, 2]
    (tmp_path / "again").touch()
    assert sweep(stops_at_three, settings, tmp_path / "t.csv", {}, jobs=1).column("seed") == [0, 1, 2, 3, 4]
