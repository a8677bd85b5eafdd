import subprocess
import sys
from pathlib import Path

import pytest

from blind_index import libsodium
from blind_index.errors import InvalidElement

IMPORT = "from blind_index import libsodium; print(libsodium.lib_path)"
ROOT = Path(__file__).parents[2]
VALID = bytes.fromhex(
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"
)
INVALID = bytes([1]) + bytes(31)


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT],
        cwd=ROOT,
        env={"TMPDIR": str(folder), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )


def test_importing_leaves_no_file_even_when_processes_start_together(tmp_path):
    processes = [start(tmp_path) for _ in range(4)]
    outputs = [process.communicate(timeout=60)[0].decode() for process in processes]
    assert all(process.returncode == 0 for process in processes)
    # The library did pass through this folder, or the test would prove nothing.
    assert all(output.startswith(str(tmp_path)) for output in outputs)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("function", [libsodium.ELEMENT_ADD, libsodium.ELEMENT_SUB])
def test_an_invalid_addend_is_refused_on_either_side(function):
    for pair in ((INVALID, VALID), (VALID, INVALID)):
        with pytest.raises(InvalidElement):
            libsodium.run(function, *pair)


def test_multiplying_an_invalid_element_is_refused():
    with pytest.raises(InvalidElement):
        libsodium.run(libsodium.MULTIPLY, bytes([2]) + bytes(31), INVALID)
