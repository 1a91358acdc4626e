"""The year through WooCommerce, Shopify and Vendure over HTTP comes to the books of channels in memory."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from online_retail._assumptions import Assumptions, Selection
from online_retail._calls import Calls
from online_retail._run import Options, main, parsed, run
from online_retail._story import Story
from online_retail._timekeeper import ReplayTime
from online_retail._vendors import served_lines

from ecomkit.operations import Shop
from ecomkit.ports import ManualClock
from ecomkit.stores import SqliteStore
from ecomkit.testing.fakes import WireFaults

PRODUCTS = ("22655", "22778", "23166", "23843", "35004B", "35004C", "51020B", "84755")
CHARGES = ("POST", "DOT", "M", "C2")
TEN_WEEKS = date(2011, 2, 14)


@pytest.fixture(scope="module")
def path(part_of_the_file: Callable[..., Path]) -> Path:
    """The rows of a few products that are often given back, those of the huge orders among them."""
    return part_of_the_file(*PRODUCTS, *CHARGES)


def options(
    output: Path, path: Path, *, until: date | None, faults: WireFaults | None = None
) -> Options:
    """Return a run over HTTP, or in memory where no *faults* are given."""
    return Options(
        selection=Selection.of(*PRODUCTS),
        output=output / ("memory" if faults is None else "served"),
        path=path,
        until=until,
        serves=faults is not None,
        faults=faults or WireFaults(),
    )


def figures(story: Story, told: Options) -> dict[str, object]:
    """Return all that the books say, but for the names that vendors give."""
    sums, uncovered = story.books.sums, story.books.uncovered
    with Shop(store=SqliteStore(told.database)) as shop:
        posted_at = Counter(quarantined.channel for quarantined in shop.quarantined())
    with SqliteStore(told.database) as store, store.snapshot() as tx:
        levels = {
            level.sku: (
                level.sellable,
                level.allocated,
                sum(promise.quantity for promise in level.uncovered),
            )
            for level in tx.all_levels()
        }
    return {
        "orders": (sums.orders, sums.lines, sums.units, sums.open),
        "units": (sums.cancelled, sums.shipped, sums.returned),
        "money": (sums.goods, sums.charges, sums.captured, sums.paid_back, sums.unsettled),
        "charges": sums.charge_lines + story.tally.merged_charges,
        "huge orders": (story.books.huge.units, story.books.huge.cancelled),
        "on hand": levels,
        "uncovered": (uncovered.units, uncovered.lines, uncovered.by),
        "fill": story.books.fill,
        "weeks": story.books.weeks,
        "revenue": story.books.revenue,
        "reviews": story.books.reviews,
        "advices": story.plan,
        "purchases": (story.books.purchases, story.books.purchased),
        "quarantine": (story.books.reasons, posted_at),
        "reconciled": [(one.name, one.source, one.difference) for one in story.reconciled],
        "promised twice": story.audit.promised_twice,
        "faults": story.audit.faults,
    }


def check_same_books(
    output: Path, path: Path, *, until: date | None, faults: WireFaults
) -> tuple[Story, Story]:
    """Run in memory and over HTTP, and compare the books; return what both came to."""
    here = options(output, path, until=until)
    there = options(output, path, until=until, faults=faults)
    in_memory, served = run(here), run(there)

    assert figures(in_memory, here) == figures(served, there)
    return in_memory, served


@pytest.fixture(scope="module")
def stories(path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Story, Story]:
    """Ten weeks in memory and over HTTP."""
    return check_same_books(
        tmp_path_factory.mktemp("channels"), path, until=TEN_WEEKS, faults=WireFaults()
    )


def test_the_same_weeks_come_to_the_same_books(stories: tuple[Story, Story]) -> None:
    """Units, money, stock, reviews and quarantine are those of channels in memory, and none is empty."""
    _, served = stories
    books = served.books

    assert books.sums.orders > 100
    assert books.sums.cancelled > 0
    assert books.sums.returned > 0
    assert books.uncovered.units > 0
    assert len(books.reasons) > 1
    assert {"europe-market", "uk-shop", "world-market"} == set(books.weeks)


def test_the_vendors_name_orders(stories: tuple[Story, Story]) -> None:
    """The books differ in the names of orders and lines, so their digests differ."""
    in_memory, served = stories

    assert in_memory.books.digest != served.books.digest


def test_all_three_are_called_over_http(stories: tuple[Story, Story]) -> None:
    """Each channel is played by one vendor and called at each run; in memory nothing is called."""
    in_memory, served = stories

    assert in_memory.calls == ()
    assert [(one.channel, one.system) for one in served.calls] == [
        ("uk-shop", "WooCommerce"),
        ("europe-market", "Shopify"),
        ("world-market", "Vendure"),
    ]
    assert all(one.calls > 2 * 76 for one in served.calls)
    assert {0} == {one.retries for one in served.calls}


def test_the_page_tells_the_calls(
    stories: tuple[Story, Story], tmp_path: Path, path: Path
) -> None:
    """The page has a section on the calls only where there were some."""
    served = options(tmp_path, path, until=date(2010, 12, 2), faults=WireFaults())
    in_memory = options(tmp_path, path, until=date(2010, 12, 2))
    run(served)
    run(in_memory)

    assert "How the channels were called" in served.report.read_text(encoding="utf-8")
    assert "WooCommerce" in served.report.read_text(encoding="utf-8")
    assert "How the channels were called" not in in_memory.report.read_text(encoding="utf-8")


def retried(seed: int) -> WireFaults:
    """Return faults that retries and reading back get over, in about one call of twenty."""
    return WireFaults(seed=seed, unsent=0.01, lost=0.01, lost_answers=0.01, torn=0.01, broken=0.01)


def test_faults_of_the_wire_change_no_book(path: Path, tmp_path: Path) -> None:
    """Calls that are lost, torn or broken are repeated or read back; the books stay the same."""
    _, served = check_same_books(tmp_path, path, until=date(2010, 12, 14), faults=retried(seed=1))

    assert sum(one.retries for one in served.calls) > 3
    assert sum(one.waited_seconds for one in served.calls) > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_faults_of_the_wire_change_no_book_of_the_year(
    path: Path, tmp_path: Path, seed: int
) -> None:
    """The same over the whole year, which adds up to the file's own sums."""
    _, served = check_same_books(tmp_path, path, until=None, faults=retried(seed=seed))

    assert {0} == {one.difference for one in served.reconciled}
    assert served.books.huge.units == 74_215 + 80_995
    assert all(one.retries > 20 for one in served.calls)


