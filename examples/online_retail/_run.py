"""One run of the demo, from its arguments to the last line."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import final

import attrs

from ecomkit.operations import Shop
from ecomkit.ports import ManualClock
from ecomkit.stores import Durability, SqliteStore
from ecomkit.testing.fakes import WireFaults

from ._assumptions import Assumptions, Selection
from ._books import read_books
from ._catalogue import Catalogue
from ._hands import Hands, Memory, Shopkeeper, plan
from ._machine import peak_memory_mb
from ._market import Market
from ._notes import PROGRESS, REVIEWS, Progress
from ._outlets import Outlet, memory_outlets
from ._pages import watched_skus, write_page
from ._progress import Counts, ProgressBar
from ._reconciliation import reconcile
from ._replay import Replay
from ._schedule import Work, schedule
from ._served import ServedOutlet
from ._source import DATA
from ._story import ATTRIBUTION, Story
from ._summary import summary
from ._totals import totals_of_source
from ._vendors import served_lines, served_outlets
from ._world import World

__all__ = ["Options", "main", "run"]

INTERRUPTED = 130
PREVIEWED = 8


@final
@attrs.frozen(kw_only=True)
class Options:
    """
    What is asked for.

    *until* ends the year early, *serves* puts the channels behind HTTP, where *faults* befall
    them; *path* is the data.
    """

    selection: Selection
    output: Path
    resumes: bool = False
    reports: bool = True
    until: date | None = None
    serves: bool = False
    faults: WireFaults = attrs.field(factory=WireFaults)
    path: Path = DATA

    @property
    def database(self) -> Path:
        """The shop's books."""
        return self.output / "shop.db"

    @property
    def report(self) -> Path:
        """The page."""
        return self.output / "report.html"

    @property
    def asked(self) -> str:
        """What has to be the same when a run is resumed."""
        always = ",".join(sorted(self.selection.always))
        where = ", over HTTP" if self.serves else ""
        return f"{self.selection.percent} % and {always or 'no others'}, until {self.until}{where}"


def parsed(arguments: Sequence[str]) -> Options:
    """Read the command line."""
    assumptions = Assumptions()
    parser = argparse.ArgumentParser(
        prog="demo", description="A year of a real shop, replayed through ecomkit."
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--whole-year", action="store_true", help="all products, not one in thirty")
    which.add_argument("--products", metavar="CODE,...", help="these products only")
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    begin.add_argument(
        "--fresh", action="store_true", help="begin anew (as without --resume), over old files"
    )
    parser.add_argument(
        "--channels",
        action="store_true",
        help="the channels as WooCommerce, Shopify and Vendure show them, over HTTP",
    )
    parser.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="the last day")
    parser.add_argument("--output", type=Path, default=Path("demo-output"), metavar="DIR")
    parser.add_argument("--no-report", action="store_true", help="write no report.html")
    asked = parser.parse_args(arguments)
    if asked.channels and asked.resume:
        # Their ids and cursors come from every call that was made, not from the events alone.
        parser.error("a run with --channels cannot be resumed: begin it anew")
    selection = assumptions.selection
    if asked.whole_year:
        selection = Selection.everything()
    elif asked.products:
        selection = Selection.of(*asked.products.upper().split(","))
    return Options(
        selection=selection,
        output=asked.output,
        resumes=asked.resume,
        reports=not asked.no_report,
        until=asked.until,
        serves=asked.channels,
    )


def main(arguments: Sequence[str]) -> int:
    """Run the demo; return the exit code."""
    options = parsed(arguments)
    try:
        run(options)
    except KeyboardInterrupt:
        end = "" if options.serves else "; --resume goes on from here"
        print(f"\nStopped{end}.", file=sys.stderr)
        return INTERRUPTED
    except OtherRunError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


class OtherRunError(Exception):
    """Raised when what is there is not what shall be resumed."""


def run(options: Options) -> Story:
    """Replay the year, print what it came to, and write the page."""
    begun = time.monotonic()
    assumptions = Assumptions()
    print("\n".join(_preface(assumptions, options)), flush=True)
    catalogue = _catalogue(options)
    options.output.mkdir(parents=True, exist_ok=True)
    if not options.resumes:
        _clear(options)
    clock = ManualClock(datetime.combine(catalogue.first, time_of_day(), assumptions.tzinfo))
    with ExitStack() as stack:
        outlets = stack.enter_context(_opened(options, clock=clock, catalogue=catalogue))
        market = Market(outlets, clock=clock)
        # What was written survives kill -9; only a power cut could lose the last moment.
        store = SqliteStore(options.database, durability=Durability.PROCESS_CRASH)
        shop = stack.enter_context(Shop(store=store, channels=market.channels, clock=clock))
        events = World(
            selection=options.selection, assumptions=assumptions, path=options.path
        ).events()
        replay = Replay(events, market=market, shop=shop, assumptions=assumptions)
        keeper = Shopkeeper(shop, assumptions=assumptions)
        _replay(
            replay,
            keeper,
            shop=shop,
            market=market,
            clock=clock,
            catalogue=catalogue,
            options=options,
        )
        print("\nReading the books...", flush=True)
        story = _told(
            replay, keeper, shop=shop, market=market, catalogue=catalogue, options=options
        )
        calls = (outlet.calls for outlet in outlets if isinstance(outlet, ServedOutlet))
        story = attrs.evolve(story, calls=tuple(calls))
        report = write_page(story, options.report) if options.reports else None
    seconds = time.monotonic() - begun
    print(summary(story, report=report, seconds=seconds, memory_mb=peak_memory_mb()), flush=True)
    return story


