"""Who this trustee is, and what a step gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from blind_index.key_share import KeyShare
from blind_index.secret import SecretBytes
from escrow.manifest import Deployment
from escrow.messages.codec import Blob, Digest, Message
from escrow.messages.mailbox import Letter

S_co = TypeVar("S_co", covariant=True)
T = TypeVar("T")


@dataclass(frozen=True)
class Trustee:
    """An opening trustee's keys; its shell keeps them sealed at rest.

    `box_seeds` are the HPKE seeds of its box keys, by the keys' digests.
    """

    deployment: Deployment
    index: int
    identity_seed: SecretBytes
    key_share: KeyShare
    box_seeds: Mapping[Digest, SecretBytes]


class Event(Message, frozen=True):
    """One line for the trustee's hash-chained log; names no identifier.

    `subject` is a case id, header digest or report key.
    """

    kind: str
    subject: Blob
    detail: str


@dataclass(frozen=True)
class Step(Generic[S_co]):
    """The new state, the letters to send once it is saved, the log's lines."""

    state: S_co
    letters: tuple[Letter, ...] = ()
    events: tuple[Event, ...] = ()

    def then(self, following: "Step[T]") -> "Step[T]":
        """This step and the next as one: the later state, all that was said."""
        return Step(
            following.state,
            self.letters + following.letters,
            self.events + following.events,
        )
