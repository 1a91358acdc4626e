"""The look of a page: one palette for the page and its plots, by day, by night and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["DAY", "INK", "LINE", "MUTED", "SERIES", "STYLE"]

INK = "ink"
MUTED = "muted"
LINE = "line"
SERIES = ("series-1", "series-2", "series-3", "series-4", "series-5")

# Colours that differ in lightness too, so that they stay apart for colour-blind readers and in print.
DAY: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#ffffff",
        "tile": "#f5f6f8",
        INK: "#1d2733",
        MUTED: "#5b6775",
        LINE: "#dce1e7",
        "series-1": "#1f5f8b",
        "series-2": "#d9822b",
        "series-3": "#4f9d8f",
        "series-4": "#8b5fa8",
        "series-5": "#b3475a",
        "good": "#2c7a51",
        "bad": "#b03a2e",
    }
)
NIGHT: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#14181d",
        "tile": "#1d232a",
        INK: "#e4e8ed",
        MUTED: "#9aa6b3",
        LINE: "#333c46",
        "series-1": "#6fb1de",
        "series-2": "#eea85c",
        "series-3": "#7cc7b9",
        "series-4": "#bd98d6",
        "series-5": "#e2859a",
        "good": "#6cc495",
        "bad": "#ec8377",
    }
)


def _variables(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}: {colour}; " for name, colour in colours.items())


STYLE = f"""
:root {{ color-scheme: light dark; {_variables(DAY)}}}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(NIGHT)}}} }}
* {{ box-sizing: border-box; }}
html {{ -webkit-text-size-adjust: 100%; }}
body {{
  margin: 0 auto; padding: 3rem 1.5rem 5rem; max-width: 62rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans",
    "DejaVu Sans", sans-serif;
}}
h1 {{ font-size: 2.1rem; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 .75rem; }}
h2 {{ font-size: 1.35rem; line-height: 1.3; margin: 3.5rem 0 1rem; padding-top: 1.25rem;
  border-top: 1px solid var(--line); }}
p, ul {{ max-width: 44rem; margin: 0 0 1rem; }}
ul {{ padding-left: 1.2rem; }}
li {{ margin: .35rem 0; }}
li::marker {{ color: var(--muted); }}
.lead {{ font-size: 1.1rem; color: var(--muted); }}
nav ul {{ list-style: none; padding: 0; margin: 1.5rem 0 0; display: flex; flex-wrap: wrap;
  gap: .25rem 1.25rem; max-width: none; }}
nav a {{ color: var(--series-1); text-decoration: none; }}
nav a:hover, nav a:focus {{ text-decoration: underline; }}
.tiles {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr)); gap: .9rem;
  margin: 1.5rem 0; }}
.tile {{ background: var(--tile); border-radius: .6rem; padding: .9rem 1.1rem;
  border-left: .25rem solid var(--line); }}
.tile.good {{ border-left-color: var(--good); }}
.tile.bad {{ border-left-color: var(--bad); }}
.tile dt {{ color: var(--muted); font-size: .85rem; }}
.tile dd {{ margin: 0; }}
.tile .value {{ font-size: 1.3rem; font-weight: 600; line-height: 1.4;
  font-variant-numeric: tabular-nums; }}
.tile .note {{ color: var(--muted); font-size: .85rem; line-height: 1.4; }}
.wide {{ overflow-x: auto; margin: 1.5rem 0; }}
table {{ border-collapse: collapse; width: 100%; font-size: .93rem; }}
caption {{ text-align: left; font-weight: 600; padding-bottom: .5rem; }}
th, td {{ text-align: left; vertical-align: top; padding: .45rem .75rem;
  border-bottom: 1px solid var(--line); }}
th:first-child, td:first-child {{ padding-left: 0; }}
thead th {{ color: var(--muted); font-weight: 600; font-size: .85rem; vertical-align: bottom; }}
tbody th {{ font-weight: 500; }}
.figure {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }}
figure {{ margin: 2rem 0 2.5rem; }}
figure .wide {{ margin: .25rem 0; }}
figcaption {{ margin-bottom: .75rem; }}
figcaption strong {{ display: block; }}
figcaption .said {{ color: var(--muted); font-size: .93rem; max-width: 44rem; display: block; }}
.legend {{ display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; list-style: none; padding: 0;
  margin: .6rem 0 0; font-size: .88rem; max-width: none; }}
.legend li {{ margin: 0; display: flex; align-items: center; gap: .45rem; }}
.swatch {{ width: 1.4rem; height: 0; border-top: .2rem solid; flex: none; }}
.swatch.bar {{ width: .85rem; height: .85rem; border: 0; border-radius: .15rem;
  background: currentColor; }}
.swatch.dashed {{ border-top-style: dashed; }}
.axis {{ color: var(--muted); font-size: .82rem; margin: 0; max-width: none; }}
.axis.x {{ text-align: right; }}
svg.plot {{ display: block; width: 100%; height: auto; min-width: 34rem; }}
svg.plot * {{ stroke-linejoin: round; stroke-linecap: butt; }}
svg.plot text {{ font-family: inherit !important; font-variant-numeric: tabular-nums; }}
.spoken {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }}
footer {{ margin-top: 4rem; color: var(--muted); font-size: .85rem; }}
@media (max-width: 40rem) {{
  body {{ padding: 1.75rem 1rem 3rem; }}
  h1 {{ font-size: 1.6rem; }}
  .tiles {{ grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .6rem; }}
  .tile {{ padding: .7rem .8rem; }}
  .tile .value {{ font-size: 1.1rem; }}
}}
@media print {{
  :root {{ color-scheme: light; }}
  body {{ max-width: none; padding: 0; font-size: 10pt; }}
  nav {{ display: none; }}
  h2 {{ break-after: avoid; margin-top: 1.5rem; }}
  figure, .tile, tr {{ break-inside: avoid; }}
  .wide {{ overflow: visible; }}
  svg.plot {{ min-width: 0; }}
  .tile {{ border: 1px solid var(--line); }}
}}
"""
