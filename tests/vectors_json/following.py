"""A report sealed, changed and taken back; a group, its answers, its contacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha512
from typing import Any

from msgspec.structs import replace

from blind_index.group import Scalar
from blind_index.labels import Label
from escrow.case import case_id_of, witness_case_id_of
from escrow.client import answers, filing, following
from escrow.client.alarm import raise_alarm
from escrow.client.filing import begin_withdrawal, erased_by, seal_version
from escrow.client.vault import SavedReport, VaultContents, open_vault, seal_vault
from escrow.client.withdrawal import is_erased, is_gone, is_proven, note_erasures
from escrow.client.words import vault_keys
from escrow.messages.cases import (
    CLOCKS_APART,
    AnswerReceipt,
    CaseView,
    Connection,
    Giver,
    Release,
    ReleasedShare,
    Verdict,
)
from escrow.messages.codec import Digest, Nonce, Signed, TokenOutput, decode, encode
from escrow.messages.filing import (
    BoxedShares,
    ErasureReceipt,
    Header,
    LockPart,
    ReportSubmission,
    ShareReceipt,
    Token,
)
from escrow.messages.holds import AlarmReceipt
from escrow.messages.vault import Vault, VaultWrite
from escrow.report.contents import box_context, quorum, release_context
from escrow.sealing import open_sealed, seal_to, sealing_key
from escrow.signing import peek, public_key, sign
from escrow.trustee_lock import Part, combine_shares, open_part
from tests.vectors_json.asking import text
from tests.vectors_json.primitives import WORDS
from tests.vectors_json.scene import (
    DAY,
    Recorder,
    box_keys,
    box_seeds,
    dealt,
    saved_report,
    survivor,
)

PLACES = {"ana": 3, "bea": 11}
WITNESS = {"wren": 7}
EVERYBODY = PLACES | WITNESS
TOKEN = Token(private_input=Digest(bytes(32)), output=TokenOutput(bytes(64)))


@dataclass(frozen=True)
class Filed:
    """A report before and after it was sealed, and the draws that sealed it."""

    draft: SavedReport
    sent: SavedReport
    submission: ReportSubmission
    draws: list[str]


@cache
def filed(name: str) -> Filed:
    recorder, draft = Recorder("seal", name), saved_report(name, EVERYBODY[name])
    sent, submission = seal_version(
        dealt().deployment,
        survivor(name).registration,
        draft,
        filing.current_box_keys(dealt().deployment, box_keys(), day=DAY),
        TOKEN,
        randomness=recorder,
    )
    return Filed(draft, sent, submission, recorder.draws)


def boxed_shares(submission: ReportSubmission) -> dict[int, BoxedShares]:
    """What the trustees find in their boxes."""
    header = filing.header_digest(submission.header.payload)
    return {
        box.index: decode(
            open_sealed(
                box_seeds()[box.index - 1],
                box.ciphertext,
                Label.TRUSTEE_BOX,
                *box_context(dealt().deployment, header, box.index),
            ),
            BoxedShares,
        )
        for box in submission.boxes
    }


def opened_part(submission: ReportSubmission, part: Part) -> bytes:
    """A part's plaintext, by the shares of the first two boxes."""
    header = peek(submission.header, Header)
    boxed = boxed_shares(submission)
    key = public_key(filed_by(submission).draft.keys().report_seed)
    secret = combine_shares(
        {i: Scalar.decode(boxed[i].shares[part]) for i in (1, 2)},
        [row[part] for row in header.share_hashes],
        key,
        part,
        quorum(dealt().deployment),
    )
    return open_part(secret, key, part, submission.parts[part])


def filed_by(submission: ReportSubmission) -> Filed:
    return next(f for f in map(filed, EVERYBODY) if f.submission is submission)


def _trustees_sign(label: Label, messages: Mapping[int, Any]) -> tuple[Signed, ...]:
    seeds = dealt().identity_seeds["opening"]
    return tuple(sign(seeds[i - 1], label, message) for i, message in messages.items())