@contextmanager
def _opened(
    options: Options, *, clock: ManualClock, catalogue: Catalogue
) -> Iterator[tuple[Outlet, ...]]:
    """Open the channels: in memory, or behind HTTP."""
    assumptions, products = Assumptions(), catalogue.descriptions
    if not options.serves:
        yield memory_outlets(assumptions.channels(), clock=clock, products=products)
        return
    with served_outlets(
        assumptions, clock=clock, products=products, faults=options.faults
    ) as outlets:
        yield outlets


def _preface(assumptions: Assumptions, options: Options) -> list[str]:
    lines = assumptions.lines()
    if options.selection != assumptions.selection:
        lines = tuple(line for line in lines if not line.startswith("Products:"))
    if options.serves:
        lines = (*lines, *served_lines(assumptions))
    return [
        "A year of a real shop, replayed through ecomkit.",
        ATTRIBUTION,
        "",
        *(f"- {line}" for line in lines),
        "",
    ]


def _catalogue(options: Options) -> Catalogue:
    catalogue = Catalogue.of(options.selection, path=options.path)
    last = min(catalogue.last, options.until or catalogue.last)
    return attrs.evolve(catalogue, last=last)


def _clear(options: Options) -> None:
    """Delete what an earlier run left; nothing else in the folder."""
    database = options.database
    for path in (
        database,
        database.with_name(f"{database.name}-wal"),
        database.with_name(f"{database.name}-shm"),
        database.with_name(f"{database.name}-next"),
        database.with_name(f"{database.name}-inside"),
        options.report,
    ):
        path.unlink(missing_ok=True)


def _done(shop: Shop, options: Options) -> int:
    """Return the number of the last finished step, 0 for none."""
    with shop.store.snapshot() as tx:
        progress = tx.get(PROGRESS, "progress")
    if progress is None:
        return 0
    if progress.asked != options.asked:
        message = f"{options.database} was begun with other products, other channels or another end; use --fresh"
        raise OtherRunError(message)
    print(f"Going on after {progress.at:%Y-%m-%d %H:%M} UTC; rebuilding the channels.", flush=True)
    return progress.step


def _replay(
    replay: Replay,
    keeper: Shopkeeper,
    *,
    shop: Shop,
    market: Market,
    clock: ManualClock,
    catalogue: Catalogue,
    options: Options,
) -> None:
    done = _done(shop, options)
    memory = Memory(shop, market=market)
    bar = ProgressBar(sys.stderr, first=catalogue.first, last=catalogue.last)
    assumptions = Assumptions()
    for step in schedule(first=catalogue.first, last=catalogue.last, assumptions=assumptions):
        replay.until(step.at)
        clock.set(step.at)
        hands: Hands = memory if step.number <= done else keeper
        if step.number > done and step.work is Work.ADOPT:
            _print_preview(shop, "Before adoption")
        replay.do(step, hands)
        if step.number > done:
            progress = Progress(asked=options.asked, step=step.number, at=step.at)
            with shop.store.transaction() as tx:
                tx.put(PROGRESS, [progress])
            if step.work is Work.ADOPT:
                _print_preview(shop, "After adoption, before the first run")
        if step.work is Work.UNPACK:
            tally = replay.tally
            counts = Counts(orders=tally.orders, units=tally.units, waiting=tally.waiting)
            bar.show(step.at.date(), counts)
    bar.close()


def _print_preview(shop: Shop, when: str) -> None:
    """Print the first lines of what a run would do; whole, it names every listing."""
    lines = shop.preview().explain().splitlines()
    print(f"{when}, shop.preview() says:")
    for line in lines[:PREVIEWED]:
        print(f"  {line if len(line) <= 150 else line[:147] + '...'}")  # noqa: PLR2004 - a screen
    if len(lines) > PREVIEWED:
        print(f"  ... and {len(lines) - PREVIEWED:,} lines more")
    print(flush=True)


def _told(
    replay: Replay,
    keeper: Shopkeeper,
    *,
    shop: Shop,
    market: Market,
    catalogue: Catalogue,
    options: Options,
) -> Story:
    assumptions = Assumptions()
    with shop.store.snapshot() as tx:
        reviews = tx.scan(REVIEWS)
    books = read_books(
        shop,
        market=market,
        assumptions=assumptions,
        watched=watched_skus(reviews, always=assumptions.drawn),
        given_up=replay.tally.given_up,
    )
    source = (
        None
        if options.until is not None
        else totals_of_source(options.selection, path=options.path)
    )
    return Story(
        assumptions=assumptions,
        catalogue=catalogue,
        tally=replay.tally,
        books=books,
        audit=shop.audit(),
        plan=plan(shop, assumptions),
        reconciled=()
        if source is None
        else reconcile(source, sums=books.sums, tally=replay.tally),
        stopped_runs=keeper.stopped_runs,
    )
