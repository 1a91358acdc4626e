"""A look at the files before they are relied on: what can be read, and what cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ecomkit.adapters.csv._errors import CsvFileError
from ecomkit.adapters.http import pages
from ecomkit.channels import (
    CatalogSource,
    Channel,
    ChannelUnavailableError,
    Finding,
    Health,
    OrderSource,
    UnreadableOrder,
)

__all__ = ["findings"]

PAGE = 1_000


class Files(Channel, OrderSource, CatalogSource, Protocol):
    """What is looked at."""


def findings(files: Files) -> Iterator[Finding]:
    """Yield what there is to say of the exports and of the sheets."""
    try:
        yield _orders(files)
        yield _listings(files)
    except ChannelUnavailableError as error:
        yield Finding(subject="folder", health=Health.BAD, text=error.why)


def _orders(files: Files) -> Finding:
    good, bad = 0, []
    for page in pages(files.orders_after, channel=files.channel, page_size=PAGE):
        for entry in page.entries:
            if isinstance(entry, UnreadableOrder):
                bad.append(f"{entry.payload.object_id}: {'; '.join(entry.faults)}")
            else:
                good += 1
    if bad:
        text = f"{good} can be read, {len(bad)} cannot: {bad[0]}"
        # Where nothing at all can be read, the mapping is another sheet's.
        health = Health.DOUBTFUL if good else Health.BAD
        return Finding(subject="orders", health=health, text=text)
    if not good:
        return Finding(subject="orders", health=Health.DOUBTFUL, text="there is no export yet")
    return Finding(subject="orders", health=Health.GOOD, text=f"{good} can be read")


def _listings(files: Files) -> Finding:
    try:
        page = files.listings_after(None, page_size=1)
    except CsvFileError as error:
        return Finding(subject="listings", health=Health.BAD, text=error.message)
    if page.listings:
        return Finding(subject="listings", health=Health.GOOD)
    text = "listings.csv is missing or empty: nothing can be adopted, no stock be shown"
    return Finding(subject="listings", health=Health.DOUBTFUL, text=text)
