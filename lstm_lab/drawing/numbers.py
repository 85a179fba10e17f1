"""Numbers in words: powers of ten for what decimals cannot tell apart, shares in per cent, and counts of steps."""

import numpy as np

from lstm_lab.drawing.svg import spoken

SMALLEST = -300
"""Below this power of ten nothing is told apart."""

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def raised(exponent: int) -> str:
    """Return a whole number as an exponent.

    >>> "10" + raised(-12)
    '10⁻¹²'
    """
    return str(exponent).translate(_RAISED)


def steps_of(count: int) -> str:
    """Return a number of steps.

    >>> steps_of(1), steps_of(32)
    ('1 step', '32 steps')
    """
    return f"{count} step" if count == 1 else f"{count} steps"


def power(logarithm: float) -> str:
    """Return the number whose log₁₀ this is, for people, however small or large.

    >>> power(-0.5), power(-11.5), power(-400), power(float("-inf")), power(4.0)
    ('0.32', '3.2·10⁻¹²', 'less than 10⁻³⁰⁰', '0', '1.0·10⁴')
    """
    if logarithm == -np.inf:
        return "0"
    if logarithm < SMALLEST:
        return f"less than 10{raised(SMALLEST)}"
    if -1.3 <= logarithm < 3:
        return spoken(10**logarithm, 2 if logarithm < 1 else 1)
    exponent = int(np.floor(logarithm))
    mantissa = round(10 ** (logarithm - exponent), 1)
    if mantissa == 10:
        mantissa, exponent = 1.0, exponent + 1
    return f"{mantissa:.1f}·10{raised(exponent)}"


def amount(value: float) -> str:
    """Return a loss or a length for people.

    >>> amount(0.693), amount(4.2e30), amount(float("inf"))
    ('0.69', '4.2·10³⁰', 'beyond every number')
    """
    if not np.isfinite(value):
        return "beyond every number"
    return spoken(value) if value < 1000 else power(float(np.log10(value)))


def percent(share: float) -> str:
    """Return a share of the whole in per cent, with digits enough that what is short of all is not called all.

    >>> percent(0.254), percent(3e-9), percent(0)
    ('25 %', '0.0 %', '0 %')
    >>> percent(0.994), percent(0.9975), percent(1 - 2e-8), percent(1)
    ('99 %', '99.8 %', '99.999998 %', '100 %')
    """
    digits = 0 if share == 0 or share >= 0.095 else 1
    while share < 1 and digits < 12 and float(f"{100 * share:.{digits}f}") >= 100:
        digits += 1
    return f"{100 * share:.{digits}f} %"
