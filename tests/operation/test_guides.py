"""The guides and units say only what exists: commands, options, keys, files."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

import api.__main__
import api.registrar.__main__
import keyservice.__main__
from api.config import Config
from escrow.command.main import build_parser
from escrow.operation import backup
from escrow.operation.config_files import unknown_keys
from keyservice.config import Config as TrusteeConfig
from tests.house.sources import ROOT
from tests.operation.api_process import ApiProcess

GUIDES = {
    "api": ROOT / "api/OPERATING.md",
    "keyservice": ROOT / "keyservice/OPERATING.md",
}
PARSERS = {
    "api": api.__main__._parser,
    "keyservice": keyservice.__main__._parser,
    "registrar": api.registrar.__main__._parser,
}
FENCE = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`]+)`", re.DOTALL)
PROGRAM = re.compile(r"(?:/opt/alongside/bin/)?alongside (?:api|keyservice|registrar) ")
RUNNING = ("api", "api@", "registrar", "trustee")
UNITS = sorted([*ROOT.glob("*/systemd/*.service"), *ROOT.glob("*/systemd/*.timer")])


def commands(text):
    """Every command of the program in a guide or unit, as words."""
    shell = text.replace("\\\n", " ")
    shell = re.sub(r"(?m)^( *)trustee (?=[a-z])", r"\1alongside keyservice ", shell)
    pieces = [
        line
        for kind, body in FENCE.findall(shell)
        if kind == "sh"
        for line in body.splitlines()
    ]
    inline = [" ".join(piece.split()) for piece in INLINE.findall(FENCE.sub("", text))]
    pieces += [re.sub(r"^trustee ", "alongside keyservice ", piece) for piece in inline]
    for piece in pieces:
        found = re.search(r"(?:^ *|-- )alongside (\S.*?)(?: > .*|  +#.*)?$", piece)
        if found:
            yield shlex.split(found.group(1))


def check(words):
    """Refuse a command that the programs' own parsers do not take."""
    program, *rest = words
    if program in {"doctor", "health"}:
        if program == "health":
            build_parser().parse_args(words)
            return
        program, rest = "api", ["doctor", *rest]
    if rest[0] in {"backup", "status"} and len(rest) == 1:
        return  # Named in a sentence.
    if rest[0] == "confirm":
        rest = [word.replace("DIGEST", "00" * 32) for word in rest]
    sample = {"SIZE:HASH": f"1:{'00' * 32}", "N": "1"}
    rest = [sample.get(word, word) for word in rest]
    PARSERS[program]().parse_args(rest)


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_in_a_guide_is_taken_by_its_parser(name):
    found = list(commands(GUIDES[name].read_text("utf-8")))
    assert len(found) > 8
    for words in found:
        if "$@" in words:
            continue
        check(words)


def test_a_command_or_option_that_does_not_exist_would_be_found(capsys):
    for line in ("api bakcup --config x", "api backup --config x --to y --oout z"):
        (words,) = commands(f"```sh\nalongside {line}\n```\n")
        with pytest.raises(SystemExit):
            check(words)
    capsys.readouterr()


@pytest.mark.parametrize(
    ("name", "kind"), [("api", Config), ("keyservice", TrusteeConfig)]
)
def test_every_key_in_a_guide_exists(name, kind):
    blocks = [
        b for k, b in FENCE.findall(GUIDES[name].read_text("utf-8")) if k == "toml"
    ]
    assert blocks
    for block in blocks:
        assert list(unknown_keys(tomllib.loads(block), [kind])) == []
        assert issubclass(kind, msgspec.Struct)


@pytest.mark.parametrize("name", GUIDES)
def test_every_file_of_the_tree_that_a_guide_names_exists(name):
    text = GUIDES[name].read_text("utf-8")
    for path in re.findall(
        r"`((?:api|escrow|keyservice|threat_model)/[\w./*-]+)`", text
    ):
        assert list(ROOT.glob(path)), path
    for unit in re.findall(r"alongside-[a-z-]+@?\d*\.(?:service|timer)", text):
        found = re.sub(r"@\d+", "@", unit)
        assert found in {path.name for path in UNITS}, unit


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_command_in_a_unit_is_taken_by_its_parser(path):
    for line in path.read_text("utf-8").splitlines():
        found = PROGRAM.search(line) if line.startswith("Exec") else None
        if found:
            # A template's instance is its port.
            command = line[found.start() :].rstrip("'").replace("%i", "8701")
            check(shlex.split(command)[1:])


