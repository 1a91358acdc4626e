"""The fake shop lets in, lists and breaks down as WooCommerce does."""

from collections import Counter
from datetime import timedelta
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from woocommerce_calls import API, START, TEN, ask, basic, got, refused, shop, signed, sold

from ecomkit.adapters.http import (
    ChannelClient,
    Kit,
    Received,
    Reply,
    Request,
    Site,
    StaticCredentials,
    VirtualTime,
)
from ecomkit.adapters.http import basic as basic_credential
from ecomkit.identifiers import ChannelId
from ecomkit.money import Currency
from ecomkit.testing.fakes import Allowance, WireFaults, serve
from ecomkit.testing.fakes.woocommerce import WooCommerceFake


class TestAuth:
    """Who is let in."""

    def test_the_key_is_taken_in_the_header_and_in_the_query(self) -> None:
        """Over https the key and its secret are taken from either place."""
        fake = shop()
        query = {"consumer_key": fake.key.reveal(), "consumer_secret": fake.secret.reveal()}
        assert ask(fake, "GET", "/orders").status == 200
        assert ask(fake, "GET", "/orders", headers={}, query=query).status == 200

    @pytest.mark.parametrize(
        ("method", "path", "code"),
        [
            ("GET", "/orders", "woocommerce_rest_cannot_view"),
            ("GET", "/orders/10", "woocommerce_rest_cannot_view"),
            ("POST", "/orders", "woocommerce_rest_cannot_create"),
            ("PUT", "/orders/10", "woocommerce_rest_cannot_edit"),
            ("DELETE", "/orders/10", "woocommerce_rest_cannot_delete"),
            ("POST", "/products/batch", "woocommerce_rest_cannot_batch"),
        ],
    )
    def test_a_stranger_is_refused_by_what_they_wanted(
        self, method: str, path: str, code: str
    ) -> None:
        """Without a key, and with one that nobody has, the answer is 401."""
        for headers in ({}, {"authorization": basic("ck_else", "cs_else")}):
            assert refused(ask(shop(), method, path, headers=headers)) == (401, code)

    def test_a_wrong_secret_is_told_apart(self) -> None:
        """The shop says when it is the secret that is wrong."""
        fake = shop()
        headers = {"authorization": basic(fake.key.reveal(), "cs_else")}
        reply = ask(fake, "GET", "/orders", headers=headers)
        assert refused(reply) == (401, "woocommerce_rest_authentication_error")
        assert reply.json()["message"] == "Consumer secret is invalid."

    def test_a_server_that_drops_the_header_leaves_the_query(self) -> None:
        """Where the header is dropped the key is missing, but not from the query."""
        fake = shop(strips_authorization=True)
        reply = ask(fake, "GET", "/orders")
        assert reply.status == 401
        assert reply.json()["message"].startswith("Consumer key is missing")
        query = {"consumer_key": fake.key.reveal(), "consumer_secret": fake.secret.reveal()}
        assert ask(fake, "GET", "/orders", query=query).status == 200

    def test_a_key_that_only_reads_writes_nothing(self) -> None:
        """A key for reading is refused when it writes."""
        fake = shop(permissions="read")
        assert ask(fake, "GET", "/products").status == 200
        reply = ask(fake, "POST", "/products", body={"name": "x"})
        assert refused(reply) == (401, "woocommerce_rest_authentication_error")
        assert not fake.shop.products

    def test_a_key_of_somebody_who_is_no_manager_is_forbidden(self) -> None:
        """A known user without the right gets 403, not 401."""
        reply = ask(shop(role="customer"), "GET", "/orders")
        assert refused(reply) == (403, "woocommerce_rest_cannot_view")

    @pytest.mark.parametrize("algorithm", ["HMAC-SHA1", "HMAC-SHA256"])
    def test_over_http_only_a_signed_call_is_taken(self, algorithm: str) -> None:
        """Basic is no use over http; a signature is, once."""
        fake = shop(scheme="http")
        assert ask(fake, "GET", "/orders").status == 401
        query = signed(fake, "GET", "/orders", query={"per_page": "3"}, algorithm=algorithm)
        assert ask(fake, "GET", "/orders", headers={}, query=query).status == 200
        again = ask(fake, "GET", "/orders", headers={}, query=query)
        assert "nonce has already been used" in again.json()["message"]

    def test_a_signature_is_over_everything_and_young(self) -> None:
        """A changed query, another secret, an old timestamp: each is refused."""
        fake = shop(scheme="http")
        changed = signed(fake, "GET", "/orders") | {"per_page": "100"}
        other = signed(fake, "GET", "/orders", secret="cs_" + "else")
        old = signed(fake, "GET", "/orders", at=START - timedelta(minutes=16))
        for query, why in ((changed, "signature"), (other, "signature"), (old, "timestamp")):
            reply = ask(fake, "GET", "/orders", headers={}, query=query)
            assert refused(reply) == (401, "woocommerce_rest_authentication_error")
            assert why in reply.json()["message"]

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"oauth_nonce": ""}, "Missing OAuth parameter oauth_nonce"),
            ({"oauth_consumer_key": "ck_else"}, "Consumer key is invalid."),
            ({"oauth_signature_method": "PLAINTEXT"}, "signature method is invalid"),
        ],
    )
    def test_a_signed_call_that_makes_no_sense_is_refused(
        self, change: dict[str, str], why: str
    ) -> None:
        """The shop says what is wrong with it."""
        fake = shop(scheme="http")
        query = signed(fake, "GET", "/orders") | change
        reply = ask(fake, "GET", "/orders", headers={}, query=query)
        assert reply.status == 401
        assert why in reply.json()["message"]

    def test_a_header_that_says_nothing_lets_nobody_in(self) -> None:
        """No Base64, and no Basic."""
        for header in ("Basic ???", "Basic /w==", "Bearer abc"):
            assert ask(shop(), "GET", "/orders", headers={"authorization": header}).status == 401

    def test_the_signature_agrees_with_another_implementation(self) -> None:
        """What oauthlib signs is taken, from the query and from the header."""
        oauth1 = pytest.importorskip("oauthlib.oauth1")
        for place in (oauth1.SIGNATURE_TYPE_QUERY, oauth1.SIGNATURE_TYPE_AUTH_HEADER):
            fake = shop(scheme="http")
            client = oauth1.Client(
                fake.key.reveal(),
                client_secret=fake.secret.reveal(),
                signature_type=place,
                timestamp=str(int(START.timestamp())),
            )
            uri, headers, _ = client.sign(f"http://shop.example{API}/products?sku=A%20b%2Cc")
            query = [("sku", "A b,c")]
            if place == oauth1.SIGNATURE_TYPE_QUERY:
                query = parse_qsl(urlsplit(uri).query)
            lowered = {name.lower(): value for name, value in headers.items()}
            assert ask(fake, "GET", "/products", headers=lowered, query=query).status == 200


