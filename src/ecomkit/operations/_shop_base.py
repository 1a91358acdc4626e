"""What all operations of a shop share: the store, the channels, the settings, the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

import attrs

from ecomkit.catalog import Catalog
from ecomkit.channels import Channel
from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import (
    ChannelId,
)
from ecomkit.operations._clock import SystemClock
from ecomkit.operations._settings import Settings
from ecomkit.ports import Clock, Store

__all__ = ["ShopBase", "UnknownChannelError"]


@attrs.frozen(kw_only=True)
class UnknownChannelError(InputError):
    """
    Raised when a channel is named that the shop was not given, or was given twice.

    >>> print(UnknownChannelError(channel=ChannelId("etsy"), known=(ChannelId("shop"),)))
    'etsy' is not one channel of this shop; it has shop
    """

    channel: ChannelId
    known: tuple[ChannelId, ...]

    @property
    def message(self) -> str:
        """The channel, and those there are."""
        names = ", ".join(self.known) or "none"
        return f"{str(self.channel)!r} is not one channel of this shop; it has {names}"


class ShopBase:
    """The parts that a shop is made of."""

    def __init__(
        self,
        *,
        store: Store,
        channels: Iterable[Channel] = (),
        catalog: Catalog | None = None,
        settings: Settings | None = None,
        clock: Clock | None = None,
        workers: int = 1,
        holder: str = "main",
    ) -> None:
        if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
            raise FieldError(owner="Shop", field="workers", got=workers, wanted="1 or more")
        self._store = store
        self._workers = workers
        self._holder = holder
        self._channels = tuple(channels)
        self._catalog = Catalog() if catalog is None else catalog
        self._settings = Settings() if settings is None else settings
        self._clock = SystemClock() if clock is None else clock
        names = self._names()
        for name in names:
            if names.count(name) > 1:
                raise UnknownChannelError(channel=name, known=names)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; closing twice is no error."""
        self._store.close()

    @property
    def store(self) -> Store:
        """Where the books are kept."""
        return self._store

    @property
    def settings(self) -> Settings:
        """The merchant's choices."""
        return self._settings

    def _names(self) -> tuple[ChannelId, ...]:
        return tuple(channel.channel for channel in self._channels)

    def _channel(self, name: ChannelId) -> Channel:
        for channel in self._channels:
            if channel.channel == name:
                return channel
        raise UnknownChannelError(channel=name, known=self._names())

    def _now(self) -> datetime:
        return self._clock.now()
