"""Backward through the cells: how a loss changes with every input, weight and memory on the way.

``d_h`` is short for dLoss/dh. Each backward follows one pattern: the local slopes of all steps at once, then the
loop from the last step to the first, then the weights in one product per kind. There is one file for each cell;
``through_time`` holds what works for all of them.
"""

from lstm_lab.gradients.differences import central_difference
from lstm_lab.gradients.record import Backward
from lstm_lab.gradients.slopes import SLOPES
from lstm_lab.gradients.through_time import backward, backward_by_step, step_jacobian, step_jacobians

__all__ = [
    "SLOPES",
    "Backward",
    "backward",
    "backward_by_step",
    "central_difference",
    "step_jacobian",
    "step_jacobians",
]