@pytest.mark.parametrize(
    "path", [p for p in UNITS if p.suffix == ".service"], ids=lambda path: path.name
)
def test_every_unit_is_locked_down(path):
    lines = set(path.read_text("utf-8").splitlines())
    assert {
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "MemoryDenyWriteExecute=yes",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "CapabilityBoundingSet=",
        "LimitCORE=0",
        "UMask=0077",
    } <= lines
    assert not any(line.startswith("User=root") for line in lines)
    if path.name in {f"alongside-{name}.service" for name in RUNNING}:
        assert {"Restart=on-failure", "TimeoutStopSec=20"} <= lines


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_guide_says_where_every_file_that_a_unit_needs_comes_from(path):
    guide = GUIDES[path.relative_to(ROOT).parts[0]].read_text("utf-8")
    for needed in re.findall(r"/(?:etc|opt)/[\w./-]+\w", path.read_text("utf-8")):
        assert needed in guide, needed


@pytest.mark.parametrize("name", GUIDES)
def test_what_a_guide_lays_down_may_be_read_by_the_service(name):
    blocks = [b for k, b in FENCE.findall(GUIDES[name].read_text("utf-8")) if k == "sh"]
    lines = [line for block in blocks for line in block.splitlines()]
    laid = [line for line in lines if re.match(r" *install -m .* /(etc|var)/", line)]
    assert any("/backup.pub" in line for line in laid)
    assert all(re.search(r" -o alongside-| -m 644 ", line) for line in laid)
    assert not [line for line in lines if re.match(r" *cp .* /(etc/a|var)", line)]


def dropin():
    """The lines that make the trustee's unit ask for a passphrase."""
    blocks = FENCE.findall(GUIDES["keyservice"].read_text("utf-8"))
    (found,) = (body for kind, body in blocks if kind == "ini")
    return [line.strip() for line in found.splitlines()]


def test_only_root_asks_for_a_passphrase_and_the_service_removes_the_line():
    """systemd-ask-password writes to a folder of root's, and fails in a sandbox."""
    lines = dropin()
    (asking,) = (line for line in lines if "systemd-ask-password" in line)
    assert asking.startswith("ExecStartPre=+")
    (running,) = (line for line in lines if "keyservice run" in line)
    place = "/run/alongside-trustee/line"
    assert asking.count(place) == 2
    assert running.startswith("ExecStart=/bin")
    assert f"exec < {place}; rm {place}; exec " in running
    check(shlex.split(running.rpartition("exec ")[2].rstrip("'"))[1:])
    # Somebody types; systemd would give up after a minute and a half.
    assert {"RuntimeDirectoryMode=0700", "TimeoutStartSec=infinity"} <= set(lines)


def analysed(*units):
    """What systemd says of units, by their paths."""
    return subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True,
        text=True,
        check=False,
    ).stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_every_unit(tmp_path):
    folder = tmp_path / "units"
    folder.mkdir()
    for path in UNITS:
        # The program is not installed where units say; anything executable will do.
        text = path.read_text("utf-8").replace(
            "/opt/alongside/bin/alongside", "/bin/true"
        )
        text = text.replace("Documentation=file:///opt/alongside/OPERATING.md\n", "")
        (folder / path.name).write_text(text)
    units = sorted(str(path) for path in folder.iterdir())
    added = folder / "alongside-trustee.service.d" / "override.conf"
    added.parent.mkdir()
    added.write_text("\n".join(dropin()))
    assert [line for line in analysed(*units).splitlines() if str(folder) in line] == []
    added.write_text("[Service]\nRuntimeDirektory=x\n")
    assert "RuntimeDirektory" in analysed(str(folder / "alongside-trustee.service"))
    broken = folder / "broken.service"
    broken.write_text("[Service]\nExecStart=/bin/true\nProtectSysten=strict\n")
    assert "ProtectSysten" in analysed(str(broken))


def test_the_nightly_backup_runs_as_its_unit_says(tmp_path):
    text = (ROOT / "api/systemd/alongside-api-backup.service").read_text("utf-8")
    begun = [line for line in text.splitlines() if line.startswith("ExecStart")]
    for old, new in (
        ("/opt/alongside/bin/alongside", f"{sys.executable} -m escrow.command.main"),
        ("/var/lib/alongside-api", str(tmp_path / "data")),
        ("/etc/alongside-api", str(tmp_path)),
        ("%%", "%"),
    ):
        begun = [line.replace(old, new) for line in begun]
    api = ApiProcess(tmp_path)
    assert backup.make_backup_key(tmp_path / "backup").name == "backup.pub"
    for _ in range(2):  # The second time a file of that weekday is there.
        for line in begun:
            subprocess.run(shlex.split(line.partition("=")[2]), check=True, cwd=ROOT)
    (made,) = (tmp_path / "data" / "backups").iterdir()
    assert backup.read_header(made).kind == "api"
    assert api.database.exists()


def test_guides_and_units_are_packaged():
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = packages["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    for path in (*GUIDES.values(), *UNITS):
        assert path.relative_to(ROOT).parts[0] in wheel


def test_the_readme_leads_to_the_guides():
    text = Path(ROOT / "README.md").read_text("utf-8")
    assert "api/OPERATING.md" in text
    assert "keyservice/OPERATING.md" in text
