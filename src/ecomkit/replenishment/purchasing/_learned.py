"""Learned lead times: what the receipts of a supplier say of its next one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a
from ecomkit.identifiers import Sku, SupplierId
from ecomkit.replenishment._lead_time import LeadTime
from ecomkit.replenishment._numbers import OBSERVATIONS_MIN
from ecomkit.replenishment._purchase_order import PurchaseOrder
from ecomkit.replenishment.purchasing._kinds import all_of
from ecomkit.replenishment.purchasing._lead_time_statistics import LeadTimeStatistics, Weighting
from ecomkit.replenishment.purchasing._observation import CountedFrom, observed_lead_times

if TYPE_CHECKING:
    from collections.abc import Iterable

RECEIPTS_MIN = 5
"""Fewer receipts say little of a spread: a stated lead time is the better guess."""


@final
@attrs.frozen(kw_only=True)
class LearnedLeadTimes:
    """
    The lead time of each sku, as the receipts of its supplier tell it: give it to a plan.

    A sku has the lead time of the supplier of its last order. One that was never ordered, whose
    orders name no supplier, or whose supplier has brought too few receipts, has ``otherwise``.

    Args:
        suppliers: The statistics of each supplier.
        skus: Which sku was last ordered from which supplier.
        otherwise: The lead time where too little was learned.
        receipts_min: How many receipts it takes; at least 2.

    Raises:
        FieldError: If a field has another type.
    """

    suppliers: tuple[tuple[SupplierId, LeadTimeStatistics], ...] = attrs.field(
        converter=as_tuple, validator=each(tuple)
    )
    skus: tuple[tuple[Sku, SupplierId], ...] = attrs.field(
        converter=as_tuple, validator=each(tuple)
    )
    otherwise: LeadTime = attrs.field(validator=is_a(LeadTime))
    receipts_min: int = attrs.field(default=RECEIPTS_MIN, validator=above_zero)

    @classmethod
    def of(
        cls,
        orders: Iterable[PurchaseOrder],
        *,
        otherwise: LeadTime,
        receipts_min: int = RECEIPTS_MIN,
        weighting: Weighting = Weighting.BY_RECEIPT,
        counted_from: CountedFrom = CountedFrom.DECIDED,
    ) -> Self:
        """
        Return what *orders* tell, counted from the decision, as a policy has to count.

        Raises:
            FieldError: If *receipts_min* is below 1, or one is no purchase order.
        """
        by_supplier: dict[SupplierId, list[PurchaseOrder]] = {}
        last: dict[Sku, SupplierId] = {}
        placed = all_of(PurchaseOrder, orders, owner=cls.__name__, field="orders")
        for order in sorted(placed, key=lambda order: (order.placed_on, order.id)):
            if order.supplier is None:
                continue
            by_supplier.setdefault(order.supplier, []).append(order)
            last.update((line.sku, order.supplier) for line in order.lines)
        return cls(
            suppliers=[
                (
                    supplier,
                    LeadTimeStatistics(
                        observations=observed_lead_times(theirs, counted_from=counted_from),
                        weighting=weighting,
                    ),
                )
                for supplier, theirs in sorted(by_supplier.items())
            ],
            skus=sorted(last.items()),
            otherwise=otherwise,
            receipts_min=receipts_min,
        )

    def statistics(self, supplier: SupplierId) -> LeadTimeStatistics | None:
        """Return what is known of *supplier*; None if nothing was ordered from it."""
        return dict(self.suppliers).get(supplier)

    def __call__(self, sku: Sku) -> LeadTime:
        """Return the lead time of *sku*."""
        supplier = self._supplier_of.get(sku)
        return self.otherwise if supplier is None else self._lead_times[supplier]

    @cached_property
    def _supplier_of(self) -> dict[Sku, SupplierId]:
        return dict(self.skus)

    @cached_property
    def _lead_times(self) -> dict[SupplierId, LeadTime]:
        enough = max(self.receipts_min, OBSERVATIONS_MIN)
        return {
            supplier: figures.lead_time if figures.receipts >= enough else self.otherwise
            for supplier, figures in self.suppliers
        }

    def explain(self) -> str:
        """Say what each supplier's receipts tell, and what else is taken."""
        lines = [f"{supplier}: {figures.explain()}" for supplier, figures in self.suppliers]
        lines.append(
            f"with fewer than {max(self.receipts_min, OBSERVATIONS_MIN)} receipts: "
            f"{self.otherwise.explain()}"
        )
        return "\n".join(lines)
