"""The continued fraction of the incomplete beta function."""

from __future__ import annotations

_ONE_ULP = 2.3e-16


def beta_fraction(a: float, b: float, x: float, *, margin: float) -> float:
    """
    Return x^a (1 - x)^b / [B(a, b) I_x(a, b)], given *margin* = a (1 - x) - b x without rounding.

    The fraction of DiDonato and Morris (1992) by Lentz's method. It converges fast where *margin*
    is not below 0, in some multiple of the square root of the larger of *a* and *b*.

    >>> x, beta = 0.4, 1 / 12
    >>> round(x**2 * 0.6**3 / beta / beta_fraction(2, 3, x, margin=0.0), 9)
    0.5248
    """
    fraction = c = a * (margin + 1.0) / (a + 1.0)
    d = 0.0
    m = 0
    while True:
        m += 1
        odd = a + 2.0 * m - 1.0
        part = m * (b - m) * x / odd
        top = part * x * (a + m - 1.0) * (a + b + m - 1.0) / odd
        whole = m + part + (a + m) * (margin + 1.0 + m * (2.0 - x)) / (odd + 2.0)
        d = 1.0 / (whole + top * d)
        c = whole + top / c
        change = c * d
        fraction *= change
        if abs(change - 1.0) < _ONE_ULP:
            return fraction
