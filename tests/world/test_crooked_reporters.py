"""Verified persons who file what does not hold: alone, or in others' groups."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from blind_index.errors import InconsistentShares, InvalidProof, ProtocolError
from blind_index.group import Element, Scalar
from blind_index.labels import Label
from escrow.client.vault import SavedReport
from escrow.credential import sign_core
from escrow.encrypted_tag import encrypt_tag
from escrow.errors import (
    ConflictingReport,
    InvalidReport,
    InvalidSignature,
    InvalidToken,
    MalformedMessage,
    StaleManifest,
)
from escrow.messages.codec import (
    Blob,
    Digest,
    EncodedElement,
    EncodedScalar,
    PublicKey,
    SealingKey,
    decode,
    encode,
)
from escrow.messages.filing import (
    Box,
    Core,
    EncryptedTag,
    Header,
    LockPart,
    NudgePart,
    ShareReceipt,
    StandingPart,
    Withdrawal,
)
from escrow.messages.mailbox import BoxDelivery, SignedReceipt, WithdrawalNotice
from escrow.report.check import check_submission
from escrow.signing import peek, public_key, sign
from escrow.trustee.boxes import HeldReport, Tombstone
from escrow.trustee_lock import Part
from tests.world.altered import flipped
from tests.world.crooked import bent
from tests.world.dealt import Plan, deal_deployment
from tests.world.survivor import Survivor
from tests.world.world import World, X, Y, asked

ONE = Scalar.from_int(1)


def crooked(world: World, name: str, group: int = 3, **layers) -> Survivor:
    """File a bent report; everything is delivered."""
    survivor = world.person(name)
    bent(survivor, **layers).file(survivor.draft(X, group, "first"))
    world.settle()
    return survivor


def set_aside(world: World, name: str, reason: str) -> None:
    """With one honest report: no group, and the trustees say why."""
    world.file_all("ana", group=2)
    assert world.consent("ana") == world.consent(name) == 0
    for index in (1, 2, 3):
        assert any(reason in detail for detail in world.log(index, "verdict"))


def stays_out(world: World, name: str, reason: str) -> None:
    """Two honest ones meet; the crooked one is set aside with a reason."""
    world.consent_all()
    assert world.contacts(name) == []
    assert world.contacts("ana") == ["bea"]
    assert any(reason in detail for detail in world.log(1, "verdict"))


# Tags


def _tag_at(tag: EncryptedTag, c1: Element, c2: Element) -> EncryptedTag:
    """Other points under a tag's old proof."""
    points = EncodedElement(c1.encode()), EncodedElement(c2.encode())
    return replace(tag, c1=points[0], c2=points[1])


def test_a_tag_shifted_into_anothers_group_is_not_taken():
    # She knows both tag points and a victim's tag; not the victim's r.
    world = asked("ana", "bea", group=2)
    victim = world.server.reports[world.survivors["ana"].report_key("first")]
    theirs = victim.report.core.encrypted_tags
    m_x, m_y = Element.generator(), Element.base_multiple(Scalar.from_int(2))
    d, base = Scalar.random(), world.deployment.opening_keys.public_key

    def shift(entries, tags):
        c1 = Element.decode(theirs[0].c1) + d * base
        c2 = Element.decode(theirs[0].c2) - m_x + m_y + Element.base_multiple(d)
        return entries, [_tag_at(theirs[0], c1, c2), *tags[1:]]

    with pytest.raises(InvalidProof):
        crooked(world, "mal", lock=shift)
    assert len(world.server.reports) == 2


@pytest.mark.parametrize("rerandomise", [False, True])
def test_a_copy_of_anothers_tag_is_not_taken(rerandomise):
    world = asked("ana", "bea", group=2)
    victim = world.server.reports[world.survivors["ana"].report_key("first")]
    theirs = victim.report.core.encrypted_tags
    d, base = Scalar.random(), world.deployment.opening_keys.public_key

    def copied(tag):
        if not rerandomise:
            return tag
        c1 = Element.decode(tag.c1) + d * base
        c2 = Element.decode(tag.c2) + Element.base_multiple(d)
        return _tag_at(tag, c1, c2)

    with pytest.raises(InvalidProof):
        crooked(
            world,
            "mal",
            lock=lambda entries, _: (entries, [copied(t) for t in theirs]),
        )


