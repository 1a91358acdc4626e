"""A page in a real browser, where there is one."""

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from ecomkit.report import LinePlot, Page, Section, Series, Table

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium: apt-get install chromium")
def test_a_browser_shows_headings_and_plots(tmp_path: Path) -> None:
    """A browser builds the page's headings, table and plots, and runs nothing that was smuggled in."""
    hostile = "<script>document.title = 'broken'</script>"
    stock = Series(label=hostile, days=[date(2011, 1, 3), date(2011, 1, 10)], values=[10, 4])
    plot = LinePlot(title=hostile, description=hostile, unit=hostile, series=[stock])
    page = Page(
        title="Elephants",
        sections=[
            Section(heading="Stock", blocks=[plot, plot]),
            Section(heading="Table", blocks=[Table(title="T", headers=["a"], rows=[(hostile,)])]),
        ],
    ).write(tmp_path / "page.html")
    # Chromium refuses its sandbox to root, and root is whom containers run as.
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []

    shown = subprocess.run(  # noqa: S603 - the browser found above, and a page of ours
        [
            str(BROWSER),
            *QUIET,
            *sandbox,
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=120,
    ).stdout

    assert "<title>Elephants</title>" in shown
    assert shown.count("<h2") == 2
    assert shown.count("<svg") == 2
    assert shown.count("<path") > 4
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
