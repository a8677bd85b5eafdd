"""Reading of the project's own JSON tables, which JavaScript reads too."""

from importlib import resources

import msgspec


def _field(table: str, field: str) -> msgspec.Raw:
    text = resources.files("blind_index.tables").joinpath(f"{table}.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, msgspec.Raw])[field]


def load_words(table: str, field: str) -> tuple[str, ...]:
    """Read one list of words.

    Args:
        table: Name of a table beside this module, without `.json`.
        field: Name of the list in it.

    Returns:
        The words in the order of the table.
    """
    return msgspec.json.decode(_field(table, field), type=tuple[str, ...])


def load_numbers(table: str, field: str) -> tuple[int, ...]:
    """Read one list of whole numbers; arguments as in `load_words`."""
    return msgspec.json.decode(_field(table, field), type=tuple[int, ...])


def load_map(table: str, field: str) -> dict[str, str]:
    """Read one dictionary from word to word; arguments as in `load_words`."""
    return msgspec.json.decode(_field(table, field), type=dict[str, str])


def load_groups(table: str, field: str) -> dict[str, tuple[str, ...]]:
    """Read a dictionary from a word to its synonyms; arguments as in `load_words`."""
    return msgspec.json.decode(_field(table, field), type=dict[str, tuple[str, ...]])
