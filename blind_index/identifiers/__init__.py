"""What a survivor knows about a person, kind by kind: rules and refusals."""

from blind_index.identifiers.explain import what_will_be_compared
from blind_index.identifiers.identifier import Identifier, Kind

__all__ = ["Identifier", "Kind", "what_will_be_compared"]
