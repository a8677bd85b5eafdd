"""Try a list of addresses against stolen stores: nothing else is given.

    python -m threat_model.attackers.dictionary LOOT WORDS

LOOT holds `api/` (its database, perhaps its keys) and the folders of seized
trustees with their key files. WORDS holds one e-mail address a line. Prints one
JSON object: which addresses were confirmed, which contacts opened, the price.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from blind_index import oprf
from blind_index.errors import AlongsideError
from blind_index.group import Element, Scalar
from blind_index.identifiers import Identifier
from blind_index.match_keys import match_keys
from blind_index.stretch import stretch
from escrow.match_lock import LevelSecrets, level_secrets, open_wrap
from escrow.messages.codec import decode
from escrow.messages.filing import LockPart
from escrow.report.contents import open_contact, quorum
from escrow.trustee_lock import Part, open_part
from threat_model.attackers.loot import (
    ApiLoot,
    StolenReport,
    TrusteeLoot,
    candidates,
    read_api,
    read_trustee,
)


@dataclass
class Take:
    """What the attack got."""

    confirmed: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)
    guesses: int = 0


class Attack:
    """Every offline route from an address to a tag or an open envelope.

    Args:
        api: The database.
        trustees: Whose disks were seized.
    """

    def __init__(self, api: ApiLoot, trustees: Sequence[TrusteeLoot]) -> None:
        self.api = api
        roster = api.deployment.roster
        self.index_keys = self._keys(trustees, "index", roster.index)
        self.opening_keys = self._keys(trustees, "opening", roster.opening)
        self.opening = [one for one in trustees if one.role == "opening"]
        # For each hope of s: what the stored encryptions would strip to, and whose.
        self.tags = [self._tags(s) for s in self.opening_keys]
        self.take = Take()

    def _keys(self, trustees, role, committee) -> list[Scalar]:
        shares = {one.index: one.key_share for one in trustees if one.role == role}
        return candidates(shares, committee.trustee_threshold, len(committee.trustees))

    def _tags(self, s: Scalar) -> dict[bytes, list[StolenReport]]:
        whose: dict[bytes, list[StolenReport]] = {tag: [] for tag in self.api.tags}
        for report in self.api.reports:
            for tag in report.core.encrypted_tags:
                stripped = s * Element.decode(tag.c2) - Element.decode(tag.c1)
                whose.setdefault(stripped.encode(), []).append(report)
        return whose

    def _part(self, report: StolenReport, part: Part) -> Iterator[bytes]:
        shares = {
            one.index: Scalar.decode(one.reports[report.key].shares[part])
            for one in self.opening
            if report.key in one.reports
        }
        needed = quorum(self.api.deployment)
        for z in candidates(shares, needed.trustee_threshold, needed.size):
            try:
                yield open_part(z, report.key, part, report.parts[part])
            except AlongsideError:
                continue

    def guess(self, word: str) -> None:
        """One address, by every route."""
        deployment = self.api.deployment
        keys = match_keys([Identifier(kind="email", value=word)])
        for key, k in product(keys, self.index_keys):
            self.take.guesses += 1
            output = oprf.evaluate(k, key.encode())
            stretched = stretch(output, deployment.deployment_id, deployment.stretch)
            self._compare(word, level_secrets(stretched, deployment.levels))

    def _compare(self, word: str, secrets: LevelSecrets) -> None:
        for s, tags in zip(self.opening_keys, self.tags, strict=True):
            reports = tags.get((s * secrets.tag_point).encode())
            if reports is not None:
                self.take.confirmed.add(word)
            for report in reports or ():
                self._open(report, secrets.by_level[report.core.match_threshold])

    def _open(self, report: StolenReport, secret: Scalar) -> None:
        """Open the lock, the wrap of this name in it, and with it the contact."""
        for lock in self._part(report, Part.LOCK):
            for entry in decode(lock, LockPart).entries:
                try:
                    wrapped = open_wrap(secret, report.key, entry.wrap)
                except AlongsideError:
                    continue
                for sealed in self._part(report, Part.CONTACT):
                    card = open_contact(wrapped.contact_key, report.key, sealed).card
                    self.take.contacts.add(card.email)


def trustee_configs(loot: Path) -> list[Path]:
    """The configuration files of the seized trustees."""
    return sorted(loot.glob("*-*.toml"))


def main(loot: Path, words: Path) -> None:
    """Run the attack and print what it got."""
    api = read_api(loot / "api")
    keys = [report.key for report in api.reports]
    attack = Attack(api, [read_trustee(one, keys) for one in trustee_configs(loot)])
    started = time.process_time()
    for word in words.read_text("utf-8").split():
        attack.guess(word)
    seconds = time.process_time() - started
    print(
        json.dumps(
            {
                "confirmed": sorted(attack.take.confirmed),
                "contacts": sorted(attack.take.contacts),
                "guesses": attack.take.guesses,
                "reports": len(api.reports),
                "routes": len(attack.index_keys) * len(attack.opening_keys),
                "seconds": seconds,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
