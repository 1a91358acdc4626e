"""A channel's words for the state of an order, read onto our axes."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import is_a, optional
from ecomkit.orders import FulfilmentState, OrderState, PaymentState, ReturnState

__all__ = ["ClaimedStates"]


@final
@attrs.frozen(kw_only=True)
class ClaimedStates:
    """
    Where a channel says that an order stands, on each axis; None where it has no word we know.

    The words themselves stay raw in the claim's ``status``. Our own axes are derived from facts:
    these are only what the channel says.
    """

    order: OrderState | None = attrs.field(default=None, validator=optional(is_a(OrderState)))
    payment: PaymentState | None = attrs.field(
        default=None, validator=optional(is_a(PaymentState))
    )
    fulfilment: FulfilmentState | None = attrs.field(
        default=None, validator=optional(is_a(FulfilmentState))
    )
    returning: ReturnState | None = attrs.field(
        default=None, validator=optional(is_a(ReturnState))
    )
