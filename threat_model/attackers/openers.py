"""What stolen stores give away to somebody who knows no name: nothing is guessed.

    python -m threat_model.attackers.openers LOOT KEYS

LOOT is as for `dictionary`; its `api/` may be missing. KEYS holds the keys of all
reports, in hexadecimal, one a line: more than a thief would know. Prints one JSON
object: groups of equal entries, persons behind entries, contacts that opened, and
what of each report's contact could be found at all.
"""

import json
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from blind_index.group import Element, Scalar
from blind_index.secret import SecretBytes
from escrow.lock_search import judge_locks
from escrow.match_lock import Claimant, claimant
from escrow.messages.codec import PublicKey, decode
from escrow.messages.filing import LockPart, StandingPart
from escrow.messages.registration import StandingCredential
from escrow.report.contents import open_contact, quorum
from escrow.server.tag_index import open_row, tag_keys
from escrow.signing import peek
from escrow.trustee_lock import Part, open_part
from threat_model.attackers.dictionary import trustee_configs
from threat_model.attackers.loot import (
    ApiLoot,
    StolenReport,
    TrusteeLoot,
    candidates,
    read_api,
    read_trustee,
)

# Of opening trustees, in the deployment that is attacked; a thief of the API's
# database reads it in the manifest.
NEEDED = 2


@dataclass
class Take:
    """What the attack got; `keys` counts the keys of contact parts it could make."""

    equal: int = 0
    persons: set[bytes] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)
    keys: int = 0


class Attack:
    """Combine what there is, and open what opens by itself."""

    def __init__(
        self, api: ApiLoot | None, trustees: Sequence[TrusteeLoot], needed: int
    ) -> None:
        self.api = api
        self.opening = [one for one in trustees if one.role == "opening"]
        self.needed = needed
        self.take = Take()

    def secret(self, key: PublicKey, part: Part) -> Scalar | None:
        """A part's secret, if the seized trustees hold enough shares of it."""
        shares = {
            one.index: Scalar.decode(one.reports[key].shares[part])
            for one in self.opening
            if key in one.reports
        }
        if len(shares) < self.needed:
            return None
        return candidates(shares, self.needed, len(shares))[0]

    def opened(self, report: StolenReport, part: Part) -> bytes | None:
        """A part's plaintext, as far as the trustee lock keeps it."""
        secret = self.secret(report.key, part)
        if secret is None:
            return None
        return open_part(secret, report.key, part, report.parts[part])

    def run(self, keys: Sequence[PublicKey]) -> Take:
        """Everything in turn."""
        self.take.keys = sum(self.secret(k, Part.CONTACT) is not None for k in keys)
        if self.api is None:
            return self.take
        for report in self.api.reports:
            standing = self.opened(report, Part.STANDING)
            if standing is not None:
                credential = decode(standing, StandingPart).credential
                person = peek(credential, StandingCredential).person
                self.take.persons.add(bytes(person))
        for places in self._equal():
            self.take.equal += 1
            self._open(places)
        return self.take

    def _equal(self) -> Iterator[list[tuple[StolenReport, int]]]:
        """Entries of different reports that hold one tag, under the key s."""
        shares = {one.index: one.key_share for one in self.opening}
        if len(shares) < self.needed:
            return
        (s,) = candidates(shares, self.needed, len(shares))
        found = defaultdict(list)
        for report in self.api.reports if self.api else ():
            for place, tag in enumerate(report.core.encrypted_tags):
                stripped = s * Element.decode(tag.c2) - Element.decode(tag.c1)
                found[stripped.encode()].append((report, place))
        yield from (places for places in found.values() if len(places) > 1)

    def _open(self, places: Sequence[tuple[StolenReport, int]]) -> None:
        """The match lock of one group, and its contacts, if it is complete."""
        members = [self._claimant(*place) for place in places]
        deployment = self.api.deployment
        base = deployment.opening_keys.public_key
        opening = judge_locks([m for m in members if m], deployment.levels, base)
        for place, wrapped in (opening.members if opening else {}).items():
            report = places[place][0]
            contact = self.opened(report, Part.CONTACT)
            card = open_contact(wrapped.contact_key, report.key, contact).card
            self.take.contacts.add(card.email)

    def _claimant(self, report: StolenReport, place: int) -> Claimant | None:
        lock = self.opened(report, Part.LOCK)
        if lock is None:
            return None
        tag = report.core.encrypted_tags[place]
        return claimant(
            report.key,
            report.core.match_threshold,
            self.api.deployment.levels,
            decode(lock, LockPart).entries[place],
            (Element.decode(tag.c1), Element.decode(tag.c2)),
        )


def visible_groups(folder: Path) -> int:
    """Groups of equal entries that the API's own key file makes visible."""
    store_key = folder / "keys" / "store.key"
    if not store_key.exists():
        return 0
    keys = tag_keys(SecretBytes(store_key.read_bytes()))
    with closing(sqlite3.connect(folder / "api.sqlite3")) as database:
        rows = [
            open_row(keys, s) for (s,) in database.execute("SELECT sealed FROM tag_row")
        ]
    whose = defaultdict(set)
    for row in rows:
        whose[bytes(row.tag)].add(bytes(row.report_key))
    return sum(len(reports) > 1 for reports in whose.values())


def main(loot: Path, listed: Path) -> None:
    """Run the attack and print what it got."""
    keys = [PublicKey(bytes.fromhex(k)) for k in listed.read_text("utf-8").split()]
    api = read_api(loot / "api") if (loot / "api").exists() else None
    trustees = [read_trustee(one, keys) for one in trustee_configs(loot)]
    needed = quorum(api.deployment).trustee_threshold if api else NEEDED
    take = Attack(api, trustees, needed).run(keys)
    print(
        json.dumps(
            {
                "equal": max(take.equal, visible_groups(loot / "api")),
                "persons": len(take.persons),
                "contacts": sorted(take.contacts),
                "keys": take.keys,
                "reports": len(api.reports) if api else 0,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
