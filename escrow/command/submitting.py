"""Bring a version to the trustees, whatever was interrupted or lost (§F9, §F13)."""

from blind_index.randomness import SYSTEM
from escrow.client.filing import seal_version
from escrow.client.registration import check_current
from escrow.client.vault import SavedReport
from escrow.client.versions import settled
from escrow.command.net import Unreachable
from escrow.command.receipts import Base, Filed, next_base, wait_until_held
from escrow.command.registering import drop_token, next_token
from escrow.command.survivor import Survivor
from escrow.errors import ConflictingReport, InvalidToken
from escrow.messages.cases import ReportStatus

_MOST_TOKENS = 6
# The first is refused where trustees hold a newer version, the second follows theirs.
_MOST_ROUNDS = 3


def bring(survivor: Survivor, label: str) -> Filed:
    """Send what the API does not have, until t' trustees hold it (§F13).

    Raises:
        Unreachable: They do not hold it yet.
    """
    for _ in range(_MOST_ROUNDS):
        base = next_base(survivor.place, survivor.report(label))
        if base is not None:
            _submit(survivor, base)
        filed = wait_until_held(survivor.place, survivor.report(label))
        if filed.enough:
            survivor.keep(settled(survivor.report(label)))
            return filed
    raise Unreachable("the trustees hold another version; try again")


def replace_version(survivor: Survivor, wanted: SavedReport) -> None:
    """Send a changed report as the successor of what the server has."""
    if wanted.version == 0:
        survivor.keep(wanted)
        return
    base = next_base(survivor.place, wanted)
    _submit(survivor, Base(wanted, paid=False) if base is None else base)


def _submit(survivor: Survivor, base: Base) -> None:
    """Seal what follows `base`, keep it in the vault, send it."""
    for _ in range(_MOST_TOKENS):
        try:
            _submit_once(survivor, base)
        except InvalidToken:
            # Spent in an earlier life of this client, on a report that was taken.
            drop_token(survivor)
            continue
        return
    raise InvalidToken("no token of the vault is accepted", culprit="api")


def _submit_once(survivor: Survivor, base: Base) -> None:
    place = survivor.place
    check_current(place.deployment, survivor.registration, day=place.day)
    token = next_token(survivor) if base.paid else None
    sent, submission = seal_version(
        place.deployment,
        survivor.registration,
        base.report,
        place.box_keys(),
        token,
        randomness=SYSTEM,
    )
    # Before it is sent: were it taken and forgotten here, nobody could change or
    # erase it.
    survivor.keep(sent)
    try:
        place.http.post(place.url("reports"), submission, ReportStatus)
    except ConflictingReport as error:
        raise Unreachable("the entry changed meanwhile; try again") from error
    if token is not None:
        drop_token(survivor)
