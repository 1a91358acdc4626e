"""A folder of exports is pulled, resumed and told again where it is no longer what it was."""

import asyncio
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.adapters.csv import (
    FRENCH,
    AsyncCsvFiles,
    CsvFileError,
    CsvFiles,
    ListingColumns,
    OrderColumns,
    Standing,
)
from ecomkit.channels import (
    AccountCheck,
    Applied,
    AsyncAccountCheck,
    AsyncCatalogSource,
    AsyncOrderSource,
    AsyncStockSink,
    AsyncStockSource,
    CatalogSource,
    ChannelClaim,
    ChannelUnavailableError,
    Cursor,
    Health,
    OrderSource,
    PayloadReader,
    ReadOrder,
    Rejected,
    StockSink,
    StockSource,
    StockUpdate,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.money import Currency, Money

COLUMNS = OrderColumns(
    number="N°",
    placed_at="Date",
    listing="Annonce",
    unit_price="Prix",
    status="État",
    constant_currency=Currency.EUR,
)


class Room:
    """A folder and a client of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "orders").mkdir()
        self.files = self.client()

    def client(self, columns: OrderColumns = COLUMNS) -> CsvFiles:
        """Return another client of the same folder."""
        return CsvFiles(ChannelId("vinted"), folder=self.path, orders=columns, dialect=FRENCH)

    def export(self, name: str, numbers: str, *, at: int, status: str = "-") -> None:
        """Put an export in, one order a letter, written *at* these seconds."""
        rows = [f"{number};24/12/2025;L1;5,00;{status}" for number in numbers]
        path = self.path / "orders" / name
        path.write_text("\n".join(["N°;Date;Annonce;Prix;État", *rows]), encoding="utf-8")
        os.utime(path, (at, at))

    def pulled(
        self, cursor: Cursor | None = None, *, page_size: int = 2, files: CsvFiles | None = None
    ) -> tuple[list[ChannelClaim], Cursor]:
        """Pull to the end."""
        claims: list[ChannelClaim] = []
        while True:
            page = (files or self.files).orders_after(cursor, page_size=page_size)
            for entry in page.entries:
                assert isinstance(entry, ReadOrder)
                claims.append(entry.claim)
            cursor = page.next
            if not page.more:
                return claims, cursor

    def listings(self, text: str) -> None:
        """Put the listings in."""
        (self.path / "listings.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """Return a folder without files."""
    return Room(tmp_path)


def letters(claims: list[ChannelClaim]) -> str:
    """Return the numbers of the claims."""
    return "".join(claim.number for claim in claims)


def test_the_roles_of_a_folder(room: Room) -> None:
    """A folder has orders, listings and stock, and reads kept payloads."""
    roles = (AccountCheck, OrderSource, PayloadReader, CatalogSource, StockSink, StockSource)

    assert [role for role in roles if not isinstance(room.files, role)] == []


def test_the_roles_of_a_folder_for_asyncio(room: Room) -> None:
    """The twin has the same roles, awaited, and the same name."""
    twin = AsyncCsvFiles(room.files)
    roles = (
        AsyncAccountCheck,
        AsyncOrderSource,
        AsyncCatalogSource,
        AsyncStockSink,
        AsyncStockSource,
        PayloadReader,
    )
    room.export("a.csv", "a", at=100)
    room.listings("listing;quantity\na;1\n")

    assert [role for role in roles if not isinstance(twin, role)] == []
    assert twin.channel == room.files.channel
    assert asyncio.run(twin.check()) == room.files.check()
    assert asyncio.run(twin.listings_after(None, page_size=2)) == room.files.listings_after(
        None, page_size=2
    )


def test_an_export_put_in_twice_leads_to_the_same_claims(room: Room) -> None:
    """Exports that overlap change nothing: neither the claims nor their versions."""
    room.export("a.csv", "abc", at=100)
    claims, cursor = room.pulled()
    room.export("b.csv", "abc", at=200)
    room.export("c.CSV", "bcd", at=300)

    later, _ = room.pulled(cursor)
    again, _ = room.pulled()
    assert letters(later) == "d"
    assert again == [*claims, *later]


def test_the_newer_export_counts(room: Room) -> None:
    """What an order is says the export that was written last, whatever its name."""
    room.export("z.csv", "ab", at=100, status="Payée")
    room.export("a.csv", "b", at=200, status="Annulée")
    claims, _ = room.pulled()

    assert [(claim.number, claim.status) for claim in claims] == [
        ("a", ("Payée",)),
        ("b", ("Annulée",)),
    ]
    assert [claim.version for claim in claims] == [100_000_000, 200_000_000]


def test_two_exports_of_one_moment_have_an_order(room: Room) -> None:
    """Of two files written in the same microsecond the later name counts as newer."""
    room.export("a.csv", "a", at=100, status="Payée")
    room.export("b.csv", "a", at=100, status="Annulée")
    [claim], _ = room.pulled()

    assert (claim.version, claim.status) == (100_000_001, ("Annulée",))


def test_a_file_that_grows_is_told_again(room: Room) -> None:
    """One file that is exported over and over gives all its orders, none is missed."""
    room.export("ventes.csv", "ab", at=100)
    _, cursor = room.pulled()
    room.export("ventes.csv", "abc", at=200)
    claims, cursor = room.pulled(cursor)

    assert letters(claims) == "abc"
    assert room.pulled(cursor)[0] == []


def test_an_export_that_is_put_in_late_is_not_missed(room: Room) -> None:
    """A file with an older date than what was pulled makes the list start again."""
    room.export("b.csv", "bc", at=200, status="Annulée")
    _, cursor = room.pulled()
    room.export("a.csv", "ab", at=100, status="Payée")
    claims, _ = room.pulled(cursor)

    assert letters(claims) == "abc"
    assert [claim.status for claim in claims] == [("Payée",), ("Annulée",), ("Annulée",)]


def test_a_mended_mapping_tells_all_again(room: Room) -> None:
    """Who changes the table of words gets the orders in their new light."""
    room.export("a.csv", "ab", at=100, status="Annulée")
    _, cursor = room.pulled()
    mended = OrderColumns(
        number="N°",
        placed_at="Date",
        listing="Annonce",
        unit_price="Prix",
        status="État",
        constant_currency=Currency.EUR,
        words={"Annulée": Standing.CANCELLED},
    )
    claims, _ = room.pulled(cursor, files=room.client(mended))

    assert [claim.lines[0].cancelled for claim in claims] == [1, 1]


def test_a_cursor_belongs_to_no_client(room: Room) -> None:
    """Another process goes on where the first one stopped."""
    room.export("a.csv", "abcde", at=100)
    page = room.files.orders_after(None, page_size=2)

    assert letters(room.pulled(page.next, files=room.client())[0]) == "cde"


@pytest.mark.parametrize("token", ["", "7", "{}", '{"version":"1","row":1,"seen":""}', "[" * 9999])
def test_a_cursor_of_another_channel_is_refused(room: Room, token: str) -> None:
    """A cursor that no page named is an error of the caller."""
    with pytest.raises(FieldError, match="cursor"):
        room.files.orders_after(Cursor(token), page_size=2)


def test_a_page_has_room_for_one(room: Room) -> None:
    """A page of nothing would never come to an end."""
    for pull in (room.files.orders_after, room.files.listings_after):
        with pytest.raises(FieldError, match="page_size"):
            pull(None, page_size=0)


def test_unfinished_files_and_others_are_left_alone(room: Room) -> None:
    """What a browser or a spreadsheet program is still at work on is not read."""
    for name in (".~lock.a.csv", "~a.csv", "a.csv.part", "a.xlsx"):
        room.export(name, "x", at=100)
    (room.path / "orders" / "old.csv").mkdir()

    assert room.pulled()[0] == []


def test_a_hundred_thousand_rows_are_read(room: Room) -> None:
    """A large file is read once for all its pages."""
    rows = [f"{number};24/12/2025;L1;5,00;-" for number in range(100_000)]
    path = room.path / "orders" / "all.csv"
    path.write_text("\n".join(["N°;Date;Annonce;Prix;État", *rows]), encoding="utf-8")
    first = room.files.orders_after(None, page_size=500)
    second = room.files.orders_after(first.next, page_size=500)

    [last] = second.entries[-1:]
    assert isinstance(last, ReadOrder)
    assert last.claim.number == "999"
    assert room.files.order("99999") is not None


# -- listings and stock -----------------------------------------------------------------------


def test_listings_come_by_id_with_what_was_keyed_in(room: Room) -> None:
    """The list of what is on sale, page by page; the stock sheet has the newer quantity."""
    room.listings("Titre;listing;quantity;price\nTigre;b;4;12,50 €\nLion;a;;\nOurs;c;-1;3\n")
    columns = ListingColumns(title=("titre",), price="price", currency=Currency.EUR)
    files = CsvFiles(
        ChannelId("vinted"),
        folder=room.path,
        orders=COLUMNS,
        dialect=FRENCH,
        listings=columns,
    )
    files.push_stock([StockUpdate(listing=ListingId("a"), quantity=2)])
    first = files.listings_after(None, page_size=2)
    rest = files.listings_after(first.next, page_size=2)

    assert (first.more, rest.more) == (True, False)
    assert [
        (listing.id, listing.title, listing.quantity, listing.price)
        for listing in (*first.listings, *rest.listings)
    ] == [
        ("a", "Lion", 2, None),
        ("b", "Tigre", 4, Money(1250, Currency.EUR)),
        ("c", "Ours", -1, Money(300, Currency.EUR)),
    ]


def test_a_list_with_faults_is_refused_as_a_whole(room: Room) -> None:
    """Nothing is adopted from half a list: every fault is told, with row and column."""
    room.listings("listing;quantity\na;1\na;2\nb;viele\n;3\n")

    with pytest.raises(CsvFileError) as caught:
        room.files.listings_after(None, page_size=2)
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == [
        "row 3, column listing",
        "row 4, column quantity",
        "row 5, column listing",
    ]


def test_the_stock_sheet_is_replaced_whole(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writing fails, the old sheet stands as it was, and nothing lies beside it."""
    room.listings("listing;title;quantity\na;Tigre;1\n")
    push = [StockUpdate(listing=ListingId("a"), quantity=5)]
    room.files.push_stock(push)
    before = room.files.stock_path.read_bytes()

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ChannelUnavailableError, match="No space left"):
        room.files.push_stock([StockUpdate(listing=ListingId("a"), quantity=6)])
    monkeypatch.undo()

    assert room.files.stock_path.read_bytes() == before
    assert sorted(path.name for path in room.path.iterdir()) == [
        "listings.csv",
        "orders",
        "stock.csv",
    ]
    assert stat.S_IMODE(room.files.stock_path.stat().st_mode) == 0o644


