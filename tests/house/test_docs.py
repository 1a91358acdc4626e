"""The documentation covers what there is: every public module, every word, every page."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "ecomkit"
REFERENCE = ROOT / "docs" / "reference"

# The words that the code, its errors and its users share.
WORDS = """
    on hand, usable, available, held, allocated, covered, uncovered, incoming, backorder, buffer,
    minimum stock level (MSL), reorder point (ROP), order-up-to level, safety stock, lead time,
    service level, cycle service level, fill rate, minimum order quantity (MOQ), case pack,
    days of cover, return merchandise authorisation (RMA), disposition, listing,
    third-party logistics (3PL), fulfilment by Amazon (FBA), dropshipping,
    average order value (AOV), customer lifetime value (CLV, LTV),
    customer acquisition cost (CAC), on-time in full (OTIF),
    channel claim, handle, committed, role, flow, cursor, overlap, lane, allowance,
    outward effect, read-back, webhook hint, fake, conformance kit,
    lot, serial, first expired first out (FEFO), cost layer, landed cost, sourcing, splitting,
    commitment, promise schedule, observed level, drift, measure
"""
FRENCH = [
    "seuil de réapprovisionnement",
    "stock minimum",
    "délai de réapprovisionnement",
    "rupture",
    "surstock",
    "panier moyen",
    "bon de livraison",
    "rétractation",
]


def documented(pages: str) -> set[str]:
    """Return the modules that the text of the reference pages documents."""
    return set(re.findall(r"^\.\. automodule:: ([\w.]+)$", pages, flags=re.MULTILINE))


def entries(glossary: str) -> dict[str, str]:
    """Return the words of the glossary, each with what stands below it."""
    found = {}
    for block in re.findall(
        r"^```\{glossary\}\n(.*?)^```", glossary, flags=re.MULTILINE | re.DOTALL
    ):
        for entry in block.strip().split("\n\n"):
            word, _, text = entry.partition("\n")
            found[word] = text
    return found


def public_modules() -> set[str]:
    """Return every module that people may import, but the program and the front door."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if len(parts) > 1 and not any(part.startswith("_") for part in parts):
            found.add(".".join(parts))
    return found


def test_the_readers_of_pages_read() -> None:
    """A page without its directive, and a word without its text, would be seen."""
    assert documented("# Money\n\n.. automodule:: ecomkit.money\n") == {"ecomkit.money"}
    assert documented("# Money\n") == set()
    assert entries("```{glossary}\nsku\n  A name.\n\nlot\n  Units.\n```\n") == {
        "sku": "  A name.",
        "lot": "  Units.",
    }


def test_every_public_module_has_its_reference() -> None:
    """What can be imported is documented, and what is documented can be imported."""
    pages = "\n".join(path.read_text(encoding="utf-8") for path in REFERENCE.glob("*.md"))

    assert documented(pages) == public_modules()


def test_every_word_is_explained() -> None:
    """Each word that the code uses stands in the glossary."""
    words = set(re.split(r",\s+(?![^(]*\))", WORDS.strip()))
    found = entries((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))

    assert words - set(found) == set()


def test_every_word_has_a_sentence_and_its_french_term() -> None:
    """An entry is one sentence and one French line."""
    found = entries((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    odd = [
        word
        for word, text in found.items()
        if not re.fullmatch(r"  [A-Z][^\n]*\.\n  French: \*[^\n]+\.", text)
    ]

    assert odd == []


def test_the_french_terms_can_be_looked_up() -> None:
    """A reader who knows the French word finds the English one."""
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")

    assert [term for term in FRENCH if term not in glossary] == []


def test_a_sentence_stands_on_its_line() -> None:
    """Pages put each sentence on a line of its own, so that a change shows as that sentence."""
    odd = []
    for path in [*(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"]:
        if "_build" in path.parts:
            continue
        text = re.sub(
            r"^(`{3,}|:{3,}).*?^\1",
            "",
            path.read_text(encoding="utf-8"),
            flags=re.MULTILINE | re.DOTALL,
        )
        odd += [
            f"{path.name}: {line}"
            for line in text.splitlines()
            if not line.startswith(("|", "#")) and re.search(r"[a-z)`][.!?] [A-Z]", line)
        ]

    assert odd == []
