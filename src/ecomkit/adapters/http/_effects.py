"""Outward effects: applied, refused or unknown, and unknown is read back, never sent again."""

from __future__ import annotations

from collections.abc import Callable

from ecomkit.adapters.http._errors import NotSentError, RequestRefusedError
from ecomkit.adapters.http._flow import Flow
from ecomkit.channels import (
    Applied,
    ChannelAnswerError,
    ChannelUnavailableError,
    Effect,
    Rejected,
    Unknown,
)
from ecomkit.errors import AttentionError, TransientError

__all__ = ["settled"]


def settled(push: Flow[Effect], *, read_back: Callable[[], Flow[Effect]]) -> Flow[Effect]:
    """
    Run *push* and return what became of it; where nobody knows, look.

    What the system refused is ``Rejected``. Where the answer was lost or made no sense, the
    effect is read back once: found, it is ``Applied``; not found, it stays ``Unknown``, since it
    may still be on its way, and whoever keeps the intent reads back again later. What surely did
    nothing (too many calls, no connection, refused credentials) is raised: the intent stands.

    .. code-block:: python

        @flow
        def push_fulfilment(self, fulfilment: Fulfilment) -> Flow[Effect]:
            return (yield from settled(
                self._push(fulfilment), read_back=lambda: self._read(fulfilment)
            ))
    """
    try:
        return (yield from push)
    except RequestRefusedError as error:
        return Rejected(reason=error.message)
    except NotSentError:
        raise
    except (ChannelUnavailableError, ChannelAnswerError) as error:
        reason = error.message
    try:
        found = yield from read_back()
    except (TransientError, AttentionError, RequestRefusedError):
        return Unknown(reason=reason)
    return found if isinstance(found, Applied) else Unknown(reason=reason)
