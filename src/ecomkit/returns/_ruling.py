"""What becomes of findings under the law: some stand, some are lifted, some are moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit.returns._legal_right import LegalRightKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecomkit.returns._finding import RuleFinding
    from ecomkit.returns._legal_right import LegalRight
    from ecomkit.returns._request import ReturnLine

__all__ = ["Ruling"]


@final
@attrs.frozen(kw_only=True)
class Ruling:
    """
    The findings of a shop's rules about an entry, under the rights that the buyer has by law.

    A right is for a number of units. If it is for all that are asked for, findings are lifted;
    if not, those that would accept fewer are raised to as many as the right is for. A claim does
    not stand against a finding that only misses what the buyer can show.
    """

    stands: tuple[RuleFinding, ...]
    lifted: tuple[RuleFinding, ...]
    right: LegalRight | None
    """The right that decides: the claim, unless it lacks its proof."""

    @classmethod
    def of(
        cls, findings: Iterable[RuleFinding], *, line: ReturnLine, rights: Sequence[LegalRight]
    ) -> Ruling:
        """Return what becomes of *findings*; of *rights*, the stronger ones come first."""
        stands, lifted = [], []
        lacks_proof = False
        for finding in findings:
            fitting = [right for right in rights if not _is_open_to(finding, right)]
            units = max((right.units for right in fitting), default=0)
            lacks_proof = lacks_proof or bool(finding.missing)
            if units == line.quantity:
                lifted.append(finding)
            elif finding.acceptable >= units:
                stands.append(_moved(finding, rights=fitting))
            else:
                stands.append(_moved(finding, rights=fitting, acceptable=units))
        deciding = (
            right
            for right in rights
            if right.units and not (lacks_proof and right.kind is LegalRightKind.CLAIM)
        )
        return cls(stands=tuple(stands), lifted=tuple(lifted), right=next(deciding, None))


def _is_open_to(finding: RuleFinding, right: LegalRight) -> bool:
    """Return whether the law lets *finding* stand against *right*."""
    return right.kind is LegalRightKind.CLAIM and bool(finding.missing)


def _moved(finding: RuleFinding, *, rights: Sequence[LegalRight], **changes: Any) -> RuleFinding:
    """Return *finding* with *changes*, and with the deadline of the law if that was later."""
    if finding.deadline is not None:
        for right in rights:
            if right.deadline is not None and right.deadline > changes.get(
                "deadline", finding.deadline
            ):
                changes["deadline"] = right.deadline
                changes["zone"] = right.zone
                changes["problem"] = (
                    f"{finding.problem}; {right.period} that the law gives ended at "
                    f"{right.written_deadline}"
                )
    return attrs.evolve(finding, **changes) if changes else finding
