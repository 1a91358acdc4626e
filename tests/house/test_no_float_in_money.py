"""No float comes near money."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "ecomkit"
ROOMS = ("money", "orders", "returns")


def faults(source: str, *, filename: str = "x.py") -> list[str]:
    """
    Return each line with a float, or with a division whose result may be one.

    ``isinstance(value, float)`` is no fault: it is how a float is refused.
    """
    tree = ast.parse(source)
    refusals = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "isinstance"
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "float" and id(node) not in refusals:
            found.append(f"{filename}:{node.lineno}: float")
        if isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
            found.append(f"{filename}:{node.lineno}: {node.value!r}")
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            found.append(f"{filename}:{node.lineno}: a true division")
    return found


def files(room: str) -> list[Path]:
    """Return the files of a room, be it a package or one module."""
    return [*sorted((SOURCE / room).rglob("*.py")), *SOURCE.glob(f"{room}.py")]


@pytest.mark.parametrize(
    "planted",
    [
        "amount = float('19.99')",
        "amount = 19.99",
        "amount = 1e3",
        "def pay(amount: float) -> None: ...",
        "third = total / 3",
        "total /= 3",
        "amounts = map(float, wire)",
    ],
)
def test_a_planted_fault_is_found(planted: str) -> None:
    """Each way in which a float could enter is seen."""
    assert len(faults(planted)) == 1


@pytest.mark.parametrize(
    "sound",
    ["share = total // 3", "refused = isinstance(value, float)", "exact = Fraction(1, 3)"],
)
def test_sound_code_is_left_alone(sound: str) -> None:
    """Whole division, exact fractions and the refusal of floats are no faults."""
    assert faults(sound) == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_room_holds_no_float(room: str) -> None:
    """The rooms that count money hold no float and no true division."""
    found = [
        fault
        for path in files(room)
        for fault in faults(path.read_text(encoding="utf-8"), filename=path.name)
    ]

    assert files(room) != []
    assert found == []
