"""Tokens of public applications: they end after an hour, and the one that renews them is replaced."""

from __future__ import annotations

from ecomkit.adapters.http import (
    Grant,
    HeaderCredential,
    OAuth2,
    RenewedCredentials,
)
from ecomkit.adapters.shopify._base import TOKEN_HEADER
from ecomkit.ports import Secret, TokenStore

__all__ = ["expiring_token"]


def expiring_token(
    shop: str,
    *,
    client_id: str,
    client_secret: Secret,
    store: TokenStore,
    grant: Grant = Grant.REFRESH_TOKEN,
    account: str | None = None,
) -> RenewedCredentials:
    """
    Return credentials that renew a shop's offline token before it ends.

    Args:
        shop: ``name.myshopify.com``.
        client_id: Of the application.
        client_secret: Of the application.
        store: Keeps the tokens; the first pair comes from the installation, and is saved there.
        grant: ``CLIENT_CREDENTIALS`` for an application of the merchant's own, which needs no
            refresh token.
        account: Under which name the store keeps them; ``shopify/`` and the shop unless given.

    .. code-block:: python

        token = expiring_token("corner.myshopify.com", client_id=..., client_secret=...,
                               store=MemoryTokenStore())
        shop = Shopify(ChannelId("corner"), shop="corner.myshopify.com", token=token, location="1")
    """
    return RenewedCredentials(
        account=f"shopify/{shop}" if account is None else account,
        store=store,
        renew=OAuth2(
            token_url=f"https://{shop}/admin/oauth/access_token",
            client_id=client_id,
            client_secret=client_secret,
            grant=grant,
        ),
        present=lambda tokens: (HeaderCredential(TOKEN_HEADER, tokens.access),),
    )
