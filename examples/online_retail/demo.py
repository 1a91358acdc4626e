"""
A year of a real shop, replayed through ecomkit: python examples/online_retail/demo.py.

By default about one product in thirty, in less than a minute; --whole-year takes them all. The
books are kept in demo-output/shop.db, and report.html beside it is for reading. A run that was
stopped, even by kill -9, goes on with --resume and ends with the same books. With --channels the
channels are WooCommerce, Shopify and Vendure over HTTP, played by fakes on this machine.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Run as a script, the folder above the package is not on the path.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from online_retail._run import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
