"""Convolutions, then sweeps, then an answer at every place of the picture: forward, backward, start and file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.checks import Array, expect
from lstm_lab.files import DamagedFileError, data_folder, read_arrays, way_back, write_arrays
from lstm_lab.models import CELLS
from lstm_lab.readout import Dense, cross_entropy, dense, dense_backward
from lstm_lab.scanning.convolution import Convolution, convolution_default, convolve, convolve_backward
from lstm_lab.scanning.directions import Sweep, SweepRun, sweep_backward, sweep_over

Start = Callable[[np.random.Generator, int, int], cells.Params]
NOTHING: Mapping[str, Any] = MappingProxyType({})

READERS: dict[str, tuple[tuple[str, bool], ...]] = {
    "convolution only": (),
    "+ rows, one way": (("rows", False),),
    "+ rows": (("rows", True),),
    "+ rows, columns": (("rows", True), ("columns", True)),
}
"""What reads a picture, by its name: which sweeps follow the convolutions, and whether they go both ways."""


class ScanNetwork(NamedTuple):
    """A network that answers at every place of a picture: convolutions with tanh, sweeps, a dense layer."""

    name: str
    convolutions: tuple[Convolution, ...]
    sweeps: tuple[Sweep, ...]
    readout: Dense
    about: Mapping[str, Any] = NOTHING


class Scan(NamedTuple):
    """Every value of one run over B pictures of R × S pixels.

    ``features`` what each convolution was given and, last, what the last one left, (B, R, S, C) each; ``runs`` of
    the sweeps; ``logits`` (B, R, S, K), one row of scores at every place.
    """

    features: tuple[Array, ...]
    runs: tuple[SweepRun, ...]
    logits: Array

    @property
    def read(self) -> Array:
        """What the readout reads at each place, (B, R, S, F)."""
        return self.runs[-1].h if self.runs else self.features[-1]


class ScanBackward(NamedTuple):
    """Gradients of a run: by every pixel (B, R, S), and by the weights, named as in ``weights_of``."""

    d_pictures: Array
    d_weights: dict[str, Array]


def scan(network: ScanNetwork, pictures: Array) -> Scan:
    """Run a network over pictures.

        x_0 = picture
        x_k = tanh(convolution_k(x_{k−1}))
        h_j = sweep_j(h_{j−1})                   h_0 the last x
        logits = h W + b                         at every place

    Args:
        network: convolutions from 1 feature on, then any sweeps.
        pictures: shape (B, R, S).

    Raises:
        ShapeError: the pictures or the parts of the network do not fit each other.
    """
    features = [expect("pictures", pictures, "B R S")[..., None]]
    for convolution in network.convolutions:
        features.append(np.tanh(convolve(convolution, features[-1])))
    runs: list[SweepRun] = []
    for sweep in network.sweeps:
        runs.append(sweep_over(sweep, runs[-1].h if runs else features[-1]))
    last = runs[-1].h if runs else features[-1]
    return Scan(tuple(features), tuple(runs), dense(network.readout, last))


def scan_backward(network: ScanNetwork, run: Scan, d_logits: Array) -> ScanBackward:
    """Return how a loss changes with every pixel and every weight.

    Args:
        network: the weights that made the run.
        run: the record of ``scan``.
        d_logits: dLoss/dlogits, shape (B, R, S, K).

    Raises:
        ShapeError: d_logits does not fit the run.
    """
    last = dense_backward(network.readout, run.read, d_logits)
    d, d_weights = last.d_x, _named("readout", last.d_layer)
    for k in reversed(range(len(network.sweeps))):
        swept = sweep_backward(network.sweeps[k], run.runs[k], d)
        d = swept.d_x
        d_weights |= _named(f"sweep{k}.there", swept.there.d_params)
        if swept.back is not None:
            d_weights |= _named(f"sweep{k}.back", swept.back.d_params)
    for k in reversed(range(len(network.convolutions))):
        d_a = d * (1 - run.features[k + 1] ** 2)
        convolved = convolve_backward(network.convolutions[k], run.features[k], d_a)
        d = convolved.d_x
        d_weights |= _named(f"convolution{k}", convolved.d_weights)
    return ScanBackward(d[..., 0], d_weights)


def scan_loss(
    network: ScanNetwork, pictures: Array, targets: Array, weights: Array
) -> tuple[float, dict[str, Array]]:
    """Return the weighted cross-entropy at every place, in nats, and its gradients by the weights.

    Args:
        network: with K answers.
        pictures: shape (B, R, S).
        targets: the right answer at each place, shape (B, R, S).
        weights: how much each place counts, shape (B, R, S).
    """
    run = scan(network, pictures)
    loss = cross_entropy(run.logits, targets, weights)
    return loss.value, scan_backward(network, run, loss.d_logits).d_weights


def new_network(
    name: str,
    rng: np.random.Generator,
    depth: int,
    reader: str,
    start: Start,
    width: int = 8,
    classes: int = 4,
) -> ScanNetwork:
    """Return a network that has learned nothing yet.

    Args:
        name: what it is called.
        rng: where its weights come from.
        depth: how many convolutions, at least 1.
        reader: a name in ``READERS``.
        start: makes the weights of a cell, as the functions of ``starts``.
        width: features of each convolution, and units of each cell.
        classes: K, how many answers there are.

    Raises:
        ValueError: an unknown reader, or a depth below 1.
    """
    if reader not in READERS:
        raise ValueError(f"there is no reader {reader!r}; there are: {', '.join(READERS)}")
    if depth < 1:
        raise ValueError(f"depth must be at least 1, got {depth}")
    convolutions = tuple(convolution_default(rng, 1 if k == 0 else width, width) for k in range(depth))
    sweeps: list[Sweep] = []
    for along, both in READERS[reader]:
        inputs = sweeps[-1].outputs if sweeps else width
        back = start(rng, inputs, width) if both else None
        sweeps.append(Sweep(along, start(rng, inputs, width), back))
    F = sweeps[-1].outputs if sweeps else width
    bound = F**-0.5
    readout = Dense(rng.uniform(-bound, bound, (F, classes)), rng.uniform(-bound, bound, classes))
    return ScanNetwork(name, convolutions, tuple(sweeps), readout)


def weights_of(network: ScanNetwork) -> dict[str, Array]:
    """Return every array of weights under its name, as ``convolution0.W`` or ``sweep1.back.W_h``."""
    arrays: dict[str, Array] = {}
    for k, convolution in enumerate(network.convolutions):
        arrays |= _named(f"convolution{k}", convolution)
    for k, sweep in enumerate(network.sweeps):
        arrays |= _named(f"sweep{k}.there", sweep.there)
        if sweep.back is not None:
            arrays |= _named(f"sweep{k}.back", sweep.back)
    return arrays | _named("readout", network.readout)


def with_weights(network: ScanNetwork, arrays: Mapping[str, Array]) -> ScanNetwork:
    """Return the same network with other weights, named as in ``weights_of``."""
    convolutions = tuple(
        _filled(each, f"convolution{k}", arrays) for k, each in enumerate(network.convolutions)
    )
    sweeps = tuple(
        Sweep(
            sweep.along,
            _filled(sweep.there, f"sweep{k}.there", arrays),
            None if sweep.back is None else _filled(sweep.back, f"sweep{k}.back", arrays),
        )
        for k, sweep in enumerate(network.sweeps)
    )
    return network._replace(
        convolutions=convolutions, sweeps=sweeps, readout=_filled(network.readout, "readout", arrays)
    )


def save_networks(networks: Mapping[str, ScanNetwork], path: Path, about: Mapping[str, Any]) -> None:
    """Write several networks to one ``.npz`` file as float32, with what is to be known of each and of all."""
    arrays: dict[str, Array] = {}
    plans: dict[str, Any] = {}
    for name, network in networks.items():
        arrays |= {f"{name}: {key}": value.astype(np.float32) for key, value in weights_of(network).items()}
        plans[name] = {
            "convolutions": len(network.convolutions),
            "sweeps": [(sweep.along, *map(_kind, (sweep.there, sweep.back))) for sweep in network.sweeps],
            "about": dict(network.about),
        }
    write_arrays(path, arrays, {"holds": "scan networks", "networks": plans, **about})


def load_networks(name: str | Path) -> dict[str, ScanNetwork]:
    """Read what ``save_networks`` wrote.

    Args:
        name: a name in ``data/weights``, as ``"scan_marks"``, or an ``.npz`` file anywhere, as ``Path("mine.npz")``.

    Raises:
        FileNotFoundError: no such file; the message names those there are.
        ValueError: the file is damaged, or holds something else.
    """
    path = name if isinstance(name, Path) else data_folder() / "weights" / f"{name}.npz"
    arrays, about = read_arrays(path)
    if about.get("holds") != "scan networks":
        raise DamagedFileError(
            f"{path.name} must hold scan networks, it holds: {about.get('holds')}{way_back(path)}"
        )
    shared = {key: about[key] for key in about if key not in ("holds", "networks")}
    networks = {}
    try:
        for called, plan in about["networks"].items():
            mine = {key.removeprefix(f"{called}: "): value for key, value in arrays.items()}
            networks[called] = _rebuilt(called, plan, mine)._replace(about={**shared, **plan["about"]})
    except KeyError as error:
        raise DamagedFileError(
            f"{path.name} does not fit together: there is no {error}{way_back(path)}"
        ) from None
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        raise DamagedFileError(f"{path.name} does not fit together: {error}{way_back(path)}") from None
    return networks


def _rebuilt(name: str, plan: Mapping[str, Any], arrays: Mapping[str, Array]) -> ScanNetwork:
    convolutions = tuple(
        Convolution(arrays[f"convolution{k}.W"], arrays[f"convolution{k}.b"]).checked()
        for k in range(plan["convolutions"])
    )
    sweeps = tuple(
        Sweep(
            along,
            _cell(there, f"sweep{k}.there", arrays),
            None if back is None else _cell(back, f"sweep{k}.back", arrays),
        )
        for k, (along, there, back) in enumerate(plan["sweeps"])
    )
    readout = Dense(arrays["readout.W"], arrays["readout.b"]).checked()
    return ScanNetwork(name, convolutions, sweeps, readout)


def _kind(cell: cells.Params | None) -> str | None:
    return None if cell is None else next(name for name, kind in CELLS.items() if isinstance(cell, kind))


def _cell(kind: str, part: str, arrays: Mapping[str, Array]) -> Any:
    fields = [field for field in CELLS[kind]._fields if field != "activation"]
    return cells.checked(CELLS[kind](**{field: arrays[f"{part}.{field}"] for field in fields}))


def _named(part: str, weights: Any) -> dict[str, Array]:
    fields = weights._asdict().items()
    return {f"{part}.{field}": value for field, value in fields if isinstance(value, np.ndarray)}


def _filled(weights: Any, part: str, arrays: Mapping[str, Array]) -> Any:
    return weights._replace(
        **{field: arrays.get(f"{part}.{field}", value) for field, value in weights._asdict().items()}
    )
