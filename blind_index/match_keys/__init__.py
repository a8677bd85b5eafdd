"""From the identifiers of one report to its match keys."""

from blind_index.match_keys.derive import (
    MOST_KEYS,
    match_keys,
    readable_match_keys,
    self_match_keys,
)

__all__ = ["MOST_KEYS", "match_keys", "readable_match_keys", "self_match_keys"]
