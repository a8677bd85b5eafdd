"""How an entry stands, in words at a terminal."""

from escrow.client.filing import ends_soon, has_ended
from escrow.client.following import has_shrunk
from escrow.client.vault import SavedReport
from escrow.client.withdrawal import is_gone, is_proven
from escrow.command import answering, following, withdrawing
from escrow.command.answering import Heard
from escrow.command.clock import month_text
from escrow.command.survivor import Survivor
from escrow.command.withdrawing import Progress, Withdrawal
from escrow.errors import NotFound

_ASKED = (
    "Nobody has been given your name. Answer with `alongside consent yes`, `later` "
    "or `no`"
)


def standing_text(survivor: Survivor, report: SavedReport) -> str:
    """One line; the same whether nobody else or almost enough named the person."""
    gone = is_gone(survivor.place.deployment, report)
    if report.withdrawn and (gone or not has_ended(report, survivor.place.day)):
        return withdrawal_text(withdrawing.go_on(survivor, report.label))
    if has_ended(report, survivor.place.day):
        return f"its time was over with {month_text(report.expiry_month)}; it is erased"
    answering.go_on(survivor, report.label)
    try:
        standing = following.look(survivor, report.label)
    except NotFound:
        return _missing(report)
    return _found(survivor, standing)


def unheard_text(heard: Heard) -> str:
    """An answer other than yes that too few trustees signed for (§C10)."""
    return (
        f"your last answer is not finished: {heard.count}. If you said yes before, "
        "trustees that lack it may still introduce you. `alongside status` sends it "
        "again"
    )


def _missing(report: SavedReport) -> str:
    """What is told of an entry that the server does not have."""
    if report.stored is not None:
        return (
            "the server has lost this entry, so it stands nowhere now: "
            f"`alongside change --report {report.label}` sends it again"
        )
    return "a draft; run the same command again to finish it"


def _found(survivor: Survivor, standing: following.Standing) -> str:
    report = standing.report
    if is_proven(survivor.place.deployment, report, standing.status.erasures):
        # Her vault is an older one: what trustees signed says more.
        return withdrawal_text(withdrawing.remember(survivor, report.label))
    told = _note(standing) if report.witness else _group(survivor, standing)
    unfinished = answering.unfinished(survivor, report.label)
    if unfinished:
        told = f"{unheard_text(unfinished)}; {told}"
    if ends_soon(report, survivor.place.day):
        told += (
            f"; it is erased after {month_text(report.expiry_month)}: "
            "`alongside change --keep-years 5` keeps it longer"
        )
    return told


def withdrawal_text(withdrawal: Withdrawal) -> str:
    """How far an entry is taken back, and by whose word."""
    match withdrawal.progress:
        case Progress.NOTHING_HELD:
            total = withdrawal.all_trustees
            return f"taken back; nobody held anything of it: 0 of {total} trustees"
        case Progress.GONE:
            later = "; the others erase it when they are back"
            rest = "" if withdrawal.everywhere else later
            return f"taken back; {withdrawal.count}{rest}"
        case Progress.UNFINISHED:
            why = f" ({withdrawal.trouble})" if withdrawal.trouble else ""
            return (
                f"being taken back, not finished: {withdrawal.count}{why}. It may "
                "still stand. `alongside status` and `alongside withdraw` go on with it"
            )


def _note(standing: following.Standing) -> str:
    """How the note of a witness stands."""
    if standing.given_away:
        return "those who invited you can see the contact that you gave"
    if standing.unanswered:
        return f"a group that met asks whether you would talk to them. {_ASKED}"
    if standing.cases:
        return "your answer is kept"
    kept = month_text(standing.report.expiry_month)
    return f"a witness's note, waiting; kept until {kept}"


def _group(survivor: Survivor, standing: following.Standing) -> str:
    heard = following.heard(survivor, standing)
    alarm = f"; {len(heard)} trustees heard your alarm" if heard else ""
    left = "; somebody who saw or heard something left a note: `alongside invite`"
    answers = _answers(standing) + _had(survivor, standing)
    return answers + alarm + (left if standing.open_notes else "")


def _had(survivor: Survivor, standing: following.Standing) -> str:
    """How many trustees have her yes, while she waits for others."""
    if not standing.asked or standing.unanswered:
        return ""
    heard = answering.heard(survivor, standing.report.label, standing.asked)
    return f"; {heard.count}"


def _answers(standing: following.Standing) -> str:
    """How her groups stand."""
    if not standing.cases:
        return _waiting(standing.report)
    if any(view.connected for view in standing.cases):
        return "others said yes too: `alongside connect` shows them"
    if standing.unanswered:
        return f"enough people have named the same person. {_ASKED}"
    if standing.asked:
        return "waiting for answers"
    refused = any(view.settled and view.answer == "yes" for view in standing.cases)
    why = "not everyone wanted to, nothing was shown; " if refused else ""
    return f"{why}waiting again"


def _waiting(report: SavedReport) -> str:
    kept = month_text(report.expiry_month)
    waits = f"for a group of {report.match_threshold}; kept until {kept}"
    if has_shrunk(report, ()):
        return f"the number changed, nothing was shown; waiting again, {waits}"
    return f"waiting, {waits}"
