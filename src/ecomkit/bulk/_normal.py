"""Quantiles of the standard normal distribution, for a column of probabilities."""

from __future__ import annotations

from statistics import NormalDist

import attrs

from ecomkit.bulk._arrays import Floats, np

__all__ = ["NormalQuantiles", "normal_quantiles"]

DISTINCT_MAX = 64
"""A shop has few service levels: so many are kept, with their quantiles; more are computed."""

# Wichura (1988), PPND16: rational functions of degree seven, the highest power first. CENTRE is
# for |p - 1/2| <= 0.425, NEAR for the tails down to e^-25, FAR for what lies beyond.
CENTRE_SPAN, CENTRE_SHIFT = 0.425, 0.180625
NEAR_SPAN, NEAR_SHIFT, FAR_SHIFT = 5.0, 1.6, 5.0
CENTRE = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
NEAR = (
    (
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ),
)
FAR = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e0,
        5.46378491116411436990e0,
        6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ),
)


def normal_quantiles(probabilities: Floats) -> Floats:
    """
    Return the quantiles of *probabilities*, which are above 0 and below 1.

    Source: Wichura, algorithm AS 241 (1988), which ``statistics.NormalDist`` follows, too; the
    two differ in the last bits at most, where the logarithms of the machine do.

    >>> normal_quantiles(np.array([0.05, 0.5, 0.95])).round(6).tolist()
    [-1.644854, 0.0, 1.644854]
    """
    off = probabilities - 0.5
    answer = off * _ratio(CENTRE_SHIFT - off * off, CENTRE)
    tail = np.abs(off) > CENTRE_SPAN
    if tail.any():
        given = probabilities[tail]
        depth = np.sqrt(-np.log(np.minimum(given, 1.0 - given)))
        far = np.where(
            depth <= NEAR_SPAN,
            _ratio(depth - NEAR_SHIFT, NEAR),
            _ratio(depth - FAR_SHIFT, FAR),
        )
        answer[tail] = np.copysign(far, off[tail])
    return answer


def _ratio(at: Floats, powers: tuple[tuple[float, ...], tuple[float, ...]]) -> Floats:
    above, below = (_polynomial(at, coefficients) for coefficients in powers)
    return np.divide(above, below, out=above)


def _polynomial(at: Floats, coefficients: tuple[float, ...]) -> Floats:
    total = at * coefficients[0]
    for coefficient in coefficients[1:-1]:
        total += coefficient
        total *= at
    total += coefficients[-1]
    return total


@attrs.define(kw_only=True)
class NormalQuantiles:
    """
    The quantiles of the service levels of one plan, each distinct one computed once.

    >>> quantiles = NormalQuantiles()
    >>> quantiles.of(np.array([0.95, 0.9, 0.95])).round(6).tolist()
    [1.644854, 1.281552, 1.644854]
    """

    # The last entry is above every level, so that each place looked up is there.
    _levels: Floats = attrs.field(factory=lambda: np.array([np.inf]), init=False)
    _quantiles: Floats = attrs.field(factory=lambda: np.array([np.nan]), init=False)

    def of(self, levels: Floats) -> Floats:
        """Return the quantile of each of the *levels*."""
        place = np.searchsorted(self._levels, levels)
        unknown = self._levels[place] != levels
        if unknown.any():
            fresh = np.unique(levels[unknown])
            if len(self._levels) + len(fresh) > DISTINCT_MAX:
                return normal_quantiles(levels)
            known = np.concatenate((self._levels, fresh))
            quantiles = [NormalDist().inv_cdf(level) for level in fresh.tolist()]
            order = np.argsort(known)
            self._levels = known[order]
            self._quantiles = np.concatenate((self._quantiles, quantiles))[order]
            place = np.searchsorted(self._levels, levels)
        return self._quantiles[place]
