"""What an operator of the server says besides `run`: backup, restore, examples."""

import argparse
import time
from functools import partial
from pathlib import Path

import api.config
from api import backup
from api.config import Config
from escrow.operation import backup_options
from escrow.operation.config_files import example_of
from escrow.operation.doctor import add_doctor_options, run_checks, show


def add_parsers(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the commands; each sets `command`, or `plain` where no file is needed."""
    example = commands.add_parser("example-config", help="print a commented TOML file")
    example.set_defaults(plain=show_example)
    key = commands.add_parser("backup-key", help="make the key pair of backups")
    backup_options.add_key_options(key)
    key.set_defaults(plain=backup_options.run_key)
    for name, function, words, more in (
        ("doctor", run_doctor, "check host and surroundings", add_doctor_options),
        (
            "backup",
            make_backup,
            "write an encrypted backup, also while the server runs",
            backup_options.add_backup_options,
        ),
        (
            "restore",
            restore,
            "verify a backup, or unpack it into an empty folder",
            backup_options.add_restore_options,
        ),
        ("restored", declare_restored, "say that data_dir came from a copy", None),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument(
            "--config", required=True, type=Path, help="the server's TOML file"
        )
        command.set_defaults(command=function)
        if more is not None:
            more(command)


def run_doctor(config: Config, options: argparse.Namespace) -> int:
    """Check host and surroundings; 1 if anything fails."""
    # What only a doctor needs is loaded for a doctor alone.
    from api import doctor  # noqa: PLC0415
    from escrow.operation import network_checks  # noqa: PLC0415

    day = int(time.time()) // 86_400  # noqa: TID251 - the day of the checks
    with network_checks.client() as asked:
        findings = run_checks(doctor.checks(config, asked, day))
    return show(findings, as_json=options.json)


def show_example(_options: argparse.Namespace) -> None:
    """Print the documented configuration."""
    backup_options.say(example_of(api.config.__doc__).rstrip("\n"))


def make_backup(config: Config, options: argparse.Namespace) -> None:
    """Write a backup."""
    backup_options.run_backup(options, backup.holdings(config))


def restore(config: Config, options: argparse.Namespace) -> None:
    """Verify or unpack a backup."""
    look = partial(backup.look_into, config)
    declare = partial(backup.declare, config)
    backup_options.run_restore(options, backup.KIND, look, declare)


def declare_restored(config: Config, _options: argparse.Namespace) -> None:
    """Mark the data directory as one that came from a copy made by other means."""
    backup.declare_database(config.database)
    backup_options.say("restored: the server catches up before it serves anybody")
