"""What a trustee's operator says besides `run`: backup, restore, examples."""

import argparse
from functools import partial
from pathlib import Path

import keyservice.config
from escrow.operation import backup_options
from escrow.operation.archive import Manifest
from escrow.operation.config_files import example_of
from escrow.operation.doctor import add_doctor_options, run_checks, show
from keyservice import backup
from keyservice.config import Config
from keyservice.passphrase import ask_passphrase, head_of_text
from keyservice.premises import today

_REMEMBERED = "a head that a fellow trustee or you noted (may be repeated)"


def add_parsers(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands; each sets `command`, or `plain` where no file is needed."""
    example = commands.add_parser("example-config", help="print a commented TOML file")
    example.set_defaults(plain=show_example)
    key = commands.add_parser("backup-key", help="make the key pair of backups")
    backup_options.add_key_options(key)
    key.set_defaults(plain=backup_options.run_key)
    for name, function, text, more in (
        ("doctor", run_doctor, "check host and surroundings", add_doctor_options),
        (
            "backup",
            make_backup,
            "write an encrypted backup, also while it runs",
            backup_options.add_backup_options,
        ),
        (
            "restore",
            restore,
            "verify a backup, or unpack it into an empty folder",
            _add_restore_options,
        ),
        (
            "restored",
            declare_restored,
            "say that data_dir came from a copy",
            _add_enough,
        ),
    ):
        sub = commands.add_parser(name, help=text, description=text.capitalize() + ".")
        sub.add_argument(
            "--config", type=Path, required=True, help="the trustee's TOML file"
        )
        sub.set_defaults(command=function)
        more(sub)


def _add_enough(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--enough",
        type=int,
        default=0,
        metavar="FELLOWS",
        help="catch up from fewer fellows, because others are lost for good",
    )


def _add_restore_options(parser: argparse.ArgumentParser) -> None:
    backup_options.add_restore_options(parser)
    _add_enough(parser)
    parser.add_argument(
        "--remembered",
        metavar="SIZE:HASH",
        action="append",
        default=[],
        type=head_of_text,
        help=_REMEMBERED,
    )


def run_doctor(options: argparse.Namespace, config: Config) -> int:
    """Check host and surroundings; 1 if anything fails."""
    # What only a doctor needs is loaded for a doctor alone.
    from escrow.operation import network_checks  # noqa: PLC0415
    from keyservice import doctor  # noqa: PLC0415

    with network_checks.client() as asked:
        findings = run_checks(doctor.checks(config, asked, today()))
    return show(findings, as_json=options.json)


def show_example(_options: argparse.Namespace) -> None:
    """Print the documented configuration."""
    backup_options.say(example_of(keyservice.config.__doc__).rstrip("\n"))


def make_backup(options: argparse.Namespace, config: Config) -> int:
    """Write a backup."""
    backup_options.run_backup(options, backup.holdings(config))
    return 0


def restore(options: argparse.Namespace, config: Config) -> int:
    """Verify or unpack a backup."""

    def look(folder: Path, manifest: Manifest) -> list[str]:
        backup.check_kind(config, manifest)
        remembered = options.remembered
        return list(backup.look_into(config, ask_passphrase, remembered, folder))

    declare = partial(backup.declare, config, ask_passphrase, enough=options.enough)
    backup_options.run_restore(options, backup.KIND, look, declare)
    return 0


def declare_restored(options: argparse.Namespace, config: Config) -> int:
    """Mark the data directory as one that came from a copy made by other means."""
    backup.declare(config, ask_passphrase, config.data_dir, options.enough)
    backup_options.say("restored: the trustee catches up before it answers")
    return 0
