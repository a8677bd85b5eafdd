"""Social accounts: platform and handle, from a link or a handle as typed."""

import re
from typing import Final, NamedTuple

from blind_index.errors import InputError
from blind_index.identifiers.fold import fold
from blind_index.tables.load import load_groups, load_map, load_words

_HOSTS: Final = load_map("social", "hosts")
_PATH_WORDS: Final = frozenset(load_words("social", "path_words"))
_PLATFORMS: Final = {
    word: platform
    for platform, spellings in load_groups("social", "platforms").items()
    for word in spellings
}
_LINK: Final = re.compile(r"(?:https?:/+)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)/+([^ ]*)")
_NUMBER: Final = re.compile(r"[?&](?:id|user_id)=([0-9]+)")
_LABELLED: Final = re.compile(r"([a-z][a-z ]*?)(?: *: *| +- +| +)@? *([a-z0-9._-]+)")
_HANDLE: Final = re.compile(r"@?([a-z0-9][a-z0-9._-]*|_[a-z0-9._-]+)")
_BLUESKY: Final = ".bsky.social"
_SHORTEST: Final = 2


class Social(NamedTuple):
    """A read account: `platform` is empty when nobody said which it is."""

    platform: str
    handle: str


def read_social(value: str, platform: str | None) -> Social:
    """Read one account.

    Args:
        value: A link, "IG: @handle", or the handle alone.
        platform: What the reporter chose; a platform in the text wins over it.

    Returns:
        Platform (x for twitter, instagram for threads) and handle or number.

    Raises:
        InputError: `social`, when there is no handle in the text.

    Source: MATCHING.md, "Social".
    """
    text = fold(value).strip(" \t\n\"'<>.,;")
    chosen = _PLATFORMS.get(fold(platform).strip(), "") if platform else ""
    link = _LINK.match(text)
    found = _from_link(link) if link else _from_label(text, chosen)
    if found is None or len(found.handle) < _SHORTEST:
        raise InputError(
            "social",
            "there is no account name in this text",
            "Give the account's name or the link to its page.",
        )
    return found


def _from_link(link: re.Match[str]) -> Social | None:
    labels = link.group(1).split(".")
    host = next(
        (name for n in range(len(labels)) if (name := ".".join(labels[n:])) in _HOSTS),
        "",
    )
    if not host:
        return None
    number = _NUMBER.search(link.group(2))
    path = link.group(2).split("?")[0].split("#")[0]
    steps = [step for step in path.split("/") if step and step not in _PATH_WORDS]
    handle = number.group(1) if number else (steps[0] if steps else "")
    return _account(_HOSTS[host], handle)


def _from_label(text: str, chosen: str) -> Social | None:
    labelled = _LABELLED.fullmatch(text)
    if labelled and labelled.group(1) in _PLATFORMS:
        return _account(_PLATFORMS[labelled.group(1)], labelled.group(2))
    return _account(chosen, text)


def _account(platform: str, text: str) -> Social | None:
    handle = _HANDLE.match(text.removesuffix(_BLUESKY))
    if handle is None:
        return None
    name = handle.group(1).rstrip(".-")
    return Social(platform, name.replace(".", "") if platform == "facebook" else name)
