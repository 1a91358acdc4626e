"""Tables of states: from which state an axis can go to which."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["diagram"]

State = TypeVar("State", bound=Enum)


def diagram(transitions: Mapping[State, frozenset[State]]) -> str:
    """
    Return a table of states as a Mermaid state diagram, states in the order of their enum.

    >>> from ecomkit.orders import RETURN_TRANSITIONS
    >>> print(diagram(RETURN_TRANSITIONS))
    stateDiagram-v2
        none --> partial
        none --> returned
        partial --> none
        partial --> returned
        returned --> none
        returned --> partial
    """
    arrows = [
        f"    {source.value} --> {target.value}"
        for source in type(next(iter(transitions)))
        for target in type(source)
        if target in transitions[source]
    ]
    return "\n".join(["stateDiagram-v2", *arrows])
