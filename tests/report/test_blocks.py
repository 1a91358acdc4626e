"""Words and figures: escaped, grouped, checked when they are made."""

from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.money import Currency, Money
from ecomkit.report import Fact, Facts, Items, Page, Section, Table, Text, Tone


class Reader(HTMLParser):
    """Reads a page as a browser does: its elements and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


HOSTILE = "</td><script>alert('x')</script><img src=x onerror=\"alert(1)\">&lt;\x00\u2028\ud800"


def block_texts(text: str) -> list[Text | Items | Facts | Table]:
    """Return blocks that show *text* wherever a block can."""
    return [
        Text(paragraphs=[text]),
        Items(items=[text]),
        Facts(facts=[Fact(label=text, value=text, note=text, tone=Tone.BAD)]),
        Table(title=text, headers=[text, text], rows=[(text, text)]),
    ]


@given(st.text(st.characters()))
@example(HOSTILE)
def test_text_is_shown_as_it_is(text: str) -> None:
    """Whatever a text holds, a page shows it and makes no element or attribute of it."""
    plain = Page(title="t", sections=[Section(heading="h", blocks=block_texts("x"))])
    page = Page(title=text, sections=[Section(heading=text, blocks=block_texts(text))])

    read = Reader(page.html())

    tags = Reader(plain.html()).tags
    expected = [tag for tag in tags if text or tag != "dd"]
    assert [tag for tag in read.tags if text or tag != "dd"] == expected
    assert "".join(letter if letter.isprintable() else " " for letter in text) in read.text
    assert not any(name.startswith("on") for name, _ in read.attributes)


def test_a_page_can_always_be_written_as_utf8() -> None:
    """Halves of surrogate pairs, which no file can hold, become blanks."""
    html = Page(title=HOSTILE, sections=[]).html()

    assert html.encode("utf-8")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (-1234567, "−1,234,567"),
        (Decimal("1234.50"), "1,234.50"),
        (Decimal("1E+3"), "1,000"),
        (Money(-123456, Currency.GBP), "−1,234.56 GBP"),
        (Money(1234, Currency.JPY), "1,234 JPY"),
        (date(2011, 12, 9), "2011-12-09"),
        (datetime(2011, 12, 9, 12, 50, tzinfo=UTC), "2011-12-09 12:50"),
        ("1-2", "1-2"),
    ],
)
def test_figures_are_grouped_and_never_rounded(
    value: int | Decimal | Money | str, shown: str
) -> None:
    """A figure is shown in full, by thousands, with a real minus."""
    html = Table(title="", headers=["a"], rows=[[value]]).html()

    assert f">{shown}</th>" in html


def test_columns_of_figures_stand_to_the_right() -> None:
    """A column of figures is aligned with its header; a mixed one has a plain header."""
    html = Table(title="t", headers=["a", "b", "c"], rows=[("x", 1, 2), ("y", 3, "none")]).html()

    assert '<th scope="col">a</th><th scope="col" class="figure">b</th>' in html
    assert '<th scope="col">c</th>' in html


def test_an_empty_table_keeps_its_headers() -> None:
    """Nothing to show is shown as a table without rows."""
    assert '<th scope="col">a</th>' in Table(title="t", headers=["a"], rows=[]).html()


def test_a_tile_says_its_tone_in_words() -> None:
    """Colour is not the only sign of good and bad news; neutral news needs none."""
    html = Facts(
        facts=[
            Fact(label="a", value=1),
            Fact(label="b", value=2, tone=Tone.GOOD),
            Fact(label="c", value=3, tone=Tone.BAD, note="why"),
        ]
    ).html()

    assert html.count('<span class="spoken">') == 2
    assert "(good)" in html
    assert "(needs attention)" in html
    assert html.count('<dd class="note">') == 1


@pytest.mark.parametrize("value", [True, None, 1.5, Decimal("NaN"), ["x"]])
def test_other_values_are_refused(value: object) -> None:
    """A float, a bool or a list has no place in a table or tile."""
    with pytest.raises(FieldError) as in_table:
        Table(title="t", headers=["a"], rows=[[value]])
    with pytest.raises(FieldError) as in_tile:
        Fact(label="a", value=value)

    assert (in_table.value.field, in_tile.value.field) == ("rows", "value")


def test_rows_match_the_headers() -> None:
    """A row with a cell too many or too few is refused."""
    for row in [(), ("x",), ("x", "y", "z")]:
        with pytest.raises(FieldError, match="rows of 2 cells"):
            Table(title="t", headers=["a", "b"], rows=[row])


@pytest.mark.parametrize("texts", [(), (1,)])
def test_texts_are_texts(texts: tuple[str, ...]) -> None:
    """Paragraphs, items and headers are one text or more."""
    for make in (
        lambda: Text(paragraphs=texts),
        lambda: Items(items=texts),
        lambda: Table(title="t", headers=texts, rows=[]),
    ):
        with pytest.raises(FieldError, match="one text or more"):
            make()
