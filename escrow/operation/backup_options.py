"""The commands `backup-key`, `backup` and `restore`, alike for every program."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from escrow.operation.backup import (
    Declare,
    Holdings,
    Look,
    check,
    make_backup,
    make_backup_key,
    read_backup_key,
    read_recipient,
    restore,
)


def add_key_options(parser: ArgumentParser) -> None:
    """Options of `backup-key`."""
    parser.add_argument(
        "--out", type=Path, required=True, help="the private key's file"
    )


def add_backup_options(parser: ArgumentParser) -> None:
    """Options of `backup`, besides --config."""
    add = parser.add_argument
    add("--to", type=Path, required=True, help="the public key of `backup-key`")
    add("--out", type=Path, required=True, help="where to write the backup")


def add_restore_options(parser: ArgumentParser) -> None:
    """Options of `restore`, besides --config."""
    add = parser.add_argument
    add("backup", type=Path, metavar="FILE", help="the backup")
    add("--key", type=Path, required=True, help="the private key of `backup-key`")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--check", action="store_true", help="verify it, restore nothing")
    how.add_argument("--into", type=Path, metavar="DIR", help="an empty folder")


def run_key(options: Namespace) -> None:
    """`backup-key`: make the pair; the private half belongs elsewhere."""
    public = make_backup_key(options.out)
    say(f"private key: {options.out} (keep it away from the servers, twice)")
    say(f"public key: {public} (give it to `backup --to`)")


def run_backup(options: Namespace, holdings: Holdings) -> None:
    """`backup`: write it, and say what is in it and what is not."""
    manifest = make_backup(holdings, read_recipient(options.to), options.out)
    for entry in manifest.entries:
        say(f"{entry.name}: {entry.size} bytes")
    say(f"not in it: {manifest.lacks}")
    say(f"backup: {options.out}")


def run_restore(options: Namespace, kind: str, look: Look, declare: Declare) -> None:
    """`restore`: verify, or unpack and mark what was unpacked as restored.

    Args:
        options: Of the command line.
        kind: The program.
        look: Looks into an unpacked backup.
        declare: Marks the unpacked files as a restored backup's.

    Raises:
        UnusableBackup: It does not hold, or the folder is not empty.
    """
    seed = read_backup_key(options.key)
    if options.check:
        for line in check(options.backup, kind, seed, look):
            say(line)
        say("the backup holds")
        return
    manifest = restore(options.backup, kind, seed, options.into, declare)
    say(f"restored: {len(manifest.entries)} files in {options.into}")
    say(f"not in it: {manifest.lacks}")
    say("name that folder as data_dir, then run: it catches up before it answers")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
