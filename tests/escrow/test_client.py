"""The survivor's client: words and vault, blind evaluation, receipts, answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from blind_index import oprf
from blind_index.errors import InputError, NotEnoughShares, ProtocolError
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.calendar import month_of
from escrow.client.evaluation import (
    begin_evaluation,
    check_response,
    finish_evaluation,
)
from escrow.client.filing import (
    begin_withdrawal,
    current_box_keys,
    ends_soon,
    erased_by,
    has_ended,
    held_by,
    is_stored,
    keep_until,
    last_month,
    pad_outputs,
    seal_version,
)
from escrow.client.following import COUNTERS_LOST, answer_case, has_shrunk
from escrow.client.vault import (
    DRAFT_DAYS,
    SavedLetterbox,
    VaultContents,
    open_vault,
    seal_vault,
    without_late_drafts,
)
from escrow.client.withdrawal import is_erased, is_gone, is_proven, note_erasures
from escrow.client.words import (
    WORD_COUNT,
    VaultKeys,
    generate_words,
    read_words,
    vault_id,
    vault_keys,
)
from escrow.errors import (
    ConflictingReport,
    InvalidCiphertext,
    InvalidReport,
    InvalidSignature,
    MalformedMessage,
    NotFound,
    StaleManifest,
)
from escrow.messages.cases import CaseView, Consent
from escrow.messages.codec import Blob, Digest, Nonce, decode
from escrow.messages.deployment import BoxKey, BoxKeys
from escrow.messages.filing import EvaluationRequest, NudgePart, Withdrawal
from escrow.messages.vault import VaultWrite
from escrow.note import NO_NOTE
from escrow.padding import VAULT_BYTES
from escrow.server.vaults import MAX_COUNTER, admit_write, check_write
from escrow.signing import peek, sign
from escrow.trustee.evaluation import check_request
from tests.world.altered import flipped
from tests.world.stream import stream
from tests.world.world import DAY, X, asked

WORDS = [f"word{number}" for number in range(2000)]
DRAW = stream("client")
KEYS = VaultKeys(SecretBytes(DRAW(32)), SecretBytes(DRAW(32)))
OTHERS = VaultKeys(SecretBytes(DRAW(32)), SecretBytes(DRAW(32)))
WORLD = asked("ana")
ANA = WORLD.survivors["ana"]
DEPLOYMENT = WORLD.deployment
CONTENTS = VaultContents(
    manifest_digest=DEPLOYMENT.digest,
    registration=ANA.registration,
    tokens=tuple(ANA.tokens),
    reports=tuple(ANA.reports.values()),
)


# Words and vault


def test_seven_words_of_the_list_come_out_and_are_read_again():
    words = generate_words(WORDS, randomness=stream("words"))
    assert len(words) == WORD_COUNT
    assert set(words) <= set(WORDS)
    typed = ", ".join(words).upper() + "\n"
    assert read_words(typed, WORDS) == words


def test_other_randomness_gives_other_words():
    drawn = {generate_words(WORDS, randomness=stream("words", i)) for i in range(20)}
    assert len(drawn) == 20


def test_a_word_off_the_list_is_named_by_its_place_with_advice():
    words = [*WORDS[:6], "wrod7"]
    with pytest.raises(InputError) as caught:
        read_words(" ".join(words), [*WORDS, "wrong7"])
    assert "word 7" in caught.value.reason
    assert caught.value.advice.startswith("Did you mean")
    assert "wrod7" not in str(caught.value)
    with pytest.raises(InputError) as caught:
        read_words("zzz", WORDS)
    assert caught.value.advice == ""


@pytest.mark.parametrize("count", [0, 6, 8])
def test_fewer_or_more_words_are_refused(count):
    with pytest.raises(InputError):
        read_words(" ".join(WORDS[:count]), WORDS)


def test_the_words_alone_give_the_vaults_keys():
    keys = vault_keys(WORDS[:7])
    assert keys == vault_keys(list(WORDS[:7]))
    assert keys.vault_id == vault_id(keys.key)
    assert keys.vault_id != vault_keys(WORDS[1:8]).vault_id
    assert keys.seed != keys.cipher_key


def written(counter=1, keys=KEYS, contents=CONTENTS):
    return seal_vault(keys, contents, counter, randomness=stream("vault", counter))


def test_a_vault_comes_back_whole():
    vault = check_write(written())
    assert open_vault(KEYS, vault) == CONTENTS


def test_every_vault_has_one_size():
    empty = VaultContents(manifest_digest=DEPLOYMENT.digest)
    sizes = {
        len(check_write(written(contents=c)).ciphertext) for c in (empty, CONTENTS)
    }
    assert len(sizes) == 1


def test_contents_that_outgrow_the_vault_are_a_persons_slip():
    (report,) = CONTENTS.reports
    large = replace(report, label="x" * VAULT_BYTES)
    with pytest.raises(InputError):
        written(contents=replace(CONTENTS, reports=(large,)))


def test_a_vault_opens_with_its_words_place_and_counter_only():
    vault = check_write(written())
    for keys, changes in (
        (OTHERS, {}),
        (KEYS, {"counter": 2}),
        (KEYS, {"counter": -1}),
        (KEYS, {"counter": 1 << 64}),
        (KEYS, {"ciphertext": Blob(flipped(vault.ciphertext))}),
        (VaultKeys(OTHERS.seed, KEYS.cipher_key), {}),
    ):
        with pytest.raises(InvalidCiphertext):
            open_vault(keys, replace(vault, **changes))


def test_a_draft_waits_three_days_for_a_verification():
    (report,) = CONTENTS.reports
    draft = replace(report, version=0, begun_day=100)
    sent = replace(report, version=1)
    waiting = replace(CONTENTS, registration=None, reports=(draft, sent))
    assert without_late_drafts(waiting, 100 + DRAFT_DAYS) == waiting
    assert without_late_drafts(waiting, 101 + DRAFT_DAYS).reports == (sent,)
    verified = replace(CONTENTS, reports=(draft,))
    assert verified.registration is not None
    assert without_late_drafts(verified, 1000) == verified


def test_the_years_that_are_offered_count_from_the_month_of_the_choice():
    day = 20_000
    assert [last_month(day, years) - month_of(day) for years in (1, 2, 3, 5)] == [
        *(12, 24, 36, 60)
    ]
    for years in (0, 4, 10, -1):
        with pytest.raises(InputError, match="not offered"):
            last_month(day, years)


def test_she_is_asked_three_months_before_the_end_and_told_after_it():
    (report,) = CONTENTS.reports
    day = 20_000
    for months, soon, over in ((4, False, False), (3, True, False), (0, True, False)):
        ending = replace(report, expiry_month=month_of(day) + months)
        assert (ends_soon(ending, day), has_ended(ending, day)) == (soon, over)
    assert has_ended(replace(report, expiry_month=month_of(day) - 1), day)


def test_a_new_end_has_the_letterbox_written_anew():
    (report,) = CONTENTS.reports
    part = NudgePart(
        channel="email", address="a@example.org", plant="fern", language="en"
    )
    box = SavedLetterbox(seed=Blob(bytes(32)), part=part, counter=3, written=True)
    kept = replace(report, letterbox=box)
    changed = keep_until(kept, report.expiry_month + 12)
    assert changed.expiry_month == report.expiry_month + 12
    assert changed.letterbox == replace(box, written=False)
    assert keep_until(kept, report.expiry_month) == kept
    emptied = replace(kept, letterbox=replace(box, part=NO_NOTE))
    assert keep_until(emptied, 1).letterbox == emptied.letterbox
    assert keep_until(replace(report, letterbox=None), 1).letterbox is None


def _write(seed=KEYS.seed, **changes):
    write = replace(decode(written().payload, VaultWrite), **changes)
    return sign(seed, Label.VAULT_WRITE, write)


def test_only_the_vaults_key_writes_it():
    with pytest.raises(InvalidSignature):
        check_write(_write(OTHERS.seed))
    with pytest.raises(NotFound):
        check_write(_write(OTHERS.seed, key=OTHERS.key))
    with pytest.raises(NotFound):
        check_write(_write(vault_id=OTHERS.vault_id))
    for changes in (
        {"counter": 0},
        {"counter": MAX_COUNTER + 1},
        {"ciphertext": Blob(b"")},
    ):
        with pytest.raises(MalformedMessage):
            check_write(_write(**changes))


def test_an_old_write_does_not_come_back():
    first, second = check_write(written(1)), check_write(written(2))
    assert admit_write(None, first)
    assert admit_write(first, second)
    assert not admit_write(second, second)
    for old in (first, replace(second, ciphertext=first.ciphertext)):
        with pytest.raises(ConflictingReport):
            admit_write(second, old)


# Blind evaluation


def pending(count=2, name="evaluation"):
    return begin_evaluation(
        DEPLOYMENT,
        ANA.registration.index_credential,
        SecretBytes(bytes(ANA.registration.index_seed)),
        [f"email/1:{i}@company.example" for i in range(count)],
        randomness=stream(name, count),
    )


@pytest.mark.parametrize(("count", "size"), [(1, 16), (16, 16), (17, 32), (64, 64)])
def test_the_number_of_match_keys_does_not_show(count, size):
    asked_for = pending(count)
    request = check_request(DEPLOYMENT, asked_for.request, day=DAY)
    assert len(request.elements) == size
    keys = [entry.match_key for entry in asked_for.entries if entry.match_key]
    assert len(keys) == count
    assert keys != sorted(keys) or count == 1


def test_the_order_of_match_keys_is_random():
    places = set()
    for i in range(12):
        entries = pending(1, f"order {i}").entries
        places.add(next(p for p, e in enumerate(entries) if e.match_key))
    assert len(places) > 4


@given(st.sets(st.integers(1, 3), min_size=2))
def test_any_enough_trustees_give_what_the_single_key_gives(indexes):
    asked_for = pending()
    responses = {i: WORLD.index[i - 1].answer(asked_for.request, DAY) for i in indexes}
    outputs, faults = finish_evaluation(DEPLOYMENT, asked_for, responses)
    assert faults == []
    key = WORLD.dealt.keys["index"]
    for entry, output in zip(asked_for.entries, outputs, strict=True):
        if entry.match_key is None:
            assert output is None
        else:
            assert output == oprf.evaluate(key, entry.match_key.encode())


def test_too_few_answers_name_nobody_if_nobody_lied():
    asked_for = pending()
    answer = WORLD.index[0].answer(asked_for.request, DAY)
    with pytest.raises(NotEnoughShares) as caught:
        finish_evaluation(DEPLOYMENT, asked_for, {1: answer})
    assert caught.value.culprit is None


def test_an_answer_to_another_question_is_refused():
    answer = WORLD.index[0].answer(pending(name="another").request, DAY)
    with pytest.raises(ProtocolError) as caught:
        check_response(DEPLOYMENT, pending(), 1, answer)
    assert caught.value.culprit == 1


def test_padding_takes_random_outputs():
    padded = pad_outputs([None, SecretBytes(b"y" * 64), None], randomness=DRAW)
    assert padded[1] == b"y" * 64
    assert len(set(padded)) == 3
    assert {len(output) for output in padded} == {64}


def test_a_trustee_checks_who_asks():
    request = decode(pending().request.payload, EvaluationRequest)
    seed = SecretBytes(bytes(ANA.registration.index_seed))
    forged = replace(
        request.credential, signature=type(request.credential.signature)(bytes(64))
    )
    elements = request.blinded_elements
    cases = (
        (OTHERS.seed, {}, InvalidSignature),
        (seed, {"manifest_digest": Digest(bytes(32))}, StaleManifest),
        (seed, {"credential": forged}, InvalidSignature),
        (seed, {"blinded_elements": elements[:15]}, MalformedMessage),
        (seed, {"blinded_elements": ()}, MalformedMessage),
        (seed, {"blinded_elements": elements * 8}, MalformedMessage),
    )
    for signer, changes, kind in cases:
        signed = sign(signer, Label.EVALUATION_REQUEST, replace(request, **changes))
        with pytest.raises(kind):
            check_request(DEPLOYMENT, signed, day=DAY)
    same = check_request(DEPLOYMENT, pending().request, day=DAY).request_digest
    assert same == check_request(DEPLOYMENT, pending().request, day=DAY).request_digest
    other = check_request(DEPLOYMENT, pending(name="o").request, day=DAY)
    assert other.request_digest != same


# Box keys, versions, receipts


def _box_keys(change) -> BoxKeys:
    keys = []
    for place, signed in enumerate(WORLD.server.list_box_keys().keys):
        seed = WORLD.dealt.identity_seeds["opening"][place]
        key = change(place, peek(signed, BoxKey))
        keys.append(sign(seed, Label.BOX_KEY, key))
    return BoxKeys(keys=tuple(keys))


def test_box_keys_of_other_days_or_deployments_get_no_box():
    def late(place, key):
        return replace(key, first_day=DAY + 1) if place == 0 else key

    def foreign(place, key):
        return replace(key, deployment_id=Nonce(bytes(16))) if place == 1 else key

    for change, left in ((late, [2, 3]), (foreign, [1, 3])):
        keys = current_box_keys(DEPLOYMENT, _box_keys(change), day=DAY)
        assert [key.index for key in keys] == left


def test_forged_box_keys_get_no_box_and_too_few_are_refused():
    keys = WORLD.server.list_box_keys().keys
    forged = replace(keys[0], signature=keys[1].signature)
    found = current_box_keys(DEPLOYMENT, BoxKeys(keys=(forged, *keys[1:])), day=DAY)
    assert [key.index for key in found] == [2, 3]
    for few in ((), keys[:1], keys[:1] * 3, (forged, keys[1])):
        with pytest.raises(InvalidReport) as caught:
            current_box_keys(DEPLOYMENT, BoxKeys(keys=few), day=DAY)
        assert caught.value.culprit == "api"
    with pytest.raises(InvalidReport):
        current_box_keys(DEPLOYMENT, BoxKeys(keys=keys), day=DAY + 31)


def test_a_first_version_costs_a_token():
    keys = current_box_keys(DEPLOYMENT, WORLD.server.list_box_keys(), day=DAY)
    saved = ANA.reports["first"]
    fresh = replace(saved, version=0, header_digest=None)
    with pytest.raises(InputError):
        seal_version(DEPLOYMENT, ANA.registration, fresh, keys, None)


def test_only_true_receipts_count():
    report, receipts = ANA.reports["first"], ANA.status("first").receipts
    assert held_by(DEPLOYMENT, report, receipts) == [1, 2, 3]
    one, two, three = receipts
    forged = replace(one, signature=two.signature)
    garbage = replace(one, payload=Blob(b"{}"))
    assert held_by(DEPLOYMENT, report, (forged, garbage, two, two)) == [2]
    other = replace(report, header_digest=Digest(bytes(32)))
    assert held_by(DEPLOYMENT, other, receipts) == []
    assert erased_by(DEPLOYMENT, report, receipts) == []
    assert is_stored(DEPLOYMENT, [1, 3])
    assert not is_stored(DEPLOYMENT, [three.signature[0] % 3 + 1])


def test_a_withdrawal_is_final_and_signed_by_the_report():
    gone, signed = begin_withdrawal(DEPLOYMENT, ANA.reports["first"])
    assert gone.withdrawn
    withdrawal = peek(signed, Withdrawal)
    assert withdrawal.report_key == ANA.report_key("first")
    assert withdrawal.version == 2


def test_how_far_a_report_is_taken_back_follows_from_signatures():
    world = asked("ana")
    ana = world.survivors["ana"]
    ana.withdraw("first")
    report = ana.reports["first"]
    assert not is_gone(world.deployment, report)
    world.settle()
    one, two, three = ana.status("first").erasures
    none = note_erasures(world.deployment, report, [])
    assert none == report
    forged = replace(two, signature=one.signature)
    first = note_erasures(world.deployment, report, [one, forged, one])
    assert (len(first.erased), is_gone(world.deployment, first)) == (1, False)
    assert not is_proven(world.deployment, report, [one, one, forged])
    assert is_proven(world.deployment, report, [one, two])
    # Two of three are needed to open it: one that is left cannot.
    second = note_erasures(world.deployment, first, [two])
    assert is_gone(world.deployment, second)
    assert not is_erased(world.deployment, second)
    # What was proven once stays so, whatever the server has lost since.
    third = note_erasures(world.deployment, second, [three])
    assert third.erased == (1, 2, 3)
    assert is_erased(world.deployment, third)
    assert note_erasures(world.deployment, third, []) == third


# Answers


def _view(counter: int) -> CaseView:
    return CaseView(
        case_id=Digest(bytes(32)),
        witness=False,
        header_digests=(Digest(bytes(32)),),
        member=0,
        positions=(0,),
        verdicts=(),
        answer=None,
        counter=counter,
        heard=(),
        settled=False,
        connected=False,
        alarms=(),
    )


def test_every_answer_counts_higher_than_the_one_before():
    report = replace(ANA.reports["first"], consent_counter=4)
    for shown, expected in (
        (0, 5),
        (4, 5),
        (6, 7),
        (4 + COUNTERS_LOST, 5 + COUNTERS_LOST),
        (5 + COUNTERS_LOST, 5),
        (2**53 - 1, 5),
    ):
        saved, signed = answer_case(report, _view(shown), "yes", day=DAY)
        consent = peek(signed, Consent)
        assert consent.counter == saved.consent_counter == expected
        assert consent.last_day > DAY


def test_a_group_that_is_gone_is_told_to_who_answered_it_with_this_version():
    report, view = ANA.reports["first"], _view(0)
    assert not has_shrunk(report, ())
    for answer in ("yes", "later"):
        answered, _ = answer_case(report, view, answer, day=DAY)
        assert has_shrunk(answered, ())
        assert not has_shrunk(answered, (view,))
        assert not has_shrunk(replace(answered, version=answered.version + 1), ())
        assert not has_shrunk(replace(answered, witness=True), ())
        declined, _ = answer_case(answered, view, "no", day=DAY)
        assert not has_shrunk(declined, ())
    invited, _ = answer_case(report, replace(view, witness=True), "yes", day=DAY)
    assert not has_shrunk(invited, ())


def test_what_she_filed_is_what_she_typed():
    assert ANA.reports["first"].identifiers == X
