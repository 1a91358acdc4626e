"""What an account at a channel is and may do: its places, and a check of its settings."""

from __future__ import annotations

import enum
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, is_text
from ecomkit.identifiers import ChannelId

__all__ = ["AccountReport", "ChannelLocation", "Finding", "Health"]


@final
@attrs.frozen(kw_only=True)
class ChannelLocation:
    """A place at which a channel counts stock, as the channel names it."""

    id: str = attrs.field(validator=is_text)
    name: str = attrs.field(validator=is_text)
    is_active: bool = attrs.field(default=True, validator=is_a(bool))


class Health(enum.Enum):
    """How one point of an account's check came out."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@final
@attrs.frozen(kw_only=True)
class Finding:
    """
    One point of a check, and what to do about it where it is not good.

    >>> Finding(subject="scope write_inventory", health=Health.BAD, text="grant it").explain()
    'bad: scope write_inventory: grant it'
    """

    subject: str = attrs.field(validator=is_text)
    health: Health = attrs.field(validator=is_a(Health))
    text: str = attrs.field(default="", validator=is_text)

    def explain(self) -> str:
        """Say how the point came out."""
        return ": ".join(part for part in (self.health.value, self.subject, self.text) if part)


@final
@attrs.frozen(kw_only=True)
class AccountReport:
    """
    What an account may really do: credentials, scopes and settings, point by point.

    >>> report = AccountReport(channel=ChannelId("etsy"), findings=[
    ...     Finding(subject="credentials", health=Health.GOOD),
    ...     Finding(subject="currency", health=Health.BAD, text="it is USD, the client has EUR"),
    ... ])
    >>> print(report.explain())
    etsy is not ready
    good: credentials
    bad: currency: it is USD, the client has EUR
    """

    channel: ChannelId = attrs.field(validator=is_a(ChannelId))
    findings: tuple[Finding, ...] = attrs.field(converter=as_tuple, validator=each(Finding))

    @property
    def is_ready(self) -> bool:
        """Whether nothing is bad."""
        return all(finding.health is not Health.BAD for finding in self.findings)

    def explain(self) -> str:
        """Say whether the account is ready, and each point."""
        head = f"{self.channel} is {'ready' if self.is_ready else 'not ready'}"
        return "\n".join([head, *(finding.explain() for finding in self.findings)])
