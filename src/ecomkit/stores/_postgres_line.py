"""A connection to PostgreSQL that lasts: made when it is wanted, and anew when it was lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct

import psycopg
from psycopg import adapt, pq
from psycopg.abc import Buffer
from psycopg.rows import tuple_row

from ecomkit.errors import FieldError
from ecomkit.ports import StoreFailedError, StoreLostError
from ecomkit.stores._postgres_statements import Row
from ecomkit.stores._sqlite import Durability

__all__ = ["Line", "UtcLoader", "said", "settings"]

INSTANT_0 = datetime(2000, 1, 1, tzinfo=UTC)
INT64 = Struct("!q")


class UtcLoader(adapt.Loader):
    """Reads instants in UTC, whatever zone the session is in."""

    format = pq.Format.BINARY

    def load(self, data: Buffer) -> datetime:
        return INSTANT_0 + timedelta(microseconds=INT64.unpack(data)[0])


class Line:
    """A connection that is made when it is wanted, and anew when it was lost."""

    def __init__(self, dsn: str, settings: Sequence[tuple[str, str]]) -> None:
        self._dsn = dsn
        self._settings = settings
        self._connection: psycopg.Connection[Row] | None = None
        self._process = 0

    def connection(self) -> psycopg.Connection[Row]:
        """
        Return the connection, open.

        Raises:
            StoreLostError: If the database cannot be reached.
        """
        # A child process must not speak on its parent's connection.
        if self._connection is None or self._connection.closed or self._process != os.getpid():
            try:
                self._connection = self._connect()
            except psycopg.Error as error:
                raise StoreLostError(why=said(error)) from error
            self._process = os.getpid()
        return self._connection

    def _connect(self) -> psycopg.Connection[Row]:
        connection: psycopg.Connection[Row] = psycopg.connect(
            self._dsn, autocommit=True, row_factory=tuple_row, client_encoding="UTF8"
        )
        calls = ", ".join(["set_config(%s, %s, false)"] * len(self._settings))
        try:
            connection.adapters.register_loader("timestamptz", UtcLoader)
            connection.prepare_threshold = 0
            connection.execute(
                f"SELECT {calls}".encode(),
                [word for setting in self._settings for word in setting],
                prepare=False,
            )
        except BaseException:
            connection.close()
            raise
        return connection

    def check(self) -> None:
        """
        Refuse what no books can be kept on.

        Raises:
            FieldError: If the address cannot be read, or the database is not one of UTF-8.
            StoreFailedError: If the database cannot be reached or refuses us.
        """
        try:
            connection = self.connection()
        except StoreLostError as error:
            if isinstance(error.__cause__, psycopg.ProgrammingError):
                # The sentence of libpq may repeat a password.
                raise FieldError(
                    owner="PostgresStore",
                    field="dsn",
                    got="a text that libpq cannot read",
                    wanted="a connection string or URI",
                ) from None
            raise StoreFailedError(why=error.why) from error
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise FieldError(
                owner="PostgresStore",
                field="dsn",
                got=encoding,
                wanted="the address of a database with encoding UTF8",
            )

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
        self._connection = None


def settings(durability: Durability, *, busy_seconds: int) -> Sequence[tuple[str, str]]:
    """Return how a session of ours differs from what the server would make of it."""
    return (
        ("synchronous_commit", "on" if durability is Durability.FULL else "off"),
        ("lock_timeout", f"{busy_seconds}s"),
        ("timezone", "UTC"),
        ("search_path", "pg_catalog, pg_temp"),
        # Each statement has one plan, which walks along the indexes: it must not depend on how full
        # the tables were when it was made.
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("jit", "off"),
    )


def said(error: psycopg.Error) -> str:
    """Return what the server said, in one line."""
    return " ".join((error.diag.message_primary or str(error) or type(error).__name__).split())