def report() -> dict[str, Any]:
    """Filing: what was drawn and what came out, but for the boxes."""
    ana, deployment = filed("ana"), dealt().deployment
    key = public_key(ana.sent.keys().report_seed)
    identifier = Nonce(deployment.deployment_id)
    receipts = {
        i: ShareReceipt(
            deployment_id=identifier,
            index=i,
            report_key=key,
            version=1,
            header_digest=ana.sent.header_digest,
        )
        for i in (3, 1)
    }
    erasures = {
        i: ErasureReceipt(deployment_id=identifier, index=i, report_key=key, version=2)
        for i in (2, 3, 1)
    }
    erased = _trustees_sign(Label.ERASURE_RECEIPT, erasures)
    withdrawn, withdrawal = begin_withdrawal(deployment, ana.sent)
    return {
        "registration": text(survivor("ana").registration),
        "draft": text(ana.draft),
        "box_keys": text(box_keys()),
        "day": DAY,
        "token": text(TOKEN),
        "draws": ana.draws,
        "sent": text(ana.sent),
        "header": text(ana.submission.header),
        "parts": [part.hex() for part in ana.submission.parts],
        "receipts": [text(r) for r in _trustees_sign(Label.SHARE_RECEIPT, receipts)],
        "held_by": [1, 3],
        "erasures": [text(receipt) for receipt in erased],
        "withdrawn": text(withdrawn),
        "taken_back": [_taken_back(withdrawn, erased[:count]) for count in range(4)],
        "withdrawal": text(withdrawal),
        "box_seeds": [seed.reveal().hex() for seed in box_seeds()],
        "boxed_shares": [text(s) for s in boxed_shares(ana.submission).values()],
        "samples": {"boxes": [text(box) for box in ana.submission.boxes]},
    }


def _taken_back(report: SavedReport, erasures: Sequence[Signed]) -> dict[str, Any]:
    """How far the report is taken back once so many receipts came."""
    deployment = dealt().deployment
    noted = note_erasures(deployment, report, erasures)
    return {
        "erased_by": erased_by(deployment, report, erasures),
        "noted": text(noted),
        "proven": is_proven(deployment, report, erasures),
        "gone": is_gone(deployment, noted),
        "erased": is_erased(deployment, noted),
    }


def case_view() -> tuple[list[str], CaseView]:
    """The group of both reports: names in the case's order, and how Ana sees it."""
    names = sorted(PLACES, key=lambda name: filed(name).sent.header_digest)
    digests = tuple(filed(name).sent.header_digest for name in names)
    case_id = case_id_of(digests)
    verdicts = {
        i: Verdict(case_id=case_id, index=i, level=2, standing=(0, 1)) for i in (1, 2)
    }
    return names, CaseView(
        case_id=case_id,
        witness=False,
        header_digests=digests,
        member=names.index("ana"),
        positions=tuple(PLACES[name] for name in names),
        verdicts=_trustees_sign(Label.VERDICT, verdicts),
        answer=None,
        counter=0,
        heard=(),
        settled=False,
        connected=True,
        alarms=(),
    )


def witness_view(name: str) -> tuple[list[str], CaseView]:
    """The case of the group's witness, as Ana or the witness herself sees it."""
    group, view = case_view()
    names = [*group, "wren"]
    digests = tuple(filed(name).sent.header_digest for name in names)
    case_id = witness_case_id_of(digests)
    verdicts = {
        i: Verdict(case_id=case_id, index=i, level=2, standing=(0, 1, 2))
        for i in (1, 2)
    }
    return names, replace(
        view,
        case_id=case_id,
        witness=True,
        header_digests=digests,
        member=names.index(name),
        positions=tuple(EVERYBODY[name] for name in names),
        verdicts=_trustees_sign(Label.VERDICT, verdicts),
    )


def witness() -> dict[str, Any]:
    """A note sealed by a witness, and what follows once she said yes."""
    wren, (names, view) = filed("wren"), witness_view("ana")
    _, own = witness_view("wren")
    answered, consent = following.answer_case(wren.sent, own, "yes", day=DAY)
    connection = Connection(
        case_id=view.case_id,
        givers=(
            Giver(
                member=2,
                header=wren.submission.header,
                contact=wren.submission.parts[Part.CONTACT],
                releases=_releases(names, view, "wren"),
            ),
        ),
    )
    return {
        "registration": text(survivor("wren").registration),
        "draft": text(wren.draft),
        "box_keys": text(box_keys()),
        "day": DAY,
        "token": text(TOKEN),
        "draws": wren.draws,
        "sent": text(wren.sent),
        "header": text(wren.submission.header),
        "parts": [part.hex() for part in wren.submission.parts],
        "view": text(own),
        "answered": text(answered),
        "consent": text(consent),
        "member": text(filed("ana").sent),
        "member_view": text(view),
        "contact": {
            "member": 2,
            "card": text(wren.sent.card),
            "verified_name": "Wren",
            "verified_email": "wren@example.org",
        },
        "samples": {"connection": text(connection)},
    }


