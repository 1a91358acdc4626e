"""Stories: what shoppers and merchants do, drawn once and played over any wire."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import attrs
from storm_shops import PRICE, SKUS, SYSTEMS, Merchant, Side, blocking

from ecomkit.identifiers import CommandKey, Sku
from ecomkit.money import Money
from ecomkit.testing.fakes import WireFaults

OPENING = {"BEAR": 6, "ELEPHANT": 400, "OWL": 400}
"""Bears run out; of the others there are enough."""

LENGTH = 40
"""So many things happen before the staff comes."""


@attrs.define(kw_only=True)
class Bought:
    """An order as the story knows it."""

    side: Side
    number: str
    left: dict[str, int]

    @property
    def is_certain(self) -> bool:
        """Whether all of it is on the shelf, whoever else wants it."""
        return "BEAR" not in self.left


@attrs.define(kw_only=True)
class Story:
    """
    A story of one seed, played by a merchant of three shops.

    What is drawn depends on the seed alone, so that it is the same over every wire.
    """

    seed: int
    faults: WireFaults
    through: Callable[[Side], Any] = blocking
    merchant: Merchant = attrs.field(init=False)
    orders: list[Bought] = attrs.field(init=False, factory=list)
    dice: random.Random = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.merchant = Merchant.of(*SYSTEMS, opening=OPENING, through=self.through)
        self.dice = random.Random(self.seed)  # noqa: S311 (not a secret)

    def play(self) -> dict[str, Any]:
        """Play it to its end; return what everybody has in their books."""
        self.shoppers()
        self.merchant.settle()
        before = self.books()
        self.staff()
        self.merchant.settle(runs=6)
        return {
            "sold": before,
            "books": self.books(),
            "shown": self.merchant.shown(),
            "sent": [
                [one.side.sent(one.number).get(line, 0) for line in one.side.lines(one.number)]
                for one in self.orders
            ],
            "refunded": [one.side.fake.refunded(one.number) for one in self.orders],
            "untold": self.merchant.shop.sync().untold,
        }

    def books(self) -> dict[str, Any]:
        """Return our books, with the orders by their place in the story: ids are the systems'."""
        books = self.merchant.books()
        names = [self.merchant.order_id(one.side, one.number) for one in self.orders]
        orders = books["orders"]
        assert set(names) == set(orders)
        return books | {"orders": {place: orders[name] for place, name in enumerate(names)}}

    def shoppers(self) -> None:
        """Let shoppers buy and change their minds while the merchant's worker runs."""
        self.merchant.befall(self.faults)
        happenings: list[Callable[[], None]] = [self.buy, self.buy, self.touch, self.give_up]
        happenings += [self.ship, self.sync, self.pause]
        for _ in range(LENGTH):
            self.dice.choice(happenings)()

    def buy(self) -> None:
        """Buy one or two things, now and then at the instant of another order."""
        side = self.dice.choice(self.merchant.sides)
        units = {sku: self.dice.randint(1, 4) for sku in self.dice.sample(SKUS, k=2)}
        self.orders.append(Bought(side=side, number=side.sell(units), left=units))

    def _some(self, fits: Callable[[Bought], bool]) -> Bought | None:
        found = [one for one in self.orders if fits(one)]
        # Systems tell changes of one order to the second.
        self.merchant.time.advance(1)
        return self.dice.choice(found) if found else None

    def touch(self) -> None:
        """Change something that does not matter."""
        order = self._some(lambda _: True)
        if order is not None:
            order.side.fake.touch(order.number)

    def give_up(self) -> None:
        """Give a unit up, or all of an order."""
        order = self._some(lambda one: sum(one.left.values()) > 1)
        if order is None:
            return
        if self.dice.random() < 0.3:
            order.side.fake.cancel(order.number)
            order.left = {}
            return
        sku = self.dice.choice([sku for sku, units in order.left.items() if units])
        order.left[sku] -= 1
        place = list(order.left).index(sku)
        order.side.fake.cancel(order.number, {order.side.lines(order.number)[place]: 1})

    def ship(self) -> None:
        """Ship all that is left of an order, past the merchant's worker."""
        order = self._some(lambda one: one.is_certain and bool(sum(one.left.values())))
        if order is None:
            return
        lines = order.side.lines(order.number)
        order.side.fake.ship(
            order.number,
            {line: units for line, units in zip(lines, order.left.values(), strict=True) if units},
        )
        order.left = {}

    def sync(self) -> None:
        """Let the worker run."""
        self.merchant.shop.sync()

    def pause(self) -> None:
        """Let minutes pass."""
        self.merchant.time.advance(self.dice.choice((1, 30, 400)))

    def staff(self) -> None:
        """Let goods come in, and ship, cancel and pay back here, while the wires are rough."""
        shop = self.merchant.shop
        shop.receive({Sku("BEAR"): 400}, key=CommandKey("goods"))
        self.merchant.befall(self.faults)
        for place, order in enumerate(self.orders):
            if not sum(order.left.values()):
                continue
            name = self.merchant.order_id(order.side, order.number)
            doing = self.dice.choice(("ship", "cancel", "pay", "cancel and ship", "ship and pay"))
            self.merchant.time.advance(2)
            if "cancel" in doing:
                line, _ = next(
                    (line, units)
                    for line, units in zip(
                        order.side.lines(order.number), order.left.values(), strict=True
                    )
                    if units
                )
                shop.cancel(name, {line: 1}, key=CommandKey(f"c{place}"))
            if "pay" in doing:
                favour = Money(PRICE.amount // 4, PRICE.currency)
                shop.pay_back(name, favour, key=CommandKey(f"p{place}"), goodwill=favour)
            if "ship" in doing:
                shop.fulfil([name])
            if self.dice.random() < 0.4:
                self.sync()


def calm(seed: int) -> Mapping[str, Any]:
    """Return how the story of *seed* ends over wires that are well."""
    return Story(seed=seed, faults=WireFaults()).play()
