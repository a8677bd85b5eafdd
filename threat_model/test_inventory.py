"""Every route, table and place that decodes is attacked, or says why not."""

import inspect
import re
import tomllib
from importlib import import_module
from pkgutil import iter_modules

import pytest
from msgspec.structs import fields

from api.registrar.tables import METADATA as REGISTRAR_METADATA
from api.sql_store.tables import METADATA
from escrow import messages
from escrow.messages.codec import (
    EncodedElement,
    EncodedScalar,
    Message,
    Proof,
    SealingKey,
)
from keyservice.tables import METADATA as TRUSTEE_METADATA
from tests.house.sources import shipped_modules
from threat_model.harness.catalogue import FOLDER, attacks
from threat_model.harness.decode_sites import sites

INVENTORY = tomllib.loads((FOLDER / "inventory.toml").read_text("utf-8"))
LISTS = {
    "routes.api": INVENTORY["routes"]["api"],
    "routes.trustee": INVENTORY["routes"]["trustee"],
    "tables.api": INVENTORY["tables"]["api"],
    "tables.trustee": INVENTORY["tables"]["trustee"],
    "tables.registrar": INVENTORY["tables"]["registrar"],
}
KINDS = (EncodedElement, EncodedScalar, Proof, SealingKey)


def routes(folder, pattern):
    """The names of the routes that a shell's modules define."""
    return {
        name
        for path, text in shipped_modules()
        if path.startswith(folder)
        for name in re.findall(pattern, text)
    }


FOUND = {
    "routes.api": lambda: routes("api/", r'operation_id="(\w+)"'),
    "routes.trustee": lambda: routes(
        "keyservice/routes.py", r"@(?:get|post|put)\([^)]*\)\s*async def (\w+)"
    ),
    "tables.api": lambda: set(METADATA.tables),
    "tables.trustee": lambda: set(TRUSTEE_METADATA.tables),
    "tables.registrar": lambda: set(REGISTRAR_METADATA.tables),
}


@pytest.mark.parametrize("name", LISTS)
def test_nothing_is_left_out_of_the_inventory(name):
    found = FOUND[name]()
    assert found, name
    assert found - set(LISTS[name]) == set(), "list it in threat_model/inventory.toml"
    assert set(LISTS[name]) - found == set(), "drop it from threat_model/inventory.toml"


@pytest.mark.parametrize("name", LISTS)
def test_the_inventory_names_attacks_or_a_reason(name):
    for entry, by in LISTS[name].items():
        if isinstance(by, str):
            assert len(by) > len("no reason"), entry
            # "Nobody has attacked it" is not a reason.
            assert "no attack" not in by, entry
        else:
            assert by, entry
            assert set(by) <= set(attacks()), entry


def message_types():
    """Every message class that crosses a wire."""
    for module in iter_modules(messages.__path__):
        for _, kind in inspect.getmembers(
            import_module(f"escrow.messages.{module.name}")
        ):
            if isinstance(kind, type) and issubclass(kind, Message):
                yield kind


def decoded_fields():
    """Class and field of everything that the arithmetic or sealing decodes."""
    return {
        f"{kind.__name__}.{field.name}"
        for kind in message_types()
        for field in fields(kind)
        if any(re.search(rf"\b{one.__name__}\b", str(field.type)) for one in KINDS)
    }


def attacked_fields(message):
    """Class and field of every such value in a message."""
    if isinstance(message, tuple):
        return {name for one in message for name in attacked_fields(one)}
    if not isinstance(message, Message):
        return set()
    found = set()
    for field in fields(message):
        value = getattr(message, field.name)
        found |= attacked_fields(value)
        if isinstance(value[0] if isinstance(value, tuple) and value else value, KINDS):
            found.add(f"{type(message).__name__}.{field.name}")
    return found


def test_every_field_that_is_decoded_is_attacked_by_c06():
    attacked = {
        name for site in sites().values() for name in attacked_fields(site.message)
    }
    assert decoded_fields() - attacked == set()