class TestLists:
    """Pages, filters, order."""

    @pytest.fixture
    def fake(self) -> WooCommerceFake:
        """Return a shop with 25 orders, one each minute, the first at START."""
        fake = shop()
        mug = fake.put_up("MUG", quantity=100)
        for _ in range(25):
            fake.sell([(mug, 1, TEN)])
            fake.time.sleep(60)
        return fake

    def test_pages_are_ten_rows_newest_first_with_their_totals(
        self, fake: WooCommerceFake
    ) -> None:
        """Without parameters there are ten rows; the headers say how many there are."""
        reply = ask(fake, "GET", "/orders")
        ids = [row["id"] for row in reply.json()]
        assert len(ids) == 10
        assert ids == sorted(ids, reverse=True)
        assert (reply.header("X-WP-Total"), reply.header("X-WP-TotalPages")) == ("25", "3")
        assert reply.link("prev") is None
        assert f"https://shop.example{API}/orders?" in (reply.link("next") or "")

    def test_the_pages_hold_everything_once_where_ids_order_them(
        self, fake: WooCommerceFake
    ) -> None:
        """Pages by id ascending hold all, and one past the end is empty."""
        pages = [
            [row["id"] for row in got(fake, "/orders", orderby="id", order="asc", page=page)]
            for page in (1, 2, 3, 4)
        ]
        assert list(chain(*pages)) == sorted(fake.shop.orders)
        assert pages[3] == []

    def test_equal_times_are_in_no_order(self) -> None:
        """Where all were changed in one second, pages by that second repeat and skip."""
        fake = shop()
        mug = fake.put_up("MUG")
        numbers = {int(fake.sell([(mug, 1, TEN)])) for _ in range(30)}
        seen = Counter(
            row["id"]
            for page in range(1, 7)
            for row in got(fake, "/orders", orderby="modified", order="asc", per_page=5, page=page)
        )
        assert seen.total() == 30
        assert set(seen) < numbers

    @pytest.mark.parametrize(
        ("query", "param"),
        [
            ({"per_page": 101}, "per_page"),
            ({"per_page": 0}, "per_page"),
            ({"per_page": "many"}, "per_page"),
            ({"page": 0}, "page"),
            ({"orderby": "total"}, "orderby"),
            ({"order": "up"}, "order"),
            ({"status": "sold"}, "status"),
            ({"modified_after": "yesterday"}, "modified_after"),
            ({"modified_after": "2026-13-01T00:00:00"}, "modified_after"),
            ({"include": "1,x"}, "include"),
            ({"dates_are_gmt": "maybe"}, "dates_are_gmt"),
        ],
    )
    def test_a_value_that_makes_no_sense_is_refused(
        self, query: dict[str, object], param: str
    ) -> None:
        """The refusal names the parameter."""
        reply = ask(shop(), "GET", "/orders", query=query)
        assert refused(reply) == (400, "rest_invalid_param")
        assert set(reply.json()["data"]["details"]) == {param}

    def test_a_name_that_the_shop_does_not_know_is_passed_over(
        self, fake: WooCommerceFake
    ) -> None:
        """A misspelt filter filters nothing."""
        reply = ask(fake, "GET", "/orders", query={"modified-after": "2027-01-01T00:00:00"})
        assert reply.header("X-WP-Total") == "25"

    @pytest.mark.parametrize("zone", [timedelta(hours=5, minutes=30), timedelta(hours=-3)])
    def test_filters_by_time_leave_their_ends_out_and_read_no_offset(
        self, zone: timedelta
    ) -> None:
        """The bound is wall time of the shop, or UTC if the call says so, ends not included."""
        fake = shop(zone=zone)
        mug = fake.put_up("MUG")
        for _ in range(3):
            fake.sell([(mug, 1, TEN)])
            fake.time.sleep(1)
        first, second, third = sorted(fake.shop.orders)

        def ids(**query: object) -> list[int]:
            return sorted(row["id"] for row in got(fake, "/orders", **query))

        gmt, local = "2026-01-05T09:00:00", (START + zone).strftime("%Y-%m-%dT%H:%M:%S")
        assert ids(modified_after=gmt, dates_are_gmt="true") == [second, third]
        assert ids(modified_after=local) == [second, third]
        assert ids(modified_after=f"{local}+09:00") == [second, third]
        assert ids(before="2026-01-05T09:00:02Z", dates_are_gmt=1) == [first, second]
        assert ids(after=gmt, modified_before="2026-01-05T09:00:02", dates_are_gmt="true") == [
            second
        ]
        document = got(fake, f"/orders/{first}")
        assert (document["date_created_gmt"], document["date_created"]) == (gmt, local)

    def test_statuses_are_listed_by_word(self, fake: WooCommerceFake) -> None:
        """Words come with commas or brackets; of a bare repeated name the last one counts."""
        numbers = [str(number) for number in sorted(fake.shop.orders)]
        fake.cancel(numbers[0])
        fake.ship(numbers[1])
        ask(fake, "DELETE", f"/orders/{numbers[2]}")

        def found(*query: tuple[str, str]) -> list[str]:
            rows = ask(fake, "GET", "/orders", query=[*query, ("per_page", "100")]).json()
            return sorted(str(row["id"]) for row in rows)

        assert found(("status", "cancelled,completed")) == numbers[:2]
        assert found(("status[]", "cancelled"), ("status[]", "completed")) == numbers[:2]
        assert found(("status", "cancelled"), ("status", "completed")) == [numbers[1]]
        assert found(("status", "trash")) == [numbers[2]]
        assert found(("status", "any")) == found() == numbers[:2] + numbers[3:]

    def test_include_exclude_and_offset(self, fake: WooCommerceFake) -> None:
        """Ids pick rows, and their order where it is asked for."""
        ids = sorted(fake.shop.orders)
        wanted = f"{ids[4]},{ids[1]},{ids[9]}"
        rows = got(fake, "/orders", include=wanted, orderby="include", order="asc")
        assert [row["id"] for row in rows] == [ids[4], ids[1], ids[9]]
        rows = got(fake, "/orders", include=wanted, exclude=ids[1], orderby="id", order="asc")
        assert [row["id"] for row in rows] == [ids[4], ids[9]]
        rows = got(fake, "/orders", offset=23, orderby="id", order="asc")
        assert [row["id"] for row in rows] == ids[23:]

    def test_fields_are_left_out_on_request(self, fake: WooCommerceFake) -> None:
        """Only the fields that are asked for are sent."""
        assert set(got(fake, "/orders", _fields="id,status")[0]) == {"id", "status"}

    @given(st.data())
    def test_what_lists_show_may_be_behind(self, data: st.DataObject) -> None:
        """A delayed change is out of the lists until its time has come, not out of the order."""
        fake = shop()
        number, first = sold(fake, 1)
        fake.time.sleep(10)
        fake.touch(number)
        seconds = data.draw(st.integers(2, 600))
        fake.delay(number, seconds)
        fake.time.sleep(data.draw(st.integers(0, seconds - 1)))
        row = got(fake, "/orders")[0]
        assert row["date_modified_gmt"] == first["date_modified_gmt"]
        assert got(fake, f"/orders/{number}")["date_modified_gmt"] == "2026-01-05T09:00:10"
        fake.time.sleep(seconds)
        assert got(fake, "/orders")[0]["date_modified_gmt"] == "2026-01-05T09:00:10"

    def test_a_change_may_be_late_again_and_again(self) -> None:
        """While lists are behind they stay where they are; later they are one change behind."""
        fake = shop()
        number, _ = sold(fake, 1)

        def listed_second() -> Any:
            return got(fake, "/orders")[0]["date_modified_gmt"][-2:]

        fake.time.sleep(10)
        fake.touch(number)
        fake.delay(number, 20)
        fake.time.sleep(10)
        fake.touch(number)
        fake.delay(number, 20)
        assert listed_second() == "00"
        fake.time.sleep(20)
        assert listed_second() == "20"
        fake.touch(number)
        fake.delay(number, 20)
        assert listed_second() == "20"
        fake.time.sleep(20)
        assert listed_second() == "40"

    def test_a_draft_of_the_checkout_is_in_the_lists(self) -> None:
        """It is an order to the API, though nobody has placed it."""
        fake = shop()
        sold(fake, 1, status="checkout-draft")
        assert [row["status"] for row in got(fake, "/orders")] == ["checkout-draft"]

    def test_a_delayed_new_order_is_in_no_list(self) -> None:
        """An order that is new and late is not there yet."""
        fake = shop()
        number, _ = sold(fake, 1)
        fake.delay(number, 5)
        assert got(fake, "/orders") == []
        fake.time.sleep(5)
        assert len(got(fake, "/orders")) == 1


