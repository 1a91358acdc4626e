"""Measures: how a quantity that people write in kilograms or metres becomes whole units."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, final

import attrs

from ecomkit._checks import WHOLE_MAX, above_zero, is_a, is_text, refuse
from ecomkit.catalog._unit import Unit
from ecomkit.errors import FieldError, InputError
from ecomkit.money import Rounding, round_ratio

__all__ = ["Measure", "NotWholeError", "Pack", "UnitMismatchError"]

STEP_PLACES_MAX = 20
"""A step may have this many digits on either side of its point: 1e1000000 is an attack."""

QUANTITY_PLACES_MAX = 40
"""As above for a quantity: wide enough for 2**62 of the largest step."""


@attrs.frozen(kw_only=True)
class NotWholeError(InputError):
    """
    Raised when a quantity is not a whole number of steps or packs, and no rounding was named.

    >>> print(NotWholeError(quantity="1.2505 kg", step="0.001 kg"))
    1.2505 kg is not a whole number of 0.001 kg; write another quantity, or name a rounding
    """

    quantity: str
    step: str

    @property
    def message(self) -> str:
        """The quantity, what it should be made of, and the ways out."""
        return (
            f"{self.quantity} is not a whole number of {self.step}; "
            f"write another quantity, or name a rounding"
        )


@attrs.frozen(kw_only=True)
class UnitMismatchError(InputError):
    """
    Raised when one unit is to be converted into another that measures something else.

    >>> print(UnitMismatchError(unit=Unit.KILOGRAM, other=Unit.LITRE))
    KGM (mass) cannot be converted into LTR (volume)
    """

    unit: Unit
    other: Unit

    @property
    def message(self) -> str:
        """Both units, and what they measure."""
        return (
            f"{self.unit.value} ({self.unit.dimension.value}) cannot be converted into "
            f"{self.other.value} ({self.other.dimension.value})"
        )


def _is_tame(value: Decimal, *, places: int) -> bool:
    # adjusted() costs nothing however large the exponent is; only then may digits be counted.
    if not value.is_finite() or abs(value.adjusted()) > places:
        return False
    return len(value.as_tuple().digits) - 1 - value.adjusted() <= places


def _is_exact(value: object) -> bool:
    if isinstance(value, Decimal):
        return _is_tame(value, places=QUANTITY_PLACES_MAX)
    if not isinstance(value, (Fraction, int)) or isinstance(value, bool):
        return False
    return bool(max(abs(value.numerator), value.denominator) < 10**QUANTITY_PLACES_MAX)


def _is_step(value: object) -> bool:
    return isinstance(value, Decimal) and _is_tame(value, places=STEP_PLACES_MAX)


def _as_step(value: Any) -> Any:
    """
    Write a step without the zeros at its end: 0.50 and 0.5 are equal, and must read alike.

    Anything else is left for the validator to refuse.
    """
    if not _is_step(value):
        return value
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def _step(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not _is_step(value) or value <= 0:
        wanted = f"a Decimal above 0, up to {STEP_PLACES_MAX} digits a side"
        raise refuse(instance, attribute.name, value, wanted)


def _whole(ratio: Fraction, *, rounding: Rounding | None) -> int | None:
    """Return *ratio* as a whole number, None if it is none and no rounding was named."""
    if ratio.denominator == 1:
        return ratio.numerator
    return None if rounding is None else round_ratio(ratio, rounding=rounding)


def _in_range(owner: str, field: str, number: int) -> int:
    if not -WHOLE_MAX < number < WHOLE_MAX:
        raise FieldError(owner=owner, field=field, got=number, wanted="below 2**62 units")
    return number


def _units(owner: str, field: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise FieldError(owner=owner, field=field, got=value, wanted="a whole number")
    return _in_range(owner, field, value)


@final
@attrs.frozen(kw_only=True)
class Measure:
    """
    What one unit of a sku is: the smallest quantity that is counted, as *step* of a *unit*.

    The ledger counts whole units only. A cheese that is sold by the kilogram and weighed to the
    gram has the step 0.001 kg: 1.250 kg are 1250 units. Cloth that is cut by the half metre has
    the step 0.5 m. Conversions are exact; no float is taken.

    Raises:
        FieldError: If *step* is not a finite Decimal above 0, with at most 20 digits on either
            side of its point.

    >>> cheese = Measure(unit=Unit.KILOGRAM, step=Decimal("0.001"))
    >>> cheese.to_units(Decimal("1.250")), cheese.from_units(1250), cheese.format(1250)
    (1250, Decimal('1.250'), '1.250 kg')
    """

    unit: Unit = attrs.field(default=Unit.PIECE, validator=is_a(Unit))
    step: Decimal = attrs.field(default=Decimal(1), converter=_as_step, validator=_step)

    def to_units(
        self, quantity: Decimal | Fraction | int, *, rounding: Rounding | None = None
    ) -> int:
        """
        Return *quantity* of the unit, of either sign, as a whole number of steps.

        Args:
            quantity: As people write it: 1.250 for 1.250 kg.
            rounding: What becomes of a part of a step; None refuses it.

        Raises:
            NotWholeError: If it is no whole number of steps and no rounding is named.
            FieldError: If *quantity* is a float, a bool, not finite, has more than 40 digits on
                a side of its point, or is 2**62 steps or more.

        >>> cloth = Measure(unit=Unit.METRE, step=Decimal("0.5"))
        >>> cloth.to_units(Decimal("2.7"), rounding=Rounding.UP)
        6
        """
        if not _is_exact(quantity):
            wanted = f"an int, a Fraction or a Decimal, up to {QUANTITY_PLACES_MAX} digits a side"
            raise refuse(self, "quantity", quantity, wanted)
        found = _whole(Fraction(quantity) / Fraction(self.step), rounding=rounding)
        if found is None:
            raise NotWholeError(quantity=self._told(quantity), step=self._told(self.step))
        return _in_range("Measure", "quantity", found)

    def from_units(self, units: int) -> Decimal:
        """
        Return *units* steps as a quantity of the unit, with the decimals of the step.

        Raises:
            FieldError: If *units* is no whole number below 2**62.

        >>> Measure(unit=Unit.METRE, step=Decimal("0.5")).from_units(5)
        Decimal('2.5')
        """
        # Digits are written down, since multiplying would round to the context's precision.
        places = max(0, -int(self.step.as_tuple().exponent))
        scaled = Fraction(self.step) * 10**places * _units("Measure", "units", units)
        return Decimal(f"{scaled.numerator}E-{places}")

    def format(self, units: int) -> str:
        """Return *units* steps as people write them: the number and the unit's symbol."""
        return self._told(self.from_units(units))

    def convert(self, units: int, *, to: Measure, rounding: Rounding | None = None) -> int:
        """
        Return *units* of this measure as units of another one.

        Raises:
            UnitMismatchError: If the measures are of different dimensions.
            NotWholeError: If it is no whole number of the other's steps and no rounding is named.
            FieldError: If *units* is no whole number, or the answer is 2**62 or more.

        >>> grams = Measure(unit=Unit.GRAM)
        >>> grams.convert(1250, to=Measure(unit=Unit.KILOGRAM, step=Decimal("0.01")))
        125
        """
        factor = self.unit.in_unit(to.unit)
        if factor is None:
            raise UnitMismatchError(unit=self.unit, other=to.unit)
        quantity = _units("Measure", "units", units) * Fraction(self.step) * factor
        found = _whole(quantity / Fraction(to.step), rounding=rounding)
        if found is None:
            raise NotWholeError(quantity=self.format(units), step=to.format(1))
        return _in_range("Measure", "units", found)

    def _told(self, quantity: Decimal | Fraction | int) -> str:
        number = f"{quantity:f}" if isinstance(quantity, Decimal) else str(quantity)
        return f"{number} {self.unit.symbol}".rstrip()


