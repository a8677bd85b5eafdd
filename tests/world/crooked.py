"""Reports that a dishonest reporter could make: one layer changed, all signed."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow import trustee_lock
from escrow.client.filing import current_box_keys
from escrow.client.vault import SavedReport
from escrow.messages.codec import encode
from escrow.messages.deployment import BoxKey
from escrow.messages.filing import (
    Core,
    EncryptedTag,
    LockEntry,
    ReportSubmission,
)
from escrow.padding import part_sizes
from escrow.report import seal
from escrow.report.contents import Content, Version, Wishes, header_digest, quorum
from escrow.signing import public_key, sign
from escrow.trustee_lock import Part
from tests.world.survivor import Survivor

Shares = list[list[Scalar]]
Plaintexts = tuple[bytes, bytes, bytes, bytes]


class Forger:
    """Seals a report as `seal_report` does; override a layer to bend it."""

    def __init__(self, survivor: Survivor) -> None:
        self.survivor = survivor
        self.deployment = survivor.world.deployment

    def lock(
        self, entries: list[LockEntry], tags: list[EncryptedTag]
    ) -> tuple[list[LockEntry], list[EncryptedTag]]:
        return entries, tags

    def core(self, core: Core) -> Core:
        return core

    def plaintexts(self, plaintexts: Plaintexts) -> Plaintexts:
        return plaintexts

    def dealt(self, dealt: Shares) -> Shares:
        """What the header commits to and the boxes hold, by part and trustee."""
        return dealt

    def boxed(self, dealt: Shares) -> Shares:
        """What the boxes hold, the hashes being those of `dealt`."""
        return dealt

    def content(self, report: SavedReport) -> Content:
        return Content(
            keys=report.keys(),
            standing=self.survivor.registration.standing(),
            wishes=Wishes(
                report.match_threshold,
                report.expiry_month,
                report.card,
                report.nudge,
                report.witness,
            ),
            version=Version(report.version + 1, report.header_digest),
            outputs=[SecretBytes(bytes(output)) for output in report.outputs],
        )

    def seal(self, report: SavedReport) -> ReportSubmission:
        """The next version of a report, bent."""
        draw, content = self.survivor.draw, self.content(report)
        key = public_key(content.keys.report_seed)
        honest = seal._lock(self.deployment, content, key, draw)
        entries, tags = self.lock(*honest)
        core = encode(self.core(seal._core(self.deployment, content, key, tags)))
        plaintexts = self.plaintexts(
            seal._plaintexts(content, key, core, entries, draw)
        )
        secrets = [Scalar.random(draw) for _ in Part]
        sizes = part_sizes(len(tags))
        parts = tuple(
            trustee_lock.seal_part(
                secrets[part], key, part, (plaintexts[part], sizes[part])
            )
            for part in Part
        )
        needed = quorum(self.deployment)
        dealt = [
            trustee_lock.make_shares(secrets[part], key, part, needed) for part in Part
        ]
        dealt = self.dealt(dealt)
        header = seal._header(key, core, parts, secrets, dealt)
        signed = sign(content.keys.report_seed, Label.REPORT_HEADER, header)
        boxes = tuple(
            seal._box(self.deployment, signed, self.boxed(dealt), box_key)
            for box_key in self._box_keys()
        )
        token = None if report.version else self.survivor.token()
        return ReportSubmission(header=signed, parts=parts, boxes=boxes, token=token)

    def _box_keys(self) -> Sequence[BoxKey]:
        world = self.survivor.world
        keys = world.server.list_box_keys()
        return current_box_keys(self.deployment, keys, day=world.day)

    def file(self, report: SavedReport) -> ReportSubmission:
        """Seal, send, keep."""
        submission = self.seal(report)
        world = self.survivor.world
        world.server.submit(submission, world.day)
        self.survivor.reports[report.label] = replace(
            report,
            version=report.version + 1,
            header_digest=header_digest(submission.header.payload),
        )
        return submission


def bent(survivor: Survivor, **layers: Callable) -> Forger:
    """A forger whose named layers are these functions."""
    forger = Forger(survivor)
    for name, layer in layers.items():
        setattr(forger, name, layer)
    return forger