def _identity_tags(world: World, draft: SavedReport, at: Sequence[int]):
    """A lock layer that puts true encryptions of no point at these places."""
    base = world.deployment.opening_keys.public_key
    binding = (world.deployment.digest, public_key(draft.keys().report_seed))
    point = Element.identity()

    def lock(entries, tags):
        for place in at:
            r = Scalar.random()
            tags[place] = encrypt_tag(point, r, base, binding, place)
        return entries, tags

    return lock


def test_an_identity_tag_matches_nothing():
    world = World()
    for name in ("ana", "bea"):
        survivor = world.person(name)
        draft = survivor.draft(X, 2, "first")
        bent(survivor, lock=_identity_tags(world, draft, range(16))).file(draft)
    world.settle()
    assert not world.server.cases
    assert all(not filed.rows for filed in world.server.reports.values())


def test_an_identity_tag_beside_the_shared_one_stops_nobody():
    world = asked("ana")
    shared = set(world.survivors["ana"].reports["first"].outputs)
    mal = world.person("mal")
    draft = mal.draft(X, 2, "first")
    spare = [i for i in range(16) if draft.outputs[i] not in shared]
    bent(mal, lock=_identity_tags(world, draft, spare[:1])).file(draft)
    world.file_all("bea")
    world.file_all("cleo")
    world.consent_all()
    assert world.contacts("ana") == ["bea", "cleo", "mal"]


# Locks


def _wrong_shares(entries, tags):
    share = EncodedScalar(ONE.encode())
    bad = [replace(e, shares=(share,) * len(e.shares)) for e in entries]
    return bad, tags


def _other_wraps(entries, tags):
    return [replace(e, wrap=Blob(flipped(e.wrap))) for e in entries], tags


def _few_shares(entries, tags):
    return [replace(e, shares=e.shares[1:]) for e in entries], tags


def _unreduced(entries, tags):
    share = EncodedScalar(b"\xff" * 32)
    bad = [replace(e, shares=(share,) * len(e.shares)) for e in entries]
    return bad, tags


@pytest.mark.parametrize("lock", [_wrong_shares, _other_wraps, _few_shares, _unreduced])
def test_a_crooked_lock_neither_opens_nor_stops_the_group(lock):
    world = World()
    crooked(world, "mal", lock=lock)
    world.file_all("ana", "bea", group=2)
    world.consent_all()
    assert world.contacts("mal") == []
    assert world.contacts("ana") == ["bea"]
    assert world.contacts("bea") == ["ana"]


def test_a_lock_without_entries_is_set_aside():
    world = World()

    def emptied(plaintexts):
        standing, _, contact, nudge = plaintexts
        return standing, encode(LockPart(entries=())), contact, nudge

    crooked(world, "mal", plaintexts=emptied)
    world.file_all("ana", "bea", group=2)
    stays_out(world, "mal", "IndexError")


def test_two_crooked_locks_and_one_honest_report_open_nothing():
    world = World()
    crooked(world, "mal", lock=_wrong_shares)
    crooked(world, "mel", lock=_wrong_shares)
    world.file_all("ana", group=3)
    world.consent_all()
    assert world.contacts("ana") == []
    assert not world.released()


# Shares of the parts


def test_a_box_that_is_off_its_hashes_is_refused_by_its_trustee():
    world = World()

    def boxed(dealt):
        return [[share + ONE for share in row] for row in dealt]

    crooked(world, "mal", boxed=boxed)
    for trustee in world.opening:
        (error,) = trustee.refused
        assert isinstance(error, InconsistentShares)
        assert not trustee.held
    assert world.survivors["mal"].held_by("first") == []


@pytest.mark.parametrize("part", [Part.STANDING, Part.LOCK])
@pytest.mark.parametrize("victim", [0, 1, 2])
def test_a_crooked_dealing_sets_its_reporter_aside(part, victim):
    # Each box is as its hash says, but the shares do not lie on one line.
    world = World()

    def dealt(shares):
        row = list(shares[part])
        row[victim] = row[victim] + ONE
        return [*shares[:part], row, *shares[part + 1 :]]

    crooked(world, "mal", 2, dealt=dealt)
    set_aside(world, "mal", "a crooked dealing")


