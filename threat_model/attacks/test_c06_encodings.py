"""C06: what is no point, no scalar, no key, at every place that takes one."""

from collections import Counter
from itertools import islice

import pytest

from blind_index.errors import ProtocolError
from blind_index.group import Element, Scalar
from escrow.messages.codec import EncodedElement, EncodedScalar, Proof, SealingKey
from tests.world.altered import BAD_POINTS, BAD_SCALAR, at, places, put
from threat_model.harness.decode_sites import sites

UNREDUCED = {"the group's order": BAD_SCALAR, "all ones": b"\xff" * 32}
NO_KEYS = {"zeros": bytes(1216), "ones": b"\xff" * 1216}


def every_point():
    """Every element of every message, as each bad encoding."""
    for name, site in sites().items():
        for path in places(site.message, EncodedElement):
            for bad in BAD_POINTS.values():
                yield name, site, put(site.message, path, bad)


def points():
    """Every element of every message, the bad encodings taking turns.

    One in five: places and encodings are visited in turn, four a place.
    """
    yield from islice(every_point(), 0, None, len(BAD_POINTS) + 1)


def scalars():
    """Every scalar, and both halves of every proof, not reduced."""
    for name, site in sites().items():
        for path in places(site.message, EncodedScalar):
            for bad in UNREDUCED.values():
                yield name, site, put(site.message, path, bad)
        for path in places(site.message, Proof):
            proof = at(site.message, path)
            yield name, site, put(site.message, path, BAD_SCALAR + proof[32:])
            yield name, site, put(site.message, path, proof[:32] + BAD_SCALAR)


def sealing_keys():
    """Every public key to seal to, as none."""
    for name, site in sites().items():
        for path in places(site.message, SealingKey):
            for bad in NO_KEYS.values():
                yield name, site, put(site.message, path, bad)


KINDS = {"points": points, "scalars": scalars, "sealing keys": sealing_keys}


def accepted(kind):
    """Sites that took a bad encoding, how many were shown, and every refusal.

    A refusal is a `ProtocolError`; anything else that is raised ends the trial.
    """
    taken, refused, tries = [], Counter(), 0
    for name, site, message in kind():
        tries += 1
        try:
            site.take(message)
        except ProtocolError as error:
            refused[type(error).__name__] += 1
            continue
        taken.append(name)
    return taken, refused, tries


def tell(trial, part, kind=None):
    taken, refused, tries = accepted(kind or KINDS[part])
    told = ", ".join(f"{name} {n}" for name, n in sorted(refused.items()))
    notes = {f"refused {part}": told}
    trial.tell(len(taken), tries, {f"bad {part}": tries}, part=part, notes=notes)


@pytest.fixture(scope="module", autouse=True)
def _every_site_takes_its_own_message():
    for site in sites().values():
        site.take(site.message)


@pytest.mark.parametrize("part", KINDS)
def test_attack(trial, part):
    tell(trial, part)


@pytest.mark.slow
def test_attack_every_point(trial):
    tell(trial, "points", every_point)


def test_control_points(trial):
    with trial.without("strict points", lambda data: Element._of(bytes(data))):
        tell(trial, "points")


def test_control_scalars(trial):
    with trial.without("strict scalars", lambda data: Scalar._of(bytes(data))):
        tell(trial, "scalars")


def test_control_sealing_keys(trial):
    with trial.without("sound sealing keys"):
        tell(trial, "sealing keys")
