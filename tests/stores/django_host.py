"""
A Django application that promises stock in its own transactions; run in a process of its own.

``python django_host.py sqlite PATH`` or ``postgresql DSN FOLDER USER NAME``: prints what lies in both
tables after a transaction that was rolled back, and after one that was committed.
"""

import sys
from datetime import UTC, datetime

import django
from django.conf import settings

kind, address, *where = sys.argv[1:]
database = {"ENGINE": f"django.db.backends.{kind}", "NAME": address}
if where:
    database.update(zip(("HOST", "USER", "NAME"), where, strict=True))
settings.configure(USE_TZ=True, DATABASES={"default": database}, INSTALLED_APPS=[])
django.setup()

from django.db import connection, transaction  # noqa: E402 - after the set-up

from ecomkit import CommandKey, PostgresStore, Sku, SqliteStore  # noqa: E402
from ecomkit.operations import Settings, execute  # noqa: E402
from ecomkit.stock import Count  # noqa: E402

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
store = SqliteStore(":memory:") if kind == "sqlite3" else PostgresStore(address)


class UndoneError(Exception):
    """What the application rolls back with."""


def checkout(error: type[Exception] | None) -> None:
    """Write an order and a count in one transaction of Django's; raise *error* in the end."""
    count = Count(key=CommandKey("c-1"), sku=Sku("A"), counted=7)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO checkout VALUES (1)")
        with store.join(connection.connection) as tx:
            execute(tx, [count], now=NOW, settings=Settings())
        if error is not None:
            raise error


def show() -> None:
    """Print how many orders there are, and the units by level."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM checkout")
            [orders] = cursor.fetchone()
        with store.join(connection.connection) as tx:
            units = [level.sellable for level in tx.all_levels()]
    sys.stdout.write(f"{orders} {units}\n")


with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE checkout (id INTEGER)")
try:
    checkout(UndoneError)
except UndoneError:
    show()
checkout(None)
show()
connection.close()
store.close()
