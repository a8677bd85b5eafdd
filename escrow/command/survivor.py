"""A survivor at her device: her words, her vault, her reports in it."""

import base64
from collections.abc import Callable

from msgspec.structs import replace

from blind_index.errors import InputError
from escrow.client.vault import (
    Registration,
    SavedReport,
    VaultContents,
    open_vault,
    seal_vault,
    without_late_drafts,
)
from escrow.client.words import VaultKeys
from escrow.command.place import Place
from escrow.errors import ConflictingReport, NotFound, StaleManifest
from escrow.messages.vault import Vault


class Survivor:
    """Her vault, opened; every change is stored before anything depends on it.

    Args:
        place: The deployment she speaks to.
        keys: From her words.
    """

    def __init__(self, place: Place, keys: VaultKeys) -> None:
        self.place = place
        self._keys = keys
        self._counter = 0
        self.contents = VaultContents(manifest_digest=place.deployment.digest)

    def open(self) -> None:
        """Fetch the vault; a person without one begins with an empty one.

        Raises:
            StaleManifest: The vault belongs to another deployment.
            InvalidCiphertext: The server did not return what was stored.
        """
        name = base64.urlsafe_b64encode(self._keys.vault_id).rstrip(b"=").decode()
        try:
            vault = self.place.http.get(self.place.url(f"vaults/{name}"), Vault)
        except NotFound:
            return
        contents = open_vault(self._keys, vault)
        if contents.manifest_digest != self.place.deployment.digest:
            raise StaleManifest("these words belong to another deployment")
        self.contents = without_late_drafts(contents, self.place.day)
        self._counter = vault.counter

    def save(self, contents: VaultContents) -> None:
        """Store the vault; what follows may rely on it.

        Raises:
            ConflictingReport: Somebody with the same words wrote meanwhile.
        """
        write = seal_vault(self._keys, contents, self._counter + 1)
        try:
            self.place.http.tell(self.place.url("vaults"), write, method="PUT")
        except ConflictingReport:
            self.open()
            raise
        self.contents, self._counter = contents, self._counter + 1

    @property
    def registration(self) -> Registration:
        """Her credentials.

        Raises:
            InputError: She was not verified yet.
        """
        if self.contents.registration is None:
            raise InputError("verified", "you were not verified yet", "Verify first.")
        return self.contents.registration

    def has(self, label: str) -> bool:
        """Whether she has an entry of this name."""
        return any(report.label == label for report in self.contents.reports)

    def report(self, label: str) -> SavedReport:
        """One of her reports.

        Raises:
            InputError: She has none of this name.
        """
        for report in self.contents.reports:
            if report.label == label:
                return report
        raise InputError("report", "there is no entry of this name")

    def with_report(self, report: SavedReport) -> VaultContents:
        """The vault's contents with this report in the place of the old one."""
        others = self.contents.reports
        if not self.has(report.label):
            return replace(self.contents, reports=(*others, report))
        return replace(
            self.contents,
            reports=tuple(report if r.label == report.label else r for r in others),
        )

    def keep(self, report: SavedReport) -> None:
        """Store one report in the vault, if anything of it changed."""
        if not self.has(report.label) or self.report(report.label) != report:
            self.save(self.with_report(report))

    def change(
        self, label: str, change: Callable[[SavedReport], SavedReport]
    ) -> SavedReport:
        """Change one report in the vault, and return it."""
        report = change(self.report(label))
        self.keep(report)
        return report
