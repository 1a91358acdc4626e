"""
Draws the tables of states as SVG: ``python docs/pictures/draw_states.py``.

It needs ``dot`` of Graphviz on the path. What is drawn is the tables themselves, and a test holds
the pictures against them.
"""

from __future__ import annotations

import subprocess
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecomkit.orders import (
    EDIT_TRANSITIONS,
    FULFILMENT_TRANSITIONS,
    ORDER_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    RETURN_TRANSITIONS,
)
from ecomkit.replenishment import PURCHASE_ORDER_TRANSITIONS
from ecomkit.replenishment.alerts import ALERT_TRANSITIONS
from ecomkit.returns import ACCEPTANCE_TRANSITIONS, CLAIM_TRANSITIONS, RECEPTION_TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent

TABLES: dict[str, Mapping[Any, frozenset[Any]]] = {
    "order-states": ORDER_TRANSITIONS,
    "payment-states": PAYMENT_TRANSITIONS,
    "fulfilment-states": FULFILMENT_TRANSITIONS,
    "return-states": RETURN_TRANSITIONS,
    "edit-states": EDIT_TRANSITIONS,
    "reception-states": RECEPTION_TRANSITIONS,
    "acceptance-states": ACCEPTANCE_TRANSITIONS,
    "claim-states": CLAIM_TRANSITIONS,
    "purchase-order-states": PURCHASE_ORDER_TRANSITIONS,
    "alert-states": ALERT_TRANSITIONS,
}

HEAD = """digraph states {
    rankdir=LR; bgcolor="transparent"; nodesep=0.35; ranksep=0.6;
    node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=12,
          color="#1f2933", fillcolor="#dbeafe", margin="0.12,0.06"];
    edge [color="#1f2933", arrowsize=0.7];
"""


def graph(table: Mapping[Any, frozenset[Any]]) -> str:
    """Return *table* in the language of ``dot``; an arrow both ways is drawn as one."""
    kind: type[Enum] = type(next(iter(table)))
    states = list(kind)
    lines = []
    for state in states:
        fill = "" if table[state] else ', fillcolor="#eeeeee"'
        label = str(state.value).replace("_", " ")
        lines.append(f'    "{state.value}" [label="{label}"{fill}];')
    for place, source in enumerate(states):
        for other in range(len(states)):
            target = states[other]
            if target not in table[source]:
                continue
            if source in table[target]:
                if other > place:
                    lines.append(f'    "{source.value}" -> "{target.value}" [dir=both];')
            else:
                lines.append(f'    "{source.value}" -> "{target.value}";')
    return HEAD + "\n".join(lines) + "\n}\n"


def main() -> None:
    """Draw all of them beside this file."""
    for name, table in TABLES.items():
        subprocess.run(  # noqa: S603  # nothing of it comes from outside
            ["dot", "-Tsvg", "-o", HERE / f"{name}.svg"],  # noqa: S607  # wherever it is installed
            input=graph(table),
            text=True,
            check=True,
        )


if __name__ == "__main__":
    main()
