"""The API server in memory: `escrow.server` steps over dictionaries."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial

from blind_index.errors import ProtocolError
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.case import check_consent
from escrow.errors import InvalidCase, NotFound
from escrow.messages.cases import (
    AnswerReceipt,
    AnswerReceipts,
    CaseView,
    Connection,
    Consent,
    NudgeLetter,
    Release,
    ReportStatus,
    SealedLetter,
    SignedAnswerReceipt,
    Verdict,
)
from escrow.messages.codec import Digest, EncodedElement, Nonce, PublicKey, Signed
from escrow.messages.deployment import BoxKeys
from escrow.messages.filing import (
    ErasureReceipt,
    IndexAnswer,
    NudgePart,
    ReportSubmission,
    ShareReceipt,
)
from escrow.messages.holds import (
    AlarmNotice,
    AlarmReceipt,
    Hold,
    HoldNotice,
    SignedAlarmReceipt,
)
from escrow.messages.mailbox import (
    BoxDelivery,
    ConsentNotice,
    Letter,
    Refusal,
    SignedErasure,
    SignedReceipt,
    SignedVerdict,
    WithdrawalNotice,
    Work,
)
from escrow.messages.recovery import CasesWanted
from escrow.messages.registration import TokenGrant
from escrow.report.check import CheckedReport, check_submission
from escrow.server import answers, cases, filing, indexing, matching, nudges, tokens
from escrow.server.alarms import check_alarm
from escrow.server.box_keys import admit_box_key
from escrow.server.claims import Evidence, group_case_id, make_claim
from escrow.server.connections import GiverContents, make_connection, served_givers
from escrow.server.filing import StoredReport
from escrow.server.receipts import (
    check_erasure,
    check_receipt,
    held_digests,
    open_from_trustee,
)
from escrow.server.requests import check_connection_request, check_status_request
from escrow.server.tag_index import TagRow, open_row, seal_row, tag_keys
from escrow.signing import peek
from escrow.trustee_lock import Part
from tests.world.dealt import Dealt
from tests.world.stream import stream


@dataclass
class Filed:
    """What the server has of one report."""

    stored: StoredReport
    report: CheckedReport
    submission: ReportSubmission | None
    receipts: dict[int, Signed] = field(default_factory=dict)
    erasures: dict[int, Signed] = field(default_factory=dict)
    answers: dict[int, IndexAnswer] = field(default_factory=dict)
    rows: list[bytes] = field(default_factory=list)

    def fork(self) -> "Filed":
        """The same, with dictionaries of its own."""
        return replace(
            self,
            receipts=dict(self.receipts),
            erasures=dict(self.erasures),
            answers=dict(self.answers),
            rows=list(self.rows),
        )


@dataclass
class Case:
    """What the server has of one case."""

    group: matching.Group
    verdicts: dict[int, Signed] = field(default_factory=dict)
    consents: list[Signed] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    nudges: list[NudgeLetter] = field(default_factory=list)
    nudged: dict[int, NudgePart] = field(default_factory=dict)
    heard: dict[tuple[PublicKey, int], Signed] = field(default_factory=dict)
    alarms: dict[tuple[PublicKey, int], Signed] = field(default_factory=dict)

    def fork(self) -> "Case":
        """The same, with lists of its own."""
        return replace(
            self,
            verdicts=dict(self.verdicts),
            consents=list(self.consents),
            releases=list(self.releases),
            nudges=list(self.nudges),
            nudged=dict(self.nudged),
            heard=dict(self.heard),
            alarms=dict(self.alarms),
        )


class Server:
    """The store, the queues and the cases."""

    def __init__(self, dealt: Dealt) -> None:
        self.dealt = dealt
        self.deployment = dealt.deployment
        self.reports: dict[PublicKey, Filed] = {}
        self.cases: dict[Digest, Case] = {}
        self.spent: dict[Digest, Digest] = {}
        self.box_keys: dict[int, Signed] = {}
        self.dropped: list[tuple[int, ProtocolError]] = []
        size = dealt.plan.opening[1]
        self.queues: dict[int, list[Work]] = {i: [] for i in range(1, size + 1)}
        self._draw = stream(dealt.plan, "store")
        self._keys = tag_keys(SecretBytes(self._draw(32)))

    def fork(self) -> "Server":
        """The same server with a store of its own."""
        other = copy(self)
        other.reports = {key: filed.fork() for key, filed in self.reports.items()}
        other.cases = {key: case.fork() for key, case in self.cases.items()}
        other.spent, other.box_keys = dict(self.spent), dict(self.box_keys)
        other.queues = {i: list(queue) for i, queue in self.queues.items()}
        other.dropped = list(self.dropped)
        return other

    def to_all(self, work: Work) -> None:
        """Queue the same work for every opening trustee."""
        for queue in self.queues.values():
            queue.append(work)

    def put_box_key(self, sender: int, signed: Signed, day: int) -> None:
        admit_box_key(self.deployment, sender, signed, day=day)
        self.box_keys[sender] = signed

    def list_box_keys(self) -> BoxKeys:
        return BoxKeys(keys=tuple(self.box_keys[i] for i in sorted(self.box_keys)))

    def grant_tokens(self, signed: Signed, day: int) -> TokenGrant:
        request, _ = tokens.check_token_request(self.deployment, signed, day=day)
        return tokens.grant_tokens(
            self.deployment, self.dealt.token_key, request, randomness=self._draw
        )

    # Reports

    def submit(self, submission: ReportSubmission, day: int) -> ReportStatus:
        """Take in a report or a new version of one; resending changes nothing."""
        report = check_submission(self.deployment, submission, day=day)
        key = report.core.report_key
        known = self.reports.get(key)
        held = held_digests(list(known.receipts.values())) if known else ()
        kind = filing.admit_version(known.stored if known else None, report, held)
        if kind == "first":
            self._spend(submission, report)
        if kind != "same":
            self._store(report, submission)
        return self._status(key)

    def _spend(self, submission: ReportSubmission, report: CheckedReport) -> None:
        if submission.token is None:
            raise tokens.InvalidToken("a report costs a token", culprit="client")
        name = tokens.check_token(
            self.deployment, self.dealt.token_key, submission.token
        )
        tokens.admit_spending(self.spent.get(name), report.digest)
        self.spent[name] = report.digest

    def _store(self, report: CheckedReport, submission: ReportSubmission) -> None:
        key, before = report.core.report_key, self.reports.get(report.core.report_key)
        stored = StoredReport(
            report_key=key,
            version=report.core.version,
            witness=bool(report.core.witness),
            header_digest=report.digest,
            withdrawn=False,
        )
        self.reports[key] = Filed(stored, report, submission)
        for box in submission.boxes:
            delivery = BoxDelivery(header=submission.header, box=box)
            self.queues[box.index].append(delivery)
        if before:
            self._match(self._tags(before))

    def withdraw(self, signed: Signed) -> ReportStatus:
        """Erase what is stored of a report; tell every trustee."""
        withdrawal = filing.check_withdrawal(self.deployment, signed)
        filed = self._filed(withdrawal.report_key)
        if not filed.stored.withdrawn:
            gone = StoredReport(
                report_key=withdrawal.report_key,
                version=withdrawal.version,
                witness=filed.stored.witness,
                header_digest=filed.stored.header_digest,
                withdrawn=True,
            )
            self.reports[gone.report_key] = Filed(gone, filed.report, None)
            self.to_all(WithdrawalNotice(withdrawal=signed))
            self._match(self._tags(filed))
        return self._status(withdrawal.report_key)

    def _filed(self, key: PublicKey) -> Filed:
        if key not in self.reports:
            raise NotFound("no such report", culprit="client")
        return self.reports[key]

    # Matching

    def _tags(self, filed: Filed) -> list[EncodedElement]:
        return [open_row(self._keys, row).tag for row in filed.rows]

    def _live(self, key: PublicKey, header_digest: Digest) -> bool:
        filed = self.reports[key].stored
        return not filed.withdrawn and filed.header_digest == header_digest

    def _index(self, filed: Filed) -> None:
        tags = filed.report.core.encrypted_tags
        answers = list(filed.answers.values())
        shares, _ = indexing.honest_shares(self.deployment, tags, answers)
        combined = indexing.combine_tags(self.deployment, tags, shares)
        key = filed.stored.report_key
        for position, tag in enumerate(combined):
            if tag is not None:
                row = TagRow(EncodedElement(tag.encode()), key, position)
                filed.rows.append(seal_row(self._keys, row, randomness=self._draw))
        self._match(self._tags(filed))

    def _match(self, tags: Sequence[EncodedElement]) -> None:
        rows = [
            open_row(self._keys, row)
            for filed in self.reports.values()
            for row in filed.rows
        ]
        groups = []
        for tag in dict.fromkeys(tags):
            found = [self._candidate(row) for row in rows if row.tag == tag]
            group = matching.largest_group(found, self.deployment.levels)
            groups += [group] if group else []
        for group in sorted(groups, key=lambda g: -len(g.members)):
            if matching.is_news(group, self._live_cases()):
                self._open(group)
        self._match_witnesses(tags)

    def _match_witnesses(self, tags: Sequence[EncodedElement]) -> None:
        """A case for each witness and each group that stands under these tags."""
        for tag in dict.fromkeys(tags):
            rows = [
                row
                for filed in self.reports.values()
                for row in map(partial(open_row, self._keys), filed.rows)
                if row.tag == tag
            ]
            found = {row.report_key: self._candidate(row) for row in rows}
            for group in self._standing(found):
                for pair in matching.with_witnesses(group, list(found.values())):
                    if group_case_id(pair) not in self.cases:
                        self._open(pair)

    def _standing(
        self, found: dict[PublicKey, matching.Candidate]
    ) -> list[matching.Group]:
        """The groups of these holders of a tag that trustees found to stand."""
        return [
            case.group
            for case_id, case in list(self.cases.items())
            if case.group.witness is None
            and all(found.get(m.report_key) == m for m in case.group.members)
            and cases.standing_members(self.deployment, self.record(case_id))[0]
        ]

    def _candidate(self, row: TagRow) -> matching.Candidate:
        filed = self.reports[row.report_key]
        return matching.Candidate(
            report_key=row.report_key,
            header_digest=filed.stored.header_digest,
            position=row.position,
            match_threshold=filed.report.core.match_threshold,
            witness=bool(filed.report.core.witness),
        )

    def _live_cases(self) -> list[frozenset[Digest]]:
        return [
            frozenset(m.header_digest for m in case.group.members)
            for case in self.cases.values()
            if all(
                self._live(m.report_key, m.header_digest) for m in case.group.members
            )
        ]

    def _open(self, group: matching.Group) -> None:
        evidence = []
        for member in group.everybody:
            filed = self.reports[member.report_key]
            if filed.submission is None:
                raise LookupError("a withdrawn report has no rows")
            parts, header = filed.submission.parts, filed.submission.header
            answers = tuple(filed.answers.values())
            standing, lock = parts[Part.STANDING], parts[Part.LOCK]
            evidence.append(Evidence(header, standing, lock, answers))
        needed = self.deployment.opening_keys.trustee_threshold
        keys = self.list_box_keys().keys
        self.cases[group_case_id(group)] = Case(group)
        self.to_all(make_claim(group, evidence, keys, needed))

    def ask_for_cases(self) -> None:
        """What a restored server asks: everything said of each case, again."""
        for case_id in self.cases:
            deployment_id = Nonce(self.deployment.deployment_id)
            self.to_all(CasesWanted(deployment_id=deployment_id, case_ids=(case_id,)))

    # Letters of the trustees

    def post(self, sender: int, letter: Letter) -> None:
        """One letter; what does not hold is dropped and noted."""
        try:
            self._take(sender, letter)
        except ProtocolError as error:
            self.dropped.append((sender, error))

    def _take(self, sender: int, letter: Letter) -> None:  # noqa: C901
        match letter:
            case SignedReceipt():
                filed = self._filed(peek(letter.receipt, ShareReceipt).report_key)
                check_receipt(self.deployment, sender, filed.stored, letter.receipt)
                filed.receipts[sender] = letter.receipt
            case SignedErasure():
                filed = self._filed(peek(letter.receipt, ErasureReceipt).report_key)
                check_erasure(self.deployment, sender, filed.stored, letter.receipt)
                filed.erasures[sender] = letter.receipt
            case IndexAnswer():
                _check_author(sender, letter.index)
                self._answer(letter)
            case SealedLetter():
                _check_author(sender, letter.sender)
                self._case(letter.case_id)
                self.queues[letter.recipient].append(letter)
            case SignedVerdict():
                self._verdict(sender, letter.verdict)
            case NudgeLetter() | Release() | ConsentNotice():
                self._finding(sender, letter)
            case SignedAnswerReceipt() | SignedAlarmReceipt() | HoldNotice():
                self._said(sender, letter)
            case Refusal():
                pass

    def _said(
        self, sender: int, letter: SignedAnswerReceipt | SignedAlarmReceipt | HoldNotice
    ) -> None:
        if isinstance(letter, SignedAnswerReceipt):
            self._heard(sender, letter.receipt)
        else:
            self._held(sender, letter)

    def _held(self, sender: int, letter: SignedAlarmReceipt | HoldNotice) -> None:
        if isinstance(letter, SignedAlarmReceipt):
            label = Label.ALARM_RECEIPT
            receipt = open_from_trustee(
                self.deployment, sender, letter.receipt, AlarmReceipt, label
            )
            alarms = self._case(receipt.case_id).alarms
            alarms[receipt.report_key, sender] = letter.receipt
            return
        open_from_trustee(self.deployment, sender, letter.hold, Hold, Label.HOLD)
        for index, queue in self.queues.items():
            if index != sender:
                queue.append(letter)

    def _heard(self, sender: int, signed: Signed) -> None:
        label = Label.ANSWER_RECEIPT
        receipt = open_from_trustee(
            self.deployment, sender, signed, AnswerReceipt, label
        )
        heard = self._case(receipt.case_id).heard
        known = heard.get((receipt.report_key, sender))
        if known is None or peek(known, AnswerReceipt).counter < receipt.counter:
            heard[receipt.report_key, sender] = signed

    def _verdict(self, sender: int, signed: Signed) -> None:
        case_id = peek(signed, Verdict).case_id
        case = self._case(case_id)
        cases.check_verdict(self.deployment, sender, case_id, signed)
        case.verdicts.setdefault(sender, signed)
        first = self.reports[case.group.members[0].report_key]
        self._match_witnesses(self._tags(first))

    def _shown(self, sender: int, notice: ConsentNotice) -> None:
        """An answer that a trustee knows; kept and passed on if it is the newest."""
        consent = peek(notice.consent, Consent)
        case = self._case(consent.case_id)
        members = cases.member_digests(self.record(consent.case_id))
        check_consent(notice.consent, consent.case_id, members, day=0)
        if answers.is_newest(case.consents, consent):
            case.consents.append(notice.consent)
            for index, queue in self.queues.items():
                if index != sender:
                    queue.append(notice)

    def _finding(
        self, sender: int, letter: NudgeLetter | Release | ConsentNotice
    ) -> None:
        if isinstance(letter, ConsentNotice):
            self._shown(sender, letter)
            return
        _check_author(sender, letter.index)
        if isinstance(letter, Release):
            self._release(letter)
        else:
            self._nudge(letter)

    def _answer(self, answer: IndexAnswer) -> None:
        for filed in self.reports.values():
            if filed.stored.header_digest == answer.header_digest:
                self._add_answer(filed, answer)

    def _add_answer(self, filed: Filed, answer: IndexAnswer) -> None:
        needed = self.deployment.opening_keys.trustee_threshold
        if filed.stored.withdrawn or answer.index in filed.answers:
            return
        tags = filed.report.core.encrypted_tags
        indexing.check_answer(self.deployment, tags, answer)
        filed.answers[answer.index] = answer
        if len(filed.answers) == needed:
            self._index(filed)

    def _case(self, case_id: Digest) -> Case:
        if case_id not in self.cases:
            raise NotFound("no such case")
        return self.cases[case_id]

    def _nudge(self, letter: NudgeLetter) -> None:
        case = self._case(letter.case_id)
        member = case.group.everybody[letter.member]
        filed = self.reports[member.report_key]
        case.nudges.append(letter)
        if filed.submission is None or letter.member in case.nudged:
            return
        target = nudges.NudgeTarget(
            case_id=letter.case_id,
            report_key=member.report_key,
            header_digest=member.header_digest,
            header=filed.report.header,
            ciphertext=filed.submission.parts[Part.NUDGE],
        )
        about = [n for n in case.nudges if n.member == letter.member]
        part = nudges.read_nudge(self.deployment, self.dealt.notice_seed, target, about)
        if part is not None:
            case.nudged[letter.member] = part

    def _release(self, letter: Release) -> None:
        releases = self._case(letter.case_id).releases
        place = (letter.index, letter.giver, letter.reader)
        if place not in {(r.index, r.giver, r.reader) for r in releases}:
            releases.append(letter)

    # What survivors ask

    def record(self, case_id: Digest) -> cases.CaseRecord:
        """A case as the pure steps take it."""
        case = self._case(case_id)
        members = tuple(
            cases.CaseMember(
                report_key=m.report_key,
                header_digest=m.header_digest,
                position=m.position,
                match_threshold=m.match_threshold,
                live=self._live(m.report_key, m.header_digest),
                witness=m.witness,
            )
            for m in case.group.everybody
        )
        verdicts = tuple(case.verdicts[i] for i in sorted(case.verdicts))
        return cases.CaseRecord(case_id, members, verdicts, tuple(case.consents))

    def status(self, signed: Signed) -> ReportStatus:
        """How a report stands, to the holder of its key."""
        return self._status(check_status_request(self.deployment, signed).report_key)

    def _status(self, key: PublicKey) -> ReportStatus:
        filed = self._filed(key)
        viewed = []
        for case_id in self.cases:
            record = self.record(case_id)
            view = self._view(record, key)
            if view is not None:
                viewed.append((record, view))
        return cases.report_status(
            [filed.receipts[i] for i in sorted(filed.receipts)],
            [filed.erasures[i] for i in sorted(filed.erasures)],
            cases.overtaken(self.deployment, viewed),
        )

    def _view(self, record: cases.CaseRecord, key: PublicKey) -> CaseView | None:
        connected = bool(self._served(record.case_id, key))
        met = [
            place
            for place, member in enumerate(record.members)
            if record.witness is not None
            and self._served(record.group_case_id, member.report_key)
        ]
        if record.witness is not None and record.members[-1].report_key == key:
            connected = any(
                self._served(record.case_id, m.report_key) for m in record.members
            )
        case = self.cases[record.case_id]
        return cases.view_case(
            self.deployment,
            record,
            key,
            connected=connected,
            met=met,
            signed=cases.SignedForHer(
                _of(case.heard, key),
                _of(case.alarms, key),
            ),
        )

    def alarm(self, signed: Signed) -> None:
        """A member's alarm, for every trustee."""
        self._case(check_alarm(signed).case_id)
        self.to_all(AlarmNotice(alarm=signed))

    def _to_reader(self, case_id: Digest, key: PublicKey) -> list[Release]:
        case = self.cases[case_id]
        places = [m.report_key for m in case.group.everybody]
        return [r for r in case.releases if places[r.reader] == key]

    def _served(self, case_id: Digest, key: PublicKey) -> set[int]:
        return served_givers(self.deployment, self._to_reader(case_id, key))

    def consent(self, signed: Signed) -> AnswerReceipts:
        """Note an answer and pass it on to whom it lacks; who signed for it."""
        consent = peek(signed, Consent)
        case = self._case(consent.case_id)
        if answers.admit_consent(case.consents, signed):
            case.consents.append(signed)
        receipts = _of(case.heard, consent.report_key)
        for index in answers.lacking(receipts, sorted(self.queues), consent):
            self.queues[index].append(ConsentNotice(consent=signed))
        return AnswerReceipts(receipts=receipts)

    def connection(self, signed: Signed) -> Connection:
        """What was released to the holder of a report key in a case."""
        request = check_connection_request(self.deployment, signed)
        case = self._case(request.case_id)
        releases = self._to_reader(request.case_id, request.report_key)
        served = self._served(request.case_id, request.report_key)
        givers = []
        for member, of in enumerate(case.group.everybody):
            submission = self.reports[of.report_key].submission
            if member in served and submission is not None:
                contact = submission.parts[Part.CONTACT]
                givers.append(GiverContents(member, submission.header, contact))
        return make_connection(request.case_id, givers, releases)


def _of(
    receipts: dict[tuple[PublicKey, int], Signed], key: PublicKey
) -> tuple[Signed, ...]:
    return tuple(signed for (of, _), signed in sorted(receipts.items()) if of == key)


def _check_author(sender: int, index: int) -> None:
    if sender != index:
        raise InvalidCase("a letter in another trustee's name", culprit=sender)
