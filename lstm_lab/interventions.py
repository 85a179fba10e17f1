"""Operations on a network: what happens if a part of it is not allowed to do its work."""

import numpy as np

from lstm_lab.cells import LSTMParams, checked_lstm, gate_index
from lstm_lab.cells.activations import logit


def clamp(params: LSTMParams, gate: str, level: float) -> LSTMParams:
    """Return the weights of an LSTM one gate of which stands still, whatever the network sees.

        W_x, W_h of the gate = 0          b = logit(level), within ±40

    A network trained from weights clamped at 1 keeps its gate open: the gradient of those weights is exactly 0.

    Args:
        params: weights of an LSTM; they are left as they are.
        gate: "i", "f" or "o".
        level: where the gate stands, in [0, 1]. The forget gate says how much to *keep*: 1 keeps all.

    Raises:
        ShapeError: the weights do not fit each other.
        ValueError: no such gate, a level outside [0, 1], or the weights of another cell.
    """
    if gate not in ("i", "f", "o"):
        raise ValueError(f"gate must be i, f or o, got {gate!r}")
    if not 0 <= level <= 1:
        raise ValueError(f"level must lie in [0, 1], got {level}")
    W_x, W_h, b = (np.array(part) for part in checked_lstm(params))
    k = gate_index(gate)
    W_x[k], W_h[k], b[k] = 0, 0, logit(level)
    return LSTMParams(W_x, W_h, b)
