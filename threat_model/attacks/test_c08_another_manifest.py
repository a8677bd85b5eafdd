"""C08: an API that shows one person a manifest of its own."""

import pytest
from msgspec.structs import replace

from blind_index.errors import ProtocolError
from escrow.manifest import committee_keys, open_manifest
from escrow.messages.codec import Blob, decode, encode
from escrow.messages.deployment import Manifest
from tests.world.dealt import Plan, deal_deployment, sign_manifest

HONEST, EVIL = Plan(name="C08"), Plan(name="C08 evil")


def altered():
    """The real manifest with something else in it, and the real signatures."""
    honest, evil = deal_deployment(HONEST), deal_deployment(EVIL)
    manifest = decode(honest.signed.payload, Manifest)
    roster = manifest.roster
    for changed in (
        replace(manifest, index_keys=committee_keys(evil.deployment.index_keys)),
        replace(manifest, opening_keys=committee_keys(evil.deployment.opening_keys)),
        replace(
            manifest, roster=replace(roster, token_key=evil.deployment.roster.token_key)
        ),
        replace(
            manifest,
            roster=replace(roster, registrars=evil.deployment.roster.registrars),
        ),
        replace(
            manifest,
            roster=replace(roster, notice_key=evil.deployment.roster.notice_key),
        ),
    ):
        yield replace(honest.signed, payload=Blob(encode(changed)))


def self_made():
    """Committees of the API's own invention, all of whom sign."""
    yield deal_deployment(EVIL).signed
    roster = deal_deployment(HONEST).deployment.roster
    manifest = decode(deal_deployment(EVIL).signed.payload, Manifest)
    copied = replace(
        manifest.roster, deployment_id=roster.deployment_id, origin=roster.origin
    )
    payload = encode(replace(manifest, roster=copied))
    yield sign_manifest(EVIL, payload)


PARTS = {"altered": altered, "self-made": self_made}


def accepted(part, pinned):
    won = tries = 0
    for signed in PARTS[part]():
        tries += 1
        try:
            open_manifest(signed, pinned=pinned)
        except ProtocolError:
            continue
        won += 1
    return won, tries


@pytest.mark.parametrize("part", PARTS)
def test_attack(trial, part):
    digest = deal_deployment(HONEST).deployment.digest
    # Whoever has no pin yet still sees signatures that do not fit.
    won, tries = accepted(part, digest if part == "self-made" else None)
    trial.tell(won, tries, {"manifests": tries}, part=part)


def test_control_altered(trial):
    with trial.without("every trustee signed"):
        won, tries = accepted("altered", None)
    trial.tell(won, tries, {"manifests": tries}, part="altered")


def test_control_self_made(trial):
    # One capability less on the client's side: it knows no digest.
    won, tries = accepted("self-made", None)
    trial.tell(won, tries, {"manifests": tries}, part="self-made")
