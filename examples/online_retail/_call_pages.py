"""The part of the page that says how the channels were called, where they were behind HTTP."""

from __future__ import annotations

from ecomkit.report import Items, Section, Table

from ._story import Story
from ._vendors import served_lines

__all__ = ["call_sections"]


def call_sections(story: Story) -> list[Section]:
    """Return the section on the calls; none where the channels were in memory."""
    if not story.calls:
        return []
    table = Table(
        title="Calls over the whole run",
        headers=["channel", "system", "calls", "of them retries", "virtual seconds waited"],
        rows=[
            (str(one.channel), one.system, one.calls, one.retries, one.waited_seconds)
            for one in story.calls
        ],
    )
    return [
        Section(
            heading="How the channels were called",
            blocks=[Items(items=served_lines(story.assumptions)), table],
        )
    ]
