"""Credentials, the registrar's checks, tokens: honest, then one thing changed."""

import pytest
from msgspec.structs import replace

from blind_index.errors import (
    InputError,
    InvalidLength,
    InvalidProof,
    NotEnoughShares,
    ProtocolError,
)
from blind_index.group import Scalar
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.client import registration
from escrow.client.evaluation import begin_evaluation
from escrow.credential import (
    VALID_MONTHS,
    check_core_signature,
    check_index_credential,
    check_opening,
    check_self_tags,
    check_standing_credential,
    self_tags_digest,
    sign_core,
)
from escrow.errors import (
    InvalidCredential,
    InvalidRegistration,
    InvalidSignature,
    InvalidToken,
    QuotaExceeded,
    StaleManifest,
)
from escrow.messages.codec import Blob, Digest, EncodedScalar, Nonce, decode, encode
from escrow.messages.registration import (
    DeletionReceipt,
    IndexCredential,
    SelfTags,
    StandingCredential,
    StandingCredentialRequest,
    TokenRequest,
)
from escrow.padding import SELF_TAG_COUNT
from escrow.registrar import issue
from escrow.registrar.identity import (
    Identity,
    check_identity,
    dedupe_tags,
    same_person,
    self_keys,
)
from escrow.server import tokens
from escrow.signing import open_signed, public_key, sign
from tests.world.dealt import LEVEL, Plan, deal_deployment
from tests.world.registrar import VERIFICATION, Office
from tests.world.stream import stream
from tests.world.trustees import IndexTrustee
from tests.world.world import DAY

DEALT = deal_deployment(Plan())
DEPLOYMENT, REGISTRAR = DEALT.deployment, DEALT.registrar_seed
OFFICE = issue.Registrar(DEPLOYMENT, REGISTRAR)
ANA = Identity("Ana Example", "ana@example.org", "+1 415 555 0101", "US")
HELD = Office(DEALT).register(ANA, DAY)
STANDING = open_signed(
    HELD.standing_credential,
    StandingCredential,
    Label.STANDING_CREDENTIAL,
    public_key(REGISTRAR),
)
INDEX = open_signed(
    HELD.index_credential,
    IndexCredential,
    Label.INDEX_CREDENTIAL,
    public_key(REGISTRAR),
)


def standing(seed=REGISTRAR, **changes):
    return sign(seed, Label.STANDING_CREDENTIAL, replace(STANDING, **changes))


def index(seed=REGISTRAR, **changes):
    return sign(seed, Label.INDEX_CREDENTIAL, replace(INDEX, **changes))


def test_credentials_are_accepted_while_they_last():
    for day in (DAY, DAY + 700):
        assert check_standing_credential(DEPLOYMENT, standing(), day) == STANDING
        assert check_index_credential(DEPLOYMENT, index(), day) == INDEX
    assert check_standing_credential(DEPLOYMENT, standing(), None) == STANDING


def test_her_two_pseudonyms_and_keys_are_unrelated():
    assert STANDING.person != INDEX.pseudonym
    assert STANDING.key != INDEX.key


