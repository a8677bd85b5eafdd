"""What an operator of a registrar says besides `run`: backup, restore, examples."""

import argparse
import time
from functools import partial
from pathlib import Path

import api.registrar.config
from api.registrar import backup
from api.registrar.config import RegistrarConfig
from escrow.operation import backup_options
from escrow.operation.archive import Manifest
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
            "write an encrypted backup, also while the registrar runs",
            backup_options.add_backup_options,
        ),
        (
            "restore",
            restore,
            "verify a backup, or unpack it into an empty folder",
            backup_options.add_restore_options,
        ),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument(
            "--config", required=True, type=Path, help="the registrar's TOML file"
        )
        command.set_defaults(command=function)
        more(command)


def run_doctor(config: RegistrarConfig, options: argparse.Namespace) -> int:
    """Check host and surroundings; 1 if anything fails."""
    # What only a doctor needs is loaded for a doctor alone.
    from api.registrar import doctor  # noqa: PLC0415
    from escrow.operation import network_checks  # noqa: PLC0415

    day = int(time.time()) // 86_400  # noqa: TID251 - the day of the checks
    with network_checks.client() as asked:
        findings = run_checks(doctor.checks(config, asked, day))
    return show(findings, as_json=options.json)


def show_example(_options: argparse.Namespace) -> None:
    """Print the documented configuration."""
    backup_options.say(example_of(api.registrar.config.__doc__).rstrip("\n"))


def make_backup(config: RegistrarConfig, options: argparse.Namespace) -> None:
    """Write a backup."""
    holdings = backup.holdings(Path(config.data_dir), config.database)
    backup_options.run_backup(options, holdings)


def restore(config: RegistrarConfig, options: argparse.Namespace) -> None:
    """Verify or unpack a backup.

    Who was verified after it is forgotten and could be counted twice: nothing in
    the backup can tell, so the operator is told.
    """

    def look(folder: Path, _manifest: Manifest) -> list[str]:
        return backup.look_into_registrar(folder)

    put_back = partial(backup.put_back, config.database)
    backup_options.run_restore(options, backup.KIND, look, put_back)
    backup_options.say("persons verified after this backup are unknown to it")
