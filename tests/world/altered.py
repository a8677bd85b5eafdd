"""A valid message with one thing changed, for every thing in it."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec.structs import fields, replace

from escrow.messages.codec import Blob, Message
from tests.blind_index.strategies import ORDER

IDENTITY = bytes(32)
NOT_CANONICAL = (2**255 - 19).to_bytes(32, "little")  # p, the same as 0
NEGATIVE = b"\x01" + bytes(31)
NOT_ON_GROUP = b"\x02" + bytes(30) + b"\x7f"
BAD_POINTS = {
    "identity": IDENTITY,
    "not canonical": NOT_CANONICAL,
    "negative": NEGATIVE,
    "no point": NOT_ON_GROUP,
}
BAD_SCALAR = ORDER.to_bytes(32, "little")


def sample(kind: Any) -> Any:
    """Some value of a wire type, each blob as long as it must be."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return arguments[0]
    if origin in (Union, types.UnionType, Annotated):
        return sample(arguments[0])
    if origin is tuple:
        inner = arguments[:1] * 2 if arguments[-1] is Ellipsis else arguments
        return tuple(sample(one) for one in inner)
    return _plain(kind)


def _plain(kind: type) -> Any:
    if issubclass(kind, Blob):
        return kind(bytes(range(kind.size or 5)) if kind.size != 1216 else bytes(1216))
    if issubclass(kind, msgspec.Struct):
        return kind(**{field.name: sample(field.type) for field in fields(kind)})
    return {int: 3, str: "text", bool: True}[kind]


def places(message: Any, kind: type[Blob]) -> Iterator[tuple[Any, ...]]:
    """Where a message holds blobs of a kind: paths of field names and places."""
    if isinstance(message, Message):
        for field in fields(message):
            for path in places(getattr(message, field.name), kind):
                yield (field.name, *path)
    elif isinstance(message, tuple):
        for place, item in enumerate(message):
            for path in places(item, kind):
                yield (place, *path)
    elif isinstance(message, kind):
        yield ()


def put(message: Any, path: tuple[Any, ...], value: bytes) -> Any:
    """The message with the blob at a path replaced, its type kept."""
    if not path:
        return type(message)(value)
    first, rest = path[0], path[1:]
    if isinstance(message, tuple):
        changed = put(message[first], rest, value)
        return (*message[:first], changed, *message[first + 1 :])
    return replace(message, **{first: put(getattr(message, first), rest, value)})


def at(message: Any, path: tuple[Any, ...]) -> bytes:
    """The blob at a path."""
    for step in path:
        message = (
            message[step] if isinstance(message, tuple) else getattr(message, step)
        )
    return message


def flipped(data: bytes, place: int = -1) -> bytes:
    """The same bytes but for one bit."""
    place %= len(data)
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
