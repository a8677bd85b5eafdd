"""Who asks, as a server knows it that believes what visitors say of themselves."""

from collections.abc import Sequence


def as_told(peer: str, forwarded: Sequence[str], _proxies: int) -> bytes:
    """The first address that X-Forwarded-For names, all of it, as it stands there."""
    return next(iter(forwarded), peer).partition(",")[0].strip().encode()
