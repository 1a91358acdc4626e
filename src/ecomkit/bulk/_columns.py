"""Columns: what is read of a mapping of arrays, each checked once, with the row that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, final

import attrs

from ecomkit.bulk._arrays import Array, Floats, Integers, Truths, np
from ecomkit.errors import FieldError

__all__ = ["ColumnError", "Columns"]


@final
@attrs.frozen(kw_only=True)
class ColumnError(FieldError):
    """
    One column is wrong: it is missing, of another shape or type, or one of its rows is.

    ``field`` names the column, ``row`` the first row that is wrong; None where all are.

    >>> print(ColumnError(owner="columns", field="sd_per_day", got=-1.0, wanted="0 or more", row=7))
    columns.sd_per_day must be 0 or more, got -1.0 in row 7
    """

    row: int | None = None

    @property
    def message(self) -> str:
        """The column, what it must be, what was got, and in which row."""
        where = "" if self.row is None else f" in row {self.row}"
        return f"{super().message}{where}"


@final
@attrs.frozen(kw_only=True)
class Columns:
    """
    The arrays of a mapping, all of one length; a single number stands for a column of it.

    Rows are read a block at a time and checked as they are read.
    """

    owner: str
    arrays: Mapping[str, Array]
    rows: int

    @classmethod
    def of(cls, columns: Mapping[str, Any], *, owner: str) -> Self:
        """
        Return the columns, without a copy of what is an array already.

        Raises:
            ColumnError: If a column is no flat array, or they differ in length.
        """
        if not isinstance(columns, Mapping):
            raise FieldError(
                owner=owner, field="columns", got=type(columns), wanted="a mapping of arrays"
            )
        arrays: dict[str, Array] = {}
        rows: int | None = None
        for name, given in columns.items():
            array = _flat(given, owner=owner, name=name)
            arrays[name] = array
            if array.ndim:
                rows = len(array) if rows is None else rows
                if len(array) != rows:
                    wanted = f"as long as the columns before it ({rows} rows)"
                    raise ColumnError(
                        owner=owner, field=name, got=f"{len(array)} rows", wanted=wanted
                    )
        if rows is None:
            raise FieldError(
                owner=owner, field="columns", got=list(arrays), wanted="at least one array"
            )
        return cls(owner=owner, arrays=arrays, rows=rows)

    def __contains__(self, name: str) -> bool:
        return name in self.arrays

    def need(self, *names: str) -> None:
        """
        Return nothing if all the *names* are there.

        Raises:
            ColumnError: If one is not.
        """
        for name in names:
            if name not in self.arrays:
                raise ColumnError(
                    owner=self.owner, field=name, got=sorted(self.arrays), wanted="a column"
                )

    def numbers(self, name: str, block: slice, *, least: float = 0, most: float) -> Floats:
        """
        Return a block of floats from *least* to *most*; 0 where there is no such column.

        Raises:
            ColumnError: If a row is out of these bounds, or the column holds no numbers.
        """
        part = self._part(name, block, kinds="iuf", wanted="an array of numbers")
        # What is too large for a float of 64 bits becomes infinite, and is refused as that.
        with np.errstate(over="ignore"):
            values = np.asarray(part, dtype=np.float64)
        # A NaN anywhere makes both ends NaN, and fails the comparison.
        if name in self.arrays and not (values.min() >= least and values.max() <= most):
            good = (values >= least) & (values <= most)
            raise self._first_fault(name, block, good=good, wanted=f"from {least} to {most}")
        return values

    def shares(self, name: str, block: slice) -> Floats:
        """
        Return a block of floats above 0 and below 1.

        Raises:
            ColumnError: If a row is none of these.
        """
        part = self._part(name, block, kinds="f", wanted="an array of floats")
        values = np.asarray(part, dtype=np.float64)
        if not (values.min() > 0 and values.max() < 1):
            raise self._first_fault(
                name, block, good=(values > 0) & (values < 1), wanted="above 0 and below 1"
            )
        return values

    def whole(self, name: str, block: slice, *, least: int = 0, most: int) -> Integers:
        """
        Return a block of whole numbers from *least* to *most*; 0 where there is no such column.

        Raises:
            ColumnError: If a row is out of these bounds, or the column holds no whole numbers.
        """
        part = self._part(name, block, kinds="iu", wanted="an array of whole numbers")
        if not (least <= int(part.min()) and int(part.max()) <= most):
            wanted = f"from {least} to {most}"
            raise self._first_fault(
                name, block, good=(part >= least) & (part <= most), wanted=wanted
            )
        return np.asarray(part, dtype=np.int64)

    def _part(self, name: str, block: slice, *, kinds: str, wanted: str) -> Array:
        array = self.arrays.get(name)
        if array is None:
            return np.zeros(1, dtype=np.int64)
        if array.dtype.kind not in kinds:
            raise ColumnError(owner=self.owner, field=name, got=array.dtype.name, wanted=wanted)
        # One number alone becomes a column of one row, which goes with blocks of any length.
        return array[block] if array.ndim else array.reshape(1)

    def _first_fault(self, name: str, block: slice, *, good: Truths, wanted: str) -> ColumnError:
        place = int(np.flatnonzero(~good)[0])
        array = self.arrays[name]
        return ColumnError(
            owner=self.owner,
            field=name,
            got=(array[block][place] if array.ndim else array).item(),
            wanted=wanted,
            row=block.start + place if array.ndim else None,
        )


def _flat(given: Any, *, owner: str, name: str) -> Array:
    # A masked array would lose its mask without a word.
    if isinstance(given, np.ma.MaskedArray):
        raise ColumnError(
            owner=owner, field=name, got=type(given).__name__, wanted="an array without a mask"
        )
    try:
        array = np.asarray(given)
    except (TypeError, ValueError, OverflowError) as error:
        raise ColumnError(
            owner=owner, field=name, got=type(given).__name__, wanted="a flat array"
        ) from error
    if array.ndim > 1:
        raise ColumnError(
            owner=owner, field=name, got=f"{array.ndim} dimensions", wanted="a flat array"
        )
    return array
