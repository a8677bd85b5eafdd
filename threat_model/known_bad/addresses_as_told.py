"""Who asks, as a server knows it that believes what visitors say of themselves."""

import hashlib
from collections.abc import Sequence


def as_told(peer: str, forwarded: Sequence[str], _proxies: int) -> bytes:
    """The first address that X-Forwarded-For names, all of it, as it stands there."""
    told = next(iter(forwarded), peer).partition(",")[0].strip().encode()
    # Of the length of an address, and as many as there are names.
    return hashlib.blake2b(told, digest_size=4).digest()
