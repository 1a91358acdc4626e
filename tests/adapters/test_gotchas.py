"""
Every behaviour of these systems that others have tripped over, and the test that shows ours.

A row is what happens at the system, in our words, and the tests that would fail if our client
did not reckon with it. That those tests are there is checked here, so that the table cannot rot.
"""

import ast
from functools import cache
from pathlib import Path

import attrs
import pytest

TESTS = Path(__file__).parents[1]
SHOPIFY = "adapters/shopify/test_shopify_"
WOO = "adapters/woocommerce/test_woocommerce_"
VENDURE = "adapters/vendure/test_vendure_"
OSCAR = "servers/test_oscar_"
HTTP = "adapters/http/test_"
STORMS = "storms/test_storm_"


@attrs.frozen
class Row:
    """One behaviour: of which system, what happens there, and who shows that we reckon with it."""

    system: str
    behaviour: str
    shown_by: tuple[str, ...]
    number: int | None = None
    """Its number in the reference's list, where it has one."""


ROWS = [
    # -- the numbered ones --------------------------------------------------------------------
    Row(
        "Shopify",
        "a call about a change arrives before the call about the new order",
        (f"{STORMS}webhooks.py::test_any_permutation_of_calls_ends_in_the_same_books",),
        8,
    ),
    Row(
        "Shopify",
        "the same call comes several times, even at one instant",
        (
            f"{STORMS}webhooks.py::test_any_permutation_of_calls_ends_in_the_same_books",
            "webhook_examples/test_webhook_examples.py::test_each_event_is_kept_once",
            f"{SHOPIFY}effects.py::TestWebhooks",
        ),
        9,
    ),
    Row(
        "Shopify",
        "an order is called paid before anybody has heard of it",
        (
            f"{STORMS}webhooks.py::test_any_permutation_of_calls_ends_in_the_same_books",
            "webhook_examples/test_webhook_examples.py::test_the_worker_reads_each_order_once",
        ),
        10,
    ),
    Row(
        "Shopify",
        "a repeated call carries the body of hours ago",
        (
            f"{STORMS}webhooks.py::test_any_permutation_of_calls_ends_in_the_same_books",
            f"{SHOPIFY}webhooks.py::test_what_a_call_hints_at",
        ),
        11,
    ),
    Row(
        "Shopify",
        "a denial comes with status 200",
        (
            f"{SHOPIFY}dialect.py::test_verdicts",
            f"{SHOPIFY}payloads.py::test_answers_are_judged",
        ),
        12,
    ),
    Row(
        "Shopify",
        "a refund of a wrong line comes with status 200 and the path of the field",
        (
            (
                f"{SHOPIFY}gotchas.py::"
                "test_a_refund_of_a_line_of_another_order_is_refused_with_its_line"
            ),
            f"{SHOPIFY}stock.py::test_bad_rows_do_not_hold_up_the_others",
        ),
        13,
    ),
    Row(
        "Shopify",
        "counts stop at a limit and then mean more than that",
        (
            f"{SHOPIFY}gotchas.py::test_no_document_asks_for_a_count",
            f"{SHOPIFY}dialect.py::test_a_shop_larger_than_a_window",
        ),
        14,
    ),
    Row(
        "Shopify",
        "a part of an export is lost while the cursor moves on",
        (
            "operations/test_intake.py::test_a_page_and_its_cursor_are_written_together",
            f"{SHOPIFY}after_sales.py::test_an_export_that_is_not_whole",
        ),
        15,
    ),
    Row(
        "Shopify",
        "an export breaks off inside and leaves a part of its rows",
        (f"{SHOPIFY}after_sales.py::test_a_part_of_an_export_is_none",),
        16,
    ),
    Row(
        "Shopify",
        "a cursor of ids misses edits of older orders",
        (
            f"{SHOPIFY}conformance.py::TestOrders",
            f"{SHOPIFY}dialect.py::test_a_later_pull_starts_a_little_back",
        ),
        17,
    ),
    Row(
        "WooCommerce",
        "one change is called several times, and a new order too",
        (f"{STORMS}webhooks.py::test_any_permutation_of_calls_ends_in_the_same_books",),
        18,
    ),
    Row(
        "WooCommerce",
        "two workers that create at once make one sku twice",
        (
            f"{WOO}gotchas.py::test_pushes_only_change_what_is_there",
            "operations/test_adoption.py::test_two_listings_of_one_sku_are_doubtful",
        ),
        19,
    ),
    Row(
        "WooCommerce",
        "stock has no differences: who reads and writes loses sales in between",
        (
            f"{WOO}lost.py::test_a_shop_that_shows_something_else_refuses",
            f"{WOO}lost.py::test_stock_whose_answer_is_lost_is_read_back",
            f"{WOO}conformance.py::TestStockSink",
        ),
        20,
    ),
    Row(
        "WooCommerce",
        "a filter that is misspelt is passed over, and all comes",
        (
            f"{WOO}pull.py::test_a_filter_that_is_not_obeyed_stops_the_pull",
            f"{WOO}contract.py::test_all_that_is_asked_for_is_known",
        ),
        21,
    ),
    Row(
        "all",
        "one sku is on two listings, a listing has none, or its variant is gone",
        (
            "operations/test_adoption.py::test_two_listings_of_one_sku_are_doubtful",
            "operations/test_adoption.py::test_a_listing_without_a_sku_is_unmatched",
            "operations/test_intake.py::test_an_order_of_an_unmatched_listing_waits_in_quarantine",
            f"{SHOPIFY}orders.py::test_a_deleted_variant",
        ),
        39,
    ),
    Row(
        "all",
        "tax stands in the price or on top, and the buyer may pay in another currency",
        (
            f"{SHOPIFY}orders.py::test_taxes_on_top",
            f"{SHOPIFY}after_sales.py::test_the_buyers_currency_counts",
            f"{WOO}reading.py::test_no_cent_is_lost",
            f"{VENDURE}client.py::test_charges_and_lines_come_to_the_total",
        ),
        40,
    ),
    # -- ways in ------------------------------------------------------------------------------
    Row(
        "Shopify",
        "a token lasts an hour and its renewal replaces the means to renew it",
        (
            f"{SHOPIFY}dialect.py::test_a_token_with_an_end_is_renewed",
            (
                f"{HTTP}credentials.py::"
                "test_tokens_near_their_end_are_renewed_and_saved_before_they_are_used"
            ),
        ),
    ),
    Row(
        "Shopify",
        "a version that has ended falls forward to another one",
        (f"{SHOPIFY}after_sales.py::test_a_version_that_is_too_old",),
    ),
    Row(
        "Shopify",
        "scopes decide what there is: what is missing is absent, not refused",
        (
            f"{SHOPIFY}after_sales.py::test_an_account_that_is_not",
            f"{SHOPIFY}dialect.py::test_an_order_may_come_without_its_buyer",
        ),
    ),
    Row(
        "WooCommerce",
        "a server drops the header, and the key has to stand in the query",
        (f"{WOO}account.py::test_a_dropped_header_leads_to_the_query",),
    ),
    Row(
        "WooCommerce",
        "over plain HTTP only signed calls are let in",
        (
            f"{WOO}account.py::test_signed_calls_over_plain_http",
            f"{HTTP}signed_credentials.py::test_signatures_are_those_of_another_implementation",
        ),
    ),
    Row(
        "WooCommerce",
        "links in answers name another scheme or host than was called",
        (f"{HTTP}sessions.py::test_credentials_go_home_only",),
    ),
    Row(
        "Vendure",
        "who logs in gets a token in a header, and a call without one gets status 200",
        (
            f"{VENDURE}client.py::test_a_session_is_opened_once_and_again_when_it_ends",
            f"{VENDURE}payloads.py::test_each_answer_has_its_verdict",
        ),
    ),
    Row(
        "django-oscar",
        "a stranger is refused where the merchant is let in",
        (f"{OSCAR}client.py::test_the_check_tells_the_merchant_from_a_stranger",),
    ),
    # -- lists --------------------------------------------------------------------------------
    Row(
        "Shopify",
        "a list ends after so many rows, and later changes show late",
        (
            f"{SHOPIFY}dialect.py::test_a_long_pull_starts_another_window_in_time",
            f"{SHOPIFY}conformance.py::TestOrdersWithFaults",
        ),
    ),
    Row(
        "Shopify",
        "a search field that is not known is passed over",
        (f"{SHOPIFY}dialect.py::test_a_filter_that_shopify_ignores_is_noticed",),
    ),
    Row(
        "WooCommerce",
        "pages of a list by change hide rows that move while it is read",
        (
            f"{WOO}pull.py::test_rows_that_come_into_a_window_hide_no_others",
            f"{WOO}pull.py::test_no_state_of_an_order_is_missed",
        ),
    ),
    Row(
        "WooCommerce",
        "times have no zone, and the shop's clock is not ours",
        (
            f"{WOO}pull.py::test_the_time_is_the_shops",
            f"{WOO}pull.py::test_a_clock_that_goes_back_does_not_lead_back",
        ),
    ),
    Row(
        "WooCommerce",
        "drafts and the bin stand among the orders, and plugins have words of their own",
        (
            f"{WOO}pull.py::test_drafts_are_no_orders_and_the_bin_is_read",
            f"{WOO}reading.py::test_words_are_read_onto_our_axes",
        ),
    ),
    Row(
        "Vendure",
        "carts stand among the orders",
        (f"{VENDURE}pull.py::test_carts_and_drafts_are_no_orders",),
    ),
    Row(
        "Vendure",
        "an order's date of change does not move when it is paid, shipped or refunded",
        (
            f"{VENDURE}pull.py::test_an_order_paid_an_hour_after_its_cart_was_filled_comes",
            f"{VENDURE}pull.py::test_the_latest_instant_of_any_part_is_that_of_the_change",
            f"{VENDURE}pull.py::test_nothing_that_happens_is_missed",
        ),
    ),
    Row(
        "django-oscar",
        "an order is a link, not a number, and no list says what has changed",
        (
            f"{OSCAR}client.py::test_an_order_is_pulled_as_it_was_placed",
            f"{OSCAR}client.py::test_an_unknown_number_has_no_order",
        ),
    ),
    # -- limits -------------------------------------------------------------------------------
    Row(
        "Shopify",
        "an empty bucket answers with status 200, and says what is left in the body",
        (
            f"{SHOPIFY}dialect.py::test_the_allowance_follows_what_shopify_says",
            f"{STORMS}rates.py::test_threads_keep_to_the_rate",
            f"{STORMS}rates.py::test_tasks_keep_to_the_rate",
        ),
    ),
    Row(
        "Shopify",
        "a query may cost no more than so much, and lists in lists multiply",
        (
            f"{SHOPIFY}dialect.py::test_a_page_costs_no_more_than_a_query_may",
            f"{SHOPIFY}contract.py::test_no_document_costs_more_than_it_says",
        ),
    ),
    Row(
        "Shopify",
        "other applications take from the same bucket, and the plan may change",
        (
            f"{STORMS}rates.py::test_another_application_in_the_same_bucket_is_made_room_for",
            f"{STORMS}rates.py::test_a_rate_that_falls_in_mid_flight_is_followed",
        ),
    ),
    Row(
        "all",
        "a host refuses for half an hour, and says any nonsense about how long",
        (
            f"{STORMS}throttling.py::test_after_a_storm_all_is_as_without_it",
            f"{STORMS}throttling.py::test_a_wait_of_thirty_years_is_told_as_a_day_and_not_begun",
        ),
    ),
    Row(
        "all",
        "an answer breaks off at any byte",
        (
            f"{STORMS}cuts.py::test_a_page_cut_at_any_byte_is_read_whole",
            f"{STORMS}cuts.py::test_a_push_whose_answer_is_cut_at_any_byte_counts_once",
        ),
    ),
    Row(
        "all",
        "what was asked for took effect and the answer is lost",
        (
            f"{STORMS}cuts.py::test_whichever_answer_is_lost_effects_count_once",
            f"{STORMS}stories.py::test_a_story_over_rough_wires_ends_as_on_a_calm_day",
        ),
    ),
    # -- stock --------------------------------------------------------------------------------
    Row(
        "Shopify",
        "changes of stock and money need a key, the same for the same content",
        (
            f"{SHOPIFY}contract.py::test_mutations_that_need_a_key_have_one",
            f"{SHOPIFY}stock.py::test_the_same_push_later_is_another_push",
            f"{SHOPIFY}stock.py::test_a_push_that_took_effect_unseen_is_done",
        ),
    ),
    Row(
        "Shopify",
        "a number that has moved since is told as stale, row by row",
        (
            f"{SHOPIFY}stock.py::test_bad_rows_do_not_hold_up_the_others",
            f"{SHOPIFY}conformance.py::TestStock",
        ),
    ),
    Row(
        "WooCommerce",
        "a batch answers with status 200 and hides errors in its rows",
        (
            f"{WOO}contract.py::test_recorded_batches_are_judged_row_by_row",
            f"{WOO}account.py::test_a_call_that_fails_leaves_the_others_alone",
        ),
    ),
    Row(
        "WooCommerce",
        "a batch beyond what the host takes is refused whole",
        (f"{WOO}account.py::test_a_batch_that_is_too_large_is_split",),
    ),
    Row(
        "WooCommerce",
        "variations share the stock of their product, or have none",
        (f"{WOO}account.py::test_stock_that_is_shared_or_not_kept",),
    ),
    Row(
        "Vendure",
        "what is written is what is on hand, and open orders come off it again",
        (
            f"{VENDURE}client.py::test_open_orders_are_not_shown_twice",
            f"{STORMS}stories.py::test_a_story_over_rough_wires_ends_as_on_a_calm_day",
        ),
    ),
    Row(
        "Vendure",
        "the counter of what is promised loses updates when many buy at once",
        (
            f"{VENDURE}client.py::test_a_counter_that_lies_still_shows_what_was_pushed",
            "servers/test_vendure_loop.py::test_no_unit_is_promised_twice_whatever_the_shop_sells",
        ),
    ),
    Row(
        "Vendure",
        "it sells more than it has",
        ("servers/test_vendure_bare.py::test_the_bare_server_sells_more_than_it_has",),
    ),
    Row(
        "django-oscar",
        "it sells more than it has, and promises stand beside the number",
        (
            f"{OSCAR}bare.py::test_the_bare_server_sells_out_and_does_not_guard_the_last_unit",
            f"{OSCAR}loop.py::test_no_unit_is_promised_twice_whatever_the_shop_sells",
            f"{OSCAR}client.py::test_what_is_pushed_is_what_shoppers_can_buy",
        ),
    ),
    # -- after the sale -----------------------------------------------------------------------
    Row(
        "Shopify",
        "units leave from one location, and not while they are on hold",
        (
            f"{SHOPIFY}after_sales.py::test_units_leave_from_one_location",
            f"{SHOPIFY}after_sales.py::test_what_is_on_hold_is_not_shipped",
        ),
    ),
    Row(
        "Shopify",
        "a cancellation is a job that ends later",
        (f"{SHOPIFY}after_sales.py::test_a_cancellation_takes_its_time",),
    ),
    Row(
        "Shopify",
        "a refund that is there does not prove that money moved",
        (f"{SHOPIFY}after_sales.py::test_whether_money_has_moved",),
    ),
    Row(
        "WooCommerce",
        "a refund moves money and stock unless it is told not to",
        (
            f"{WOO}after_sales.py::test_a_refund_counts_once_and_moves_no_stock",
            f"{WOO}after_sales.py::test_a_refund_moves_money_only_if_asked",
        ),
    ),
    Row(
        "WooCommerce",
        "an order is shipped as a whole: the last part completes it, also by a cancellation",
        (
            f"{WOO}after_sales.py::test_parcels_complete_an_order_together",
            (
                f"{WOO}gotchas.py::test_an_order_whose_last_units_are_cancelled_"
                "after_the_others_left_is_completed"
            ),
            f"{WOO}gotchas.py::test_it_is_completed_whichever_call_is_lost",
        ),
    ),
    Row(
        "WooCommerce",
        "refunded units are told below zero, and a completed order takes no stock again",
        (
            f"{WOO}contract.py::test_the_recorded_refund_is_read_and_counted",
            f"{WOO}gotchas.py::test_stock_that_refunds_gave_back_is_not_taken_again",
        ),
    ),
    Row(
        "Vendure",
        "a fulfilment is made first and sent later",
        (f"{VENDURE}after_sales.py::test_a_fulfilment_that_was_made_and_not_shipped_is_shipped",),
    ),
    Row(
        "Vendure",
        "refusals stand inside the data, beside errors in their own place",
        (f"{VENDURE}payloads.py::test_a_refusal_inside_data_is_an_error",),
    ),
    # -- webhooks -----------------------------------------------------------------------------
    Row(
        "Shopify",
        "two secrets count while one is replaced, and one changed byte does not",
        (
            f"{SHOPIFY}webhooks.py::test_all_secrets_that_are_active_count",
            f"{SHOPIFY}webhooks.py::test_one_changed_byte",
        ),
    ),
    Row(
        "WooCommerce",
        "a new subscription pings without a document, and failures end it",
        (
            f"{WOO}account.py::test_a_ping_is_a_hint_at_nothing",
            f"{WOO}account.py::test_subscriptions_are_made_once_and_woken_up",
        ),
    ),
    # -- reading ------------------------------------------------------------------------------
    Row(
        "Shopify",
        "every known word has its place on our axes, others stay as they are",
        (f"{SHOPIFY}orders.py::test_words", f"{SHOPIFY}orders.py::test_words_of_tomorrow"),
    ),
    Row(
        "WooCommerce",
        "prices are numbers beside amounts that are texts, and do not divide",
        (f"{WOO}reading.py::test_a_price_that_does_not_divide_leaves_a_fee",),
    ),
    Row(
        "Vendure",
        "money is counted by digits that the server has chosen",
        (f"{VENDURE}client.py::test_money_is_counted_by_the_servers_digits",),
    ),
    Row(
        "all",
        "an answer of any shape is an error that says where, and shows nobody's secrets",
        (
            "hostile/test_hostile_corpus.py::test_every_hostile_input_ends_well",
            "hostile/test_hostile_secrets.py::test_no_secret_is_shown_or_sent_elsewhere",
            f"{HTTP}secrets.py::test_no_failing_call_shows_a_secret_or_a_person",
        ),
    ),
]


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the tests and test classes that a file defines."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, kinds) and node.name.lower().startswith("test")
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.system}: {row.behaviour}")
def test_each_behaviour_is_shown_by_tests_that_are_there(row: Row) -> None:
    """Every test that a row names is defined where the row says."""
    assert row.shown_by
    missing = []
    for named in row.shown_by:
        file, _, name = named.partition("::")
        if not (TESTS / file).is_file() or name not in names_in(file):
            missing.append(named)
    assert missing == []


def test_all_numbered_rows_of_these_systems_are_here() -> None:
    """Of the reference's list those of Shopify, of WooCommerce and of all systems have a row."""
    assert [*range(8, 22), 39, 40] == [row.number for row in ROWS if row.number is not None]
    assert len({row.behaviour for row in ROWS}) == len(ROWS)
