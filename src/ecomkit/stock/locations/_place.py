"""Places: where units lie and where they go, and how far apart that is."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import is_text, optional, refuse

if TYPE_CHECKING:
    from ecomkit.customers import Address

__all__ = ["Place", "great_circle", "is_country"]

COUNTRY_SHAPE = re.compile(r"[A-Z]{2}")
COUNTRY_WANTED = "an ISO 3166 alpha-2 code in capitals, such as FR"

EARTH_RADIUS_METRES = 6_371_009
"""Mean radius of the Earth, (2a + b) / 3 of the ellipsoid WGS 84, in metres."""


def is_country(value: object) -> bool:
    """Whether *value* has the shape of an ISO 3166-1 alpha-2 code."""
    return isinstance(value, str) and COUNTRY_SHAPE.fullmatch(value) is not None


def _country(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not is_country(value):
        raise refuse(instance, attribute.name, value, COUNTRY_WANTED)


@final
@attrs.frozen(kw_only=True)
class Place:
    """
    A country, a region where it is known, and a point on the map where that is known.

    Latitude and longitude are degrees, north and east above 0; either both are given or none.

    >>> Place(country="FR", region="Bretagne").region
    'Bretagne'
    """

    country: str = attrs.field(validator=_country)
    region: str | None = attrs.field(default=None, validator=optional(is_text))
    latitude: float | None = attrs.field(default=None)
    longitude: float | None = attrs.field(default=None)

    def __attrs_post_init__(self) -> None:
        for name, value, bound in (
            ("latitude", self.latitude, 90),
            ("longitude", self.longitude, 180),
        ):
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            # The chain is false for a NaN too.
            if value is not None and not (number and -bound <= value <= bound):
                raise refuse(self, name, value, f"a number of degrees from -{bound} to {bound}")
        if (self.latitude is None) is not (self.longitude is None):
            raise refuse(
                self, "longitude", self.longitude, "given where latitude is, and only there"
            )

    @classmethod
    def of(cls, address: Address) -> Place:
        """Return the country and the region of *address*."""
        return cls(country=address.country, region=address.region)


def great_circle(origin: Place, *, to: Place) -> int | None:
    """
    Return how far *to* is from *origin* as the crow flies, in metres; None without coordinates.

    Haversine formula on a sphere of the Earth's mean radius, within 0.6 % of the ellipsoid;
    rounded to whole metres.

    >>> paris = Place(country="FR", latitude=48.8566, longitude=2.3522)
    >>> lyon = Place(country="FR", latitude=45.7640, longitude=4.8357)
    >>> great_circle(paris, to=lyon) // 1000
    391
    """
    if (
        origin.latitude is None
        or origin.longitude is None
        or to.latitude is None
        or to.longitude is None
    ):
        return None
    here, there = math.radians(origin.latitude), math.radians(to.latitude)
    east = math.radians(to.longitude - origin.longitude)
    chord = (
        math.sin((there - here) / 2) ** 2
        + math.cos(here) * math.cos(there) * math.sin(east / 2) ** 2
    )
    return round(2 * EARTH_RADIUS_METRES * math.asin(math.sqrt(min(1, chord))))
