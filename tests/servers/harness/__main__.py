"""
Start a server by hand, from tests/servers: ``python -m harness vendure``.

It prints where the server is and what is for sale there, and runs until Ctrl-C. ``prepare`` installs
what is not there yet, starts each server once and says in a line each how that went.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from contextlib import ExitStack

from ._postgres import postgres_cluster
from ._process import UnavailableError
from ._servers import SERVERS


def stay(name: str, *, products: int) -> None:
    """Run one server with some products until Ctrl-C."""
    with ExitStack() as stack:
        cluster = stack.enter_context(postgres_cluster())
        server = stack.enter_context(SERVERS[name].start(cluster))
        shop = stack.enter_context(SERVERS[name].open(server))
        listings = {}
        for number in range(1, products + 1):
            sku = f"TEA-{number}"
            listings[sku] = shop.put_up(sku, quantity=50)
        print(json.dumps({**shop.facts(), "listings": listings}, indent=2), flush=True)
        signal.pause()


def prepare() -> None:
    """Say of each server whether it can run here."""
    for name, server in SERVERS.items():
        try:
            with postgres_cluster() as cluster, server.start(cluster) as running:
                print(
                    f"{name} {running.version} on PostgreSQL {cluster.version}:"
                    f" answers after {running.seconds:.1f} s",
                    flush=True,
                )
        except UnavailableError as error:
            print(f"{name}: its tests are skipped, {error}", flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m harness", description=__doc__)
    parser.add_argument("command", choices=[*SERVERS, "prepare"])
    parser.add_argument("--products", type=int, default=3)
    options = parser.parse_args()
    if options.command == "prepare":
        prepare()
        return
    try:
        stay(options.command, products=options.products)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