def test_a_push_of_unknown_listings_writes_nothing(room: Room) -> None:
    """Without a listing there is no row, and no sheet."""
    [result] = room.files.push_stock([StockUpdate(listing=ListingId("a"), quantity=5)])

    assert isinstance(result.effect, Rejected)
    assert not room.files.stock_path.exists()


def test_a_sheet_that_somebody_typed_over_is_compared(room: Room) -> None:
    """A push that expects another quantity than the sheet has is refused, with that quantity."""
    room.listings("listing;quantity\na;1\n")
    update = StockUpdate(listing=ListingId("a"), quantity=5, expected=1)

    effects = [room.files.push_stock([update])[0].effect for _ in range(2)]
    assert effects == [
        Applied(),
        Rejected(reason="the sheet shows another quantity", observed=5),
    ]


def test_a_folder_that_is_not_there_is_told_from_an_empty_one(tmp_path: Path) -> None:
    """A drive that is unplugged is no channel without orders and listings."""
    files = CsvFiles(ChannelId("vinted"), folder=tmp_path / "usb", orders=COLUMNS, dialect=FRENCH)
    for call in (
        lambda: files.orders_after(None, page_size=2),
        lambda: files.order("1"),
        lambda: files.listings_after(None, page_size=2),
        lambda: files.read_stock([ListingId("a")]),
        lambda: files.push_stock([]),
    ):
        with pytest.raises(ChannelUnavailableError, match="No such file"):
            call()


