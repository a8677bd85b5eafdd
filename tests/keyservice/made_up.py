"""What a lying fellow makes up without end, each with a key of its own."""

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow.messages.cases import Consent
from escrow.messages.codec import Digest, Nonce
from escrow.messages.filing import Withdrawal
from escrow.messages.holds import Alarm, Hold
from escrow.messages.recovery import ToldOrder
from escrow.signing import peek, public_key, sign


def _seed(number):
    return SecretBytes(number.to_bytes(32, "big"))


def _case(number):
    return Digest(number.to_bytes(32, "little"))


def answers(world, count):
    """Signed answers of nobody's, in cases that never were."""
    for number in range(1, count + 1):
        consent = Consent(
            case_id=_case(number),
            report_key=public_key(_seed(number)),
            header_digests=(),
            answer="no",
            counter=1,
            last_day=world.day,
        )
        yield sign(_seed(number), Label.CONSENT, consent)


def withdrawals(world, count):
    """Signed withdrawals of reports that never were."""
    for number in range(1, count + 1):
        withdrawal = Withdrawal(
            deployment_id=Nonce(world.deployment.deployment_id),
            report_key=public_key(_seed(number)),
            version=1,
        )
        yield sign(_seed(number), Label.REPORT_WITHDRAWAL, withdrawal)


def alarms(world, count):
    """Alarms in cases that never were, said to cover a report."""
    for number in range(1, count + 1):
        key = public_key(_seed(number))
        alarm = Alarm(case_id=_case(number), report_key=key, day=world.day)
        signed = sign(_seed(number), Label.ALARM, alarm)
        yield ToldOrder(signed=signed, report_keys=(key,))


def orders(world, liar, count):
    """The liar's own holds of cases that never were."""
    for number in range(1, count + 1):
        hold = Hold(
            deployment_id=Nonce(world.deployment.deployment_id),
            index=liar,
            case_id=_case(number),
            held=1,
            reason="doubt",
            number=number,
            day=world.day,
        )
        seed = world.dealt.identity_seeds["opening"][liar - 1]
        yield ToldOrder(signed=sign(seed, Label.HOLD, hold), report_keys=())


def key_of(signed):
    """Whose report a withdrawal is about."""
    return peek(signed, Withdrawal).report_key
