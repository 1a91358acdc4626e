"""Read by the type checkers and never run: what users may rely on their own checkers to see."""

from typing import assert_type

from ecomkit.errors import EcomkitError, FieldError
from ecomkit.identifiers import LocationId, OrderId, Sku


def reads_a_sku(sku: Sku) -> str:
    """Take a sku where text is wanted."""
    return sku


assert_type(Sku("ELEPHANT-KNIT"), Sku)
assert_type(FieldError(owner="OrderLine", field="quantity", got=0, wanted="1").message, str)

# An order is no sku, and neither is any text; strict checkers report a suppression that is not needed.
reads_a_sku(OrderId("1001"))  # type: ignore[arg-type]  # the mistake that is meant
reads_a_sku("ELEPHANT-KNIT")  # type: ignore[arg-type]  # the mistake that is meant

places: tuple[LocationId, ...] = (LocationId("PARIS"),)
error: EcomkitError = FieldError(owner="OrderLine", field="quantity", got=0, wanted="1")
