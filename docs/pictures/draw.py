"""Draws the pictures of the explanation pages as SVG: ``python docs/pictures/draw.py``."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent

INK = "#1f2933"
INSIDE = "#dbeafe"
OUTSIDE = "#eeeeee"
GOOD = "#dcfce7"
BAD = "#fee2e2"
WIDTH, HEIGHT = 132, 44


class Box(NamedTuple):
    """A named place on the picture; *x* and *y* are its middle."""

    text: str
    x: int
    y: int
    fill: str = INSIDE

    def svg(self) -> str:
        """Draw it."""
        left, top = self.x - WIDTH // 2, self.y - HEIGHT // 2
        lines = self.text.split("\n")
        first = self.y + 5 - 8 * (len(lines) - 1)
        texts = "".join(
            f'<text x="{self.x}" y="{first + 16 * row}" class="box">{line}</text>'
            for row, line in enumerate(lines)
        )
        return (
            f'<rect x="{left}" y="{top}" width="{WIDTH}" height="{HEIGHT}" rx="8" '
            f'fill="{self.fill}" stroke="{INK}"/>{texts}'
        )


class Arrow(NamedTuple):
    """A way from one point to another; *bend* moves its middle aside, *at* its words along it."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str
    bend: tuple[int, int] = (0, 0)
    shift: tuple[int, int] = (0, -6)

    def svg(self) -> str:
        """Draw it."""
        (x1, y1), (x2, y2), (dx, dy) = self.start, self.end, self.bend
        mx, my = (x1 + x2) / 2 + dx, (y1 + y2) / 2 + dy
        tx, ty = (x1 + x2) / 2 + dx / 2 + self.shift[0], (y1 + y2) / 2 + dy / 2 + self.shift[1]
        words = "".join(
            f'<text x="{tx}" y="{ty + 14 * row}" class="word">{line}</text>'
            for row, line in enumerate(self.text.split("\n"))
        )
        return (
            f'<path d="M {x1} {y1} Q {mx} {my} {x2} {y2}" fill="none" stroke="{INK}" '
            f'marker-end="url(#head)"/>{words}'
        )


def picture(title: str, size: tuple[int, int], parts: list[Box | Arrow | str]) -> str:
    """Return a whole picture."""
    width, height = size
    body = "\n".join(part if isinstance(part, str) else part.svg() for part in parts)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>{title}</title>
