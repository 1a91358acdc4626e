"""Legal floors: the least that the law of a country gives to consumers who return goods."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, not_negative, optional, plain_date
from ecomkit.returns._facts import known_zone
from ecomkit.returns._request import Condition, country_code
from ecomkit.returns._scope import Scope

if TYPE_CHECKING:
    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = ["ExemptGoods", "Exemption", "LegalFloor", "PeriodEnd", "PublicHolidays"]


class PeriodEnd(Enum):
    """What happens to a period whose last day is no working day."""

    SAME_DAY = "same_day"
    """It ends on that day all the same."""

    NEXT_WORKING_DAY = "next_working_day"
    """It ends with the next working day: Regulation (EEC, Euratom) 1182/71, article 3(4)."""


@final
@attrs.frozen(kw_only=True)
class LegalFloor:
    """
    The least that the law of one country gives to a consumer. Data, and not legal advice.

    Args:
        country: The country, as in ISO 3166-1.
        zone: The IANA zone whose days are counted: that of the capital.
        withdrawal_days: For how many days after the delivery a consumer may withdraw without
            a reason; None if the law gives no such right.
        uninformed_months: For how many months more, if the consumer was not told of the right.
        send_back_days: Within how many days after the withdrawal the goods are sent back.
        refund_days: Within how many days after the withdrawal the money is paid back; the
            seller may wait for the goods, or for the proof that they were sent.
        claim_months: For how many months after the delivery the seller answers for goods that
            are not what was sold; None if the law leaves that to the contract.
        presumed_months: For how many months after the delivery a fault is presumed to have
            been there from the beginning.
        period_end: What happens to a withdrawal that ends on a day on which nobody works.
        source: Where the law says so.

    Raises:
        FieldError: If a field has no legal value.
        UnknownZoneError: If the zone is unknown.
    """

    country: str = attrs.field(validator=country_code)
    zone: str = attrs.field(validator=known_zone)
    withdrawal_days: int | None = attrs.field(validator=optional(above_zero))
    uninformed_months: int = attrs.field(default=12, validator=not_negative)
    send_back_days: int = attrs.field(default=14, validator=not_negative)
    refund_days: int = attrs.field(default=14, validator=not_negative)
    claim_months: int | None = attrs.field(validator=optional(above_zero))
    presumed_months: int = attrs.field(default=12, validator=not_negative)
    period_end: PeriodEnd = attrs.field(
        default=PeriodEnd.NEXT_WORKING_DAY, validator=is_a(PeriodEnd)
    )
    source: str = attrs.field(validator=is_a(str))


@final
@attrs.frozen(kw_only=True)
class PublicHolidays:
    """The public holidays of a country: no period of its law ends on one of these *days*."""

    country: str = attrs.field(validator=country_code)
    days: tuple[date, ...] = attrs.field(converter=as_tuple, validator=each(date))

    def __attrs_post_init__(self) -> None:
        for day in self.days:
            plain_date(self, attrs.fields(PublicHolidays).days, day)


class Exemption(Enum):
    """
    Why goods may not be withdrawn from: Directive 2011/83/EU, article 16.

    The value is the point of the article, and the reason in words. The right to claim for
    faults stays.
    """

    MARKET_PRICE = "article 16(b): the price follows a market"
    PERSONALISED = "article 16(c): made to the buyer's specification, or clearly personalised"
    PERISHABLE = "article 16(d): the goods deteriorate or expire rapidly"
    SEALED_HYGIENE = "article 16(e): sealed for reasons of health or hygiene, and unsealed"
    MIXED = "article 16(f): mixed inseparably with other items after the delivery"
    ALCOHOL_FUTURES = "article 16(g): alcohol delivered after 30 days at a market's price"
    SEALED_MEDIA = "article 16(i): a sealed recording or software, and unsealed"
    PRESS = "article 16(j): a newspaper, periodical or magazine"
    AUCTION = "article 16(k): sold at a public auction"
    DIGITAL = "article 16(m): digital content whose performance began with consent"

    @property
    def is_by_unsealing(self) -> bool:
        """Whether only goods are exempt that the buyer has unsealed."""
        return self in {Exemption.SEALED_HYGIENE, Exemption.SEALED_MEDIA}


@final
@attrs.frozen(kw_only=True)
class ExemptGoods:
    """
    Goods of the shop that the law exempts from withdrawal, and why.

    >>> earrings = ExemptGoods(
    ...     scope=Scope(categories=("earrings",)), exemption=Exemption.SEALED_HYGIENE
    ... )
    """

    scope: Scope = attrs.field(validator=is_a(Scope))
    exemption: Exemption = attrs.field(validator=is_a(Exemption))

    def covers(self, request: ReturnRequest, line: ReturnLine) -> bool:
        """Return whether *line* of *request* is about such goods; new ones are still sealed."""
        if self.exemption.is_by_unsealing and line.condition is Condition.NEW:
            return False
        return self.scope.covers(request, line)
