"""Orders: the rows of one sale to a claim, with every fault found in them. Pure."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, final

import attrs

from ecomkit.adapters.csv._cells import (
    amount_of,
    currency_of,
    moment_of,
    named,
    tidy,
    units_of,
    word,
)
from ecomkit.adapters.csv._columns import OrderColumns, Standing
from ecomkit.adapters.csv._dialect import CsvDialect
from ecomkit.adapters.csv._reading import RowReader, same
from ecomkit.adapters.csv._records import Record, records
from ecomkit.adapters.csv._table import places_of
from ecomkit.channels import (
    ChannelClaim,
    ClaimedStates,
    ClaimLine,
    PageEntry,
    Payload,
    ReadOrder,
    UnreadableOrder,
)
from ecomkit.errors import InputError, shown
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind

__all__ = ["OrderReader", "pack"]


def pack(
    rows: Sequence[Record],
    *,
    document: str,
    version: int,
    header: str,
    delimiter: str,
    faults: Sequence[str] = (),
) -> str:
    """Return all that an entry is read from, as the text of its payload: the raw rows."""
    return json.dumps(
        {
            "document": document,
            "version": version,
            "delimiter": delimiter,
            "header": header,
            "rows": [[row.number, row.text] for row in rows],
            "faults": list(faults),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


@final
@attrs.frozen(kw_only=True)
class OrderReader:
    """Reads packed rows with one mapping."""

    columns: OrderColumns
    dialect: CsvDialect

    def read(self, payload: Payload) -> PageEntry:
        """Return the claim in *payload*, or the payload with every fault in it."""
        faults: list[str] = []
        claim = None
        try:
            claim = self._unpacked(json.loads(payload.text), payload, faults)
        except InputError as error:
            faults.append(f"payload: {error}")
        except (ValueError, TypeError, LookupError, RecursionError, AttributeError):
            faults.append("payload: not packed by this client")
        if claim is None or faults:
            return UnreadableOrder(payload=payload, faults=faults)
        return ReadOrder(claim=claim, payload=payload)

    def _unpacked(
        self, packed: Mapping[str, Any], payload: Payload, faults: list[str]
    ) -> ChannelClaim | None:
        faults.extend(packed["faults"])
        if faults:
            return None
        delimiter = packed["delimiter"]
        header = _record(1, packed["header"], delimiter)
        needed, more = self.columns.needed, self.columns.more
        places, missing = places_of(header.cells, needed=needed, more=more)
        faults.extend(missing)
        names = {**needed, **more}
        rows: list[RowReader] = []
        for number, text in packed["rows"]:
            record = _record(number, text, delimiter)
            row = RowReader(record, places=places, names=names, faults=faults)
            row.check_width(len(header.cells))
            rows.append(row)
        return None if faults else self._claim(rows, packed["version"], payload, faults)

    def _claim(
        self, rows: list[RowReader], version: int, payload: Payload, faults: list[str]
    ) -> ChannelClaim | None:
        first = rows[0]
        number = first.read("number", named)
        currency = self.columns.constant_currency
        if self.columns.currency is not None:
            currency = same(rows, "currency", currency_of)
            if currency is None and not first.has("currency"):
                first.note("blank", field="currency")
        money = partial(amount_of, currency=currency, dialect=self.dialect)
        moment = partial(moment_of, dialect=self.dialect)
        placed_at = same(rows, "placed_at", moment)
        if placed_at is None and not any(row.has("placed_at") for row in rows):
            first.note("blank", field="placed_at")
        shipping = same(rows, "shipping", partial(_not_below_zero, money=money))
        discount = same(rows, "discount", money)
        paid = same(rows, "paid", money)
        total = same(rows, "total", money)
        shipped_at = same(rows, "shipped_at", moment)
        buyer = same(rows, "buyer", tidy)
        read = [self._line(row, place, currency, faults) for place, row in enumerate(rows, 1)]
        if faults or currency is None or placed_at is None:
            return None
        charges = []
        if shipping is not None and not shipping.is_zero:
            charges.append(Charge(kind=ChargeKind.SHIPPING, amount=shipping))
        if discount is not None and not discount.is_zero:
            off = discount if discount.amount < 0 else -discount
            charges.append(Charge(kind=ChargeKind.DISCOUNT, amount=off))
        words = tuple(dict.fromkeys(tidy(row.text("status")) for row in rows if row.has("status")))
        standings = {self._standing(row) for row in rows}
        one = standings.pop() if len(standings) == 1 else None
        return ChannelClaim(
            channel=payload.channel,
            number=number,
            version=version,
            placed_at=placed_at,
            currency=currency,
            lines=[line for line, _ in read],
            charges=[*charges, *itertools.chain.from_iterable(cents for _, cents in read)],
            buyer=buyer,
            shipped_at=shipped_at,
            paid=paid,
            total=total,
            status=words,
            states=ClaimedStates() if one is None else one.states,
        )

    def _standing(self, row: RowReader) -> Standing | None:
        return self.columns.words.get(word(row.text("status")))

    def _line(
        self, row: RowReader, place: int, currency: Currency | None, faults: list[str]
    ) -> tuple[ClaimLine, list[Charge]]:
        before = len(faults)
        main = "title" if self.columns.listing is None else "listing"
        listing = row.read(main, lambda text: ListingId(named(text)))
        line = LineId(str(place))
        if self.columns.line is not None:
            line = row.read("line", lambda text: LineId(named(text)))
        quantity = row.may("quantity", partial(units_of, dialect=self.dialect)) or 1
        field = "unit_price" if self.columns.line_total is None else "line_total"
        money = partial(amount_of, currency=currency, dialect=self.dialect)
        amount = row.read(field, partial(_not_below_zero, money=money))
        if len(faults) > before or amount is None:
            return None, []  # type: ignore[return-value]  # as in RowReader.read
        price, over = amount, 0
        if self.columns.line_total is not None:
            # What the cents of one unit sum up to beyond the total is taken off again.
            each = -(-amount.amount // quantity)
            price, over = Money(each, amount.currency), each * quantity - amount.amount
        standing = self._standing(row)
        units = {} if standing is None else standing.units(quantity)
        fulfiller = self.columns.fulfillers.get(word(row.text("fulfiller")))
        try:
            made = ClaimLine(
                id=line,
                listing=listing,
                quantity=quantity,
                unit_price=price,
                title=row.text("title"),
                fulfilled_by=fulfiller,
                cancelled=units.get("cancelled", 0),
                shipped=units.get("shipped", 0),
                returned=units.get("returned", 0),
            )
        except InputError as error:
            row.note(str(error))
            return None, []  # type: ignore[return-value]  # as above
        cents = Charge(
            kind=ChargeKind.DISCOUNT, amount=Money(-over, price.currency), line=line, title="cents"
        )
        return made, [cents] if over else []


def _not_below_zero(text: str, *, money: Callable[[str], Money | None]) -> Money | None:
    amount = money(text)
    if amount is not None and amount.amount < 0:
        raise ValueError(f"below zero, so it is of no sale: {shown(text)}")
    return amount


def _record(number: int, text: str, delimiter: str) -> Record:
    [found] = records(io.StringIO(text, newline=""), delimiter=delimiter)
    return attrs.evolve(found, number=number)