def _releases(
    names: Sequence[str], view: CaseView, by: str = "bea"
) -> tuple[Release, ...]:
    """Somebody's contact key for Ana, from every opening trustee."""
    of, giver = filed(by), names.index(by)
    lock = decode(opened_part(of.submission, Part.LOCK), LockPart)
    wrap = lock.entries[EVERYBODY[by]].wrap
    context = release_context(
        dealt().deployment,
        view.case_id,
        view.header_digests[giver],
        view.header_digests[view.member],
    )
    reader = sealing_key(filed("ana").sent.keys().reader_seed)
    return tuple(
        Release(
            case_id=view.case_id,
            index=index,
            giver=giver,
            reader=view.member,
            ciphertext=seal_to(
                reader,
                encode(ReleasedShare(share=boxed.shares[Part.CONTACT], wrap=wrap)),
                Label.RELEASE_BOX,
                *context,
                bytes([index]),
            ),
        )
        for index, boxed in boxed_shares(of.submission).items()
    )


def group() -> dict[str, Any]:
    """Status, consent, and the connection that follows."""
    names, view = case_view()
    ana, bea = filed("ana"), filed("bea")
    answered, consent = following.answer_case(ana.sent, view, "yes", day=DAY)
    key = public_key(ana.sent.keys().report_seed)
    receipts = {
        i: AlarmReceipt(
            deployment_id=Nonce(dealt().deployment.deployment_id),
            index=i,
            case_id=view.case_id,
            report_key=key,
            until_day=DAY + 30,
        )
        for i in (3, 1)
    }
    refused, no = following.answer_case(answered, view, "no", day=DAY)
    recorder = Recorder("questions")
    status = following.ask_status(dealt().deployment, ana.sent, randomness=recorder)
    question = following.ask_connection(
        dealt().deployment, ana.sent, view.case_id, randomness=recorder
    )
    connection = Connection(
        case_id=view.case_id,
        givers=(
            Giver(
                member=names.index("bea"),
                header=bea.submission.header,
                contact=bea.submission.parts[Part.CONTACT],
                releases=_releases(names, view),
            ),
        ),
    )
    return {
        "report": text(ana.sent),
        "day": DAY,
        "view": text(view),
        "answer": "yes",
        "answered": text(answered),
        "consent": text(consent),
        "refused": text(refused),
        "no": text(no),
        "answer_receipts": [text(one) for one in _answer_receipts(refused)],
        "told": [_told(refused, count) for count in range(4)],
        "retracted": text(following.retract(answered, answered.answers[0], day=DAY)),
        "alarm": text(raise_alarm(ana.sent, view, day=DAY)),
        "alarms": [text(r) for r in _trustees_sign(Label.ALARM_RECEIPT, receipts)],
        "heard_by": {str(i): DAY + 30 for i in (1, 3)},
        "draws": recorder.draws,
        "status_request": text(status),
        "connection_request": text(question),
        "contact": {
            "member": names.index("bea"),
            "card": text(bea.sent.card),
            "verified_name": "Bea",
            "verified_email": "bea@example.org",
        },
        "samples": {"connection": text(connection)},
    }


def _answer_receipts(report: SavedReport) -> tuple[Signed, ...]:
    """Every trustee's word that it has her no; the last has the yes before alone."""
    (given,) = report.answers
    receipts = {
        i: AnswerReceipt(
            deployment_id=Nonce(dealt().deployment.deployment_id),
            index=i,
            case_id=given.case_id,
            report_key=public_key(report.keys().report_seed),
            counter=given.counter + step,
            answer="no" if step >= 0 else "yes",
        )
        for i, step in ((2, 0), (3, 1), (1, -1))
    }
    return _trustees_sign(Label.ANSWER_RECEIPT, receipts)


def _told(report: SavedReport, count: int) -> dict[str, Any]:
    """How far her no came once so many receipts were shown."""
    receipts = _answer_receipts(report)[:count]
    noted = answers.note_heard(dealt().deployment, report, receipts)
    last = noted.answers[0].last_day
    days = (DAY, last + CLOCKS_APART, last + CLOCKS_APART + 1)
    return {
        "noted": text(noted),
        "unheard": [
            len(answers.unheard(dealt().deployment, noted, day)) for day in days
        ],
    }


def vault() -> dict[str, Any]:
    """A vault with everything in it, written and read."""
    recorder, keys = Recorder("vault"), vault_keys(WORDS)
    contents = VaultContents(
        manifest_digest=dealt().deployment.digest,
        registration=survivor("ana").registration,
        tokens=(TOKEN,),
        reports=(filed("ana").sent, filed("bea").draft),
    )
    write = seal_vault(keys, contents, 3, randomness=recorder)
    body = peek(write, VaultWrite)
    stored = Vault(vault_id=body.vault_id, counter=3, ciphertext=body.ciphertext)
    open_vault(keys, stored)
    return {
        "words": WORDS,
        "counter": 3,
        "contents": text(contents),
        "draws": recorder.draws,
        "write_digest": sha512(encode(write)).hexdigest(),
    }
