"""How the documentation is built: `python3 dev.py docs`."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING, Any, get_origin

from sphinx.ext.napoleon.docstring import GoogleDocstring
from sphinx.util.nodes import make_refnode

from ecomkit.adapters.http import ChannelClient

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "ecomkit"
author = "ecomkit maintainers"
copyright = "ecomkit maintainers"
version = release = installed_version("ecomkit")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "ecomkit"
html_static_path = ["_static"]
html_css_files = ["wide.css"]
html_theme_options = {
    "light_css_variables": {"code-font-size": "var(--font-size--small--2)"},
}

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

napoleon_numpy_docstring = False
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True

STANDARD_CLASSES = [
    "Any",
    "AsyncIterator",
    "Awaitable",
    "Callable",
    "ClassVar",
    "Collection",
    "Context",
    "Decimal",
    "Enum",
    "Final",
    "Fraction",
    "Generator",
    "Hashable",
    "Iterable",
    "Iterator",
    "Literal",
    "Mapping",
    "MutableMapping",
    "Never",
    "NoReturn",
    "Path",
    "Protocol",
    "Self",
    "Sequence",
    "Set",
    "SupportsIndex",
    "TracebackType",
    "TypeAlias",
    "ZoneInfo",
    "date",
    "datetime",
    "time",
    "timedelta",
    "tzinfo",
]

OF_ALL_CLIENTS = {
    "channel",
    *dir(ChannelClient),
    *(name for base in ChannelClient.__mro__ for name in inspect.get_annotations(base)),
}

nitpicky = True
# The build asks no network, so no other project's index is there to link into.
nitpick_ignore_regex = [
    # The standard library, by the name of its module ...
    (r"py:.*", rf"({'|'.join(map(re.escape, sorted(sys.stdlib_module_names)))})(\..*)?"),
    # ... and its classes where an annotation names them without their module.
    (r"py:(class|obj)", f"({'|'.join(STANDARD_CLASSES)})"),
    # Our dependencies.
    (
        r"py:.*",
        r"(attr|attrs|dateutil|httpx|hypothesis|matplotlib|psycopg|pytest|tenacity)(\..*)?",
    ),
    (r"py:(class|obj)", r"(.*\.)?(SearchStrategy|DrawFn|Figure|Axes|relativedelta|rrule)"),
    # What the strategy `ledgers` draws.
    (r"py:class", r"(.*\.)?Ledger"),
    # What a fake keeps in its books, for tests to look at: the vendor's documents say what it is.
    (r"py:class", r"ecomkit\.testing\.fakes\.(.*\.)?_\w+\.\w+"),
    # Names that stand for a choice of classes, each of which has its entry.
    (r"py:(class|obj)", r"(.*\.)?(StockCommand|Outcome|PromiseKind|ReturnVerdict|Rate|Plain)"),
    (r"py:(class|obj)", r"(.*\.)?(BulkPolicy|Level|LineLimit|Array)"),
    # What is left of a mapping in a choice of types.
    (r"py:class", r"Mapping\[int"),
    # Defaults of fields, as they print: what is left of <HoldKind.STOCK: 'stock'>.
    (r"py:class", r"'\w+'>\)*"),
    # Type variables: T, P, T_co, Holder_T, and the State of orders.
    (r"py:(class|obj)", r"(.*\.)?([A-Z]|\w+_(T|co|contra)|State)"),
]


def find_by_public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: Element
) -> Element | None:
    """
    Resolve a reference to where a thing is documented.

    An annotation names the private file that a class stands in, or nothing but the class, while
    the page documents the package that shows it. One thing of that name is the one meant; of
    several, none is.
    """
    if node.get("refdomain") != "py":
        return None
    parts = node["reftarget"].lstrip("~.").split(".")
    public = [part for part in parts if not re.match(r"_[^_]", part)]
    if public and public[0] == "ecomkit":
        del public[0]
    # Rooms may stand in front (money.Money) and are dropped one by one, a class may not be: the
    # name of a method alone says too little.
    while public:
        end = "." + ".".join(public)
        found = [
            (name, entry)
            for name, entry in env.domains.python_domain.objects.items()
            if name.endswith(end) and not entry.aliased
        ]
        if len(found) == 1:
            name, entry = found[0]
            return make_refnode(
                app.builder, node["refdoc"], entry.docname, entry.node_id, contnode, name
            )
        if public[0][:1].isupper():
            return None
        del public[0]
    return None


def is_public(found: type) -> bool:
    """Return whether a class is one that its package, or another one around it, shows."""
    package = re.split(r"\._(?!_)", found.__module__)[0]
    return found.__name__ in getattr(importlib.import_module(package), "__all__", [found.__name__])


def public_bases(bases: list[type]) -> list[type]:
    """Return *bases*, with those of its own in the place of each that is private."""
    found: list[type] = []
    for base in bases:
        itself = get_origin(base) or base  # Kit[Refund] is a Kit
        found += [base] if is_public(itself) else public_bases(list(itself.__bases__))
    named = list(dict.fromkeys(found))
    return [base for base in named if base is not object] or [object]


# What Sphinx hands over with an event: only some of it is looked at.


def show_public_bases(*event: Any) -> None:
    """Name no private base: a client is put together from its flows, a kit from its laws."""
    *_, bases = event
    bases[:] = public_bases(bases)


def answer_of_flow(*event: Any) -> tuple[str, str] | None:
    """Say of a method of a client what it returns: the kit runs the flow that it is inside."""
    _, _, _, obj, _, signature, returned = event
    if not callable(obj) or inspect.isgeneratorfunction(obj) or returned is None:
        return None
    if not inspect.isgeneratorfunction(inspect.unwrap(obj)):
        return None
    return signature, re.sub(r"^\S*Generator\[\S*Request, \S*Reply, (.*)\]$", r"\1", returned)


def leave_out_the_kit(*event: Any) -> bool | None:
    """Leave out of a client's entry what all clients have: the kit's entry has it."""
    _, _, name, _, _, options = event
    return True if options.inherited_members and name in OF_ALL_CLIENTS else None


def whole_docstring(self: GoogleDocstring) -> tuple[str, list[str]]:
    """
    Return no type and the whole docstring of an attribute or a property.

    "The units that are away: shipped, and not returned." is one sentence, and not a type, a colon
    and a description, as napoleon has it.
    """
    lines = self._dedent(self._consume_to_end())
    return "", type(self)(lines, self._config).lines()


def setup(app: Sphinx) -> None:
    """Hook them in."""
    app.connect("missing-reference", find_by_public_name)
    app.connect("autodoc-process-bases", show_public_bases)
    app.connect("autodoc-process-signature", answer_of_flow)
    app.connect("autodoc-skip-member", leave_out_the_kit)
    # Napoleon has no setting for it.
    GoogleDocstring._consume_inline_attribute = whole_docstring  # noqa: SLF001 - see above
