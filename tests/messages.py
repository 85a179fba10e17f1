"""What an error says, word for word."""

import re

import pytest

from lstm_lab.checks import ShapeError


def says(message: str, error: type[ValueError] = ShapeError):
    """Expect an error that says this and nothing else."""
    return pytest.raises(error, match=f"^{re.escape(message)}$")
