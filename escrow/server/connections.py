"""What was released to one reader in one case (§S3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from escrow.manifest import Deployment
from escrow.messages.cases import Connection, Giver, Release
from escrow.messages.codec import Blob, Digest, Signed


@dataclass(frozen=True)
class GiverContents:
    """What the server still stores of one member: header and contact part."""

    member: int
    header: Signed
    contact: Blob


def served_givers(deployment: Deployment, releases: Sequence[Release]) -> set[int]:
    """Givers of whom t' trustees released their share."""
    needed = deployment.opening_keys.trustee_threshold
    by_giver: dict[int, set[int]] = {}
    for release in releases:
        by_giver.setdefault(release.giver, set()).add(release.index)
    return {giver for giver, indexes in by_giver.items() if len(indexes) >= needed}


def make_connection(
    case_id: Digest, givers: Sequence[GiverContents], releases: Sequence[Release]
) -> Connection:
    """Put each giver's header, contact ciphertext and released shares together."""
    return Connection(
        case_id=case_id,
        givers=tuple(
            Giver(
                member=giver.member,
                header=giver.header,
                contact=giver.contact,
                releases=tuple(r for r in releases if r.giver == giver.member),
            )
            for giver in givers
        ),
    )
