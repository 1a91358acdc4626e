"""What a customer reads in English."""

from __future__ import annotations

from typing import Final

from ecomkit.returns._language import Language

__all__ = ["ENGLISH"]

ENGLISH: Final = Language(
    code="en",
    sentences={
        # What opens and closes the text.
        "opening_accepted": "Thank you for your request. We accept your return.",
        "opening_exception": (
            "Thank you for your request. We are glad to make an exception and accept your return."
        ),
        "opening_refused": (
            "Thank you for your request. "
            "We are sorry that we cannot accept the return as you asked for it."
        ),
        "closing": "If you have any question, please write to us; we are glad to help.",
        # What becomes of an entry.
        "line_accepted": "We accept the return of {asked}.",
        "line_partial": "We can accept the return of {acceptable}; please ask us for that.",
        "by_law": "You have this right by law.",
        # What is wrong, by rule.
        "already_returned": (
            "A return of {item} has been asked for or received already, "
            "so that fewer than {asked} can come back."
        ),
        "authorisation": "For the return of {item} you need a return number; please ask us for one.",
        "category": "{item} was a final sale and cannot be returned.",
        "condition": "We take back {item} in one of these conditions only: {names}.",
        "delivery": (
            "Not all of {asked} has arrived yet; "
            "please ask for the return when everything is with you."
        ),
        "final_sale": "{item} was a final sale and cannot be returned.",
        "other": "We cannot accept the return of {item} as you asked for it.",
        "proof": "To decide about {item} we still need from you: {names}.",
        "return_limit": "One of us will look at your request for {item} and write to you.",
        "shipment": (
            "Not all of {asked} has been sent yet; what has not been sent can be cancelled instead."
        ),
        "window": "The time to return {asked} ended on {deadline}.",
        "window_ahead": (
            "Not all of {asked} has arrived yet; "
            "please ask for the return when everything is with you."
        ),
        # The terms.
        "send_back_by": "Please send the goods back by {deadline}.",
        "way_back_buyer": "You bear the cost of the way back.",
        "way_back_seller": "We bear the cost of the way back.",
        "fee": "We deduct {amount} for taking the goods back into stock.",
        "standard_shipping": (
            "If your whole order comes back, we also refund the standard delivery."
        ),
        "value_loss": (
            "If the goods were used more than is needed to try them, we may refund less."
        ),
        "refund": "We refund you by the means of payment that you used.",
        "refund_by": (
            "You have the refund by {deadline}, "
            "or when the goods or the proof that you sent them have reached us."
        ),
        "store_credit": "If you prefer, you get a credit in our shop instead.",
        "store_credit_bonus": (
            "If you prefer, you get a credit in our shop instead, with {amount} on top."
        ),
        "exchange": "If you prefer, we exchange the goods.",
        "keep": "If you prefer, you may keep the goods and need not send them back.",
    },
    words={
        "new": "new",
        "opened": "opened",
        "used": "used",
        "damaged_in_transit": "damaged on the way to you",
        "faulty": "faulty",
        "photos": "photos of the goods",
        "receipt": "the receipt or the invoice",
        "packaging": "photos of the packaging",
        "serial_number": "the serial number",
    },
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
)
"""English, with dates such as 16 March 2026 and amounts such as €1,250.00."""
