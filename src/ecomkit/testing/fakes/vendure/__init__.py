"""A fake of a shop that runs Vendure: its admin API, as of version 3.7."""

from ecomkit.testing.fakes.vendure._fake import (
    VendureFake,
)

__all__ = ["VendureFake"]
