"""How far a trustee is, in lines for its operator."""

from escrow.ceremony import committee_of
from escrow.manifest import roster_digest
from escrow.messages.codec import Digest, decode
from escrow.messages.deployment import BoxKey, Roster
from escrow.messages.mailbox import LogHead
from escrow.signing import peek
from escrow.trustee.box_keys import newest_key
from escrow.trustee.holds import Holds, Order
from keyservice.audit import Head
from keyservice.config import Config
from keyservice.ports import BOX_RING, CEREMONY, HEADS, HOLDS, OFFICE, ROSTER, Ledger

_MOST_ROWS = 1000


async def describe(config: Config, ledger: Ledger) -> list[str]:
    """What an operator wants to know; no identifiers, no counts of persons."""
    lines = [f"{config.role} trustee: {config.name}"]
    roster = await ledger.load(ROSTER)
    if roster is None:
        return [*lines, "roster: not confirmed"]
    lines.append(f"roster: {roster_digest(roster.payload).hex()}")
    office = await ledger.load(OFFICE)
    if office is None:
        state = await ledger.load(CEREMONY)
        phase = "not begun" if state is None else state.phase
        return [*lines, f"ceremony: {phase}", await _log(ledger)]
    lines.append(f"index: {office.index}")
    lines.append(f"manifest: {office.deployment().digest.hex()}")
    lines.append(await _log(ledger))
    if config.role == "opening":
        lines += await _opening(ledger, decode(roster.payload, Roster))
    return lines


async def _log(ledger: Ledger) -> str:
    return f"log: {(await ledger.head()).text}"


async def _holds(ledger: Ledger) -> list[str]:
    """Every alarm and hold that this trustee knows, and whether it is in force."""
    known = await ledger.load(HOLDS) or Holds()
    return [_order(order) for order in known.orders]


def _order(order: Order) -> str:
    by = f"trustee {order.by}" if order.by.isdecimal() else "a member"
    if order.ended_day is not None:
        state = f"ended on day {order.ended_day}"
    elif order.until_day is None:
        state = "IN FORCE until resumed"
    else:
        state = f"IN FORCE until day {order.until_day}"
    case, day = order.case_id.hex(), order.day
    return f"hold of {case}: by {by}, {order.reason}, since day {day}, {state}"


async def _opening(ledger: Ledger, roster: Roster) -> list[str]:
    ring = await ledger.load(BOX_RING)
    newest = newest_key(ring) if ring else None
    last = "none" if newest is None else f"until day {peek(newest, BoxKey).last_day}"
    waiting = len(await ledger.outbox(_MOST_ROWS))
    lines = [f"box key: {last}", f"outbox: {waiting}", *await _holds(ledger)]
    for index, card in enumerate(committee_of(roster, "opening").trustees, 1):
        heads = await ledger.load(HEADS, index.to_bytes(1, "big"))
        if heads is None:
            continue
        shown = peek((*heads.signed, *heads.conflicts)[-1], LogHead)
        head = Head(shown.size, Digest(shown.head), shown.skipped)
        lacks = f"  lacks {head.skipped} entries" if head.skipped else ""
        fork = "  FORKED: see the log" if heads.conflicts else ""
        lines.append(f"log of {card.name}: {head.text}{lacks}{fork}")
    return lines
