"""O18: a no that the API keeps back while it shows all the receipts that it has."""

from msgspec.structs import replace

from escrow.client.answers import heard_by
from escrow.messages.cases import AnswerReceipts
from escrow.messages.mailbox import ConsentNotice
from tests.world.world import asked, connected
from threat_model.known_bad import credulous_client

NAMES = ("ana", "bea", "cleo")


def every_receipt(world):
    """All that trustees ever signed of answers, in this world and another group's."""
    others = connected(*NAMES, group=2)
    return tuple(
        signed
        for place in (world, others)
        for case in place.server.cases.values()
        for signed in case.heard.values()
    )


def scene():
    """Ana and bea said yes; what trustees signed of it is in the API's hands."""
    world = asked(*NAMES)
    world.consent_all("ana", "bea")
    assert heard_by(
        world.deployment,
        world.survivors["ana"].reports["first"],
        world.survivors["ana"].views("first")[0],
    )
    return world


def says_no_to(world, reached):
    """Ana's no comes to so many trustees; the API answers with what it likes.

    Returns:
        Whether she is told that it is finished, and whether her card is given away.
    """
    ana, shown = world.survivors["ana"], every_receipt(world)
    take_in = world.server.consent

    def dishonest(signed):
        take_in(signed)
        for index, queue in world.server.queues.items():
            if index > reached:
                queue[:] = [w for w in queue if not isinstance(w, ConsentNotice)]
        world.settle()
        seen = [
            one for case in world.server.cases.values() for one in case.heard.values()
        ]
        forged = [
            replace(one, signature=other.signature)
            for one in seen
            for other in shown[:1]
        ]
        return AnswerReceipts(receipts=(*seen, *shown, *forged))

    world.server.consent = dishonest
    world.consent("ana", "no")
    finished = not ana.unheard("first")
    world.server.consent = take_in
    world.consent_all("cleo")
    return finished, "ana" in world.contacts("cleo")


def try_kept_back(trial, part, reaching):
    """Won where she is told that it is finished, and is given away all the same."""
    won = 0
    for reached in reaching:
        finished, given_away = says_no_to(scene(), reached)
        won += finished and given_away
    trial.tell(won, len(reaching), {"answers kept back": len(reaching)}, part=part)


def test_attack_other_words(trial):
    try_kept_back(trial, "other receipts", (0, 1))


def test_control_other_words(trial):
    with trial.without("a receipt names its answer", credulous_client.any_receipt):
        try_kept_back(trial, "other receipts", (0, 1))


def test_attack_too_few(trial):
    try_kept_back(trial, "too few", (0, 1, 2, 3))


def test_control_too_few(trial):
    with trial.without("too few are left", credulous_client.somebody_heard):
        try_kept_back(trial, "too few", (0, 1, 2, 3))
