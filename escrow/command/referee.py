"""`alongside referee`: check a person face to face, and give her a voucher."""

import argparse
import base64
import os
from pathlib import Path
from typing import Final

from blind_index.errors import InputError
from blind_index.randomness import SYSTEM
from blind_index.secret import SecretBytes
from escrow.command.clock import day_text
from escrow.command.net import Http, check_url
from escrow.command.session import add_server_options, find_place, prompt, tell
from escrow.messages.codec import Nonce
from escrow.registrar.identity import Identity
from escrow.registrar.voucher import make_voucher
from escrow.signing import public_key

_SEED_BYTES: Final = 32
_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands of a referee."""
    text = "for people who check others face to face: a key, and vouchers"
    parser = subparsers.add_parser("referee", help=text, description=text)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    init = commands.add_parser("init", help="make your key; print its public half")
    init.set_defaults(run=run_init)
    voucher = commands.add_parser("voucher", help="make a voucher for one person")
    add_server_options(voucher)
    for field, words in (
        ("name", "her name, as on her papers"),
        ("email", "her own e-mail address"),
        ("phone", "her own phone number"),
        ("country", "two letters, for a phone without a code"),
    ):
        voucher.add_argument(f"--{field}", metavar="TEXT", help=words)
    voucher.add_argument(
        "--days",
        type=int,
        default=30,
        help="how long it is good (default: %(default)s)",
    )
    voucher.set_defaults(run=run_voucher)
    for command in (init, voucher):
        command.add_argument(
            "--key-file", required=True, type=Path, metavar="FILE", help="your key"
        )


def run_init(options: argparse.Namespace) -> int:
    """Make a key file; an existing one is left as it is."""
    if not options.key_file.exists():
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(options.key_file, flags, _OWNER_ONLY), "wb") as file:
            file.write(SYSTEM(_SEED_BYTES))
    key = public_key(_read_seed(options.key_file))
    print(f"key: {base64.urlsafe_b64encode(key).rstrip(b'=').decode()}")
    tell("Give this line to the registrar's operator, by a way you both trust.")
    return 0


def _read_seed(path: Path) -> SecretBytes:
    try:
        open_to_others = path.stat().st_mode & _OTHERS
        data = path.read_bytes()
    except OSError:
        raise InputError(
            "key-file", "cannot be read", "`alongside referee init` makes one."
        ) from None
    if open_to_others or len(data) != _SEED_BYTES:
        raise InputError("key-file", "is damaged, or may be read by others")
    return SecretBytes(data)


def run_voucher(options: argparse.Namespace) -> int:
    """Seal what you verified, hand it in, and print the code for the person."""
    seed = _read_seed(options.key_file)
    identity = Identity(
        name=options.name or prompt("Her name, as on her papers"),
        email=options.email or "",
        phone=options.phone or "",
        country=options.country or "",
    )
    with Http() as http:
        place = find_place(options, http)
        last_day = place.day + options.days
        deployment_id = Nonce(place.deployment.deployment_id)
        made = make_voucher(deployment_id, seed, identity, last_day)
        registrar = place.deployment.roster.registrars[0]
        url = f"{check_url(registrar.url)}/v1/registrar/vouchers"
        http.tell(url, made.signed, who="registrar")
    print(made.code)
    tell(
        f"For her alone, good until {day_text(last_day)}. Write it down and hand it "
        "over; nobody can show it again."
    )
    return 0
