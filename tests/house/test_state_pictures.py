"""The pictures of states in the documentation show the tables, arrow by arrow."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SVG = "{http://www.w3.org/2000/svg}"


def tables() -> Mapping[str, Mapping[Any, frozenset[Any]]]:
    """Return the tables that are drawn, by the name of their picture."""
    spec = importlib.util.spec_from_file_location("draw_states", PICTURES / "draw_states.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Mapping[str, Mapping[Any, frozenset[Any]]] = module.TABLES
    return found


def drawn(picture: Path) -> Iterator[tuple[str, str]]:
    """Yield the arrows of a picture; a line with two heads is two arrows."""
    for group in ET.parse(picture).iter(f"{SVG}g"):  # noqa: S314  # our own file
        if group.get("class") != "edge":
            continue
        source, target = group.findtext(f"{SVG}title", "").split("->")
        yield source, target
        if len(group.findall(f"{SVG}polygon")) > 1:
            yield target, source


@pytest.mark.parametrize("name", tables())
def test_a_picture_shows_its_table(name: str) -> None:
    """Each step of the table is an arrow, and no arrow is drawn that is no step."""
    table = tables()[name]
    arrows = list(drawn(PICTURES / f"{name}.svg"))

    assert len(arrows) == len(set(arrows))
    assert set(arrows) == {
        (source.value, target.value) for source in table for target in table[source]
    }
