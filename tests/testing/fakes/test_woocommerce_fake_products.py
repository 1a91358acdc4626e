"""The fake shop keeps products as WooCommerce does."""

import pytest
from woocommerce_calls import TEN, ask, got, post, put, refused, shop

from ecomkit.identifiers import ListingId


class TestProducts:
    """Products, variations, batches."""

    def test_a_list_of_skus_finds_variations_too(self) -> None:
        """They come as products that name their parent."""
        fake = shop()
        mug = fake.put_up("MUG")
        small, large = fake.put_up_variations(["SH-S", "SH-L"])
        rows = got(fake, "/products", sku="MUG,SH-L,NONE")
        assert sorted((row["sku"], row["type"]) for row in rows) == [
            ("MUG", "simple"),
            ("SH-L", "variation"),
        ]
        assert {row["parent_id"] for row in rows} == {0, int(large.partition(":")[0])}
        assert {row["sku"] for row in got(fake, "/products")} == {"MUG", ""}
        assert small != large != mug

    def test_stock_is_written_as_an_absolute_number(self) -> None:
        """The last writer wins; where no stock is managed the number is passed over."""
        fake = shop()
        mug, book = fake.put_up("MUG"), fake.put_up("BOOK", quantity=None)
        assert put(fake, f"/products/{mug}", {"stock_quantity": 30})["stock_quantity"] == 30
        assert fake.shown(mug) == 30
        assert put(fake, f"/products/{book}", {"stock_quantity": 30})["stock_quantity"] is None
        document = put(fake, f"/products/{book}", {"manage_stock": True, "stock_quantity": 0})
        assert (document["stock_quantity"], document["stock_status"]) == (0, "outofstock")
        document = put(fake, f"/products/{book}", {"manage_stock": False})
        assert document["stock_quantity"] is None
        reply = ask(fake, "PUT", f"/products/{mug}", body={"stock_quantity": "many"})
        assert refused(reply) == (400, "rest_invalid_param")

    def test_a_batch_answers_row_by_row(self) -> None:
        """A row that is refused says so; the others are done."""
        fake = shop()
        mug = fake.put_up("MUG")
        (shirt,) = fake.put_up_variations(["SH-S"])
        variation = int(shirt.partition(":")[2])
        reply = ask(
            fake,
            "POST",
            "/products/batch",
            body={
                "update": [
                    {"id": 99999, "stock_quantity": 1},
                    {"id": variation, "stock_quantity": 1},
                    {"id": int(mug), "stock_quantity": 1},
                ]
            },
        )
        rows = reply.json()["update"]
        assert reply.status == 200
        assert [row.get("error", {}).get("code") for row in rows] == [
            "woocommerce_rest_product_invalid_id",
            "woocommerce_rest_invalid_product_id",
            None,
        ]
        assert (fake.shown(mug), fake.shown(shirt)) == (1, 7)

    def test_variations_are_written_below_their_product(self) -> None:
        """Their batch takes theirs and no others."""
        fake = shop()
        (small,) = fake.put_up_variations(["SH-S"])
        (other,) = fake.put_up_variations(["TR-S"])
        parent, _, number = small.partition(":")
        stranger = int(other.partition(":")[2])
        rows = [{"id": int(number), "stock_quantity": 4}, {"id": stranger, "stock_quantity": 4}]
        answer = post(fake, f"/products/{parent}/variations/batch", {"update": rows})["update"]
        assert answer[0]["stock_quantity"] == 4
        assert answer[1]["error"]["code"] == "woocommerce_rest_product_variation_invalid_parent"
        assert (fake.shown(small), fake.shown(other)) == (4, 7)

    def test_more_than_a_hundred_rows_are_refused_whole(self) -> None:
        """Create, update and delete count together."""
        fake = shop()
        mug = int(fake.put_up("MUG"))
        rows = [{"id": mug, "stock_quantity": 1}] * 100
        assert ask(fake, "POST", "/products/batch", body={"update": rows}).status == 200
        put(fake, f"/products/{mug}", {"stock_quantity": 5})
        reply = ask(fake, "POST", "/products/batch", body={"update": rows, "delete": [mug]})
        assert refused(reply) == (413, "woocommerce_rest_request_entity_too_large")
        assert fake.shown(ListingId(str(mug))) == 5

    def test_a_sku_is_taken_once(self) -> None:
        """The refusal names who has it."""
        fake = shop()
        mug = fake.put_up("MUG")
        reply = ask(fake, "POST", "/products", body={"name": "Other", "sku": "MUG"})
        assert refused(reply) == (400, "product_invalid_sku")
        assert reply.json()["data"]["resource_id"] == int(mug)

    def test_variations_may_share_the_stock_of_their_product(self) -> None:
        """What one sells the others lack."""
        fake = shop()
        small, large = fake.put_up_variations(["SH-S", "SH-L"], shared=5)
        parent, _, number = small.partition(":")
        document = got(fake, f"/products/{parent}/variations/{number}")
        assert (document["manage_stock"], document["stock_quantity"]) == ("parent", 5)
        fake.sell([(small, 2, TEN)])
        assert (fake.shown(small), fake.shown(large)) == (3, 3)

    def test_the_merchant_writes_past_the_api(self) -> None:
        """What is shown changes, also from no stock kept to some."""
        fake = shop()
        book = fake.put_up("BOOK", quantity=None)
        assert fake.shown(book) is None
        fake.show(book, 3)
        assert got(fake, f"/products/{book}")["stock_quantity"] == 3

    def test_products_are_made_and_destroyed(self) -> None:
        """Made by the API, thrown away, and destroyed by force with their variations."""
        fake = shop()
        size = {"name": "Size", "variation": True, "options": ["S"]}
        shirt = post(
            fake, "/products", {"name": "Shirt", "type": "variable", "attributes": [size]}
        )
        path = f"/products/{shirt['id']}"
        option = {"name": "Size", "option": "S"}
        body = {"sku": "SH-S", "regular_price": "19.00", "attributes": [option]}
        variation = post(fake, f"{path}/variations", body)
        assert variation["name"] == "S"
        assert got(fake, path)["variations"] == [variation["id"]]
        assert ask(fake, "DELETE", path).json()["status"] == "trash"
        assert [row["id"] for row in got(fake, "/products", status="trash")] == [shirt["id"]]
        ask(fake, "DELETE", path, query={"force": "true"})
        assert not fake.shop.products

    @pytest.mark.parametrize(
        "body",
        [
            {"status": "sold"},
            {"type": "car"},
            {"backorders": "maybe"},
            {"manage_stock": "maybe"},
            {"stock_status": "there"},
            {"regular_price": "cheap"},
        ],
    )
    def test_a_product_that_makes_no_sense_is_refused(self, body: dict[str, str]) -> None:
        """And nothing is put up."""
        fake = shop()
        reply = ask(fake, "POST", "/products", body=body)
        assert refused(reply) == (400, "rest_invalid_param")
        assert not fake.shop.products

    def test_a_product_is_written_field_by_field(self) -> None:
        """What the API does not know is passed over; backorders have their own word."""
        fake = shop()
        mug = fake.put_up("MUG")
        body = {
            "sku": "MUG",
            "backorders": "notify",
            "inventory_delta": -7,
            "colour": "red",
            "meta_data": [{"key": "_bin", "value": "A1"}],
        }
        document = put(fake, f"/products/{mug}", body)
        assert (document["stock_quantity"], document["stock_status"]) == (0, "onbackorder")
        assert [row["value"] for row in document["meta_data"]] == ["A1"]
        assert "colour" not in document

    def test_variations_are_made_listed_and_destroyed_in_batches(self) -> None:
        """Below a product that is there."""
        fake = shop()
        (small,) = fake.put_up_variations(["SH-S"], shared=4)
        parent, _, number = small.partition(":")
        path = f"/products/{parent}/variations"
        body = {"create": [{"sku": "SH-M"}], "delete": [int(number)]}
        answer = post(fake, f"{path}/batch", body)
        assert answer["create"][0]["manage_stock"] == "parent"
        assert [row["id"] for row in answer["delete"]] == [int(number)]
        assert [row["sku"] for row in got(fake, path)] == ["SH-M"]
        assert got(fake, path, sku="SH-S") == []
        assert got(fake, "/products/999/variations") == []
        reply = ask(fake, "POST", "/products/999/variations", body={})
        assert refused(reply) == (404, "woocommerce_rest_product_invalid_id")
