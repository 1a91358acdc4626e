"""Setting, adjusting and activating stock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ecomkit.testing.fakes._graphql import Asked, GraphQLError
from ecomkit.testing.fakes.shopify._goods_fields import show_item, show_level, show_location
from ecomkit.testing.fakes.shopify._idempotency import once
from ecomkit.testing.fakes.shopify._state import Level
from ecomkit.testing.fakes.shopify._store import Store
from ecomkit.testing.fakes.shopify._wire import gid, instant, number_of, user_error

__all__ = ["activate", "adjust_quantities", "set_quantities"]

ROWS_MAX = 250
QUANTITY_MAX = 1_000_000_000
REASONS = frozenset(
    [
        "correction",
        "cycle_count_available",
        "damaged",
        "movement_canceled",
        "movement_created",
        "movement_received",
        "movement_updated",
        "other",
        "promotion",
        "quality_control",
        "received",
        "reservation_created",
        "reservation_deleted",
        "reservation_updated",
        "restock",
        "safety_stock",
        "shrinkage",
    ]
)
_URI = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_SET = "InventorySetQuantitiesUserError"
_ADJUST = "InventoryAdjustQuantitiesUserError"

Change = tuple[Level, int]


def set_quantities(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    """Set absolute quantities, all or none."""
    return once(
        asked,
        store=store,
        act=lambda: _moved(store, given=asked["input"], rows="quantities", kind=_SET),
        empty=_payload("InventorySetQuantitiesPayload"),
        errors=_SET,
    )


def adjust_quantities(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    """Adjust quantities by differences, all or none."""
    return once(
        asked,
        store=store,
        act=lambda: _moved(store, given=asked["input"], rows="changes", kind=_ADJUST),
        empty=_payload("InventoryAdjustQuantitiesPayload"),
        errors=_ADJUST,
    )


def _payload(
    kind: str, *, group: Mapping[str, Any] | None = None, errors: Sequence[Any] = ()
) -> Mapping[str, Any]:
    return {"__typename": kind, "inventoryAdjustmentGroup": group, "userErrors": list(errors)}


def _moved(store: Store, *, given: Mapping[str, Any], rows: str, kind: str) -> Mapping[str, Any]:
    listed = given[rows]
    if len(listed) > ROWS_MAX:
        raise GraphQLError(
            f"The input array size of {len(listed)} is greater than the maximum allowed of "
            f"{ROWS_MAX}.",
            code="MAX_INPUT_SIZE_EXCEEDED",
            whole=True,
        )
    errors = _faults_of_all(given, rows=rows, kind=kind)
    changes: list[Change] = []
    for place, row in enumerate(listed):
        found = _change(store, row=row, name=given["name"], path=(rows, str(place)), kind=kind)
        if isinstance(found, dict):
            errors.append(found)
        else:
            changes.append(found)
    payload = kind.replace("UserError", "Payload")
    if errors:
        return _payload(payload, errors=errors)
    moved = [(level, delta) for level, delta in changes if delta]
    for level, delta in moved:
        level.available += delta
        store.moved(level)
    return _payload(payload, group=_group(store, given=given, moved=moved) if moved else None)


def _faults_of_all(given: Mapping[str, Any], *, rows: str, kind: str) -> list[dict[str, Any]]:
    errors = []
    if given["name"] not in {"available", "on_hand"} or (
        rows == "changes" and given["name"] == "on_hand"
    ):
        code = "INVALID_NAME" if kind == _SET else "INVALID_QUANTITY_NAME"
        errors.append(
            user_error(
                "input", "name", message="The quantity name is invalid.", kind=kind, code=code
            )
        )
    if given["reason"] not in REASONS:
        errors.append(
            user_error(
                "input",
                "reason",
                message="The specified reason is invalid.",
                kind=kind,
                code="INVALID_REASON",
            )
        )
    document = given.get("referenceDocumentUri")
    if document is not None and not _URI.fullmatch(document):
        errors.append(
            user_error(
                "input",
                "referenceDocumentUri",
                message="The specified reference document is invalid.",
                kind=kind,
                code="INVALID_REFERENCE_DOCUMENT",
            )
        )
    pairs = [(row["inventoryItemId"], row["locationId"]) for row in given[rows]]
    errors.extend(
        user_error(
            "input",
            rows,
            str(place),
            message="The inventory item and location pair is there twice.",
            kind=kind,
            code="NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
        )
        for place, pair in enumerate(pairs)
        if kind == _SET and pair in pairs[:place]
    )
    return errors


def _change(
    store: Store, *, row: Mapping[str, Any], name: str, path: tuple[str, str], kind: str
) -> Change | dict[str, Any]:
    """Return the level and how much its available units change, or what is wrong."""

    def wrong(field: str, message: str, code: str) -> dict[str, Any]:
        return user_error("input", *path, field, message=message, kind=kind, code=code)

    item = store.items.get(number_of(row["inventoryItemId"], "InventoryItem") or 0)
    if item is None:
        return wrong(
            "inventoryItemId",
            "The specified inventory item could not be found.",
            "INVALID_INVENTORY_ITEM",
        )
    location = store.locations.get(number_of(row["locationId"], "Location") or 0)
    if location is None:
        return wrong(
            "locationId", "The specified location could not be found.", "INVALID_LOCATION"
        )
    level = item.levels.get(location.id)
    if level is None:
        return wrong(
            "locationId",
            "The specified inventory item is not stocked at the location.",
            # The schema has no word of its own for it; the vendor's message does.
            "INVALID_LOCATION" if kind == _ADJUST else "INVALID_INVENTORY_ITEM",
        )
    if not item.tracked:
        return wrong(
            "inventoryItemId",
            "The specified inventory item is not allowed to be adjusted.",
            "NON_MUTABLE_INVENTORY_ITEM",
        )
    now = level.quantity(name) or 0
    if "changeFromQuantity" not in row:
        return wrong(
            "changeFromQuantity",
            "The quantity to change from must be given; null opts out.",
            "COMPARE_QUANTITY_REQUIRED" if kind == _SET else "ADJUST_QUANTITIES_FAILED",
        )
    expected = row["changeFromQuantity"]
    if expected is not None and expected != now:
        return wrong(
            "changeFromQuantity",
            "The changeFromQuantity argument no longer matches the persisted quantity.",
            "CHANGE_FROM_QUANTITY_STALE",
        )
    wanted = row["quantity"] if kind == _SET else now + row["delta"]
    field = "quantity" if kind == _SET else "delta"
    if wanted > QUANTITY_MAX:
        return wrong(field, "The quantity is too high.", "INVALID_QUANTITY_TOO_HIGH")
    if wanted < -QUANTITY_MAX:
        return wrong(field, "The quantity is too low.", "INVALID_QUANTITY_TOO_LOW")
    return level, wanted - now


def _group(store: Store, *, given: Mapping[str, Any], moved: Sequence[Change]) -> dict[str, Any]:
    changes = [
        {
            "__typename": "InventoryChange",
            "name": name,
            "delta": delta,
            "quantityAfterChange": None,
            "ledgerDocumentUri": None,
            "item": show_item(store.items[level.item]),
            "location": show_location(level.location),
        }
        for level, delta in moved
        for name in ("available", "on_hand")
    ]
    return {
        "__typename": "InventoryAdjustmentGroup",
        "__interfaces": ("Node",),
        "id": gid("InventoryAdjustmentGroup", store.next_id()),
        "createdAt": instant(store.now()),
        "reason": given["reason"],
        "referenceDocumentUri": given.get("referenceDocumentUri"),
        "app": None,
        "staffMember": None,
        "changes": changes,
    }


def activate(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    """Begin to keep an item's stock at a location."""
    item = store.items.get(number_of(asked["inventoryItemId"], "InventoryItem") or 0)
    location = store.locations.get(number_of(asked["locationId"], "Location") or 0)
    errors = []
    if item is None:
        errors.append(user_error("inventoryItemId", message="The inventory item does not exist."))
    if location is None:
        errors.append(user_error("locationId", message="The location does not exist."))
    level = None
    if item is not None and location is not None:
        level = item.levels.get(location.id)
        given = asked["available"]
        if level is not None and given is not None and given != level.available:
            errors.append(
                user_error(
                    "available",
                    message="Not allowed to set available quantity when the item is already "
                    "active at the location.",
                )
            )
        elif level is None:
            level = Level(item=item.item, location=location, at=store.now(), available=given or 0)
            item.levels[location.id] = level
            store.moved(level)
    shown = None if errors or item is None or level is None else show_level((item, level))
    return {
        "__typename": "InventoryActivatePayload",
        "inventoryLevel": shown,
        "userErrors": errors,
    }