def test_a_check_says_what_can_be_read(room: Room) -> None:
    """Before a mapping is relied on, each point says how it stands, and nothing is changed."""

    def found() -> list[tuple[str, Health]]:
        return [(finding.subject, finding.health) for finding in room.files.check().findings]

    assert found() == [("orders", Health.DOUBTFUL), ("listings", Health.DOUBTFUL)]
    (room.path / "orders" / "odd.csv").write_text("Commande;Prix\n1;2\n", encoding="utf-8")
    room.listings("listing;quantity\na;viele\n")
    assert found() == [("orders", Health.BAD), ("listings", Health.BAD)]
    room.export("a.csv", "abc", at=100)
    room.listings("listing;quantity\na;1\n")
    assert found() == [("orders", Health.DOUBTFUL), ("listings", Health.GOOD)]
    assert "3 can be read, 1 cannot: document odd.csv: no column" in room.files.check().explain()
    (room.path / "orders" / "odd.csv").unlink()
    assert found() == [("orders", Health.GOOD), ("listings", Health.GOOD)]


def test_a_check_of_a_folder_that_is_not_there_is_bad(tmp_path: Path) -> None:
    """A check raises nothing for what it is there to tell."""
    files = CsvFiles(ChannelId("vinted"), folder=tmp_path / "usb", orders=COLUMNS, dialect=FRENCH)

    assert files.check().explain() == (
        "vinted is not ready\nbad: folder: No such file or directory"
    )


@given(
    steps=st.lists(
        st.tuples(st.sets(st.sampled_from("abcd"), min_size=1), st.integers(0, 3)),
        min_size=1,
        max_size=8,
    ),
    page_size=st.integers(1, 5),
)
def test_however_exports_are_cut_the_end_is_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[set[str], int]],
    page_size: int,
) -> None:
    """Pulls between exports that overlap end with what the last export says of each order."""
    path = tmp_path_factory.mktemp("room")
    room = Room(path)
    cursor: Cursor | None = None
    seen: dict[str, ChannelClaim] = {}
    wanted: dict[str, str] = {}
    for place, (numbers, state) in enumerate(steps):
        room.export(f"{place}.csv", "".join(sorted(numbers)), at=100 + place, status=f"S{state}")
        wanted.update(dict.fromkeys(numbers, f"S{state}"))
        claims, cursor = room.pulled(cursor, page_size=page_size)
        for claim in claims:
            known = seen.get(claim.number)
            assert known is None or known.version < claim.version
            seen[claim.number] = claim

    assert {number: claim.status for number, claim in seen.items()} == {
        number: (state,) for number, state in wanted.items()
    }


def test_readings_are_stamped(room: Room) -> None:
    """The machine's time is used unless a clock is given."""
    [reading] = room.files.read_stock([ListingId("a")])

    assert reading.quantity is None
    assert reading.read_at > datetime(2025, 1, 1, tzinfo=UTC)
