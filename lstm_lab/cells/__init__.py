"""The cells: one step as the equation, and whole sequences as records.

A step returns every value it read or computed. A sequence returns the same record with a time axis in
front, called a trace. Start with ``lstm``; ``rnn``, ``gru``, ``story``, ``peephole`` and ``coupled`` are built
alike, and ``sequences`` holds what works for all of them.
"""

from lstm_lab.cells.activations import ACTIVATIONS, sigmoid
from lstm_lab.cells.coupled import COUPLED_GATES, CoupledParams, CoupledStep, coupled_step, coupled_trace
from lstm_lab.cells.gru import GRU_GATES, GRUParams, GRUState, GRUStep, gru_step, gru_trace
from lstm_lab.cells.lstm import (
    GATES,
    LSTMParams,
    LSTMState,
    LSTMStep,
    checked_lstm,
    gate_index,
    lstm_step,
    lstm_trace,
)
from lstm_lab.cells.peephole import PeepholeParams, PeepholeStep, peephole_step, peephole_trace
from lstm_lab.cells.rnn import RNNParams, RNNState, RNNStep, rnn_step, rnn_trace
from lstm_lab.cells.sequences import (
    Params,
    State,
    Step,
    at,
    checked,
    hidden_size,
    input_size,
    step,
    trace,
    unroll,
    zero_state,
)
from lstm_lab.cells.story import STORY_GATES, StoryParams, StoryState, StoryStep, story_step, story_trace

__all__ = [
    "ACTIVATIONS",
    "COUPLED_GATES",
    "GATES",
    "GRU_GATES",
    "STORY_GATES",
    "CoupledParams",
    "CoupledStep",
    "GRUParams",
    "GRUState",
    "GRUStep",
    "LSTMParams",
    "LSTMState",
    "LSTMStep",
    "Params",
    "PeepholeParams",
    "PeepholeStep",
    "RNNParams",
    "RNNState",
    "RNNStep",
    "State",
    "Step",
    "StoryParams",
    "StoryState",
    "StoryStep",
    "at",
    "checked",
    "checked_lstm",
    "coupled_step",
    "coupled_trace",
    "gate_index",
    "gru_step",
    "gru_trace",
    "hidden_size",
    "input_size",
    "lstm_step",
    "lstm_trace",
    "peephole_step",
    "peephole_trace",
    "rnn_step",
    "rnn_trace",
    "sigmoid",
    "step",
    "story_step",
    "story_trace",
    "trace",
    "unroll",
    "zero_state",
]
