"""Understand recurrent networks and LSTMs by moving every gate yourself.

The mathematics is in ``cells`` and ``gradients``, the story in ``world``, what moves in ``explorers``.
Importing this package loads nothing else.
"""

__version__ = "0.1.0"