<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"
orient="auto-start-reverse"><path d="M 0 0 L 10 5 L 0 10 z" fill="{INK}"/></marker></defs>
<style>text {{ font-family: sans-serif; fill: {INK}; text-anchor: middle; }}
.box {{ font-size: 14px; font-weight: 600; }} .word {{ font-size: 12px; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }}
.note {{ font-size: 12px; font-style: italic; }}</style>
<rect width="{width}" height="{height}" fill="#ffffff"/>
{body}
</svg>
"""


def movements() -> str:
    """Return where units may go, and by which command."""
    x = [90, 330, 560, 790, 1010]
    y = [60, 180, 330, 470]
    half, tall = WIDTH // 2, HEIGHT // 2
    return picture(
        "The movement graph of the ledger",
        (1110, 540),
        [
            Box("SUPPLIER", x[0], y[0], OUTSIDE),
            Box("OPENING", x[0], y[1], OUTSIDE),
            Box("SHRINKAGE", x[0], y[2], OUTSIDE),
            Box("HELD", x[1], y[0]),
            Box("SELLABLE", x[1], y[1]),
            Box("IN_TRANSIT", x[1], y[3]),
            Box("ALLOCATED", x[2], y[1]),
            Box("PICKED", x[3], y[1]),
            Box("CUSTOMER", x[4], y[1], OUTSIDE),
            Box("QUARANTINED", x[2], y[3]),
            Box("DAMAGED", x[3], y[3]),
            Box("SCRAP", x[4], y[3], OUTSIDE),
            Arrow((x[0] + half, y[0]), (x[1] - half, y[1] - 12), "receive", (0, 0), (8, -8)),
            Arrow((x[0] + half, y[1]), (x[1] - half, y[1]), "first count"),
            Arrow(
                (x[0] + half, y[2] - 8), (x[1] - half, y[1] + 12), "found", (-14, -14), (-20, -2)
            ),
            Arrow(
                (x[1] - 40, y[1] + tall),
                (x[0] + half, y[2] + 8),
                "missing, lost",
                (30, 30),
                (34, 12),
            ),
            Arrow((x[1] - 18, y[1] - tall), (x[1] - 18, y[0] + tall), "hold", (0, 0), (-22, 4)),
            Arrow(
                (x[1] + 18, y[0] + tall),
                (x[1] + 18, y[1] - tall),
                "release,\nexpire",
                (0, 0),
                (32, -2),
            ),
            Arrow(
                (x[1] + half, y[1] - 8),
                (x[2] - half, y[1] - 8),
                "reserve, record,\ncover",
                (0, 0),
                (0, -24),
            ),
            Arrow((x[2] - half, y[1] + 8), (x[1] + half, y[1] + 8), "release", (0, 0), (0, 18)),
            Arrow((x[2] + half, y[1] - 8), (x[3] - half, y[1] - 8), "pick"),
            Arrow((x[3] - half, y[1] + 8), (x[2] + half, y[1] + 8), "unpick", (0, 0), (0, 18)),
            Arrow((x[3] + half, y[1]), (x[4] - half, y[1]), "ship"),
            Arrow(
                (x[2] + 20, y[1] - tall),
                (x[4] - 20, y[1] - tall),
                "ship unpicked",
                (0, -90),
                (0, -4),
            ),
            Arrow((x[4], y[1] - tall), (x[2], y[1] - tall), "unship", (0, -190), (0, -6)),
            Arrow(
                (x[4] - 20, y[1] + tall),
                (x[1] + 44, y[1] + tall),
                "come back, sellable",
                (0, 90),
                (60, 22),
            ),
            Arrow(
                (x[4] - 30, y[1] + tall), (x[2] + 40, y[3] - tall), "come back", (0, 60), (60, 2)
            ),
            Arrow(
                (x[4], y[1] + tall), (x[4], y[3] - tall), "come back\nbeyond use", (0, 0), (44, 0)
            ),
            Arrow(
                (x[1] + 30, y[1] + tall),
                (x[2] - 20, y[3] - tall),
                "damage,\nset apart",
                (-30, 30),
                (-34, 10),
            ),
            Arrow(
                (x[2] - 40, y[3] - tall), (x[1] + 50, y[1] + tall), "inspect", (40, -20), (30, 0)
            ),
            Arrow((x[2] + half, y[3]), (x[3] - half, y[3]), "inspect"),
            Arrow((x[3] + half, y[3]), (x[4] - half, y[3]), "scrap"),
            Arrow(
                (x[1] - 12, y[1] + tall),
                (x[1] - 12, y[3] - tall),
                "dispatch,\nelsewhere",
                (0, 0),
                (-38, 30),
            ),
            Arrow((x[1] + 12, y[3] - tall), (x[1] + 12, y[1] + tall), "arrive", (0, 0), (24, 60)),
            (
                '<text x="555" y="525" class="note">blue: inside, never below zero; grey: outside, '
                "to balance. Where goods break, promises break with them, the latest first.</text>"
            ),
        ],
    )


def hold() -> str:
    """Return the life of a hold."""
    half, tall = WIDTH // 2, HEIGHT // 2
    a, b, c, d = (110, 110), (400, 110), (710, 60), (710, 170)
    return picture(
        "The life of a hold",
        (860, 270),
        [
            Box("free units", *a, INSIDE),
            Box("held for\na cart", *b, GOOD),
            Box("allocated to\nan order", *c, GOOD),
            Box("ended", *d, OUTSIDE),
            Arrow((a[0] + half, a[1]), (b[0] - half, b[1]), "hold: all, or none"),
            Arrow(
                (b[0] - 20, b[1] - tall),
                (b[0] + 20, b[1] - tall),
                "extend: its own units count\nas there, for it alone",
                (0, -70),
                (0, -24),
            ),
            Arrow(
                (b[0] + half, b[1] - 10),
                (c[0] - half, c[1]),
                "reserve with the cart",
                (0, 0),
                (0, -12),
            ),
            Arrow(
                (b[0] + half, b[1] + 10),
                (d[0] - half, d[1]),
                "its instant comes",
                (0, 0),
                (0, -10),
            ),
            Arrow(
                (d[0], d[1] + tall),
                (a[0], a[1] + tall),
                "free at that very instant, with no job to clean up; whoever came first has them",
                (0, 130),
                (0, -26),
            ),
            (
                '<text x="430" y="258" class="note">Extending an ended hold is asking anew: refused if '
                "somebody else took the units since.</text>"
            ),
        ],
    )


def covered() -> str:
    """Return how uncovered units come to be, and how they are resolved."""
    half, tall = WIDTH // 2, HEIGHT // 2
    sold, cov, unc = (110, 120), (430, 60), (430, 190)
    gone, away, none = (760, 60), (760, 150), (760, 235)
    return picture(
        "Covered and uncovered",
        (880, 290),
        [
            Box("sold on\na channel", *sold, OUTSIDE),
            Box("covered", *cov, GOOD),
            Box("uncovered", *unc, BAD),
            Box("shipped", *gone, OUTSIDE),
            Box("waits at another\nlocation", *away, INSIDE),
            Box("cancelled", *none, OUTSIDE),
            Arrow(
                (sold[0] + half, sold[1] - 8),
                (cov[0] - half, cov[1]),
                "record: as many as\nare there",
                (0, 0),
                (-10, -22),
            ),
            Arrow(
                (sold[0] + half, sold[1] + 8),
                (unc[0] - half, unc[1]),
                "record: the rest",
                (0, 0),
                (-10, 18),
            ),
            Arrow(
                (unc[0] + 20, unc[1] - tall),
                (cov[0] + 20, cov[1] + tall),
                "units come in, come back,\nor are let go by others",
                (0, 0),
                (84, -2),
            ),
            Arrow(
                (cov[0] - 20, cov[1] + tall),
                (unc[0] - 20, unc[1] - tall),
                "a count finds\ntoo few",
                (0, 0),
                (-46, -2),
            ),
            Arrow((cov[0] + half, cov[1]), (gone[0] - half, gone[1]), "pick, ship"),
            Arrow(
                (unc[0] + half, unc[1] - 6), (away[0] - half, away[1]), "reassign", (0, 0), (0, -8)
            ),
            Arrow(
                (unc[0] + half, unc[1] + 6), (none[0] - half, none[1]), "release", (0, 0), (0, 18)
            ),
        ],
    )


PICTURES = {"movements": movements, "hold": hold, "covered": covered}


def main() -> None:
    """Draw all of them beside this file."""
    for name, draw in PICTURES.items():
        (HERE / f"{name}.svg").write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main()
