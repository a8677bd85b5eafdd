"""Published test vectors: the project's own files, and larger suites if present."""

import json
from pathlib import Path
from typing import Any

import pytest

_STANDARDS = Path(__file__).parent / "blind_index" / "standards"
_PUBLIC = Path(__file__).parents[1].parent / "shared" / "vectors"


def load_standard(name: str) -> Any:
    """Vectors of a standard that the project carries itself."""
    return json.loads((_STANDARDS / f"{name}.json").read_text(encoding="utf-8"))


def load_public(name: str) -> Any:
    """A larger public suite from a folder beside the checkout; skips without it."""
    path = _PUBLIC / f"{name}.json"
    if not path.exists():
        pytest.skip(f"public vectors {name} are not beside the checkout")
    return json.loads(path.read_text(encoding="utf-8"))
