"""Six tokens a person and period; the same request again is free."""

import pytest

from escrow.client import registration
from tests.api.running import ApiFault


def ask(world, name, count):
    held = world.person(name).registration
    return registration.begin_tokens(world.deployment, held, count)


def test_a_request_can_be_repeated_without_being_counted_twice(world):
    pending = ask(world, "ana", 4)
    for _ in range(3):
        grant = world.server.grant_tokens(pending.request, world.day)
        tokens = registration.finish_tokens(world.deployment, pending, grant)
        assert len(tokens) == 4
    world.server.grant_tokens(ask(world, "ana", 2).request, world.day)
    with pytest.raises(ApiFault) as fault:
        world.server.grant_tokens(ask(world, "ana", 1).request, world.day)
    assert (fault.value.status, fault.value.kind) == (429, "quota-exceeded")


def test_the_quota_is_a_persons_own_and_outlives_a_restart(world):
    world.server.grant_tokens(ask(world, "ana", 6).request, world.day)
    world.restart()
    with pytest.raises(ApiFault):
        world.server.grant_tokens(ask(world, "ana", 1).request, world.day)
    world.server.grant_tokens(ask(world, "bea", 6).request, world.day)


def test_after_ninety_days_there_are_tokens_again(world):
    world.server.grant_tokens(ask(world, "ana", 6).request, world.day)
    world.day += 89
    with pytest.raises(ApiFault):
        world.server.grant_tokens(ask(world, "ana", 1).request, world.day)
    world.day += 1
    world.server.grant_tokens(ask(world, "ana", 6).request, world.day)


def test_an_expired_credential_buys_nothing(world):
    world.person("ana")
    world.day += 800
    with pytest.raises(ApiFault) as fault:
        world.server.grant_tokens(ask(world, "ana", 1).request, world.day)
    assert (fault.value.status, fault.value.kind) == (403, "invalid-credential")
