"""The fake shop keeps orders and refunds as WooCommerce does."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from woocommerce_calls import TEN, ask, got, post, put, refused, shop, sold

from ecomkit.adapters.http import (
    Reply,
)
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes.woocommerce import PartOfOrderError, WooCommerceFake


class TestOrders:
    """Orders, their stock, their states."""

    def test_a_paid_order_takes_its_stock_and_says_so(self) -> None:
        """Each line says what it holds."""
        fake = shop()
        mug = fake.put_up("MUG", quantity=5)
        order = got(fake, f"/orders/{fake.sell([(mug, 2, TEN)])}")
        assert fake.shown(mug) == 3
        assert order["status"] == "processing"
        (held,) = order["line_items"][0]["meta_data"]
        assert (held["key"], held["value"]) == ("_reduced_stock", "2")

    def test_an_order_is_never_refused_for_its_stock(self) -> None:
        """The API sells what is not there."""
        fake = shop()
        mug = fake.put_up("MUG", quantity=7)
        body = {"set_paid": True, "line_items": [{"product_id": int(mug), "quantity": 50}]}
        assert ask(fake, "POST", "/orders", body=body).status == 201
        assert fake.shown(mug) == -43

    def test_an_unpaid_order_holds_nothing_until_it_is_paid(self) -> None:
        """Payment moves it on and takes the stock, once."""
        fake = shop()
        mug = fake.put_up("MUG", quantity=5)
        number = fake.sell([(mug, 2, TEN)], paid=False)
        assert (got(fake, f"/orders/{number}")["status"], fake.shown(mug)) == ("pending", 5)
        assert put(fake, f"/orders/{number}", {"set_paid": True})["status"] == "processing"
        put(fake, f"/orders/{number}", {"status": "completed"})
        assert fake.shown(mug) == 3

    def test_cancelling_puts_back_what_is_still_held(self) -> None:
        """What a refund put back before is not put back again."""
        fake = shop()
        mug = fake.put_up("MUG", quantity=5)
        number = fake.sell([(mug, 2, TEN)])
        line = got(fake, f"/orders/{number}")["line_items"][0]["id"]
        fake.refund(number, {LineId(str(line)): 1}, amount=TEN)
        assert fake.shown(mug) == 4
        assert put(fake, f"/orders/{number}", {"status": "cancelled"})["status"] == "cancelled"
        assert fake.shown(mug) == 5

    def test_a_change_stamps_the_order_and_keeps_its_data(self) -> None:
        """Free data is added by key; the time of completion stays."""
        fake = shop()
        number, _ = sold(fake, 1)
        fake.time.sleep(30)
        for value in ("1Z", "2Z"):
            body = {"status": "completed", "meta_data": [{"key": "_tracking", "value": value}]}
            order = put(fake, f"/orders/{number}", body)
        assert [row["value"] for row in order["meta_data"]] == ["2Z"]
        assert order["date_modified_gmt"] == order["date_completed_gmt"] == "2026-01-05T09:00:30"
        (entry,) = fake.fulfilments(number)
        assert entry["meta"] == {"_tracking": "2Z"}

    def test_the_words_of_plugins_are_known_to_their_shop_alone(self) -> None:
        """A status that no plugin brought is refused."""
        fake = shop(statuses=["awaiting-pickup"])
        number, order = sold(fake, 1, status="awaiting-pickup")
        assert order["status"] == "awaiting-pickup"
        assert len(got(fake, "/orders", status="awaiting-pickup")) == 1
        reply = ask(fake, "PUT", f"/orders/{number}", body={"status": "posted"})
        assert refused(reply) == (400, "rest_invalid_param")

    def test_notes_leave_the_order_as_it_is(self) -> None:
        """They are listed newest first, and the order's time stays."""
        fake = shop()
        number, before = sold(fake, 1)
        fake.time.sleep(30)
        for text in ("packed", "sent"):
            post(fake, f"/orders/{number}/notes", {"note": text, "customer_note": True})
        assert [row["note"] for row in got(fake, f"/orders/{number}/notes")] == ["sent", "packed"]
        assert got(fake, f"/orders/{number}") == before
        first = got(fake, f"/orders/{number}/notes")[1]
        assert got(fake, f"/orders/{number}/notes/{first['id']}") == first
        assert ask(fake, "GET", f"/orders/{number}/notes/999").status == 404
        assert ask(fake, "GET", "/orders/999/notes").status == 404
        assert ask(fake, "POST", f"/orders/{number}/notes", body={"note": ""}).status == 400

    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("GET", "/orders/9", 404, "woocommerce_rest_shop_order_invalid_id"),
            ("PUT", "/orders/9", 400, "woocommerce_rest_shop_order_invalid_id"),
            ("GET", "/orders/9/refunds/1", 404, "woocommerce_rest_invalid_order_id"),
            ("GET", "/products/9", 404, "woocommerce_rest_product_invalid_id"),
            (
                "PUT",
                "/products/9/variations/8",
                400,
                "woocommerce_rest_product_variation_invalid_id",
            ),
            ("GET", "/webhooks/9", 404, "woocommerce_rest_shop_webhook_invalid_id"),
            ("GET", "/orderz", 404, "rest_no_route"),
            ("DELETE", "/products", 404, "rest_no_route"),
        ],
    )
    def test_what_is_not_there_is_refused_in_its_own_words(
        self, method: str, path: str, status: int, code: str
    ) -> None:
        """Each kind has its code."""
        assert refused(ask(shop(), method, path, body={})) == (status, code)

    @pytest.mark.parametrize(
        ("currency", "amount", "text", "price"),
        [
            (Currency.USD, 1999, "19.99", "19.99"),
            (Currency.JPY, 1999, "1999", "1999"),
            (Currency.KWD, 1999, "1.999", "1.999"),
        ],
    )
    def test_money_is_text_with_the_decimals_of_the_shop(
        self, currency: Currency, amount: int, text: str, price: str
    ) -> None:
        """Only the price of a line is a number."""
        fake = shop(currency=currency)
        mug = fake.put_up("MUG")
        reply = ask(fake, "GET", f"/orders/{fake.sell([(mug, 1, Money(amount, currency))])}")
        order = reply.json()
        assert (order["total"], order["line_items"][0]["total"]) == (text, text)
        assert f'"price":{price},' in reply.text().replace(": ", ":")

    def test_tax_is_kept_apart(self) -> None:
        """Totals of lines are without tax; the order's has it."""
        fake = shop(tax_percent=20)
        order = sold(fake, 2)[1]
        assert (order["line_items"][0]["total"], order["total_tax"]) == ("20.00", "4.00")
        assert (order["total"], order["tax_lines"][0]["tax_total"]) == ("24.00", "4.00")

    def test_a_spoilt_order_is_json_and_no_order(self) -> None:
        """It still has its id and its times, so that lists go on."""
        fake = shop()
        number, before = sold(fake, 1)
        fake.spoil(number)
        (order,) = got(fake, "/orders")
        assert order["id"] == before["id"]
        assert order["total"] == "n/a"

    def test_a_batch_of_orders_answers_row_by_row(self) -> None:
        """One is made, one changed, one is not there, one destroyed."""
        fake = shop()
        mug = int(fake.put_up("MUG"))
        first, second = (int(sold(fake, 1)[0]) for _ in range(2))
        answer = post(
            fake,
            "/orders/batch",
            {
                "create": [{"line_items": [{"sku": "MUG", "quantity": 2}]}, {"line_items": [{}]}],
                "update": [{"id": first, "status": "on-hold"}, {"id": 9, "status": "on-hold"}],
                "delete": [second],
            },
        )
        made, lacking = answer["create"]
        assert made["line_items"][0]["product_id"] == mug
        assert lacking["error"]["code"] == "woocommerce_rest_required_product_reference"
        assert [row.get("status") for row in answer["update"]] == ["on-hold", None]
        assert [row["id"] for row in answer["delete"]] == [second]
        assert set(fake.shop.orders) == {first, made["id"]}

    def test_what_is_no_product_is_not_sold(self) -> None:
        """An unknown id or SKU is refused, and so is a line of another order."""
        fake = shop()
        for row in ({"product_id": 9}, {"sku": "NONE"}):
            reply = ask(fake, "POST", "/orders", body={"line_items": [row]})
            assert refused(reply) == (400, "order_item_product_invalid_product_id")
        number, _ = sold(fake, 1)
        body = {"line_items": [{"id": 999, "quantity": 1}]}
        reply = ask(fake, "PUT", f"/orders/{number}", body=body)
        assert refused(reply) == (400, "woocommerce_rest_invalid_item_id")

    def test_fees_and_shipping_are_in_the_total(self) -> None:
        """Beside the goods, each in its own list, taxed like them."""
        fake = shop(tax_percent=10)
        mug = int(fake.put_up("MUG"))
        body = {
            "line_items": [{"product_id": mug, "subtotal": "12.00", "total": "10.00"}],
            "fee_lines": [{"name": "Gift wrap", "total": "2.00"}],
            "shipping_lines": [{"method_id": "flat_rate", "total": "5.00"}],
        }
        order = post(fake, "/orders", body)
        assert (order["fee_lines"][0]["name"], order["fee_lines"][0]["total"]) == (
            "Gift wrap",
            "2.00",
        )
        assert (order["discount_total"], order["shipping_total"]) == ("2.00", "5.00")
        assert (order["total"], order["total_tax"]) == ("18.70", "1.70")
        assert (order["cart_tax"], order["shipping_tax"]) == ("1.20", "0.50")

    def test_a_coupon_takes_its_part_off_each_line(self) -> None:
        """Subtotals stay, totals are less, and the coupon is named."""
        fake = shop()
        mug, cup = fake.put_up("MUG"), fake.put_up("CUP")
        lines = [(mug, 1, TEN), (cup, 2, TEN)]
        number = fake.sell(lines, discount=Money(100, Currency.USD))
        order = got(fake, f"/orders/{number}")
        assert [row["subtotal"] for row in order["line_items"]] == ["10.00", "20.00"]
        assert [row["total"] for row in order["line_items"]] == ["9.67", "19.33"]
        assert (order["discount_total"], order["total"]) == ("1.00", "29.00")
        assert [row["code"] for row in order["coupon_lines"]] == ["welcome"]

    def test_a_trashed_order_is_still_there_by_its_id(self) -> None:
        """It is thrown away once."""
        fake = shop()
        number, _ = sold(fake, 1)
        assert ask(fake, "DELETE", f"/orders/{number}").json()["status"] == "trash"
        assert got(fake, f"/orders/{number}")["status"] == "trash"
        again = ask(fake, "DELETE", f"/orders/{number}")
        assert refused(again) == (410, "woocommerce_rest_already_trashed")

    def test_a_line_is_changed_by_its_id(self) -> None:
        """Its stock follows, and a quantity of 0 takes it out."""
        fake = shop()
        mug, cup = fake.put_up("MUG"), fake.put_up("CUP")
        number = fake.sell([(mug, 2, TEN), (cup, 1, TEN)])
        first, second = (row["id"] for row in got(fake, f"/orders/{number}")["line_items"])
        rows = [{"id": first, "quantity": 3}, {"id": second, "quantity": 0}]
        order = put(fake, f"/orders/{number}", {"line_items": rows})
        assert [row["quantity"] for row in order["line_items"]] == [3]
        assert (fake.shown(mug), fake.shown(cup)) == (4, 7)

    def test_a_part_is_not_shipped_and_is_cancelled_by_a_refund(self) -> None:
        """The shop knows whole orders only."""
        fake = shop()
        number, order = sold(fake, 3)
        line = LineId(str(order["line_items"][0]["id"]))
        with pytest.raises(PartOfOrderError, match="as a whole"):
            fake.ship(number, {line: 1})
        fake.cancel(number, {line: 1})
        assert fake.refunded(number) == TEN
        fake.ship(number, {line: 2})
        assert got(fake, f"/orders/{number}")["status"] == "completed"

    def test_an_order_of_the_past_has_its_own_times_and_name(self) -> None:
        """It is placed and paid then, and a plugin may name it."""
        fake = shop()
        at = datetime(2025, 12, 24, 18, 0, 0, 900_000, tzinfo=UTC)
        number, order = sold(fake, 1, at=at, number="R-77")
        assert (order["number"], str(order["id"])) == ("R-77", number)
        times = {order[f"date_{name}_gmt"] for name in ("created", "modified", "paid")}
        assert times == {"2025-12-24T18:00:00"}


