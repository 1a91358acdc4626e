"""One TLS context for the whole process: to make one costs a hundred times a request."""

from __future__ import annotations

import functools
import ssl

import httpx

__all__ = ["tls_context"]


@functools.cache
def tls_context() -> ssl.SSLContext:
    """
    Return the context that every session shares: certificates and names are checked, TLS 1.2 up.

    There is no way to turn the checks off. The environment is not asked, so that a variable of
    the host's cannot name other authorities.

    >>> tls_context() is tls_context(), tls_context().check_hostname
    (True, True)
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
