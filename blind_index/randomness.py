"""The one door through which entropy enters."""

import secrets
from collections.abc import Callable

#: From a number of bytes to that many unpredictable bytes.
Randomness = Callable[[int], bytes]

SYSTEM: Randomness = secrets.token_bytes
