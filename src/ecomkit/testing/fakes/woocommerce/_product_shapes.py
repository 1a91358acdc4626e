"""The documents of products and variations."""

from __future__ import annotations

from typing import Any

from ecomkit.testing.fakes.woocommerce._shapes import SYMBOLS, instants, links, meta_rows
from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._values import Product

__all__ = ["product_document", "product_row", "variation_document"]


def _shared(shop: Shop, product: Product) -> dict[str, Any]:
    price = "" if product.price is None else shop.money(product.price)
    keeper = shop.keeper(product)
    sale = dict.fromkeys(
        (
            "date_on_sale_from",
            "date_on_sale_from_gmt",
            "date_on_sale_to",
            "date_on_sale_to_gmt",
        )
    )
    return {
        "id": product.id,
        "type": product.kind,
        "status": product.status,
        **instants(shop, created=product.created, modified=product.modified),
        "description": "",
        "sku": product.sku,
        "global_unique_id": product.gtin,
        "price": price,
        "regular_price": price,
        "sale_price": "",
        **sale,
        "on_sale": False,
        "purchasable": product.price is not None,
        "virtual": False,
        "downloadable": False,
        "downloads": [],
        "download_limit": -1,
        "download_expiry": -1,
        "tax_status": "taxable",
        "tax_class": "",
        "manage_stock": product.managed,
        "stock_quantity": keeper.quantity if keeper else None,
        "stock_status": keeper.stock_status if keeper else product.stock_status,
        "backorders": product.backorders,
        "backorders_allowed": product.backorders != "no",
        "backordered": product.backorders != "no" and bool(keeper and (keeper.quantity or 0) < 0),
        "low_stock_amount": None,
        "weight": "",
        "dimensions": {"length": "", "width": "", "height": ""},
        "shipping_class": "",
        "shipping_class_id": 0,
        "attributes": [dict(each) for each in product.attributes],
        "menu_order": 0,
        "meta_data": meta_rows(product.meta, displayed=False),
        "parent_id": product.parent_id,
    }


def product_document(shop: Shop, product: Product) -> dict[str, Any]:
    """Return a product on its own."""
    document = product_row(shop, product)
    return document | {
        "permalink_template": f"{shop.base}/product/%pagename%/",
        "generated_slug": document["slug"],
    }


def product_row(shop: Shop, product: Product) -> dict[str, Any]:
    """Return a product as lists show it; a variation too, where it is found by its SKU."""
    parent = shop.products.get(product.parent_id)
    name = f"{parent.name} - {product.option}" if parent else product.name
    slug = product.slug or _slug(name)
    symbol = SYMBOLS.get(shop.currency.value, shop.currency.value)
    document = _shared(shop, product)
    categories = [{"id": 15, "name": "Uncategorized", "slug": "uncategorized"}]
    return document | {
        "name": name,
        "slug": slug,
        "permalink": f"{shop.base}/product/{slug}/",
        "featured": False,
        "catalog_visibility": "visible",
        "short_description": "",
        # A text for variations and a number for products, as the shop has it.
        "total_sales": "0" if parent else 0,
        "external_url": "",
        "button_text": "",
        "sold_individually": False,
        "shipping_required": True,
        "shipping_taxable": True,
        "reviews_allowed": parent is None,
        "average_rating": "0.00",
        "rating_count": 0,
        "upsell_ids": [],
        "cross_sell_ids": [],
        "purchase_note": "",
        "categories": [] if parent else categories,
        "brands": [],
        "tags": [],
        "images": [],
        "default_attributes": [],
        "variations": [each.id for each in shop.variations(product)],
        "grouped_products": [],
        "price_html": document["price"] and f"<span>{symbol}{document['price']}</span>",
        "related_ids": [],
        "has_options": product.kind == "variable",
        "post_password": "",
        "_links": links(
            shop,
            f"/products/{product.id}",
            up=f"/products/{product.parent_id}" if parent else None,
        ),
    }


def variation_document(shop: Shop, product: Product) -> dict[str, Any]:
    """Return a variation, as the list of its product shows it."""
    parent = shop.products[product.parent_id]
    return _shared(shop, product) | {
        "permalink": f"{shop.base}/product/{parent.slug}/?variation={product.id}",
        "tax_class": "parent",
        "image": None,
        "gallery_image_ids": [],
        "name": product.option,
        "_links": links(
            shop,
            f"/products/{parent.id}/variations/{product.id}",
            up=f"/products/{parent.id}",
        ),
    }


def _slug(name: str) -> str:
    return "-".join(name.lower().split())
