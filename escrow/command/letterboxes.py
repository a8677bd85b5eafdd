"""Bring a letterbox to the API; every step may be interrupted (§N3)."""

from msgspec.structs import replace

from escrow.client.letterbox import wish_letters, write_letterbox
from escrow.client.vault import SavedLetterbox
from escrow.command.net import Unreachable
from escrow.command.registering import drop_token, next_token
from escrow.command.survivor import Survivor
from escrow.errors import ConflictingReport, InvalidToken
from escrow.messages.codec import Signed
from escrow.messages.filing import NudgePart, Token
from escrow.messages.letterbox import LetterboxSubmission
from escrow.note import NO_NOTE

_MOST_TOKENS = 6


def wish(survivor: Survivor, label: str, letters: NudgePart) -> None:
    """Keep in the vault where regular letters are to go; `settle` brings it there.

    Raises:
        InputError: A wish that no note could meet.
    """
    report = survivor.report(label)
    wanted = wish_letters(report.letterbox, letters)
    survivor.keep(replace(report, letterbox=wanted))


def settle(survivor: Survivor, label: str) -> None:
    """Let the API's letterbox say what the vault's says; may be called again.

    Raises:
        Unreachable: The API did not answer in time, or has something newer.
        InvalidToken: No token of the vault is accepted.
    """
    box = survivor.report(label).letterbox
    if box is None or box.written:
        return
    if box.counter == 0 and box.part == NO_NOTE:
        _keep(survivor, label, None)
        return
    _write(survivor, label, box)


def close(survivor: Survivor, label: str) -> None:
    """Empty the letterbox of a report that is taken back."""
    wish(survivor, label, NO_NOTE)
    settle(survivor, label)


def _write(survivor: Survivor, label: str, box: SavedLetterbox) -> None:
    # A box that was written to before may be there, and then costs nothing.
    paid = box.counter == 0
    for _ in range(_MOST_TOKENS):
        token = next_token(survivor) if paid else None
        try:
            _write_once(survivor, label, token)
        except InvalidToken:
            # Spent in an earlier life of this client, or one is needed after all.
            if token is not None:
                drop_token(survivor)
            elif box.part == NO_NOTE:
                # It never arrived: there is nothing to empty.
                _keep(survivor, label, None)
                return
            paid = True
            continue
        return
    raise InvalidToken("no token of the vault is accepted", culprit="api")


def _write_once(survivor: Survivor, label: str, token: Token | None) -> None:
    place, report = survivor.place, survivor.report(label)
    if report.letterbox is None:
        return
    raised, request = write_letterbox(
        place.deployment, report.letterbox, report.expiry_month
    )
    # Before it is sent: no counter is used twice.
    _keep(survivor, label, raised)
    _send(survivor, request, token)
    _keep(survivor, label, replace(raised, written=True))
    if token is not None:
        drop_token(survivor)


def _send(survivor: Survivor, request: Signed, token: Token | None) -> None:
    place = survivor.place
    submission = LetterboxSubmission(write=request, token=token)
    try:
        place.http.tell(place.url("letterboxes"), submission, method="PUT")
    except ConflictingReport as error:
        raise Unreachable("the letterbox changed meanwhile; try again") from error


def _keep(survivor: Survivor, label: str, box: SavedLetterbox | None) -> None:
    survivor.keep(replace(survivor.report(label), letterbox=box))
