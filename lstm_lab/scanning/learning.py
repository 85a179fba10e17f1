"""Training a network that reads pictures, with Adam, in NumPy."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.descent import adam_start, adam_update, clipped, expect_plan
from lstm_lab.scanning.network import ScanNetwork, scan_loss, weights_of, with_weights

Asked = tuple[Array, Array, Array]
"""Pictures, targets and weights, (B, R, S) each."""


class Learned(NamedTuple):
    """The network after the last update, the loss of every batch on the way, in nats, and why the run ended."""

    network: ScanNetwork
    losses: Array
    stopped: str


def learn(
    network: ScanNetwork,
    draw: Callable[[np.random.Generator], Asked],
    rng: np.random.Generator,
    steps: int,
    rate: float = 3e-3,
    clip: float = 1.0,
) -> Learned:
    """Train a network with Adam on fresh batches.

    Args:
        network: where to start.
        draw: draws a batch from a generator.
        rng: where all chance comes from.
        steps: how many updates.
        rate: Adam's step size.
        clip: the longest gradient that is used as it is.

    Raises:
        ValueError: steps below 0, or a rate or clip that is not above 0.

    ■ or Ctrl-C ends the run and keeps the network as it is then.
    """
    expect_plan(steps, rate, clip)
    adam = adam_start(weights_of(network))
    losses: list[float] = []
    try:
        for _ in range(steps):
            loss, gradients = scan_loss(network, *draw(rng))
            weights, adam = adam_update(weights_of(network), clipped(gradients, clip), adam, rate)
            network = with_weights(network, weights)
            losses.append(loss)
    except KeyboardInterrupt:
        stopped = f"interrupted after {len(losses)} updates; the network is kept as it was then"
        return Learned(network, np.array(losses), stopped)
    return Learned(network, np.array(losses), f"all {steps} updates done")