def test_a_crooked_dealing_of_the_contact_gives_nobody_a_contact():
    world = World()

    def dealt(shares):
        row = [shares[Part.CONTACT][0] + ONE, *shares[Part.CONTACT][1:]]
        return [*shares[: Part.CONTACT], row, *shares[Part.CONTACT + 1 :]]

    crooked(world, "mal", 2, dealt=dealt)
    world.file_all("ana", group=2)
    world.consent_all()
    ana = world.survivors["ana"]
    assert world.contacts("ana") == []
    assert {fault.culprit for fault in ana.faults} == {"reporter"}


def _moved(world: World, box: Box, to: str) -> BoxDelivery:
    filed = world.server.reports[world.survivors[to].report_key("first")]
    return BoxDelivery(header=filed.report.signed, box=box)


def test_a_box_moved_to_another_report_or_trustee_is_refused():
    world = World()
    world.file("ana", X)
    world.file("bea", Y)
    boxes = {
        name: world.server.reports[
            world.survivors[name].report_key("first")
        ].submission.boxes
        for name in ("ana", "bea")
    }
    first, second = world.opening[:2]
    for trustee, box in (
        (first, boxes["bea"][0]),
        (first, boxes["ana"][1]),
        (first, replace(boxes["ana"][1], index=1)),
        (second, replace(boxes["ana"][0], box_key=boxes["ana"][1].box_key, index=2)),
    ):
        trustee.handle(_moved(world, box, "ana"), world.day)
        assert not trustee.held
        assert isinstance(trustee.refused.pop(), ProtocolError)
    first.handle(_moved(world, boxes["ana"][0], "ana"), world.day)
    assert len(first.held) == 1


# Standing


def standing_of(world: World, name: str) -> StandingPart:
    held = world.survivors[name].registration
    standing = held.standing()
    return StandingPart(
        credential=standing.credential,
        self_tags=standing.self_tags,
        core_signature=sign_core(standing, b"core"),
    )


def _with_standing(part: StandingPart):
    def plaintexts(texts):
        return encode(part), *texts[1:]

    return plaintexts


def _own_standing(change):
    def plaintexts(texts):
        return encode(change(decode(texts[0], StandingPart))), *texts[1:]

    return plaintexts


def test_anothers_standing_cannot_be_borrowed():
    # Ana's credential is public to her group; her signature is over her core.
    world = asked("ana", "bea", group=2)
    crooked(world, "mal", plaintexts=_with_standing(standing_of(world, "ana")))
    stays_out(world, "mal", "a standing that was given to another report")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda p: replace(
                p,
                credential=replace(
                    p.credential, signature=type(p.credential.signature)(bytes(64))
                ),
            ),
            "InvalidSignature",
        ),
        (
            lambda p: replace(
                p,
                core_signature=replace(
                    p.core_signature,
                    signature=type(p.core_signature.signature)(bytes(64)),
                ),
            ),
            "InvalidSignature",
        ),
        (lambda p: replace(p, self_tags=Blob(b"{}")), "self tags other than"),
    ],
    ids=["forged credential", "unsigned core", "other self tags"],
)
def test_a_standing_that_does_not_hold_is_set_aside(change, reason):
    world = World()
    crooked(world, "mal", 2, plaintexts=_own_standing(change))
    set_aside(world, "mal", reason)


def test_a_credential_of_another_deployment_does_not_stand():
    elsewhere = World(Plan(name="elsewhere")).person("mal").registration.standing()
    world = World()

    def plaintexts(texts):
        part = decode(texts[0], StandingPart)
        part = replace(
            part, credential=elsewhere.credential, self_tags=elsewhere.self_tags
        )
        return encode(part), *texts[1:]

    crooked(world, "mal", 2, plaintexts=plaintexts)
    set_aside(world, "mal", "a registrar that the manifest does not list")


# Versions


