"""Trustees in memory: the pure steps, dictionaries for a store, a lie if asked."""

from collections.abc import Callable
from copy import copy

from blind_index.errors import ProtocolError
from escrow.calendar import month_of
from escrow.messages.cases import (
    CaseClaim,
    Consent,
    FellowLetter,
    SealedLetter,
)
from escrow.messages.codec import Digest, Nonce, PublicKey, Signed
from escrow.messages.deployment import BoxKey
from escrow.messages.filing import EvaluationResponse
from escrow.messages.holds import AlarmNotice, HoldNotice
from escrow.messages.mailbox import (
    BoxDelivery,
    ConsentNotice,
    HeadNotice,
    Letter,
    Refusal,
    WithdrawalNotice,
    Work,
)
from escrow.messages.recovery import CasesWanted, RecordsWanted, SignedRecords
from escrow.report.contents import box_key_digest
from escrow.signing import peek
from escrow.trustee import (
    alarms,
    boxes,
    evaluation,
    holds,
    judge,
    recovery,
    release,
    repeating,
)
from escrow.trustee.bench import Bench
from escrow.trustee.box_keys import BoxRing, box_seeds, newest_key, renew
from escrow.trustee.boxes import Acceptance, Held
from escrow.trustee.case_files import CaseFile, GatheringCase, JudgedCase
from escrow.trustee.context import Event, Step, Trustee
from escrow.trustee.fellow_letters import open_letter, seal_letter
from escrow.trustee.holds import Holds
from escrow.trustee.order_numbers import Moment
from tests.world.dealt import Dealt
from tests.world.stream import stream

Lie = Callable[[Letter | FellowLetter], Letter | FellowLetter | None]
ResponseLie = Callable[[EvaluationResponse], EvaluationResponse]


class IndexTrustee:
    """Answers blinded evaluations; `lie` turns its answers into others."""

    def __init__(self, dealt: Dealt, index: int) -> None:
        self.deployment = dealt.deployment
        self.index = index
        self.key_share = dealt.key_shares["index"][index - 1]
        self.up = True
        self.lie: ResponseLie | None = None
        self._draw = stream(dealt.plan, "index", index)

    def answer(self, request: Signed, day: int) -> EvaluationResponse | None:
        """None while it is down; raises what it refuses."""
        if not self.up:
            return None
        admitted = evaluation.check_request(self.deployment, request, day=day)
        response = evaluation.evaluate(
            self.deployment, self.key_share, admitted.elements, randomness=self._draw
        )
        return self.lie(response) if self.lie else response


