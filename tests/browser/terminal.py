"""People at the command line's client, beside those at their browsers."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from blind_index.identifiers import Identifier
from escrow.client.words import generate_words, read_words, vault_keys
from escrow.command.clock import today
from escrow.command.filing import Draft, begin
from escrow.command.net import Http
from escrow.command.place import Place, find_deployment
from escrow.command.progress import Silent
from escrow.command.registering import verify
from escrow.command.survivor import Survivor
from escrow.command.word_list import word_list
from escrow.messages.filing import ContactCard, NudgePart
from escrow.messages.registration import VerificationRequest
from escrow.note import NO_NOTE


@contextmanager
def terminal(server: str) -> Iterator[Place]:
    """The same deployment, as the command line meets it."""
    with closing(Http()) as http:
        deployment = find_deployment(http, server, None)
        yield Place(server, http, deployment, today(), Silent())


def new_words() -> str:
    """Seven words of nobody yet."""
    return " ".join(generate_words(word_list()))


def opened(place: Place, words: str) -> Survivor:
    """Whoever has these words, with her vault open."""
    survivor = Survivor(place, vault_keys(read_words(words, word_list())))
    survivor.open()
    return survivor


def begun(
    place: Place,
    words: str,
    name: str,
    *,
    names: str = "",
    letters: NudgePart = NO_NOTE,
) -> Survivor:
    """Somebody verified, with an entry of five years that was not sent yet.

    Args:
        place: The deployment.
        words: Hers, of nobody before.
        name: Hers.
        names: The e-mail address of whom she names; somebody of her own if empty.
        letters: Where regular letters go.
    """
    survivor = opened(place, words)
    email = f"{name}@example.org"
    request = VerificationRequest(
        provider="demo", name=f"{name} Ends", email=email, phone="", country="US"
    )
    verify(survivor, request, lambda *_: ())
    named = Identifier(kind="email", value=names or f"rex.{name}@example.net")
    draft = Draft(
        label="1",
        identifiers=(named,),
        country="US",
        match_threshold=3,
        card=ContactCard(name=name, email=email),
        nudge=NO_NOTE,
        letters=letters,
    )
    begin(survivor, draft)
    return survivor
