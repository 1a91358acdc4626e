"""The request for a return: which units, in which condition, for which reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final, final

import attrs

from ecomkit._checks import above_zero, as_tuple, aware, each, is_a, optional, refuse
from ecomkit.identifiers import LineId
from ecomkit.orders import Order
from ecomkit.returns._facts import BuyerKind, Proof, ReturnHistory, WithdrawalNotice

__all__ = ["CLAIM_REASONS", "Condition", "ReturnLine", "ReturnReason", "ReturnRequest"]


class Condition(Enum):
    """In which condition the buyer says the units are."""

    NEW = "new"
    OPENED = "opened"
    USED = "used"
    DAMAGED_IN_TRANSIT = "damaged_in_transit"
    FAULTY = "faulty"


class ReturnReason(Enum):
    """Why the buyer sends units back."""

    CHANGED_MIND = "changed_mind"
    DOES_NOT_FIT = "does_not_fit"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    DEFECTIVE = "defective"
    DAMAGED = "damaged"
    ARRIVED_LATE = "arrived_late"
    OTHER = "other"


CLAIM_REASONS: Final = frozenset(
    {
        ReturnReason.NOT_AS_DESCRIBED,
        ReturnReason.WRONG_ITEM,
        ReturnReason.DEFECTIVE,
        ReturnReason.DAMAGED,
    }
)
"""The reasons that say that the goods are not what was sold: claims, and no change of mind."""

_COUNTRY = re.compile("[A-Z]{2}")


def country_code(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Accept the code of a country by its shape: two capitals, as in ISO 3166-1."""
    if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
        raise refuse(
            instance, attribute.name, value, "an ISO 3166 alpha-2 code in capitals, such as FR"
        )


@final
@attrs.frozen(kw_only=True)
class ReturnLine:
    """
    *quantity* units of one line of the order, alike in condition and reason.

    Raises:
        FieldError: If the quantity is below 1.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=above_zero)
    condition: Condition = attrs.field(validator=is_a(Condition))
    reason: ReturnReason = attrs.field(validator=is_a(ReturnReason))


def _pairs(units: Mapping[LineId, int] | Iterable[tuple[LineId, int]]) -> Any:
    # What is neither is left for the validator to refuse.
    return as_tuple(units.items()) if isinstance(units, Mapping) else as_tuple(units)


def _units_by_line(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not all(map(_is_units_of_line, value)):
        raise refuse(instance, attribute.name, value, "units, 0 or more, by line")


def _is_units_of_line(pair: object) -> bool:
    match pair:
        case (LineId(), int() as units):
            return type(units) is int and units >= 0
        case _:
            return False


@final
@attrs.frozen(kw_only=True)
class ReturnRequest:
    """
    What a buyer asks to send back, of one order, and when it was asked.

    Units of one line may be in several conditions, so several entries may be about one line;
    no two of them are alike in line, condition and reason.

    Args:
        order: The order.
        lines: The entries.
        requested_at: When it was asked; that instant counts, and not that of the decision.
        country: Where the buyer lives, as in ISO 3166-1: its law is the floor of every policy.
        buyer: Whether a consumer asks, or a business.
        notice: What the consumer was told of the right to withdraw.
        proofs: What the buyer has shown.
        authorisation: The number of the authorisation (RMA); empty if there is none.
        open_units: How many of the units of which line that are out other returns and claims
            are about: those that were asked for and are not back yet, and those that the buyer
            may keep.
        history: What this customer ordered and sent back before; None if it is not known.

    Raises:
        FieldError: If there is no entry, two could be one, or a fact has no legal value.
        UnknownLineError: If the order lacks a line.
    """

    order: Order = attrs.field(validator=is_a(Order))
    lines: tuple[ReturnLine, ...] = attrs.field(converter=as_tuple, validator=each(ReturnLine))
    requested_at: datetime = attrs.field(validator=aware)
    country: str | None = attrs.field(default=None, validator=optional(country_code))
    buyer: BuyerKind = attrs.field(default=BuyerKind.CONSUMER, validator=is_a(BuyerKind))
    notice: WithdrawalNotice = attrs.field(
        default=WithdrawalNotice(), validator=is_a(WithdrawalNotice)
    )
    proofs: tuple[Proof, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Proof))
    authorisation: str = attrs.field(default="", validator=is_a(str))
    open_units: tuple[tuple[LineId, int], ...] = attrs.field(
        default=(), converter=_pairs, validator=_units_by_line
    )
    history: ReturnHistory | None = attrs.field(
        default=None, validator=optional(is_a(ReturnHistory))
    )

    def __attrs_post_init__(self) -> None:
        if not self.lines:
            raise refuse(self, "lines", self.lines, "one entry or more")
        seen = set()
        for line in self.lines:
            self.order.line(line.line)
            kind = (line.line, line.condition, line.reason)
            if kind in seen:
                wanted = "entries that differ in line, condition or reason (add up the quantities)"
                raise refuse(self, "lines", line, wanted)
            seen.add(kind)
        for line_id, _ in self.open_units:
            self.order.line(line_id)

    @property
    def is_consumer(self) -> bool:
        """Whether the law of consumers applies: no business asks, and no terms of trade do."""
        return self.buyer is BuyerKind.CONSUMER and self.order.trade is None

    def ahead_of(self, line: ReturnLine) -> int:
        """
        Return how many units of the same order line the entries before *line* ask for.

        An entry that is not of this request comes after all of them.
        """
        units = 0
        for entry in self.lines:
            if entry is line or entry == line:
                break
            if entry.line == line.line:
                units += entry.quantity
        return units

    def open_of(self, line: LineId) -> int:
        """Return how many of the units of *line* that are out other returns are about."""
        return sum(units for other, units in self.open_units if other == line)

    def returnable(self, line: ReturnLine) -> int:
        """
        Return how many units there are that *line* can be about.

        They are out and not credited, and neither another return nor an entry before *line* is
        about them.
        """
        counts = self.order.counts(line.line)
        left = min(counts.out - self.open_of(line.line), counts.shipped - counts.credited)
        return max(0, left - self.ahead_of(line))
