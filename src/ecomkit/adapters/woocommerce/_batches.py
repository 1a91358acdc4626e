"""Batches: up to 100 rows a call, one answer a row, and calls that fail apart from one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ecomkit.adapters.http import (
    CredentialsRefusedError,
    Flow,
    NotSentError,
    PermissionDeniedError,
    Repeat,
    Request,
    RequestRefusedError,
    ThrottledError,
    path_of,
)
from ecomkit.adapters.woocommerce._base import WooCommerceBase, id_of
from ecomkit.adapters.woocommerce._words import Place, place_of
from ecomkit.channels import (
    ChannelAnswerError,
    ChannelUnavailableError,
    Effect,
    Rejected,
    Unknown,
)
from ecomkit.errors import EcomkitError
from ecomkit.identifiers import ListingId

__all__ = ["ROWS_MAX", "Batches", "products_of", "variations_of"]

ROWS_MAX = 100
TOO_LARGE = 413
NOTHING_DONE = (NotSentError, ThrottledError, CredentialsRefusedError, PermissionDeniedError)

Judge = Callable[[int, Mapping[str, Any]], Effect]
"""Says what became of a row (its place in the push) that the shop answered without an error."""

ReadBack = Callable[[int], Flow[Effect]]


def products_of(listings: Sequence[ListingId]) -> dict[int, Place | None]:
    """Return what each of *listings* names, by its place in the sequence."""
    return {place: place_of(listing) for place, listing in enumerate(listings)}


def variations_of(product: int | None) -> str:
    """Return the path of a product's variations; of the products themselves for None."""
    return "/products" if product is None else path_of("products", product, "variations")


class Batches(WooCommerceBase):
    """The part of the client that sends rows in batches."""

    def _batched(
        self,
        places: Mapping[int, Place | None],
        *,
        row_of: Callable[[int], Mapping[str, Any]],
        judge: Judge,
    ) -> Flow[dict[int, Effect]]:
        """
        Send a row for each of *places*, and return what became of each.

        Rows say what is to be, never by how much, so a lost call is sent again. Once something
        was done, a call that fails makes its own rows unknown, and none of the others.

        Raises:
            EcomkitError: If the first call did nothing at all: then nothing is done.
        """
        effects: dict[int, Effect] = {}
        groups: dict[int | None, list[int]] = {}
        for number, place in places.items():
            if place is None:
                effects[number] = Rejected(reason="no product has such a name")
            else:
                parent = None if place.variation is None else place.product
                groups.setdefault(parent, []).append(number)
        calls = [
            (parent, numbers[first : first + ROWS_MAX])
            for parent, numbers in groups.items()
            for first in range(0, len(numbers), ROWS_MAX)
        ]
        stopped: str | None = None
        for done, (parent, numbers) in enumerate(calls):
            if stopped is None:
                try:
                    effects.update((yield from self._call(parent, numbers, places, row_of, judge)))
                    continue
                except NOTHING_DONE as error:
                    if not done:
                        raise
                    stopped = error.message
            effects.update(dict.fromkeys(numbers, Unknown(reason=f"not sent: {stopped}")))
        return effects

    def _call(
        self,
        parent: int | None,
        numbers: Sequence[int],
        places: Mapping[int, Place | None],
        row_of: Callable[[int], Mapping[str, Any]],
        judge: Judge,
    ) -> Flow[dict[int, Effect]]:
        ids = {number: _id(places[number]) for number in numbers}
        rows = [{"id": ids[number], **row_of(number)} for number in numbers]
        try:
            reply = yield Request.post(
                f"{variations_of(parent)}/batch", json={"update": rows}, repeat=Repeat.AT_WILL
            )
            return self._judged(reply.json(), numbers, ids, judge)
        except RequestRefusedError as error:
            if error.facts.status != TOO_LARGE or len(numbers) == 1:
                return dict.fromkeys(numbers, Rejected(reason=error.message))
        except (ChannelUnavailableError, ChannelAnswerError) as error:
            if isinstance(error, NotSentError):
                raise
            return dict.fromkeys(numbers, Unknown(reason=error.message))
        half = len(numbers) // 2
        found = yield from self._call(parent, numbers[:half], places, row_of, judge)
        try:
            rest = yield from self._call(parent, numbers[half:], places, row_of, judge)
        except NOTHING_DONE as error:
            rest = _unsent(numbers[half:], error)
        return {**found, **rest}

    def _judged(
        self, answer: Any, numbers: Sequence[int], ids: Mapping[int, int], judge: Judge
    ) -> dict[int, Effect]:
        rows = answer.get("update") if isinstance(answer, dict) else None
        if not isinstance(rows, list) or len(rows) != len(numbers):
            raise self._broke("batch", f"not one answer for each of {len(numbers)} rows")
        found: dict[int, Effect] = {}
        for number, row in zip(numbers, rows, strict=True):
            if id_of(row) != ids[number]:
                raise self._broke("batch", "its answers are not in the order of the rows")
            error = row.get("error")
            found[number] = judge(number, row) if error is None else Rejected(reason=words(error))
        return found


def words(error: Any) -> str:
    """
    Return what an error inside a row says, as far as it is for programs or about products.

    >>> words({"code": "product_invalid_sku", "message": "Invalid or duplicated SKU.",
    ...        "data": {"status": 400, "resource_id": 10}})
    'product_invalid_sku: Invalid or duplicated SKU. (it belongs to 10)'
    """
    if not isinstance(error, dict):
        return "the shop refused it and did not say why"
    data = error.get("data")
    owner = data.get("resource_id") if isinstance(data, dict) else None
    text = f"{error.get('code')}: {error.get('message')}"[:300]
    return text if owner is None else f"{text} (it belongs to {owner})"


def _id(place: Place | None) -> int:
    assert place is not None
    return place.product if place.variation is None else place.variation


def _unsent(numbers: Sequence[int], error: EcomkitError) -> dict[int, Effect]:
    return dict.fromkeys(numbers, Unknown(reason=f"not sent: {error}"))