def test_an_older_version_is_taken_by_neither_server_nor_trustees():
    world = asked("ana")
    ana = world.survivors["ana"]
    first = world.server.reports[ana.report_key("first")].submission
    old = ana.reports["first"]
    ana.submit(old)
    world.settle()
    with pytest.raises(ConflictingReport):
        world.server.submit(first, world.day)
    for trustee, box in zip(world.opening, first.boxes, strict=True):
        delivery = BoxDelivery(header=first.header, box=box)
        (letter,) = trustee.handle(delivery, world.day)
        assert isinstance(letter, SignedReceipt)
        assert peek(letter.receipt, ShareReceipt).version == 2
        (held,) = trustee.held.values()
        assert held.version == 2


def test_another_version_of_the_same_number_is_not_taken():
    world = asked("ana")
    ana = world.survivors["ana"]
    first = ana.reports["first"]
    _, other = ana.seal(first)
    ana.submit(first)
    world.settle()
    with pytest.raises(ConflictingReport):
        world.server.submit(other, world.day)
    delivery = BoxDelivery(header=other.header, box=other.boxes[0])
    before = dict(world.opening[0].held)
    (letter,) = world.opening[0].handle(delivery, world.day)
    assert world.opening[0].held == before
    shown = peek(letter.receipt, ShareReceipt)
    assert shown.header_digest == ana.reports["first"].header_digest


def test_a_version_that_names_another_predecessor_is_refused():
    world = asked("ana")
    ana = world.survivors["ana"]
    wrong = ana.changed("first", header_digest=Digest(bytes(32)))
    with pytest.raises(ConflictingReport):
        ana.submit(wrong)


def test_a_box_that_comes_after_the_withdrawal_is_refused():
    world = World()
    world.file("ana")
    ana = world.survivors["ana"]
    filed = world.server.reports[ana.report_key("first")]
    deliveries = [queue[0] for queue in world.server.queues.values()]
    for queue in world.server.queues.values():
        queue.clear()
    assert filed.submission is not None
    ana.withdraw("first")
    world.settle()
    _, later = ana.seal(ana.changed("first", version=6))
    for trustee, delivery in zip(world.opening, deliveries, strict=True):
        box = later.boxes[trustee.index - 1]
        for late in (delivery, BoxDelivery(header=later.header, box=box)):
            trustee.handle(late, world.day)
            assert isinstance(trustee.refused.pop(), ConflictingReport)
        (held,) = trustee.held.values()
        assert isinstance(held, Tombstone)


def test_nobody_else_can_withdraw_a_report():
    world = asked("ana", "bea", group=2)
    ana, bea = world.survivors["ana"], world.survivors["bea"]
    theirs = Withdrawal(
        deployment_id=type(world.deployment.roster.deployment_id)(
            world.deployment.deployment_id
        ),
        report_key=ana.report_key("first"),
        version=2,
    )
    seed = bea.reports["first"].keys().report_seed
    signed = sign(seed, Label.REPORT_WITHDRAWAL, theirs)
    with pytest.raises(InvalidSignature):
        world.server.withdraw(signed)
    for trustee in world.opening:
        trustee.handle(WithdrawalNotice(withdrawal=signed), world.day)
        assert isinstance(trustee.refused[-1], InvalidSignature)
        assert isinstance(trustee.held[theirs.report_key], HeldReport)


# What a submission must be


CORES = {
    "another manifest": ({"manifest_digest": Digest(bytes(32))}, StaleManifest),
    "a group size between": ({"match_threshold": 6}, InvalidReport),
    "a group of one": ({"match_threshold": 1}, InvalidReport),
    "a second version first": ({"version": 2}, InvalidReport),
    "no version": ({"version": 0}, InvalidReport),
    "a predecessor": ({"previous": Digest(bytes(32))}, InvalidReport),
    "an expired month": ({"expiry_month": 1}, InvalidReport),
    "a month out of sight": ({"expiry_month": 12 * 2200}, InvalidReport),
    "a bad reader key": ({"reader_key": SealingKey(b"\xff" * 1216)}, MalformedMessage),
    "another report key": ({"report_key": PublicKey(bytes(32))}, InvalidSignature),
}


