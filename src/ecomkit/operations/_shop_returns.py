"""The operations of a shop on returns and claims: from the request to the credit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ecomkit.identifiers import (
    ClaimId,
    CommandKey,
    LineId,
    LocationId,
    OrderId,
    ReturnId,
)
from ecomkit.money import Money
from ecomkit.operations._buyer_claims import decide_claim, open_claim
from ecomkit.operations._return_books import (
    BUYER_CLAIMS,
    OPEN_RETURNS,
    RETURNS,
    load_claim,
    load_return,
)
from ecomkit.operations._return_requests import (
    BuyerFacts,
    authorise_return,
    judge_return,
    request_return,
)
from ecomkit.operations._return_settling import OnShortage, receive_return, settle_return
from ecomkit.operations._returns import (
    ReturnStep,
    expire_returns,
    inspect_return,
    note_return,
    receive_parcel,
)
from ecomkit.operations._shop_base import ShopBase
from ecomkit.orders import Adjustment
from ecomkit.returns import (
    Claim,
    ClaimedUnits,
    ClaimOutcome,
    ExchangeLine,
    Inspection,
    Reception,
    RefundRules,
    Return,
    ReturnLine,
    ReturnPolicy,
    ReturnVerdict,
    Settlement,
    ShippingRefund,
)
from ecomkit.stock import Short

__all__ = ["ReturnOperations"]


class ReturnOperations(ShopBase):
    """What comes back, and what was wrong with what was sent."""

    def judge_return(
        self,
        order: OrderId,
        lines: Iterable[ReturnLine],
        *,
        policy: ReturnPolicy,
        facts: BuyerFacts | None = None,
    ) -> ReturnVerdict:
        """Say whether a return is accepted, with all reasons. Writes nothing."""
        with self._store.snapshot() as tx:
            return judge_return(tx, order, lines, policy=policy, facts=facts, now=self._now())

    def request_return(
        self,
        order: OrderId,
        lines: Iterable[ReturnLine],
        *,
        returned: ReturnId,
        policy: ReturnPolicy,
        facts: BuyerFacts | None = None,
        exchanges: Iterable[ExchangeLine] = (),
    ) -> Return | Short:
        """
        Take a return down: authorised, or refused with all reasons, as *policy* says.

        *returned* is its number (RMA) and the command's key. ``Short`` is the answer where what
        goes out first in exchange is not there; it leaves nothing behind.
        """
        with self._store.transaction() as tx:
            return request_return(
                tx,
                order,
                lines,
                returned=returned,
                policy=policy,
                facts=facts,
                exchanges=exchanges,
                now=self._now(),
                settings=self._settings,
            )

    def authorise_return(
        self, returned: ReturnId, *, by: str, reason: str, key: CommandKey
    ) -> Return | Short:
        """Let a return in that the policy refused: a person does, with a name and a reason."""
        with self._store.transaction() as tx:
            return authorise_return(
                tx,
                returned,
                by=by,
                reason=reason,
                key=key,
                now=self._now(),
                settings=self._settings,
            )

    def note_return(
        self,
        returned: ReturnId,
        step: ReturnStep,
        *,
        units: Mapping[LineId, int] | None = None,
        by: str = "",
        reason: str = "",
        key: CommandKey,
    ) -> Return:
        """Take down what became of units that have not come: *units* of lines, or all not sent."""
        with self._store.transaction() as tx:
            return note_return(
                tx,
                returned,
                step,
                units=units,
                by=by,
                reason=reason,
                key=key,
                now=self._now(),
            )

    def expire_returns(self) -> tuple[ReturnId, ...]:
        """Give up what was not sent in time, by the terms of its verdict; return whose it was."""
        with self._store.transaction() as tx:
            return expire_returns(tx, now=self._now())

    def receive_parcel(
        self,
        returned: ReturnId,
        reception: Reception,
        *,
        key: CommandKey,
        location: LocationId | None = None,
    ) -> Return:
        """Take in what was in a parcel of a return; nothing is credited by this."""
        with self._store.transaction() as tx:
            return receive_parcel(
                tx,
                returned,
                reception,
                key=key,
                location=location,
                now=self._now(),
                settings=self._settings,
            )

    def inspect_return(
        self,
        returned: ReturnId,
        inspection: Inspection,
        *,
        by: str = "",
        key: CommandKey,
        location: LocationId | None = None,
    ) -> Return:
        """Judge units of a return, and put them where they are fit for."""
        with self._store.transaction() as tx:
            return inspect_return(
                tx,
                returned,
                inspection,
                by=by,
                key=key,
                location=location,
                now=self._now(),
                settings=self._settings,
            )

    def settle_return(
        self,
        returned: ReturnId,
        *,
        key: CommandKey,
        rules: RefundRules | None = None,
        adjustments: Iterable[Adjustment] | None = None,
        way_back: Money | None = None,
        shortage: OnShortage = OnShortage.ANSWER,
    ) -> Settlement | Short:
        """
        Credit what is accepted, add what goes out in exchange, and say what is due then.

        What the return costs the buyer and what else is given back follows from its verdict,
        unless *rules* or *adjustments* say otherwise.
        """
        with self._store.transaction() as tx:
            return settle_return(
                tx,
                returned,
                key=key,
                rules=rules,
                adjustments=adjustments,
                way_back=way_back,
                shortage=shortage,
                now=self._now(),
                settings=self._settings,
            )

    def receive_return(
        self,
        order: OrderId,
        reception: Reception,
        *,
        key: CommandKey,
        shipping: ShippingRefund = ShippingRefund.NEVER,
    ) -> Settlement:
        """Take back a parcel that nobody announced: received, accepted and credited in one step."""
        with self._store.transaction() as tx:
            return receive_return(
                tx,
                order,
                reception,
                key=key,
                shipping=shipping,
                now=self._now(),
                settings=self._settings,
            )

    def return_of(self, returned: ReturnId) -> Return:
        """Return a return, by its number."""
        with self._store.snapshot() as tx:
            return load_return(tx, returned)

    def returns(self, order: OrderId | None = None) -> tuple[Return, ...]:
        """Return all returns, or those of *order*, by number."""
        with self._store.snapshot() as tx:
            return tx.scan(RETURNS, index=order)

    def open_returns(self) -> tuple[Return, ...]:
        """Return the returns of which something is left to do, by number."""
        with self._store.snapshot() as tx:
            return tuple(load_return(tx, opened.id) for opened in tx.scan(OPEN_RETURNS))

    def open_claim(
        self, order: OrderId, lines: Iterable[ClaimedUnits], *, claim: ClaimId
    ) -> Claim:
        """Take a claim of a buyer down; nothing is credited by it. *claim* is the key as well."""
        with self._store.transaction() as tx:
            return open_claim(tx, order, lines, claim=claim, now=self._now())

    def decide_claim(
        self,
        claim: ClaimId,
        outcome: ClaimOutcome,
        *,
        by: str = "",
        reason: str = "",
        returned: ReturnId | None = None,
        rules: RefundRules | None = None,
        key: CommandKey,
    ) -> Claim | Short:
        """Decide a claim: credit its units, send others, ask for them back, or deny it."""
        with self._store.transaction() as tx:
            return decide_claim(
                tx,
                claim,
                outcome,
                by=by,
                reason=reason,
                returned=returned,
                rules=rules,
                key=key,
                now=self._now(),
                settings=self._settings,
            )

    def claim(self, claim: ClaimId) -> Claim:
        """Return a claim of a buyer."""
        with self._store.snapshot() as tx:
            return load_claim(tx, claim)

    def claims(self, order: OrderId | None = None) -> tuple[Claim, ...]:
        """Return all claims of buyers, or those about *order*, by their id."""
        with self._store.snapshot() as tx:
            return tx.scan(BUYER_CLAIMS, index=order)
