"""What a customer reads in French."""

from __future__ import annotations

from typing import Final

from ecomkit.returns._language import Language

__all__ = ["FRENCH"]

FRENCH: Final = Language(
    code="fr",
    sentences={
        # What opens and closes the text.
        "opening_accepted": "Merci pour votre demande. Nous acceptons votre retour.",
        "opening_exception": (
            "Merci pour votre demande. "
            "À titre exceptionnel, nous avons le plaisir d’accepter votre retour."
        ),
        "opening_refused": (
            "Merci pour votre demande. Nous regrettons de ne pas pouvoir accepter "
            "le retour tel que vous l’avez demandé."
        ),
        "closing": (
            "Pour toute question, n’hésitez pas à nous écrire : nous vous aiderons avec plaisir."
        ),
        # What becomes of an entry.
        "line_accepted": "Nous acceptons le retour de {asked}.",
        "line_partial": (
            "Nous pouvons accepter le retour de {acceptable} ; merci de nous en faire la demande."
        ),
        "by_law": "La loi vous donne ce droit.",
        # What is wrong, by rule.
        "already_returned": (
            "Un retour de l’article {item} a déjà été demandé ou reçu : "
            "le retour de {asked} n’est donc plus possible en entier."
        ),
        "authorisation": (
            "Le retour de l’article {item} demande un numéro de retour ; merci de nous le demander."
        ),
        "category": "La vente de l’article {item} était définitive : un retour n’est pas possible.",
        "condition": "Nous reprenons l’article {item} uniquement dans l’un de ces états : {names}.",
        "delivery": (
            "La livraison de {asked} n’est pas encore complète ; "
            "merci de demander le retour lorsque vous aurez tout reçu."
        ),
        "final_sale": "La vente de l’article {item} était définitive : un retour n’est pas possible.",
        "other": "Nous ne pouvons pas accepter le retour de l’article {item} tel que vous l’avez demandé.",
        "proof": "Pour prendre une décision au sujet de l’article {item}, il nous manque encore : {names}.",
        "return_limit": (
            "Une personne de notre équipe étudiera votre demande au sujet de l’article {item} "
            "et vous écrira."
        ),
        "shipment": (
            "L’expédition de {asked} n’est pas encore complète ; "
            "ce qui n’a pas été expédié peut être annulé."
        ),
        "window": "Le retour de {asked} était possible jusqu’au {deadline}.",
        "window_ahead": (
            "La livraison de {asked} n’est pas encore complète ; "
            "merci de demander le retour lorsque vous aurez tout reçu."
        ),
        # The terms.
        "send_back_by": "Merci de renvoyer les articles au plus tard le {deadline}.",
        "way_back_buyer": "Les frais de renvoi sont à votre charge.",
        "way_back_seller": "Les frais de renvoi sont à notre charge.",
        "fee": "Nous retenons {amount} pour la remise en stock.",
        "standard_shipping": (
            "Si toute votre commande revient, nous remboursons aussi la livraison standard."
        ),
        "value_loss": (
            "Si les articles ont été utilisés au-delà d’un simple essai, "
            "le remboursement peut être réduit."
        ),
        "refund": "Nous vous remboursons par le moyen de paiement que vous avez utilisé.",
        "refund_by": (
            "Vous serez remboursé au plus tard le {deadline}, "
            "ou dès que les articles ou la preuve de leur envoi nous seront parvenus."
        ),
        "store_credit": "Si vous préférez, nous vous offrons à la place un avoir dans notre boutique.",
        "store_credit_bonus": (
            "Si vous préférez, nous vous offrons à la place un avoir dans notre boutique, "
            "augmenté de {amount}."
        ),
        "exchange": "Si vous préférez, nous échangeons les articles.",
        "keep": "Si vous préférez, vous pouvez garder les articles : il est inutile de les renvoyer.",
    },
    words={
        "new": "neuf",
        "opened": "ouvert",
        "used": "utilisé",
        "damaged_in_transit": "endommagé pendant le transport",
        "faulty": "défectueux",
        "photos": "des photos des articles",
        "receipt": "le ticket de caisse ou la facture",
        "packaging": "des photos de l’emballage",
        "serial_number": "le numéro de série",
    },
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    first_day="1er",
    money="{amount}\xa0{symbol}",
    marks=("\u202f", ","),
)
"""French, with dates such as 1er mars 2026 and amounts such as 1 250,00 €."""