class TestHost:
    """The server in front, and the wire."""

    def test_broken_pages_are_html_and_may_look_fine(self) -> None:
        """A page of maintenance can come with 200."""
        fake = shop(faults=WireFaults(broken=0.5), broken_statuses=(200, 503))
        replies = [ask(fake, "GET", "/orders") for _ in range(40)]
        kinds = Counter((reply.status, reply.body[:1]) for reply in replies)
        assert set(kinds) == {(200, b"["), (200, b"<"), (503, b"<")}

    def test_a_host_may_limit_calls(self) -> None:
        """What is above the allowance gets a page that says so."""
        fake = shop(allowance=Allowance(per_second=1, burst=2))
        assert [ask(fake, "GET", "/orders").status for _ in range(3)] == [200, 200, 429]
        fake.time.sleep(1)
        assert ask(fake, "GET", "/orders").status == 200

    def test_settings_say_the_currency(self) -> None:
        """By the setting and by the report of the system."""
        fake = shop(currency=Currency.JPY)
        setting = got(fake, "/settings/general/woocommerce_currency")
        assert setting["value"] == "JPY"
        assert setting in got(fake, "/settings/general")
        assert got(fake, "/system_status")["settings"]["number_of_decimals"] == 0
        assert refused(ask(fake, "GET", "/settings/general/nothing"))[0] == 404

    def test_a_post_may_stand_for_another_method(self) -> None:
        """By a parameter or by a header, for hosts that let nothing else through."""
        fake = shop()
        mug, cup = fake.put_up("MUG"), fake.put_up("CUP")
        query = {"_method": "DELETE", "force": "true"}
        assert ask(fake, "POST", f"/products/{mug}", query=query).status == 200
        headers = {
            "authorization": basic(fake.key.reveal(), fake.secret.reveal()),
            "x-http-method-override": "PUT",
        }
        body = {"stock_quantity": 2}
        assert ask(fake, "POST", f"/products/{cup}", body=body, headers=headers).status == 200
        assert fake.shown(cup) == 2
        assert len(fake.shop.products) == 1

    def test_a_body_that_is_no_json_is_refused(self) -> None:
        """With the code of the REST server."""
        fake = shop()
        headers = {"authorization": basic(fake.key.reveal(), fake.secret.reveal())}
        assert ask(fake, "GET", "/wp-login.php", headers=headers).status == 404
        torn = Received(
            method="POST",
            host="shop.example",
            path=f"{API}/orders",
            query=(),
            headers=tuple(headers.items()),
            body=b"{",
        )
        answered = fake.answer(torn)
        assert isinstance(answered, Reply)
        assert refused(answered) == (400, "rest_invalid_json")

    def test_links_say_https_over_a_plain_socket(self) -> None:
        """A client over a real socket is answered, and must not follow them blindly."""
        fake = WooCommerceFake()
        fake.put_up("MUG")
        with (
            serve(fake.answer) as base,
            ChannelClient(
                ChannelId("woo"),
                site=Site.insecure_for_tests(base),
                credentials=StaticCredentials(
                    items=[basic_credential(fake.key.reveal(), fake.secret)]
                ),
                kit=Kit(time=VirtualTime(START)),
            ) as client,
        ):
            reply = client.send(Request.get(f"{API}/products"))
        assert [row["sku"] for row in reply.json()] == ["MUG"]
        assert "https://shop.example/wp-json/" in (reply.header("link") or "")