@pytest.mark.parametrize("fault", CORES)
def test_a_core_that_does_not_fit_is_refused(fault):
    world = World()
    mal = world.person("mal")
    changes, kind = CORES[fault]
    forger = bent(mal, core=lambda core: replace(core, **changes))
    with pytest.raises(kind):
        world.server.submit(forger.seal(mal.draft(X, 2, "first")), world.day)
    assert not world.server.reports
    assert not world.server.spent


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        (lambda tags: tags[:15], MalformedMessage),
        (lambda tags: tags[::-1], InvalidProof),
        (lambda tags: (*tags[:15], tags[0]), InvalidProof),
    ],
    ids=["one less", "another order", "one twice"],
)
def test_tags_that_do_not_fit_are_refused(tags, kind):
    world = World()
    mal = world.person("mal")
    forger = bent(
        mal, core=lambda core: replace(core, encrypted_tags=tags(core.encrypted_tags))
    )
    with pytest.raises(kind):
        world.server.submit(forger.seal(mal.draft(X, 2, "first")), world.day)


@pytest.fixture(scope="module")
def sealed():
    world = World()
    ana = world.person("ana")
    _, submission = ana.seal(ana.draft(X, 2, "first"))
    return world, submission


def test_the_sealed_report_is_in_order(sealed):
    world, submission = sealed
    report = check_submission(world.deployment, submission, day=world.day)
    assert report.core.version == 1
    assert len(report.points) == 16


@pytest.mark.parametrize("part", list(Part))
def test_an_altered_or_swapped_part_is_refused(sealed, part):
    world, submission = sealed
    parts = submission.parts
    for other in (Blob(flipped(parts[part])), parts[part - 1], Blob(parts[part][1:])):
        altered = (*parts[:part], other, *parts[part + 1 :])
        with pytest.raises(InvalidReport):
            check_submission(
                world.deployment, replace(submission, parts=altered), day=world.day
            )


def test_boxes_are_for_known_trustees_once_each_and_enough(sealed):
    world, submission = sealed
    one, two, three = submission.boxes
    faults = (
        (),
        (one,),
        (two, one, three),
        (one, one, two),
        (one, two, replace(three, index=4)),
        (replace(one, index=0), two, three),
        (one, two, replace(three, ciphertext=Blob(b""))),
    )
    for boxes in faults:
        with pytest.raises(InvalidReport):
            check_submission(
                world.deployment, replace(submission, boxes=boxes), day=world.day
            )


def test_an_altered_header_is_refused(sealed):
    world, submission = sealed
    header = decode(submission.header.payload, Header)
    core = decode(header.core, Core)
    lower = replace(header, core=Blob(encode(replace(core, match_threshold=3))))
    fewer = replace(header, share_hashes=header.share_hashes[:2])
    for altered in (lower, fewer):
        signed = replace(submission.header, payload=Blob(encode(altered)))
        with pytest.raises(InvalidSignature):
            check_submission(
                world.deployment, replace(submission, header=signed), day=world.day
            )


def test_a_submission_for_another_deployment_is_stale(sealed):
    _, submission = sealed
    other = deal_deployment(Plan(name="elsewhere")).deployment
    with pytest.raises(StaleManifest):
        check_submission(other, submission, day=20_000)


# Tokens


def test_a_report_costs_a_token_and_a_token_pays_once(sealed):
    world = sealed[0].fork()
    submission = sealed[1]
    with pytest.raises(InvalidToken):
        world.server.submit(replace(submission, token=None), world.day)
    forged = replace(submission.token, private_input=Digest(bytes(32)))
    with pytest.raises(InvalidToken):
        world.server.submit(replace(submission, token=forged), world.day)
    assert not world.server.reports
    world.server.submit(submission, world.day)
    world.server.submit(submission, world.day)
    assert len(world.server.queues[1]) == 1
    ana = world.survivors["ana"]
    _, other = ana.seal(ana.draft(Y, 2, "second"))
    with pytest.raises(InvalidToken):
        world.server.submit(replace(other, token=submission.token), world.day)


def test_a_nudge_that_holds_nothing_sends_nothing():
    world = World()

    def empty(texts):
        return *texts[:3], texts[3][:-1] + b"x"

    crooked(world, "mal", 2, plaintexts=empty)
    world.file_all("ana", group=2)
    (case,) = world.server.cases.values()
    assert list(case.nudged.values()) == [
        NudgePart(
            channel="email", address="ana@example.org", plant="fern", language="en"
        )
    ]
