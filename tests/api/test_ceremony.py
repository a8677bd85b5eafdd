"""The bulletin board carries a real ceremony to a manifest."""

from contextlib import contextmanager

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from api.__main__ import main
from api.app import create_app
from blind_index.errors import InputError
from blind_index.group import Element, Scalar
from blind_index.labels import Label
from escrow.manifest import roster_digest
from escrow.messages.codec import Blob, EncodedElement, Signature, encode
from escrow.messages.deployment import (
    CeremonyAbort,
    CeremonyBoard,
    CeremonyPost,
    SignedManifest,
    TrusteeCard,
)
from escrow.signing import sign
from escrow.trustee.ceremony import Participant, advance, confirm
from tests.api.running import ApiFault, RemoteServer, lay_out
from tests.world.dealt import ROLES, Plan, deal_deployment
from tests.world.stream import stream
from tests.world.world import DAY

PLAN = Plan(name="ceremony", index=(2, 2), opening=(2, 3))


def secret(role, index):
    return Scalar.random(stream(PLAN, role, index, "ceremony secret"))


def card(role, index, before: TrusteeCard) -> TrusteeCard:
    key = Element.base_multiple(secret(role, index)).encode()
    return replace(before, ceremony_key=EncodedElement(key))


def roster_payload() -> bytes:
    roster = deal_deployment(PLAN).deployment.roster
    committees = {}
    for role in ROLES:
        committee = getattr(roster, role)
        cards = (card(role, i, c) for i, c in enumerate(committee.trustees, 1))
        committees[role] = replace(committee, trustees=tuple(cards))
    return encode(replace(roster, **committees))


@contextmanager
def serving(config):
    with TestClient(create_app(config, clock=lambda: DAY)) as client:
        yield RemoteServer(client, None)


@pytest.fixture
def config(tmp_path, new_database):
    config = lay_out(tmp_path, PLAN, with_manifest=False, database=new_database())
    (tmp_path / "roster.json").write_bytes(roster_payload())
    return config


def participants():
    dealt = deal_deployment(PLAN)
    return [
        Participant(roster_payload(), role, i, seed, secret(role, i))
        for role in ROLES
        for i, seed in enumerate(dealt.identity_seeds[role], 1)
    ]


def board(server) -> CeremonyBoard:
    return server.call("GET", "/v1/ceremony", None, CeremonyBoard)


def post(server, signed) -> None:
    server.call("POST", "/v1/ceremony/posts", signed)


def one_round(server, members, states) -> None:
    for place, member in enumerate(members):
        step = advance(member, states[place], board(server))
        states[place] = step.state
        for signed in step.posts:
            post(server, signed)


def test_a_ceremony_ends_in_a_manifest_and_survives_restarts(config):
    members = participants()
    states = [confirm(member) for member in members]
    for _ in range(8):
        with serving(config) as server:
            one_round(server, members, states)
            health = server.client.get("/v1/health").json()
    assert health == {"state": "ready"}
    with serving(config) as server:
        manifest = server.call("GET", "/v1/manifest", None, SignedManifest)
        assert len(manifest.signatures) == 5
        assert board(server).attempt == 1
        assert server.client.get("/v1/box-keys").json()["keys"] == []


def test_the_same_post_again_changes_nothing_and_another_is_refused(config):
    member = participants()[0]
    (signed,) = confirm(member).posts
    with serving(config) as server:
        post(server, signed)
        post(server, signed)
        assert board(server).posts == (signed,)
        forged = replace(signed, signature=Signature(bytes(64)))
        with pytest.raises(ApiFault) as fault:
            post(server, forged)
        assert (fault.value.status, fault.value.kind) == (403, "invalid-signature")


def test_an_aborted_attempt_can_be_begun_anew_and_only_then(config, tmp_path, capsys):
    toml = tmp_path / "api.toml"
    toml.write_text(
        f'data_dir = "{tmp_path}"\norigin = "{config.origin}"\n'
        f'database = "{config.database_url}"\n'
    )
    assert main(["restart-ceremony", "--config", str(toml)]) == 2
    members = participants()
    states = [confirm(member) for member in members]
    with serving(config) as server:
        one_round(server, members, states)
        post(server, abort(members[0], states[0]))
    assert main(["restart-ceremony", "--config", str(toml)]) == 0
    assert "attempt 2" in capsys.readouterr().out
    with serving(config) as server:
        assert (board(server).attempt, board(server).posts) == (2, ())


def abort(member, state, reason="a test"):
    body = encode(CeremonyAbort(culprit="nobody", reason=reason))
    message = CeremonyPost(
        roster_digest=roster_digest(member.roster_payload),
        role=member.role,
        index=member.index,
        attempt=state.attempt,
        step="abort",
        body=Blob(body),
    )
    return sign(member.identity_seed, Label.CEREMONY_POST, message)


def test_a_roster_other_than_the_manifests_is_not_served(tmp_path, new_database):
    config = lay_out(tmp_path, PLAN, database=new_database())
    (tmp_path / "roster.json").write_bytes(roster_payload())
    with pytest.raises(ExceptionGroup) as caught, serving(config):
        pass
    assert caught.group_contains(InputError)