OTHER = SecretBytes(bytes(32))
FAULTS = {
    "another deployment": {"deployment_id": Nonce(bytes(16))},
    "expired": {"expiry_month": month_of(DAY) - 1},
    "too long": {"expiry_month": month_of(DAY) + VALID_MONTHS + 1},
    "an unlisted registrar": {"registrar": public_key(OTHER)},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_credential_that_does_not_fit_is_refused(fault):
    with pytest.raises(InvalidCredential):
        check_standing_credential(DEPLOYMENT, standing(**FAULTS[fault]), DAY)
    with pytest.raises(InvalidCredential):
        check_index_credential(DEPLOYMENT, index(**FAULTS[fault]), DAY)


def test_a_forged_credential_is_refused():
    with pytest.raises(InvalidSignature):
        check_standing_credential(DEPLOYMENT, standing(OTHER), DAY)
    with pytest.raises(InvalidSignature):
        check_index_credential(DEPLOYMENT, index(OTHER), DAY)


def test_a_level_that_does_not_count_as_one_per_human_is_refused():
    with pytest.raises(InvalidCredential):
        check_standing_credential(DEPLOYMENT, standing(level="e-mail"), DAY)


def test_one_kind_of_credential_is_not_the_other():
    with pytest.raises(ProtocolError):
        check_index_credential(DEPLOYMENT, HELD.standing_credential, DAY)
    with pytest.raises(ProtocolError):
        check_standing_credential(DEPLOYMENT, HELD.index_credential, DAY)


def test_self_tags_are_those_that_were_signed():
    tags, points = check_self_tags(DEPLOYMENT, STANDING, HELD.self_tags)
    assert len(tags) == len(points) == SELF_TAG_COUNT
    with pytest.raises(InvalidCredential):
        check_self_tags(DEPLOYMENT, STANDING, HELD.self_tags[:-1])


def _about(tags: bytes) -> StandingCredential:
    return replace(STANDING, self_tags_digest=self_tags_digest(tags))


def test_fewer_or_moved_self_tags_are_refused_even_if_signed():
    tags = decode(HELD.self_tags, SelfTags).encrypted_tags
    fewer = encode(SelfTags(encrypted_tags=tags[:-1]))
    with pytest.raises(InvalidCredential):
        check_self_tags(DEPLOYMENT, _about(fewer), fewer)
    moved = encode(SelfTags(encrypted_tags=tags[::-1]))
    with pytest.raises(InvalidProof):
        check_self_tags(DEPLOYMENT, _about(moved), moved)
    with pytest.raises(InvalidProof):
        check_self_tags(
            DEPLOYMENT, replace(STANDING, key=public_key(OTHER)), HELD.self_tags
        )


def test_a_standing_is_given_to_one_core():
    signed = sign_core(HELD.standing(), b"core")
    check_core_signature(STANDING, signed, b"core")
    with pytest.raises(InvalidCredential):
        check_core_signature(STANDING, signed, b"another core")
    with pytest.raises(InvalidSignature):
        check_core_signature(replace(STANDING, key=INDEX.key), signed, b"core")


def test_an_opening_is_of_one_commitment():
    opening = check_opening(STANDING, HELD.opening)
    assert (opening.name, opening.email) == ("Ana Example", "ana@example.org")
    with pytest.raises(InvalidCredential):
        check_opening(STANDING, HELD.opening + b" ")


# Telling persons apart


def test_the_same_email_or_phone_is_the_same_mark_however_written():
    key = SecretBytes(b"k" * 32)
    tags = dedupe_tags(key, ANA)
    written = Identity("Other", "ANA@Example.org ", "(415) 555-0101", "US")
    assert dedupe_tags(key, written) == tags
    assert dedupe_tags(SecretBytes(b"l" * 32), ANA) != tags
    assert len(set(tags)) == 2


def test_marks_of_two_persons_are_refused():
    assert same_person(frozenset()) is None
    assert same_person(frozenset({b"ana"})) == b"ana"
    with pytest.raises(InvalidRegistration):
        same_person(frozenset({b"ana", b"bea"}))


@pytest.mark.parametrize(
    ("identity", "field"),
    [
        (Identity("  ", "ana@example.org", "", ""), "name"),
        (Identity("Ana Example", "", "", ""), "email"),
        (Identity("Ana Example", "not an address", "", ""), "email"),
        (Identity("Ana Example", "", "12", "US"), "phone"),
    ],
    ids=["no name", "nothing else", "no address", "no phone"],
)
def test_an_identity_must_tell_one_person_from_others(identity, field):
    with pytest.raises(InputError) as caught:
        check_identity(identity)
    assert caught.value.field == field


def test_an_identity_never_shows_itself():
    assert "Ana" not in repr(ANA)


# The standing credential


class Asking:
    """A person's request for a standing credential, each piece changeable."""

    def __init__(self) -> None:
        draw = stream("asking")
        self.seed = SecretBytes(draw(32))
        self.keys = self_keys(ANA)
        self.pending = begin_evaluation(
            DEPLOYMENT,
            HELD.index_credential,
            SecretBytes(bytes(HELD.index_seed)),
            self.keys,
            randomness=draw,
        )
        self.responses = {}
        for i in (1, 2, 3):
            answer = IndexTrustee(DEALT, i).answer(self.pending.request, DAY)
            if answer is not None:
                self.responses[i] = answer
        self.request = issue.open_standing_request(
            registration.ask_standing_credential(
                VERIFICATION, self.seed, self.pending, self.keys, self.responses
            )
        )

    def issue(self, identity=ANA, **changes):
        person = issue.Person(Nonce(bytes(16)), Nonce(b"p" * 16), LEVEL)
        request: StandingCredentialRequest = replace(self.request, **changes)
        return issue.issue_standing_credential(
            OFFICE, person, identity, request, day=DAY, randomness=stream("issue")
        )


@pytest.fixture(scope="module")
def asking():
    return Asking()


def test_the_registrar_signs_what_it_has_checked(asking):
    grant = asking.issue()
    credential = check_standing_credential(DEPLOYMENT, grant.credential, DAY)
    check_self_tags(DEPLOYMENT, credential, grant.self_tags)
    check_opening(credential, grant.opening)
    assert credential.key == public_key(asking.seed)


def test_one_lying_index_trustee_does_not_stop_her(asking):
    first, *rest = asking.request.evaluations
    lied = replace(first, evaluated_elements=first.evaluated_elements[::-1])
    asking.issue(evaluations=(lied, *rest))
    with pytest.raises(InvalidProof) as caught:
        asking.issue(evaluations=(lied, *rest[:1]))
    assert caught.value.culprit == 1


def test_other_self_keys_than_the_identitys_are_refused(asking):
    other = Identity("Bea Other", "bea@example.org", "", "")
    with pytest.raises(InvalidRegistration):
        asking.issue(other)
    renamed = Identity("Eva Example", ANA.email, ANA.phone, ANA.country)
    with pytest.raises(InvalidRegistration):
        asking.issue(renamed)


def test_a_self_key_cannot_be_left_out_moved_or_blinded_away(asking):
    places, blinds = asking.request.places, asking.request.blinds
    one = EncodedScalar(Scalar.from_int(1).encode())
    faults = (
        {"places": places[1:], "blinds": blinds[1:]},
        {"places": places[1:]},
        {"places": places[::-1]},
        {"places": (1023, *places[1:])},
        {"blinds": (one, *blinds[1:])},
    )
    for fault in faults:
        with pytest.raises(InvalidRegistration):
            asking.issue(**fault)


def test_too_few_answers_are_not_enough(asking):
    for answers in ((), asking.request.evaluations[:1] * 2):
        with pytest.raises(NotEnoughShares):
            asking.issue(evaluations=answers)


def test_requests_are_signed_with_the_key_they_ask_for(asking):
    signed = registration.ask_index_credential(VERIFICATION, asking.seed)
    assert issue.open_index_request(signed).key == public_key(asking.seed)
    forged = replace(signed, signature=type(signed.signature)(bytes(64)))
    with pytest.raises(InvalidSignature):
        issue.open_index_request(forged)
    stolen = sign(OTHER, Label.STANDING_CREDENTIAL_REQUEST, asking.request)
    with pytest.raises(InvalidSignature):
        issue.open_standing_request(stolen)


def test_a_client_checks_what_the_registrar_gives(asking):
    grant = asking.issue()
    seeds = registration.Seeds(SecretBytes(bytes(HELD.index_seed)), asking.seed)

    def complete(seeds=seeds, grant=grant):
        return registration.complete_registration(
            DEPLOYMENT, seeds, HELD.index_credential, grant, day=DAY
        )

    assert complete().standing_credential == grant.credential
    for wrong in (
        registration.Seeds(OTHER, asking.seed),
        registration.Seeds(seeds.index, OTHER),
    ):
        with pytest.raises(InvalidCredential):
            complete(wrong)
    for change in ({"self_tags": HELD.self_tags}, {"opening": HELD.opening}):
        with pytest.raises(InvalidCredential):
            complete(grant=replace(grant, **change))


def test_a_deletion_receipt_is_dated_and_signed():
    signed = issue.deletion_receipt(OFFICE, Nonce(b"r" * 16), day=DAY)
    receipt = open_signed(
        signed, DeletionReceipt, Label.DELETION_RECEIPT, public_key(REGISTRAR)
    )
    assert receipt.day == DAY


# Tokens


def pending_tokens(count=3, name="tokens"):
    return registration.begin_tokens(DEPLOYMENT, HELD, count, randomness=stream(name))


def granted(pending, key=DEALT.token_key):
    request, _ = tokens.check_token_request(DEPLOYMENT, pending.request, day=DAY)
    return tokens.grant_tokens(DEPLOYMENT, key, request)


def test_tokens_are_accepted_and_do_not_show_their_request():
    pending = pending_tokens()
    issued = registration.finish_tokens(DEPLOYMENT, pending, granted(pending))
    spent = {tokens.check_token(DEPLOYMENT, DEALT.token_key, t) for t in issued}
    assert len(spent) == 3
    seen = {bytes(e) for e in granted(pending).evaluated_elements}
    assert seen.isdisjoint({bytes(t.output[:32]) for t in issued})


def test_a_grant_under_another_key_is_refused():
    pending = pending_tokens()
    grant = granted(pending)
    bad = replace(grant, evaluated_elements=grant.evaluated_elements[::-1])
    short = replace(grant, evaluated_elements=grant.evaluated_elements[1:])
    for wrong in (bad, short, granted(pending_tokens(name="others"))):
        with pytest.raises(ProtocolError):
            registration.finish_tokens(DEPLOYMENT, pending, wrong)


def test_a_token_that_was_not_issued_is_refused():
    pending = pending_tokens()
    first, second, _ = registration.finish_tokens(DEPLOYMENT, pending, granted(pending))
    for wrong in (
        replace(first, output=second.output),
        replace(first, private_input=Digest(bytes(32))),
    ):
        with pytest.raises(InvalidToken):
            tokens.check_token(DEPLOYMENT, DEALT.token_key, wrong)


def test_a_token_of_another_deployment_is_refused():
    pending = pending_tokens()
    first, *_ = registration.finish_tokens(DEPLOYMENT, pending, granted(pending))
    other = deal_deployment(Plan(name="elsewhere")).deployment
    with pytest.raises(InvalidToken):
        tokens.check_token(other, DEALT.token_key, first)


@pytest.mark.parametrize("count", [0, 7])
def test_a_request_is_for_one_to_six_tokens(count):
    with pytest.raises(InvalidLength):
        granted(pending_tokens(count))


def _request(seed=None, **changes):
    request = decode(pending_tokens().request.payload, TokenRequest)
    seed = seed or SecretBytes(bytes(HELD.index_seed))
    return sign(seed, Label.TOKEN_REQUEST, replace(request, **changes))


@pytest.mark.parametrize(
    ("signed", "kind"),
    [
        (_request(OTHER), InvalidSignature),
        (_request(manifest_digest=Digest(bytes(32))), StaleManifest),
        (_request(credential=index(OTHER)), InvalidSignature),
    ],
    ids=["another key", "another manifest", "a forged credential"],
)
def test_a_token_request_is_checked(signed, kind):
    with pytest.raises(kind):
        tokens.check_token_request(DEPLOYMENT, signed, day=DAY)


def test_six_tokens_a_period_and_a_repeated_request_is_free():
    names = [Digest(bytes([i]) * 32) for i in range(3)]
    granted_so_far = {names[0]: 4}
    assert not tokens.admit_grant(granted_so_far, names[0], 4)
    assert tokens.admit_grant(granted_so_far, names[1], 2)
    with pytest.raises(QuotaExceeded):
        tokens.admit_grant(granted_so_far, names[2], 3)


def test_a_token_pays_for_one_submission():
    one, other = Digest(b"1" * 32), Digest(b"2" * 32)
    tokens.admit_spending(None, one)
    tokens.admit_spending(one, one)
    with pytest.raises(InvalidToken):
        tokens.admit_spending(one, other)


def test_requests_are_told_apart_by_their_bytes():
    one, other = pending_tokens(), pending_tokens(name="others")
    assert tokens.request_digest(one.request) != tokens.request_digest(other.request)
    resigned = replace(one.request, signature=other.request.signature)
    assert tokens.request_digest(resigned) == tokens.request_digest(one.request)
    assert isinstance(one.request.payload, Blob)
