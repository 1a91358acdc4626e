"""What a caller can set for one request or for all of a client's."""

from __future__ import annotations

from typing import Any, final

import attrs

from ecomkit._checks import above_zero, refuse

__all__ = ["Options"]

SECONDS_MAX = 86_400
MEBIBYTE = 1 << 20


def _seconds(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if (
        not isinstance(value, (int, float))
        or isinstance(value, bool)
        or not 0 < value <= SECONDS_MAX
    ):
        raise refuse(
            instance, attribute.name, value, f"seconds, above 0 and up to {SECONDS_MAX:,}"
        )


@final
@attrs.frozen(kw_only=True)
class Options:
    """
    How long, how often and how much.

    Args:
        deadline_seconds: For one request with all its attempts and waits. A wait that would go
            beyond it is not begun.
        attempts_max: How often one request may be sent.
        connect_seconds: For one connection, and for a free one among those open.
        read_seconds: For the next bytes of an answer, and for ours to be taken.
        wire_bytes_max: Of a reply's body as it is sent.
        body_bytes_max: Of a reply's body once it is unpacked.
        cost: What the request takes out of the allowance, for systems that count in points.

    >>> import attrs
    >>> attrs.evolve(Options(), deadline_seconds=5).attempts_max
    4
    """

    deadline_seconds: float = attrs.field(default=60, validator=_seconds)
    attempts_max: int = attrs.field(default=4, validator=above_zero)
    connect_seconds: float = attrs.field(default=5, validator=_seconds)
    read_seconds: float = attrs.field(default=30, validator=_seconds)
    wire_bytes_max: int = attrs.field(default=32 * MEBIBYTE, validator=above_zero)
    body_bytes_max: int = attrs.field(default=64 * MEBIBYTE, validator=above_zero)
    cost: int = attrs.field(default=1, validator=above_zero)
