"""The demo: what it books is what the file says, and its laws hold to the last unit and penny."""

import csv
import lzma
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from online_retail._assumptions import Assumptions, Selection
from online_retail._reconciliation import Reconciled
from online_retail._run import Options, main, parsed, run
from online_retail._schedule import Work, schedule
from online_retail._story import Story

from ecomkit.identifiers import Sku

DEMO = Path(__file__).parents[2] / "examples" / "online_retail" / "demo.py"
PRODUCTS = ("23166", "23843", "51020B", "84755")
CODES = (*PRODUCTS, "POST", "DOT", "M")
HUGE = ("541431", "C541433", "581483", "C581484")
BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="module")
def path(part_of_the_file: Callable[..., Path]) -> Path:
    """The rows of a few products, the two of the huge orders among them."""
    return part_of_the_file(*CODES)


@pytest.fixture(scope="module")
def options(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Options:
    """A run over a year of these products."""
    output = tmp_path_factory.mktemp("demo")
    return Options(selection=Selection.of(*PRODUCTS), output=output, path=path)


@pytest.fixture(scope="module")
def story(options: Options) -> Story:
    """What the run came to."""
    return run(options)


def test_the_books_hold_what_the_file_sold(story: Story, path: Path) -> None:
    """Orders, lines, units and revenue are those of a plain sum over the file, to the penny."""
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        sold = [
            row
            for row in csv.DictReader(file)
            if int(row["Quantity"]) > 0
            and Decimal(row["UnitPrice"]) > 0
            and row["InvoiceNo"].isdigit()
        ]
    goods = [row for row in sold if row["StockCode"].upper() in PRODUCTS]
    invoices = {row["InvoiceNo"] for row in goods}
    mine = [row for row in sold if row["InvoiceNo"] in invoices]
    sums = story.books.sums

    assert len(invoices) == sums.orders
    assert len(goods) == sums.lines
    assert sum(int(row["Quantity"]) for row in goods) == sums.units
    assert (
        sum(100 * int(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in mine)
        == sums.goods + sums.charges
    )


def test_nothing_of_the_file_is_missing(story: Story) -> None:
    """Each of the file's own sums is in the books or beside them, and none is empty."""
    assert len(story.reconciled) == 5
    assert {0} == {one.difference for one in story.reconciled}
    assert all(one.source > 0 for one in story.reconciled)


def test_the_laws_hold(story: Story) -> None:
    """No unit is promised twice, and units and cents are conserved, by a replay of the ledger."""
    assert story.audit.is_clean
    assert story.audit.promised_twice == 0
    assert story.books.sums.unsettled == 0
    assert story.audit.movements > 1_500


def test_uncovered_units_are_all_resolved_or_waiting(story: Story) -> None:
    """What was sold and not there was covered later, cancelled, or still waits; nothing is lost."""
    uncovered = story.books.uncovered

    assert uncovered.units > 0
    assert uncovered.units == sum(uncovered.by.values())
    assert all(units >= 0 for units in uncovered.by.values())
    assert uncovered.by["covered by a delivery"] > 0
    assert uncovered.by["cancelled and paid back after waiting too long"] > 0


def test_senseless_rows_are_quarantined_with_their_reason(story: Story) -> None:
    """The rows that cannot be booked are in the shop's quarantine, counted by reason."""
    expected = {
        reason.value: sums.rows for reason, sums in story.tally.quarantined.items() if sums.rows
    }

    assert expected == story.books.reasons
    assert len(expected) > 2


def test_huge_orders_leave_no_trace_in_the_plan(
    story: Story, tmp_path: Path, part_of_the_file: Callable[..., Path]
) -> None:
    """
    Two orders that were cancelled within minutes change no review and no advice of the year.

    All is planned as if they had been for 12 units and not for 74,215 jars and 80,995 birds.
    """
    small = run(
        Options(
            selection=Selection.of(*PRODUCTS),
            output=tmp_path,
            path=part_of_the_file(*CODES, small=HUGE),
        )
    )

    assert story.books.huge.units == 74_215 + 80_995
    assert story.books.huge_units == {Sku("23166"): 74_215, Sku("23843"): 80_995}
    assert small.books.huge.units == 24
    assert small.books.reviews == story.books.reviews
    assert small.plan == story.plan
    assert all(one.order < 10_000 for one in story.plan.advices)


def test_return_rate_with_and_without_the_huge_orders(story: Story) -> None:
    """Two orders make most of what was taken back: the rate is told with and without them."""
    with_huge, without = (Decimal(rate.removesuffix(" %")) for rate in story.return_rates)

    assert with_huge > 50
    assert 20 > without > 0


def test_a_resumed_run_that_was_finished_tells_the_same(story: Story, options: Options) -> None:
    """Resuming what is finished does nothing and tells the same, the page included."""
    page = options.report.read_text(encoding="utf-8")

    again = run(
        Options(
            selection=options.selection, output=options.output, path=options.path, resumes=True
        )
    )

    assert story.books == again.books
    assert story.plan == again.plan
    assert page == options.report.read_text(encoding="utf-8")


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium: apt-get install chromium")
def test_the_page_opens_in_a_browser(story: Story, options: Options, tmp_path: Path) -> None:
    """A browser shows all sections of the page, its plots and the attribution of the data."""
    assert story.books.sums.orders
    # Chromium refuses its sandbox to root, and root is whom containers run as.
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    shown = subprocess.run(  # noqa: S603 - the browser found above, and a page of ours
        [
            str(BROWSER),
            "--headless",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            *sandbox,
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            options.report.as_uri(),
        ],
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=120,
    ).stdout

    for heading in (
        "At a glance",
        "Stock and reorder point",
        "Sales and returns",
        "What to buy now",
        "Which products matter",
        "Sold and not there",
        "What made no sense",
        "Does it add up?",
        "What we assumed",
        "Where the figures come from",
    ):
        assert f">{heading}</h2>" in shown
    assert shown.count("<svg") == 3 + 3
    assert "Daqing Chen" in shown
    assert "CC BY 4.0" in shown


def script(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the demo as a person does."""
    return subprocess.run(  # noqa: S603 - this Python, and the demo
        [sys.executable, str(DEMO), *arguments],
        cwd=cwd,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
    )


def test_the_script_runs_by_itself(tmp_path: Path) -> None:
    """Called as a script, it names its data and assumptions first, shows progress, and tells where the page is."""
    done = script("--products", "84755", "--until", "2011-01-15", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    head = done.stdout[:2_000]
    assert "Daqing Chen" in head
    assert "assumed by us" in head
    assert "shop.preview() says" in done.stdout
    assert "not published until counted (1): 84755" in done.stdout
    assert "Promised twice: 0 units." in done.stdout
    assert "2010-12-01" in done.stderr
    assert "2011-01-15" in done.stderr
    assert (tmp_path / "demo-output" / "report.html").is_file()
    assert done.stdout.splitlines()[-1].startswith("Digest of the books: ")


def test_only_its_own_files_are_deleted(tmp_path: Path) -> None:
    """A fresh run removes what the demo wrote, and nothing else in the folder."""
    letter = tmp_path / "letter.txt"
    letter.write_text("mine", encoding="utf-8")
    (tmp_path / "report.html").write_text("old", encoding="utf-8")
    asked = ["--products", "84755", "--until", "2010-12-02", "--output", str(tmp_path)]

    assert main([*asked, "--no-report"]) == 0
    assert letter.read_text(encoding="utf-8") == "mine"
    assert {"letter.txt", "shop.db", "shop.db-next", "shop.db-inside"} == {
        path.name for path in tmp_path.iterdir()
    }


def test_another_run_is_not_resumed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Resuming with other products is refused, with a sentence and nothing changed."""
    asked = ["--until", "2010-12-02", "--output", str(tmp_path), "--no-report"]

    assert main([*asked, "--products", "84755"]) == 0
    assert main([*asked, "--products", "23166", "--resume"]) == 2
    assert "--fresh" in capsys.readouterr().err


def test_options() -> None:
    """By default a run is the sample, fresh, with a page; flags change one thing each."""
    assert (
        Options(selection=Assumptions().selection, output=Path("demo-output"))
        == parsed([])
        == parsed(["--fresh"])
    )
    assert parsed(["--whole-year"]).selection == Selection.everything()
    assert parsed(["--products", "85123a,22423"]).selection == Selection.of("85123A", "22423")
    assert parsed(["--resume"]).resumes
    assert not parsed(["--no-report"]).reports
    assert parsed(["--output", "x"]).database == Path("x/shop.db")


def test_steps_are_in_order_and_all_there() -> None:
    """Steps rise in time and number; each kind of work is done in a week, adoption once."""
    steps = list(
        schedule(first=date(2011, 1, 1), last=date(2011, 1, 9), assumptions=Assumptions())
    )
    works = [step.work for step in steps]

    assert list(range(1, len(steps) + 1)) == [step.number for step in steps]
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert set(Work) == set(works)
    assert works.count(Work.ADOPT) == 1
    assert works.count(Work.SHIP) == 5
    assert works.count(Work.REVIEW) == 1
    assert works.count(Work.SYNC) == works.count(Work.PAY_BACK) == 18


@pytest.mark.parametrize(
    ("placed", "learned"),
    [
        (datetime(2011, 7, 4, 9), datetime(2011, 7, 4, 21)),  # noqa: DTZ001 - the zone is added below
        (datetime(2011, 7, 4, 6, 5), datetime(2011, 7, 4, 6, 5)),  # noqa: DTZ001
        (datetime(2011, 7, 4, 23), datetime(2011, 7, 5, 6, 5)),  # noqa: DTZ001
    ],
    ids=["by day", "at the run", "after the last run"],
)
def test_when_the_shop_learns_of_an_order(placed: datetime, learned: datetime) -> None:
    """An order is learned of in the next run, at the very moment of one in that one."""
    zone = Assumptions().tzinfo

    assert learned.replace(tzinfo=zone) == Assumptions().first_sync(placed.replace(tzinfo=zone))


def test_a_missing_penny_shows() -> None:
    """What is neither booked nor beside is the difference, in the digits that the figure has."""
    one = Reconciled(
        name="revenue",
        source=Decimal("10.5"),
        booked=Decimal(10),
        beside=Decimal("0.4"),
        where="in quarantine",
    )

    expected = ["10.50", "10", "0.40", "0.10"]
    assert expected == [str(part) for part in (one.source, one.booked, one.beside, one.difference)]
