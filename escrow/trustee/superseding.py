"""What is left of a report once fellows say that they hold a newer version (§T7)."""

from collections.abc import Sequence

from msgspec.structs import replace

from escrow.manifest import Deployment
from escrow.messages.recovery import HeldVersion
from escrow.report.check import MAX_VERSIONS
from escrow.trustee.boxes import Held, HeldReport, SupersededReport, VersionClaim
from escrow.trustee.recovery import fellows_needed


def supersede(
    deployment: Deployment, held: Held | None, claim: HeldVersion, fellow: int
) -> Held | None:
    """What is left of a report when a fellow says that it holds this version.

    An older version is not used from then on. Its shares are erased when as many
    fellows say so as §T7 asks for, and no box below the version is taken in that
    so many name at least: among them one is honest. What fewer say binds nothing
    but the trustee's own version, or one liar could refuse whatever the author
    files next.

    Returns:
        The state to keep instead, or None if the claim is no news.
    """
    if isinstance(held, HeldReport) and claim.version > held.version:
        held = SupersededReport(
            report_key=held.report_key,
            version=held.version + 1,
            witness=held.witness,
            claims=(),
            kept=held,
        )
    if not isinstance(held, SupersededReport) or not _is_news(held, claim, fellow):
        return None
    others = [known for known in held.claims if known.fellow != fellow]
    claims = (*others, VersionClaim(fellow=fellow, version=claim.version))
    bound = _bound(claims, fellows_needed(deployment))
    return replace(
        held,
        version=max(held.version, bound),
        claims=claims,
        kept=held.kept if bound == 0 else None,
    )


def _is_news(held: SupersededReport, claim: HeldVersion, fellow: int) -> bool:
    """Whether a version can be, and is above all that was known of this fellow."""
    own = held.version - 1 if held.kept is None else held.kept.version
    told = [known.version for known in held.claims if known.fellow == fellow]
    return max([own, *told]) < claim.version <= MAX_VERSIONS


def _bound(claims: Sequence[VersionClaim], needed: int) -> int:
    """The highest version that so many fellows name at least; 0 if fewer spoke."""
    versions = sorted((claim.version for claim in claims), reverse=True)
    return versions[needed - 1] if len(versions) >= needed else 0
