"""C19: a manifest that everybody signed, with numbers that protect nobody."""

import time

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.secret import SecretBytes
from blind_index.stretch import StretchParameters, stretch
from escrow.manifest import FLOOR_MEMORY_KIB, FLOOR_PASSES, open_manifest
from escrow.messages.codec import decode, encode
from escrow.messages.deployment import Manifest, StretchSettings
from tests.world.dealt import Plan, deal_deployment, sign_manifest

PLAN = Plan(name="C19")
WEAK = StretchSettings(memory_kib=8, passes=1)


def weak_rosters():
    """Rosters of real use, each below one floor."""
    roster = deal_deployment(PLAN).deployment.roster
    strong = StretchSettings(memory_kib=FLOOR_MEMORY_KIB, passes=FLOOR_PASSES)
    real = replace(roster, demo=False, stretch=strong)
    alone = replace(roster.index, trustee_threshold=1)
    twice = replace(roster.opening, trustees=(roster.opening.trustees[0],) * 3)
    return [
        replace(real, stretch=WEAK),
        replace(real, stretch=replace(strong, memory_kib=FLOOR_MEMORY_KIB - 1)),
        replace(real, stretch=replace(strong, passes=FLOOR_PASSES - 1)),
        replace(real, index=alone),
        replace(real, opening=replace(roster.opening, trustee_threshold=1)),
        replace(real, opening=twice),
        replace(real, levels=(1, 2, 3), smallest_group=1),
        replace(real, levels=(2, 3), smallest_group=1),
        replace(real, registrars=()),
    ]


def accepted():
    won, rosters = 0, weak_rosters()
    manifest = decode(deal_deployment(PLAN).signed.payload, Manifest)
    for roster in rosters:
        signed = sign_manifest(PLAN, encode(replace(manifest, roster=roster)))
        try:
            open_manifest(signed)
        except ProtocolError:
            continue
        won += 1
    return won, len(rosters)


def seconds(settings):
    parameters = StretchParameters(settings.memory_kib, settings.passes)
    started = time.process_time()
    for number in range(5):
        stretch(SecretBytes(bytes([number]) * 64), bytes(16), parameters)
    return (time.process_time() - started) / 5


def test_attack(trial):
    won, tries = accepted()
    trial.tell(won, tries, {"manifests": tries})


def test_control(trial):
    with trial.without("floors"):
        won, tries = accepted()
    strong = StretchSettings(memory_kib=FLOOR_MEMORY_KIB, passes=FLOOR_PASSES)
    gain = seconds(strong) / seconds(WEAK)
    notes = {"a guess below the floor is cheaper by": f"{gain:.0f} times"}
    trial.tell(won, tries, {"manifests": tries}, notes=notes)
