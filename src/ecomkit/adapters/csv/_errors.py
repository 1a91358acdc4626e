"""What can be wrong with a file as a whole."""

from __future__ import annotations

import attrs

from ecomkit.errors import AttentionError

__all__ = ["CsvFileError"]


@attrs.frozen(kw_only=True)
class CsvFileError(AttentionError):
    """
    Raised when a file cannot be read or written as a sheet: a person has to look at it.

    >>> print(CsvFileError(document="ventes.csv", faults=("row 7, column Prix: blank",)))
    ventes.csv: row 7, column Prix: blank; mend the file or the mapping
    """

    document: str
    faults: tuple[str, ...]

    @property
    def message(self) -> str:
        """The file, what is wrong in it and where, and what to do."""
        return f"{self.document}: {'; '.join(self.faults)}; mend the file or the mapping"
