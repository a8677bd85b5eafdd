"""The deployment, and signed ones that nobody may accept."""

import dataclasses
from typing import Any

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from escrow.errors import StaleManifest
from escrow.manifest import build_manifest, open_manifest
from escrow.messages.codec import EncodedElement, SealingKey
from escrow.messages.deployment import Roster, SignedManifest
from tests.vectors_json.asking import text
from tests.vectors_json.scene import dealt
from tests.world.dealt import sign_manifest


def _committees(roster: Roster) -> dict[str, Roster]:
    index, opening = roster.index, roster.opening
    again = replace(index, trustees=(index.trustees[0],) * 3)
    return {
        "one trustee three times": replace(roster, index=again),
        "committees exchanged": replace(roster, index=opening, opening=index),
        "one trustee needed": replace(
            roster, index=replace(index, trustee_threshold=1)
        ),
        "more trustees needed than there are": replace(
            roster, opening=replace(opening, trustee_threshold=4)
        ),
    }


def _numbers(roster: Roster) -> dict[str, Roster]:
    return {
        "no level": replace(roster, levels=()),
        "levels that do not ascend": replace(roster, levels=(3, 2)),
        "a level above 12": replace(roster, levels=(2, 13)),
        "a level below 2": replace(roster, levels=(1, 2)),
        "too many levels": replace(roster, levels=tuple(range(2, 10))),
        "a smallest group that is no level": replace(roster, smallest_group=6),
        "weak stretching outside a demo": replace(roster, demo=False),
    }


def _keys(roster: Roster) -> dict[str, Roster]:
    registrar = roster.registrars[0]
    uncounted = replace(registrar, counting_levels=())
    identity, unusable = EncodedElement(bytes(32)), SealingKey(b"\xff" * 1216)
    return {
        "no registrar": replace(roster, registrars=()),
        "two registrars of one key": replace(roster, registrars=(registrar,) * 2),
        "a registrar none of whose levels counts": replace(
            roster, registrars=(uncounted,)
        ),
        "a token key that is the identity": replace(roster, token_key=identity),
        "an unusable notice key": replace(roster, notice_key=unusable),
    }


def _wrong() -> dict[str, SignedManifest]:
    roster, plan, signed = dealt().deployment.roster, dealt().plan, dealt().signed
    index, opening = dealt().deployment.index_keys, dealt().deployment.opening_keys
    mixed = dataclasses.replace(opening, public_key=index.public_key)
    short = dataclasses.replace(
        opening, verification_shares=opening.verification_shares[:2]
    )
    moved = replace(signed.signatures[0], signature=signed.signatures[1].signature)
    rosters = _committees(roster) | _numbers(roster) | _keys(roster)
    payloads = {
        name: build_manifest(changed, index, opening)
        for name, changed in rosters.items()
    } | {
        "a public key of other shares": build_manifest(roster, index, mixed),
        "a verification share less": build_manifest(roster, index, short),
    }
    return {
        name: sign_manifest(plan, payload) for name, payload in payloads.items()
    } | {
        "a signature less": replace(signed, signatures=signed.signatures[:-1]),
        "another trustee's signature": replace(
            signed, signatures=(moved, *signed.signatures[1:])
        ),
    }


def _refusal(signed: SignedManifest) -> dict[str, Any]:
    try:
        open_manifest(signed)
    except ProtocolError as error:
        return {"error": type(error).__name__, "culprit": error.culprit}
    raise StaleManifest("a manifest that ought to be refused was accepted")


def vectors() -> dict[str, Any]:
    """The manifest in force, and by what is wrong others with their refusal."""
    return {
        "signed": text(dealt().signed),
        "digest": dealt().deployment.digest.hex(),
        "group_sizes": dealt().deployment.group_sizes(),
        "refused": {
            name: {"signed": text(signed), **_refusal(signed)}
            for name, signed in _wrong().items()
        },
    }
