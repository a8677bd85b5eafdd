"""`python -m api roster`: from enrolment cards to the roster's bytes."""

import base64
import binascii
from argparse import Namespace
from pathlib import Path

from api.config import Config
from api.key_files import REGISTRAR_SEED, read_key, read_keys
from blind_index.errors import InputError, ProtocolError
from blind_index.randomness import SYSTEM, Randomness
from escrow.messages.codec import Nonce, PublicKey, Signed, decode, encode
from escrow.messages.deployment import RegistrarEntry, StretchSettings, TrusteeCard
from escrow.server.roster import Numbers, ServerKeys, Site, build_roster, read_card
from escrow.signing import public_key


def make_roster(
    config: Config, options: Namespace, *, randomness: Randomness = SYSTEM
) -> bytes:
    """The roster that every trustee will confirm.

    Args:
        config: Of the server that will serve it.
        options: Of the command line.
        randomness: Draws the deployment's id, 16 bytes.

    Raises:
        InputError: A card that does not hold; no registrar.
        InvalidManifest: Numbers that could not protect anybody.
    """
    keys = read_keys(config.keys)
    site = Site(
        deployment_id=Nonce(randomness(16)),
        origin=config.origin,
        registrars=registrar_entries(config),
        registrar_inline=config.registrar is not None,
    )
    stretch = StretchSettings(
        memory_kib=options.stretch_memory_kib, passes=options.stretch_passes
    )
    numbers = Numbers(
        needed={
            "index": options.index_threshold,
            "opening": options.opening_threshold,
        },
        levels=tuple(options.levels),
        smallest_group=options.smallest_group,
        stretch=stretch,
        demo=options.demo,
    )
    cards = [read_card_file(Path(name)) for name in options.cards]
    own = ServerKeys(token_key=keys.token_public_key, notice_key=keys.notice_key)
    return encode(build_roster(cards, site, numbers, own))


def read_card_file(path: Path) -> TrusteeCard:
    """A trustee's card, from the file that its `init` or `card` printed.

    Raises:
        InputError: Not a card, or not signed by its own key.
    """
    try:
        return read_card(decode(path.read_bytes().strip(), Signed))
    except (OSError, ProtocolError) as error:
        reason = f"is not an enrolment card: {type(error).__name__}"
        raise InputError(path.name, reason) from None


def registrar_entries(config: Config) -> tuple[RegistrarEntry, ...]:
    """Every registrar that the manifest will list.

    Raises:
        InputError: None at all, or a key that is not one.
    """
    entries = [
        RegistrarEntry(
            name=other.name,
            url=other.url,
            key=_registrar_key(other.key),
            counting_levels=other.counting_levels,
        )
        for other in config.registrars
    ]
    if config.registrar is not None:
        seed = read_key(config.keys / REGISTRAR_SEED)
        entries.append(
            RegistrarEntry(
                name=config.registrar.name,
                url=config.origin,
                key=public_key(seed),
                counting_levels=(config.registrar.level,),
            )
        )
    if not entries:
        raise InputError("registrars", "at least one registrar is needed")
    return tuple(entries)


def _registrar_key(text: str) -> PublicKey:
    try:
        data = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if len(data) != PublicKey.size:
        raise InputError("registrars", "a key is 32 bytes in unpadded base64url")
    return PublicKey(data)
