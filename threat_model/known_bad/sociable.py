"""Trustees that are generous with witnesses, holds and notes."""

from msgspec.structs import replace

from api.handlers.nudging import seal_notice
from api.sender import _readable
from escrow.messages.holds import Hold
from escrow.note import PLANTS
from escrow.signing import peek
from escrow.trustee import holds, invitation

_receive_hold = holds.receive_hold


def everybody_invites(_bench, case):
    """`invitation.inviting` for whom every member who stands has met already."""
    return list(range(len(case.members) - 1))


def both_ways(bench, case):
    """`invitation.witness_pairs` that also gives her the members who invite her."""
    pairs = invitation.witness_pairs(bench, case)
    return [*pairs, *((reader, giver) for giver, reader in pairs)]


def honoured_from_the_last(trustee, known, file, notice, day):
    """`holds.receive_hold` whose days count from a fellow's latest hold."""
    by = str(peek(notice.hold, Hold).index)
    others = tuple(order for order in known.orders if order.by != by)
    return _receive_hold(trustee, replace(known, orders=others), file, notice, day)


def read_unsigned(signed, kind, _label, _key, **culprit):
    """`signing.open_signed` that does not verify."""
    return peek(signed, kind, **culprit)


async def send_then_erase(sender, desk, taken):
    """`Sender._send` as most would write it: what was sent is erased."""
    part = _readable(desk, taken)
    message = sender._written(part)

    async def go_on():
        return True

    await sender.mailer.hand_over(part.address, message, go_on)
    async with desk.transaction() as records:
        await records.notices.hand_over(taken)


def tell_what_happened(desk, part, due):
    """`nudging.seal_notice` of a service whose note differs when there is news."""
    other = next(plant for plant in PLANTS if plant != part.plant)
    return seal_notice(desk, replace(part, plant=other), due)
