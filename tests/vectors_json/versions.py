"""On which version the next one builds, after what the API lost (§F13)."""

from typing import Any

from msgspec.structs import replace

from blind_index.labels import Label
from escrow.client.vault import SavedReport, SealedVersion
from escrow.client.versions import (
    build_on,
    is_overtaken,
    next_ground,
    proven_receipts,
    settled,
)
from escrow.messages.codec import Digest, Nonce, Signed
from escrow.messages.filing import ShareReceipt
from escrow.signing import public_key, sign
from tests.vectors_json.asking import text
from tests.vectors_json.scene import dealt, saved_report

# Version numbers as trustees 1, 2 and 3 name them, 0 for none; the vault's own
# versions are "first" (1), "lost" and "other" (both 2), "third" (3).
CASES: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "stored and held": ("stored", ("first", "first", "first"), False),
    "stored, and nothing shown yet": ("stored", (), False),
    "stored, and nothing shown": ("stored", (), True),
    "on its way": ("changed", (), False),
    "on its way, too late": ("changed", (), True),
    "one has it": ("changed", ("lost", "first"), False),
    "an old server": ("changed", ("first", "first", "first"), False),
    "a lie of one": ("changed", ("unknown 63",), True),
    "one holds another of this number": ("again", ("lost", "other"), False),
    "two hold another of this number": ("again", ("lost", "lost", "other"), False),
    "two hold what the vault forgot": ("stored", ("unknown 5", "unknown 4"), False),
    "two hold it, and one lies": (
        "stored",
        ("unknown 5", "unknown 63", "unknown 5"),
        False,
    ),
    "a backup of the draft": ("rolled back", ("unknown 1", "unknown 1"), False),
}


def _version(name: str) -> SealedVersion:
    word, _, number = name.partition(" ")
    numbers = {"first": 1, "lost": 2, "other": 2}
    version = int(number) if number else numbers[word]
    digest = name.encode().ljust(32, b".")
    return SealedVersion(version, Digest(digest))


def _report(name: str) -> SavedReport:
    first, lost, other = map(_version, ("first", "lost", "other"))
    draft = saved_report("ana", 3)
    sent = replace(draft, version=1, header_digest=first.header_digest)
    stored = settled(sent)
    changed = replace(stored, version=2, header_digest=lost.header_digest)
    reports = {
        "stored": stored,
        "changed": changed,
        "again": replace(
            build_on(changed, first), version=2, header_digest=other.header_digest
        ),
        "rolled back": sent,
    }
    return reports[name]


def _receipt(index: int, name: str) -> Signed:
    version = _version(name)
    receipt = ShareReceipt(
        deployment_id=Nonce(dealt().deployment.deployment_id),
        index=index,
        report_key=public_key(_report("stored").keys().report_seed),
        version=version.version,
        header_digest=version.header_digest,
    )
    seed = dealt().identity_seeds["opening"][index - 1]
    return sign(seed, Label.SHARE_RECEIPT, receipt)


def versions() -> dict[str, Any]:
    """What each of these reports builds on, by the receipts that are shown."""
    deployment, cases = dealt().deployment, []
    for name, (state, shown, late) in CASES.items():
        report = _report(state)
        receipts = [_receipt(index, one) for index, one in enumerate(shown, 1)]
        proven = proven_receipts(deployment, report, receipts)
        ground = next_ground(deployment, report, proven, late=late)
        cases.append(
            {
                "name": name,
                "report": text(report),
                "receipts": [text(one) for one in receipts],
                "late": late,
                "overtaken": is_overtaken(deployment, report, proven),
                "ground": None if ground is None else text(ground),
                "base": None if ground is None else text(build_on(report, ground)),
                "settled": text(settled(report)),
            }
        )
    return {"cases": cases}
