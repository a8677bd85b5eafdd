"""Configuration files: one commented example each, and slips named with advice."""

import difflib
import tomllib
import typing
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent
from typing import Any

import msgspec

_BEGINS = "::\n"


def example_of(documentation: str | None) -> str:
    """The commented example that a configuration's module documents.

    Args:
        documentation: The module's text; the example is its last literal block.
    """
    _, _, block = cleandoc(documentation or "").partition(_BEGINS)
    return dedent(block).strip("\n") + "\n"


def read_table(path: Path, kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Read a TOML file; what it says is not yet converted.

    Raises:
        ValueError: It cannot be read, or has a key that `kind` does not know;
            its text is for the operator.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"cannot be read: {error}") from None
    for text in unknown_keys(table, [kind]):
        raise ValueError(text)
    return table


def unknown_keys(
    table: Mapping[str, object], kinds: list[type[msgspec.Struct]], place: str = ""
) -> Iterator[str]:
    """Each key that no field has, with the nearest that one has.

    Args:
        table: As TOML has it.
        kinds: What it may be; several where a tag chooses.
        place: Where the table stands, for the text.
    """
    fields = {
        field.encode_name: field.type
        for kind in _chosen(table, kinds)
        for field in msgspec.structs.fields(kind)
    }
    tags = {kind.__struct_config__.tag_field for kind in kinds} - {None}
    known = [*fields, *(tag for tag in tags if tag)]
    for key, value in table.items():
        where = f"{place}.{key}" if place else key
        if key not in known:
            near = difflib.get_close_matches(key, known, 1, 0.5)
            advice = f"did you mean `{near[0]}`?" if near else f"known: {_list(known)}"
            yield f"`{where}` is not a key; {advice}"
            continue
        inner = list(_structs_in(fields.get(key)))
        for entry in value if isinstance(value, list) else [value]:
            if inner and isinstance(entry, Mapping):
                yield from unknown_keys(entry, inner, where)


def _list(names: list[str]) -> str:
    return ", ".join(sorted(names))


def _chosen(
    table: Mapping[str, object], kinds: list[type[msgspec.Struct]]
) -> list[type[msgspec.Struct]]:
    """The kind that the table's tag names; all of them if it names none."""
    tagged = [
        kind
        for kind in kinds
        if (config := kind.__struct_config__).tag_field
        and table.get(config.tag_field) == config.tag
    ]
    return tagged or kinds


def _structs_in(kind: object) -> Iterator[type[msgspec.Struct]]:
    """Every Struct in an annotation: in unions, tuples and lists too."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for inner in typing.get_args(kind):
        yield from _structs_in(inner)
