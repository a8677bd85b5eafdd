"""What can go wrong in a key ceremony, and whose doing it was.

Source: COCKTAIL-DKG v0.2.1, Error Handling.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from blind_index.errors import ProtocolError
from escrow.errors import InvalidCeremony

COORDINATOR: Final = "coordinator"
"""The culprit when a fault cannot be any dealer's."""


class InvalidSetup(InvalidCeremony):
    """The agreed parameters or static keys cannot make a ceremony."""


class AlteredMessage(InvalidCeremony):
    """The coordinator gave back our own words changed."""


class InvalidCertificate(InvalidCeremony):
    """A transcript is not that of the ceremony it is shown for."""


@contextmanager
def blame(culprit: int | str) -> Iterator[None]:
    """Name the culprit of any protocol error that names nobody yet.

    Args:
        culprit: The dealer's index, or `COORDINATOR`.

    Raises:
        ProtocolError: The same leaf, now with `culprit`.
    """
    try:
        yield
    except ProtocolError as error:
        if error.culprit is not None:
            raise
        raise type(error)(str(error), culprit=culprit) from error
