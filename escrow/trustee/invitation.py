"""Members who met invite a witness; she answers (§B5).

Nothing of her moves before a member whom this trustee introduced in the group's
own case invites her, and nothing of a member ever goes to her.
"""

from msgspec.structs import replace

from blind_index.secret import SecretBytes
from escrow.messages.codec import Blob
from escrow.trustee.answers import saying_yes
from escrow.trustee.bench import Bench
from escrow.trustee.boxes import HeldReport
from escrow.trustee.case_files import JudgedCase
from escrow.trustee.context import Event, Step
from escrow.trustee.nudging import NudgePlace, nudge_letter


def inviting(bench: Bench, case: JudgedCase) -> list[int]:
    """Members who invite the witness and were introduced in the group's case.

    Places are the same in both cases: the witness comes after the group.
    """
    group, invitable = bench.group, case.invitable
    if not group or not invitable or group.case_id != invitable.group_case_id:
        return []
    met = {place for pair in group.released for place in pair}
    yes = saying_yes(case, bench.held, bench.day)
    return [place for place in yes if place in met and place != _witness(case)]


def witness_pairs(bench: Bench, case: JudgedCase) -> list[tuple[int, int]]:
    """Her to each member who invites her, once she said yes; never the reverse."""
    witness = _witness(case)
    if witness not in saying_yes(case, bench.held, bench.day):
        return []
    return [(witness, reader) for reader in inviting(bench, case)]


def invite(bench: Bench, case: JudgedCase) -> Step[JudgedCase]:
    """Have one neutral notice sent to her, once a member who met invites her.

    Once more, if that is owed to a server that lost it.
    """
    witness, invitable = case.members[-1], case.invitable
    held = bench.held.get(witness.report_key)
    if invitable is None or invitable.nudge_key is None or not inviting(bench, case):
        return Step(case)
    if invitable.invited_day and not invitable.owed:
        return Step(case)
    if not isinstance(held, HeldReport) or held.header_digest != witness.header_digest:
        return Step(case)
    place = NudgePlace(case.case_id, _witness(case), witness.header_digest)
    key = SecretBytes(bytes(invitable.nudge_key))
    kind = "invited again" if invitable.invited_day else "invited"
    event = Event(kind=kind, subject=Blob(case.case_id), detail="the witness")
    invited_day = invitable.invited_day or bench.day
    given = replace(invitable, invited_day=invited_day, owed=0)
    state = replace(case, invitable=given)
    return Step(state, (nudge_letter(bench, place, held, key),), (event,))


def _witness(case: JudgedCase) -> int:
    return len(case.members) - 1