class TestRefunds:
    """Refunds: amounts above zero, lines below, stock put back."""

    def refund(self, fake: WooCommerceFake, number: str, **body: Any) -> Reply:
        """Ask for a refund that is only booked."""
        return ask(fake, "POST", f"/orders/{number}/refunds", body={"api_refund": False, **body})

    def test_a_partial_refund_leaves_the_status(self) -> None:
        """Its lines count below zero and name the line they are of."""
        fake = shop()
        number, order = sold(fake, 2)
        (line,) = order["line_items"]
        rows = [{"id": line["id"], "quantity": 1, "refund_total": 10}]
        refund = self.refund(fake, number, line_items=rows, reason="damaged").json()
        (row,) = refund["line_items"]
        assert (refund["amount"], row["quantity"], row["total"]) == ("10.00", -1, "-10.00")
        assert row["meta_data"][0]["key"] == "_refunded_item_id"
        assert row["meta_data"][0]["value"] == str(line["id"])
        after = got(fake, f"/orders/{number}")
        assert after["status"] == "processing"
        assert after["refunds"] == [
            {"id": refund["id"], "reason": "damaged", "total": "-10.00", "total_tax": "0.00"}
        ]
        assert got(fake, f"/orders/{number}/refunds") == [refund]
        assert got(fake, f"/orders/{number}/refunds/{refund['id']}") == refund

    @pytest.mark.parametrize(("restock", "left"), [(True, 7), (False, 5)])
    def test_stock_is_put_back_if_so_asked(self, restock: Any, left: int) -> None:
        """Restocking is the default, and can be left out."""
        fake = shop()
        number, order = sold(fake, 2)
        rows = [{"id": order["line_items"][0]["id"], "quantity": 2, "refund_total": "20"}]
        self.refund(fake, number, line_items=rows, api_restock=restock)
        (product,) = fake.shop.products
        assert fake.shown(ListingId(str(product))) == left

    def test_a_full_refund_moves_the_order(self) -> None:
        """All that was paid is back, so it is refunded; no more can be given back."""
        fake = shop()
        number, _ = sold(fake, 2)
        assert self.refund(fake, number, amount="12.50").status == 201
        reply = self.refund(fake, number, amount="7.51")
        assert refused(reply) == (500, "woocommerce_rest_cannot_create_order_refund")
        assert reply.json()["data"] == 500
        assert self.refund(fake, number, amount="7.50").status == 201
        assert got(fake, f"/orders/{number}")["status"] == "refunded"
        assert fake.refunded(number) == TEN * 2

    def test_only_a_paid_order_that_is_there_is_refunded(self) -> None:
        """An unknown order, and one without a gateway to pay back by."""
        fake = shop()
        reply = self.refund(fake, "999", amount="1")
        assert refused(reply) == (500, "woocommerce_rest_invalid_order_id")
        assert reply.json()["data"] == 404
        mug = int(fake.put_up("MUG"))
        made = post(fake, "/orders", {"set_paid": True, "line_items": [{"product_id": mug}]})
        reply = ask(fake, "POST", f"/orders/{made['id']}/refunds", body={"amount": "1"})
        assert "does not exist" in reply.json()["message"]
        missing = ask(fake, "GET", f"/orders/{made['id']}/refunds/999")
        assert refused(missing) == (404, "woocommerce_rest_invalid_order_refund_id")

    def test_an_amount_below_zero_is_refused(self) -> None:
        """With a code of its own."""
        fake = shop()
        number, _ = sold(fake, 1)
        reply = self.refund(fake, number, amount="-1")
        assert refused(reply) == (500, "woocommerce_rest_invalid_order_refund")

    def test_money_goes_back_only_where_the_gateway_can(self) -> None:
        """By default the gateway pays back; one that cannot refuses."""
        fake = shop()
        number, _ = sold(fake, 1)
        reply = ask(fake, "POST", f"/orders/{number}/refunds", body={"amount": "1"})
        assert reply.json()["refunded_payment"] is True
        put(fake, f"/orders/{number}", {"payment_method": "bacs"})
        reply = ask(fake, "POST", f"/orders/{number}/refunds", body={"amount": "1"})
        assert refused(reply) == (500, "woocommerce_rest_cannot_create_order_refund")
        assert fake.refunded(number) == Money(100, Currency.USD)

    def test_the_status_refunded_gives_all_back(self) -> None:
        """The rest is booked as one refund."""
        fake = shop()
        number, _ = sold(fake, 2)
        self.refund(fake, number, amount="5.00")
        put(fake, f"/orders/{number}", {"status": "refunded"})
        assert [row["total"] for row in got(fake, f"/orders/{number}")["refunds"]] == [
            "-15.00",
            "-5.00",
        ]

    def test_a_refund_is_destroyed_by_force_only(self) -> None:
        """There is no bin for it."""
        fake = shop()
        number, _ = sold(fake, 1)
        path = f"/orders/{number}/refunds/{self.refund(fake, number, amount='1').json()['id']}"
        assert refused(ask(fake, "DELETE", path)) == (501, "woocommerce_rest_trash_not_supported")
        assert ask(fake, "DELETE", path, query={"force": "true"}).status == 200
        assert fake.refunded(number) == Money(0, Currency.USD)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["sell", "pay", "cancel", "refund", "pending"]), st.integers(1, 9)
        ),
        max_size=12,
    )
)
def test_stock_and_what_orders_hold_add_up(steps: list[tuple[str, int]]) -> None:
    """Whatever happens, what is shown and what open lines hold is what there was at the start."""
    fake = shop()
    mug = fake.put_up("MUG", quantity=5)
    numbers = [fake.sell([(mug, 2, TEN)])]
    for step, units in steps:
        number = numbers[units % len(numbers)]
        if step == "sell":
            numbers.append(fake.sell([(mug, units, TEN)], paid=units % 2 == 0))
        elif step == "refund":
            line = fake.shop.order(number).lines[0]
            rest = line.quantity - fake.shop.order(number).refunded_units(line.id)
            if rest:
                fake.refund(number, {LineId(str(line.id)): 1}, amount=TEN)
        else:
            word = {"pay": "processing", "cancel": "cancelled", "pending": "pending"}[step]
            fake.set_status(number, word)
        held = sum(line.held for order in fake.shop.orders.values() for line in order.now.lines)
        assert fake.shown(mug) == 5 - held