@pytest.mark.slow
def test_orders_that_come_late_are_not_lost(path: Path, tmp_path: Path) -> None:
    """
    Where retries run out and runs fail, orders come with a later run, and all of them come.

    Then another order may get the last units, so only what was sold is the same; the laws hold.
    """
    faults = WireFaults(
        seed=4, unsent=0.02, lost=0.02, lost_answers=0.02, torn=0.02, throttled=0.02, broken=0.02
    )
    in_memory = run(options(tmp_path, path, until=None))
    served = run(options(tmp_path, path, until=None, faults=faults))

    assert sold(in_memory) == sold(served)
    assert {0} == {one.difference for one in served.reconciled}
    assert served.audit.is_clean
    assert served.books.sums.unsettled == 0
    assert in_memory.books.reasons == served.books.reasons


def sold(story: Story) -> tuple[int, ...]:
    """Return what customers bought and paid for."""
    sums = story.books.sums
    return sums.orders, sums.lines, sums.units, sums.goods, sums.charges, sums.captured


def test_a_run_over_http_is_not_resumed(capsys: pytest.CaptureFixture[str]) -> None:
    """Asked to resume over HTTP, the demo refuses and says what to do."""
    with pytest.raises(SystemExit):
        parsed(["--channels", "--resume"])

    assert "begin it anew" in capsys.readouterr().err


def test_a_run_in_memory_does_not_go_on_over_http(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was begun over HTTP is not resumed in memory: its orders have other names."""
    asked = ["--until", "2010-12-02", "--output", str(tmp_path), "--no-report"]
    asked += ["--products", "84755"]

    assert main([*asked, "--channels"]) == 0
    assert "uk-shop is WooCommerce" in capsys.readouterr().out
    assert main([*asked, "--resume"]) == 2
    assert "other channels" in capsys.readouterr().err


def test_who_plays_which_channel_is_told() -> None:
    """The lines before a run name the three vendors with their channels."""
    told = " ".join(served_lines(Assumptions()))

    for words in ("uk-shop is WooCommerce", "europe-market is Shopify", "world-market is Vendure"):
        assert words in told


def test_calls_in_words() -> None:
    """Calls are told with their retries and waits."""
    calls = Calls(
        channel=Assumptions().home_channel,
        system="WooCommerce",
        calls=1_200,
        retries=3,
        waited_seconds=60,
    )

    assert str(calls) == (
        "uk-shop (WooCommerce): 1,200 calls, 3 of them retries; 60 virtual seconds waited for its "
        "limits and before retries"
    )


def test_time_never_goes_backwards() -> None:
    """A clock that is put back, or that a wait has overtaken, does not take the time back."""
    clock = ManualClock(datetime(2011, 1, 4, 6, 5, tzinfo=UTC))
    time = ReplayTime(clock)

    time.sleep(600)
    clock.set(datetime(2011, 1, 4, 6, 10, tzinfo=UTC))
    assert (time.now().minute, time.monotonic()) == (15, 600)
    clock.set(datetime(2011, 1, 4, 6, 20, tzinfo=UTC))
    assert (time.now().minute, time.monotonic()) == (20, 900)
    clock.set(datetime(2011, 1, 4, 6, 19, tzinfo=UTC))
    assert (time.now().minute, time.monotonic()) == (20, 900)