class OpeningTrustee:
    """Holds shares, judges, releases; its store survives being down."""

    def __init__(self, dealt: Dealt, index: int) -> None:
        self.dealt = dealt
        self.index = index
        self.up = True
        self.lie: Lie | None = None
        self.held: dict[PublicKey, Held] = {}
        self.files: dict[Digest, CaseFile] = {}
        self.holds = Holds()
        self.events: list[Event] = []
        self.refused: list[ProtocolError] = []
        self.sequence = 0
        self.ring = BoxRing()
        self._draw = stream(dealt.plan, "opening", index)

    def fork(self) -> "OpeningTrustee":
        """The same trustee with a store of its own."""
        other = copy(self)
        other.held, other.files = dict(self.held), dict(self.files)
        other.events, other.refused = list(self.events), list(self.refused)
        return other

    @property
    def me(self) -> Trustee:
        """The trustee as its steps take it."""
        return Trustee(
            deployment=self.dealt.deployment,
            index=self.index,
            identity_seed=self.dealt.identity_seeds["opening"][self.index - 1],
            key_share=self.dealt.key_shares["opening"][self.index - 1],
            box_seeds=box_seeds(self.ring),
        )

    def bench(self, day: int, about: CaseFile | CaseClaim | None = None) -> Bench:
        """What it judges with; for a witness's case the group's file is there."""
        group = self.files.get(judge.group_of(about) or Digest(bytes(32)))
        found = group if isinstance(group, JudgedCase) else None
        return Bench(self.me, self.held, day, found, self.holds)

    def publish(self, day: int) -> Signed:
        """Its box key for this day."""
        place = (Nonce(self.dealt.deployment.deployment_id), self.index)
        seed = self.dealt.identity_seeds["opening"][self.index - 1]
        self.ring = renew(self.ring, seed, place, day=day, randomness=self._draw)
        key = newest_key(self.ring)
        if key is None:
            raise LookupError("a renewed ring holds a key")
        return key

    def handle(self, work: Work, day: int) -> tuple[Letter, ...]:
        """One item: step, save, letters. What is refused changes nothing."""
        try:
            step = self._step(work, day)
        except ProtocolError as error:
            self.refused.append(error)
            name = type(error).__name__
            return (Refusal(index=self.index, item=Nonce(bytes(16)), error=name),)
        self.events += step.events
        return step.letters

    def _step(self, work: Work, day: int) -> Step[object]:  # noqa: PLR0911
        match work:
            case BoxDelivery() | WithdrawalNotice():
                return self._hold(work, day)
            case CaseClaim() | SealedLetter():
                return self._judge(work, day)
            case ConsentNotice():
                case_id = peek(work.consent, Consent).case_id
                file = self.files.get(case_id)
                noted = release.receive_consent(self.bench(day, file), file, work)
                self.files[case_id] = noted.state
                return noted.then(self._review_witnesses(case_id, day))
            case RecordsWanted():
                known = list(self.held.values())
                return recovery.answer_records(self.me, work, known, None)
            case CasesWanted():
                return self._say_again(work, day)
            case AlarmNotice() | HoldNotice():
                return self._heed(work, day)
            case HeadNotice() | SignedRecords():
                return Step(None)

    def _heed(self, work: AlarmNotice | HoldNotice, day: int) -> Step[Holds]:
        if isinstance(work, AlarmNotice):
            file = self.files.get(alarms.alarmed_case(work))
            step = alarms.receive_alarm(self.me, self.holds, file, work, day)
        else:
            file = self.files.get(holds.held_case(work))
            step = holds.receive_hold(self.me, self.holds, file, work, day)
        self.holds = step.state
        return step.then(self._go_on(day))

    def _go_on(self, day: int) -> Step[Holds]:
        """Look again at every judged case: something may not be held any more."""
        total: Step[Holds] = Step(self.holds)
        for file in list(self.files.values()):
            if isinstance(file, JudgedCase):
                step = release.review(self.bench(day, file), file)
                self.files[file.case_id] = step.state
                total = total.then(Step(self.holds, step.letters, step.events))
        return total

    def order(self, case_id: Digest, reason: str, day: int) -> tuple[Letter, ...]:
        """Its operator holds a case."""
        file = self.files[case_id]
        when = Moment(day, 0)
        step = holds.order_hold(self.me, self.holds, file, reason, when)
        return self._ordered(step, day)

    def resume(self, case_id: Digest, reason: str, day: int) -> tuple[Letter, ...]:
        """Its operator resumes a case."""
        when = Moment(day, 0)
        step = holds.order_resume(self.me, self.holds, case_id, reason, when)
        return self._ordered(step, day)

    def _ordered(self, step: Step[Holds], day: int) -> tuple[Letter, ...]:
        self.holds = step.state
        done = step.then(self._go_on(day))
        self.events += done.events
        return done.letters

    def _hold(self, work: BoxDelivery | WithdrawalNotice, day: int) -> Step[None]:
        if isinstance(work, BoxDelivery):
            key = boxes.claimed_report_key(work)
            acceptance = Acceptance(day, self.sequence + 1)
            step = boxes.accept_box(self.me, self.held.get(key), work, acceptance)
            self.sequence += 1
        else:
            key = boxes.withdrawn_report_key(work)
            step = boxes.accept_withdrawal(self.me, self.held.get(key), work)
        self.held[key] = step.state
        return step.then(self._review(day, key))

    def _judge(self, work: CaseClaim | SealedLetter, day: int) -> Step[CaseFile]:
        file = self.files.get(work.case_id)
        if isinstance(work, CaseClaim):
            bench = self.bench(day, work)
            return self._judged(bench, judge.receive_claim(bench, file, work))
        bench = self.bench(day, file)
        return self._judged(bench, judge.receive_letter(bench, file, work))

    def _say_again(self, wanted: CasesWanted, day: int) -> Step[None]:
        repeating.check_cases_wanted(self.me, wanted)
        total: Step[None] = Step(None)
        for case_id in wanted.case_ids:
            if (file := self.files.get(case_id)) is not None:
                step = repeating.say_again(self.bench(day, file), file)
                self.files[case_id] = step.state
                total = total.then(Step(None, step.letters, step.events))
        return total

    def _review_witnesses(self, case_id: Digest, day: int) -> Step[None]:
        """What was answered in a group's case may let its witnesses be invited."""
        total: Step[None] = Step(None)
        for file in list(self.files.values()):
            if isinstance(file, JudgedCase) and judge.group_of(file) == case_id:
                step = release.review(self.bench(day, file), file)
                self.files[file.case_id] = step.state
                total = total.then(Step(None, step.letters, step.events))
        return total

    def review(self, day: int) -> tuple[Letter, ...]:
        """A day has passed: shares of what has ended go, open cases are looked at."""
        for key, held in self.held.items():
            self.held[key] = boxes.end_report(held, month_of(day)) or held
        step = self._review(day, None)
        self.holds, over = holds.end_expired(self.holds, day)
        done = step.then(self._go_on(day)) if over else step
        self.events += done.events
        return done.letters

    def _review(self, day: int, about: PublicKey | None) -> Step[None]:
        total: Step[None] = Step(None)
        for file in list(self.files.values()):
            if not isinstance(file, GatheringCase):
                continue
            if about is None or about in judge.member_keys(file.claim):
                bench = self.bench(day, file)
                step = self._judged(bench, judge.review_case(bench, file))
                total = total.then(Step(None, step.letters, step.events))
        return total

    def _judged(self, bench: Bench, step: Step[CaseFile]) -> Step[CaseFile]:
        done = release.take_up(bench, step)
        self.files[done.state.case_id] = done.state
        return done


def retold(
    lie: Lie, sealed: SealedLetter, sender: OpeningTrustee, recipient: OpeningTrustee
) -> SealedLetter | None:
    """The sealed letter that a lying sender writes instead of an honest one."""
    told = lie(open_letter(recipient.me, sealed))
    if told is None:
        return None
    keys = [peek(seed.signed, BoxKey) for seed in recipient.ring.seeds]
    (key,) = [key for key in keys if box_key_digest(key) == sealed.box_key]
    file = sender.files[sealed.case_id]
    members = file.members if isinstance(file, JudgedCase) else file.claim.members
    (letter,) = seal_letter(sender.me, told, {recipient.index: key}, len(members))
    return letter
