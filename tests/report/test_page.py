"""The page: one file, nothing beside it, the same each time."""

import re
from datetime import date
from pathlib import Path

import pytest

from ecomkit.errors import FieldError
from ecomkit.report import Histogram, LinePlot, Page, Section, Series, Table, Text


def page() -> Page:
    """Return a page with words, a table and two plots."""
    stock = Series(label="on hand", days=[date(2011, 1, 3), date(2011, 1, 10)], values=[10, 4])
    plot = LinePlot(title="Stock", description="It falls.", unit="units", series=[stock])
    cover = Histogram(
        title="Cover",
        description="Days.",
        unit="days",
        counted="products",
        edges=[0, 7],
        values=[3, 9],
    )
    return Page(
        title="Elephants & tigers",
        lead="As of today.",
        footer="Made by hand.",
        sections=[
            Section(heading="Words", blocks=[Text(paragraphs=["Ten are left."])]),
            Section(heading="Figures", blocks=[plot, cover]),
            Section(heading="Table", blocks=[Table(title="T", headers=["a"], rows=[(1,)])]),
        ],
    )


def test_structure() -> None:
    """A page has one title, a heading a section, and links to them."""
    html = page().html()

    assert html.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<h1>Elephants &amp; tigers</h1>" in html
    assert re.findall(r'<h2 id="section-\d">(\w+)</h2>', html) == ["Words", "Figures", "Table"]
    assert re.findall(r'<a href="#section-\d">(\w+)</a>', html) == ["Words", "Figures", "Table"]
    assert '<p class="lead">As of today.</p>' in html
    assert "<footer>Made by hand.</footer>" in html
    assert html.count("<svg") == 2


def test_what_is_not_given_leaves_no_trace() -> None:
    """Without lead and footer there is no empty element for them."""
    html = Page(title="t", sections=[], language="fr").html()

    assert '<html lang="fr">' in html
    assert 'class="lead"' not in html
    assert "<footer>" not in html


def test_nothing_is_fetched_and_nothing_runs() -> None:
    """A page holds no address, script, import or picture from outside, and forbids them."""
    html = page().html()

    assert "default-src 'none'" in html
    for outside in ("http", "//", "<script", "<link", "<img", "<iframe", "@import", " src="):
        assert outside not in html.replace('<meta http-equiv="', "")
    assert set(re.findall(r"url\((.)", html)) <= {"#"}
    assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', html))


def test_the_same_values_give_the_same_page() -> None:
    """A page is a function of its values: no date, no random id."""
    assert page().html() == page().html()


def test_a_page_is_readable_on_phones_on_paper_and_by_night() -> None:
    """The page sets its width, prints, and has colours for dark screens."""
    html = page().html()

    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert "@media print" in html
    assert "prefers-color-scheme: dark" in html


@pytest.mark.parametrize("kind", [str, Path])
def test_a_page_is_written_as_one_file(tmp_path: Path, kind: type) -> None:
    """What is written is the page, in UTF-8, where it was asked for."""
    target = tmp_path / "page.html"

    written = page().write(kind(target))

    assert written == target
    assert target.read_bytes() == page().html().encode("utf-8")
    assert list(tmp_path.iterdir()) == [target]


def test_sections_are_sections() -> None:
    """A page takes sections only."""
    with pytest.raises(FieldError) as caught:
        Page(title="t", sections=["x"])

    assert caught.value.field == "sections"
