"""The plan of a refund: how much goes back to which tender."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional
from ecomkit.errors import FieldError
from ecomkit.identifiers import OrderId
from ecomkit.money import CurrencyMismatchError, Money, sum_money
from ecomkit.orders import Tender
from ecomkit.returns._store_credit import STORE_CREDIT, InStoreCredit, StoreCreditGrant
from ecomkit.returns._tender_order import TenderOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.orders import Order

__all__ = [
    "RefundPlan",
    "TenderPolicy",
    "TenderShare",
    "plan_refund",
]


@final
@attrs.frozen(kw_only=True)
class TenderShare:
    """*amount* of a refund that goes back to one tender, on which *left* was left before."""

    tender: Tender = attrs.field(validator=is_a(Tender))
    amount: Money = attrs.field(validator=is_a(Money))
    left: Money = attrs.field(validator=is_a(Money))

    def explain(self) -> str:
        """Say where how much goes, and how much could."""
        return f"{self.tender.explain()}: {self.amount} of {self.left} left"


class TenderPolicy(Protocol):
    """
    Which tenders money goes back to: any callable of this shape, such as a :class:`TenderOrder`.

    It answers with a share for each tender of *left*, in minor units, each between 0 and what is
    left, and *amount* at most together.
    """

    def __call__(self, amount: int, /, *, left: Sequence[tuple[Tender, int]]) -> Sequence[int]:
        """Return the share of each tender of *left*."""
        ...


@final
@attrs.frozen(kw_only=True)
class RefundPlan:
    """
    How much of *amount* goes back to which tender, in the order of their first capture.

    *unplaced* is what no tender has left to give. *credit* is what was granted in store credit,
    if the refund goes there.
    """

    order: OrderId = attrs.field(validator=is_a(OrderId))
    amount: Money = attrs.field(validator=is_a(Money))
    parts: tuple[TenderShare, ...] = attrs.field(converter=as_tuple, validator=each(TenderShare))
    credit: StoreCreditGrant | None = attrs.field(
        default=None, validator=optional(is_a(StoreCreditGrant))
    )

    @property
    def unplaced(self) -> Money:
        """What no tender has left to give."""
        placed = (part.amount for part in self.parts)
        return self.amount - sum_money(placed, currency=self.amount.currency)

    def explain(self) -> str:
        """Say each part, the bonus, and what has no place."""
        sentences = [part.explain() for part in self.parts]
        if self.credit is not None and not self.credit.bonus.is_zero:
            sentences.append(f"bonus on the store credit: {self.credit.bonus}")
        if not self.unplaced.is_zero:
            sentences.append(f"left on no tender: {self.unplaced}")
        return "\n".join([*sentences, f"refund: {self.amount}"])


def plan_refund(
    order: Order, *, amount: Money, tenders: TenderPolicy | InStoreCredit | None = None
) -> RefundPlan:
    """
    Share *amount* over the tenders that *order* was paid with.

    No tender gets more than is left on it (captured, less what was paid back or charged back), and
    all together no more than the order has kept.

    Args:
        order: The order.
        amount: What to pay back, 0 or more.
        tenders: Which tenders come first, or that all goes into store credit; None means
            :class:`TenderOrder` as it is.

    Raises:
        FieldError: If the amount is below 0, or a policy of your own gives a share that is not
            there.
        CurrencyMismatchError: If the amount is in another currency than the order.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, LineId, Sku
    >>> from ecomkit.money import Currency
    >>> from ecomkit.orders import Order, OrderLine, Payment, PaymentKind, TenderKind
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> line = OrderLine(
    ...     id=LineId("1"), sku=Sku("ELEPHANT"), quantity=2, unit_price=Money(4000, Currency.EUR)
    ... )
    >>> order = Order(
    ...     id=OrderId("shop/1001"),
    ...     channel=ChannelId("shop"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[line],
    ...     payments=[
    ...         Payment(
    ...             kind=PaymentKind.CAPTURED,
    ...             amount=Money(cents, Currency.EUR),
    ...             at=noon,
    ...             tender=Tender(kind=kind),
    ...         )
    ...         for kind, cents in ((TenderKind.CARD, 6000), (TenderKind.GIFT_CARD, 2000))
    ...     ],
    ... )
    >>> print(plan_refund(order, amount=Money(4000, Currency.EUR)).explain())
    card: 20.00 EUR of 60.00 EUR left
    gift card: 20.00 EUR of 20.00 EUR left
    refund: 40.00 EUR
    """
    currency = order.currency
    if amount.currency is not currency:
        raise CurrencyMismatchError(left=currency, right=amount.currency)
    if amount.amount < 0:
        raise FieldError(
            owner="plan_refund", field="amount", got=amount, wanted="money, 0 or more"
        )
    kept = max(0, order.paid.kept.amount)
    placed = min(amount.amount, kept)
    credit = None
    shares: tuple[int, ...]
    if isinstance(tenders, InStoreCredit):
        left, shares = [(STORE_CREDIT, kept)], (placed,)
        before = order.paid_by(STORE_CREDIT).refunded
        credit = tenders.grant(Money(placed, currency), before=before)
    else:
        policy = TenderOrder() if tenders is None else tenders
        left = [(tender, _left_on(order, tender)) for tender in order.tenders]
        shares = tuple(policy(placed, left=left))
        _check_shares(shares, amount=placed, left=left)
    return RefundPlan(
        order=order.id,
        amount=amount,
        parts=(
            TenderShare(tender=tender, amount=Money(share, currency), left=Money(most, currency))
            for (tender, most), share in zip(left, shares, strict=True)
            if share
        ),
        credit=credit,
    )


def _left_on(order: Order, tender: Tender) -> int:
    return max(0, order.paid_by(tender).kept.amount)


def _check_shares(
    shares: Sequence[int], *, amount: int, left: Sequence[tuple[Tender, int]]
) -> None:
    # The policy may be somebody else's, and what it answers is money.
    fits = len(shares) == len(left) and all(
        type(share) is int and 0 <= share <= most
        for share, (_, most) in zip(shares, left, strict=True)
    )
    if not fits or sum(shares) > amount:
        raise FieldError(
            owner="plan_refund",
            field="tenders",
            got=shares,
            wanted=f"a policy whose shares of {amount} are 0 to what is left on each tender",
        )