@final
@attrs.frozen(kw_only=True)
class Pack:
    """
    What several units are packed into: a carton of 12, a pallet of 480.

    A pack is how people count what is bought, moved and counted. A carton that is *sold* as a
    sku of its own is a :class:`Kit` of its pieces.

    >>> carton = Pack(name="carton", units=12)
    >>> carton.to_units(3), carton.split(40), carton.packs(36)
    (36, (3, 4), 3)
    """

    name: str = attrs.field(validator=is_text)
    units: int = attrs.field(validator=above_zero)

    def to_units(self, packs: int) -> int:
        """
        Return the units in *packs* whole packs.

        Raises:
            FieldError: If *packs* is no whole number, or the answer is 2**62 or more.
        """
        return _in_range("Pack", "packs", _units("Pack", "packs", packs) * self.units)

    def packs(self, units: int, *, rounding: Rounding | None = None) -> int:
        """
        Return *units* as whole packs.

        Raises:
            NotWholeError: If some would be left over and no rounding is named.
            FieldError: If *units* is no whole number.

        >>> Pack(name="carton", units=12).packs(40, rounding=Rounding.UP)
        4
        """
        found = _whole(Fraction(_units("Pack", "units", units), self.units), rounding=rounding)
        if found is None:
            raise NotWholeError(quantity=str(units), step=f"{self.name} of {self.units}")
        return found

    def split(self, units: int) -> tuple[int, int]:
        """
        Return *units* as full packs and the units left over, both 0 or more.

        Raises:
            FieldError: If *units* is no whole number, or below 0.
        """
        if _units("Pack", "units", units) < 0:
            raise refuse(self, "units", units, "a whole number, 0 or more")
        return divmod(units, self.units)
