"""A registrar that comes back from a backup knows whom it knew, and nobody else."""

import re
import shutil
import subprocess
import sys

import pytest

from blind_index.secret import SecretBytes
from escrow.client import registration
from escrow.command.clock import today
from escrow.credential import check_index_credential
from escrow.messages.codec import Signed
from tests.registrar_place import PLAN, registrar_place
from tests.world.dealt import deal_deployment

PROGRAM = (sys.executable, "-m", "escrow.command.main", "registrar")
SECONDS = 120
pytestmark = pytest.mark.usefixtures("dump_programs")


def say(place, command, *words, status=0):
    ended = subprocess.run(
        [*PROGRAM, command, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=place.folder,
    )
    assert ended.returncode == status, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def pseudonym(place, who):
    """Verify somebody; the pseudonym under which she counts."""
    started = place.start_check("demo", f"{who} Example", f"{who}@example.org")
    place.finish(started)
    seed = SecretBytes(who.encode().rjust(32, b"\0"))
    asked = registration.ask_index_credential(started.verification, seed)
    signed = place.call("index-credentials", asked, Signed)
    place.close(started)
    deployment = deal_deployment(PLAN).deployment
    return check_index_credential(deployment, signed, today()).pseudonym


def put_back(place, new_database):
    """As after a loss: keys fetched back, another database, the backup restored."""
    file = place.folder / "registrar.toml"
    fresh = place.folder / "restored"
    text = re.sub(
        r'(?m)^database = ".*"$', f'database = "{new_database()}"', file.read_text()
    )
    file.write_text(text)
    said = say(
        *(place, "restore", "--config", file, "--key", "backup.key", "backup"),
        *("--into", fresh),
    )
    shutil.copytree(place.folder / "keys", fresh / "keys")
    file.write_text(re.sub(r'(?m)^data_dir = ".*"$', f'data_dir = "{fresh}"', text))
    return said, fresh


def test_whom_it_knew_before_the_backup_it_knows_again(tmp_path, new_database):
    with registrar_place(tmp_path, "", new_database) as place:
        config = ("--config", tmp_path / "registrar.toml")
        ana = pseudonym(place, "ana")
        assert pseudonym(place, "ana") == ana
        say(place, "backup-key", "--out", "backup.key")
        made = say(
            *(place, "backup", *config, "--to", "backup.key.pub", "--out", "backup")
        )
        assert "not in it: the key files" in made
        bea = pseudonym(place, "bea")
        place.registrar.kill()
        checked = say(
            *(place, "restore", *config, "--key", "backup.key", "backup", "--check")
        )
        assert "persons: 1" in checked
        said, fresh = put_back(place, new_database)
        assert "persons verified after this backup are unknown" in said
        assert not list(fresh.glob("*.pgdump"))
        place.start()
        assert pseudonym(place, "ana") == ana
        assert pseudonym(place, "bea") != bea
        assert place.pending() == 0
