"""Every place where a message holds a point, scalar, proof or sealing key.

Each site is a message that the product takes, and the step that takes it: it
returns if it accepts the message, and raises a `ProtocolError` if not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from msgspec.structs import replace

from blind_index.errors import ProtocolError
from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.box_keys import check_box_key
from escrow.ceremony import static_keys
from escrow.client.connecting import Reader, open_giver
from escrow.client.evaluation import begin_evaluation, check_response
from escrow.client.following import ask_connection
from escrow.client.registration import (
    Seeds,
    ask_standing_credential,
    begin_tokens,
    finish_tokens,
)
from escrow.credential import check_self_tags, self_tags_digest
from escrow.manifest import open_manifest
from escrow.match_lock import Wrapped, claimant, level_secrets, make_entry
from escrow.messages.cases import (
    LockShares,
    NudgeShares,
    ReleasedShare,
    SelfEvaluations,
    StandingShares,
)
from escrow.messages.codec import decode, encode
from escrow.messages.deployment import BoxKey, Manifest
from escrow.messages.filing import (
    BoxedShares,
    EvaluationRequest,
)
from escrow.messages.registration import (
    SelfTags,
    StandingCredential,
    TokenRequest,
)
from escrow.registrar import issue
from escrow.registrar.identity import Identity, self_keys
from escrow.report.check import check_header
from escrow.report.contents import (
    box_context,
    box_key_digest,
    nudge_context,
    release_context,
)
from escrow.sealing import open_sealed, seal_to
from escrow.server.indexing import check_answer
from escrow.server.nudges import NudgeTarget, read_nudge
from escrow.server.tokens import check_token_request, grant_tokens
from escrow.signing import peek, sign
from escrow.trustee import judge, standing
from escrow.trustee.boxes import Acceptance, accept_box
from escrow.trustee.claim import read_accepted
from escrow.trustee.evaluation import check_request
from escrow.trustee_lock import Part
from tests.world.crooked import bent
from tests.world.dealt import Plan, sign_manifest
from tests.world.registrar import VERIFICATION
from tests.world.stream import stream
from tests.world.world import World, X

PLAN = Plan(name="C06")
ANA = Identity(name="Ana Example", email="ana@example.org", phone="", country="")


@dataclass(frozen=True)
class Site:
    """A message, what takes it, and what else the product checks of it first."""

    message: Any
    take: Callable[[Any], object]


@cache
def _filed() -> World:
    world = World(PLAN)
    world.file("ana", X, group=2)
    world.boxes = [work for queue in world.server.queues.values() for work in queue]
    world.settle()
    return world


@cache
def _claimed() -> World:
    world = World(PLAN)
    world.file("ana", group=2)
    world.file("bea", group=2)
    world.deliver_boxes()
    return world


@cache
def _met() -> World:
    world = World(PLAN)
    world.file_all("ana", "bea", group=2)
    world.consent_all()
    return world


@cache
def sites() -> dict[str, Site]:
    """Every site by its name; made with every guard in place."""
    return {
        **_of_evaluations(),
        **_of_reports(),
        **_of_registration(),
        **_of_deployment(),
        **_of_cases(),
        **_of_meetings(),
    }


def _of_evaluations() -> dict[str, Site]:
    world = _filed()
    held, day = world.survivors["ana"].registration, world.day
    seed = SecretBytes(bytes(held.index_seed))
    deployment = world.deployment
    pending = begin_evaluation(
        deployment, held.index_credential, seed, ["email/1:x"], randomness=stream("C06")
    )
    tokens = begin_tokens(deployment, held, 2, randomness=stream("C06 tokens"))

    def request(message):
        signed = sign(seed, Label.EVALUATION_REQUEST, message)
        return check_request(deployment, signed, day=day)

    def token_request(message):
        signed = sign(seed, Label.TOKEN_REQUEST, message)
        checked, _ = check_token_request(deployment, signed, day=day)
        return grant_tokens(deployment, world.dealt.token_key, checked)

    return {
        "evaluation request": Site(
            decode(pending.request.payload, EvaluationRequest), request
        ),
        "evaluation response": Site(
            world.index[1].answer(pending.request, day),
            lambda m: check_response(deployment, pending, m.index, m),
        ),
        "token request": Site(
            decode(tokens.request.payload, TokenRequest), token_request
        ),
        "token grant": Site(
            world.server.grant_tokens(tokens.request, day),
            lambda m: finish_tokens(deployment, tokens, m),
        ),
    }


def _of_reports() -> dict[str, Site]:
    world = _filed()
    ana, deployment, day = world.survivors["ana"], world.deployment, world.day
    filed = world.server.reports[ana.report_key("first")]
    draft = ana.draft(X, 2, "another")
    delivery, trustee = world.boxes[0], world.opening[0]
    key = peek(world.server.box_keys[1], BoxKey)
    secrets = level_secrets(SecretBytes(bytes(64)), deployment.levels)
    report_key = filed.stored.report_key
    wrapped = Wrapped(SecretBytes(bytes(32)), Scalar.random(stream("C06 scalar")))
    points = filed.report.points[0], filed.report.points[1]

    def core(message):
        forged = bent(ana, core=lambda _: message).seal(draft)
        return check_header(deployment, forged.header, day=day)

    def boxed(message):
        context = box_context(deployment, filed.report.digest, 1)
        body = seal_to(key.key, encode(message), Label.TRUSTEE_BOX, *context)
        box = replace(delivery.box, ciphertext=body, box_key=box_key_digest(key))
        moved = replace(delivery, box=box)
        return accept_box(trustee.me, None, moved, Acceptance(day, 1))

    honest = bent(ana).seal(draft)
    held = trustee.held[report_key]
    return {
        "report core": Site(
            check_header(deployment, honest.header, day=day).core, core
        ),
        "boxed shares": Site(
            BoxedShares(header_digest=filed.report.digest, shares=held.shares), boxed
        ),
        "lock entry": Site(
            make_entry(secrets, report_key, 2, wrapped),
            lambda m: claimant(report_key, 2, deployment.levels, m, points),
        ),
        "index answer": Site(
            filed.answers[2],
            lambda m: check_answer(deployment, filed.report.core.encrypted_tags, m),
        ),
    }


def _of_registration() -> dict[str, Site]:
    world = _filed()
    held, deployment = world.survivors["ana"].registration, world.deployment
    credential = peek(held.standing_credential, StandingCredential)
    draw = stream("C06 registration")
    seeds = Seeds(SecretBytes(draw(32)), SecretBytes(draw(32)))
    keys = self_keys(ANA)
    pending = begin_evaluation(
        deployment,
        held.index_credential,
        SecretBytes(bytes(held.index_seed)),
        keys,
        randomness=draw,
    )
    # Just as many as are needed: one that lies is otherwise passed over.
    needed = world.index[: deployment.index_keys.trustee_threshold]
    answers = {t.index: t.answer(pending.request, world.day) for t in needed}
    asked = issue.open_standing_request(
        ask_standing_credential(VERIFICATION, seeds.standing, pending, keys, answers)
    )
    registrar = world.office.registrar
    person = next(iter(world.office._known.values()))

    def self_tags(message):
        data = encode(message)
        changed = replace(credential, self_tags_digest=self_tags_digest(data))
        return check_self_tags(deployment, changed, data)

    def standing_request(message):
        return issue.issue_standing_credential(
            registrar, person, ANA, message, day=world.day, randomness=draw
        )

    return {
        "self tags": Site(decode(held.self_tags, SelfTags), self_tags),
        "standing request": Site(asked, standing_request),
    }


def _of_deployment() -> dict[str, Site]:
    world = _filed()
    manifest = decode(world.dealt.signed.payload, Manifest)
    seed = world.dealt.identity_seeds["opening"][0]

    def published(message):
        deployment = open_manifest(sign_manifest(PLAN, encode(message)))
        # The ceremony is where a trustee first uses the others' ceremony keys.
        return [
            static_keys(deployment.committee(role)) for role in ("index", "opening")
        ]

    def box_key(message):
        return check_box_key(world.deployment, sign(seed, Label.BOX_KEY, message))

    return {
        "manifest": Site(manifest, published),
        "box key": Site(peek(world.server.box_keys[1], BoxKey), box_key),
    }


def _of_cases() -> dict[str, Site]:
    world = _claimed()
    claim = world.queue(world.opening[0])[0]
    members = read_accepted(claim)
    places = range(len(members))
    held = [world.opening[1].held[m.report.core.report_key] for m in members]
    shares = [one.shares for one in held]
    standing_letter = StandingShares(
        case_id=claim.case_id, sender=2, shares=tuple(s[0] for s in shares)
    )
    lock_letter = LockShares(
        case_id=claim.case_id,
        sender=2,
        members=tuple(places),
        shares=tuple(s[1] for s in shares),
    )

    def letter(message):
        return judge.check_letter(members, message)

    return {
        "standing shares": Site(standing_letter, letter),
        "lock shares": Site(lock_letter, letter),
        **_of_self_evaluations(world, members),
    }


def _of_self_evaluations(world: World, members) -> dict[str, Site]:
    deployment = world.deployment
    letters = []
    for trustee in world.opening:
        given = tuple(trustee.held[m.report.core.report_key].shares[0] for m in members)
        letters.append(
            StandingShares(
                case_id=world.queue(trustee)[0].case_id,
                sender=trustee.index,
                shares=given,
            )
        )
    by_place = {m.place: m for m in members}
    verified, aside = standing.verify_members(
        deployment, by_place, world.opening[0].held, letters, world.day
    )
    if aside:
        raise LookupError("honest members do not stand")
    evaluations = SelfEvaluations(
        case_id=letters[0].case_id,
        sender=2,
        evaluations=standing.evaluate_self_tags(world.opening[1].me, verified),
    )

    def take(message):
        lying = standing.lying_letters(deployment, verified, [message])
        if lying:
            raise ProtocolError(lying[message.sender], culprit=message.sender)

    return {"self evaluations": Site(evaluations, take)}


def _of_meetings() -> dict[str, Site]:
    """What a reader opens, and what the notice service opens."""
    world = _met()
    ((case_id, case),) = world.server.cases.items()
    ana = world.survivors["ana"]
    (view,) = ana.views("first")
    asked = ask_connection(world.deployment, ana.reports["first"], case_id)
    (giver,) = world.server.connection(asked).givers
    reader = Reader(world.deployment, ana.reports["first"], view)
    return {
        "released share": _of_release(world, reader, giver),
        "nudge shares": _of_nudge(world, case, giver.member),
    }


def _first_two(letters):
    """Those of the first two trustees: just as many as are needed."""
    by_index = {one.index: one for one in letters}
    return by_index[1], by_index[2]


def _of_release(world: World, reader: Reader, giver) -> Site:
    place, view, trustee = giver.member, reader.view, world.opening[0]
    members = trustee.files[view.case_id].members
    held = trustee.held[members[place].report_key]
    mine, other = _first_two(giver.releases)
    context = release_context(
        world.deployment,
        view.case_id,
        view.header_digests[place],
        view.header_digests[view.member],
    )

    def take(message):
        key = members[view.member].reader_key
        sealed = seal_to(key, encode(message), Label.RELEASE_BOX, *context, b"\x01")
        releases = (replace(mine, ciphertext=sealed), other)
        return open_giver(reader, replace(giver, releases=releases))

    share = held.shares[Part.CONTACT]
    return Site(ReleasedShare(share=share, wrap=members[place].wrap), take)


def _of_nudge(world: World, case, place: int) -> Site:
    deployment, seed = world.deployment, world.dealt.notice_seed
    member = case.group.members[place]
    filed = world.server.reports[member.report_key]
    mine, other = _first_two(n for n in case.nudges if n.member == place)
    target = NudgeTarget(
        case_id=mine.case_id,
        report_key=member.report_key,
        header_digest=member.header_digest,
        header=filed.report.header,
        ciphertext=filed.submission.parts[Part.NUDGE],
    )
    context = nudge_context(deployment, mine.case_id, member.header_digest)
    where = (*context, b"\x01")
    opened = open_sealed(seed, mine.ciphertext, Label.NUDGE_BOX, *where)
    key = deployment.roster.notice_key

    def take(message):
        sealed = seal_to(key, encode(message), Label.NUDGE_BOX, *where)
        letters = [replace(mine, ciphertext=sealed), other]
        if read_nudge(deployment, seed, target, letters) is None:
            raise ProtocolError("too few letters hold")

    return Site(decode(opened, NudgeShares), take)
