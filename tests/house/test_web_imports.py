"""HOUSE: js/protocol is pure, and no page writes HTML from strings."""

import json
import posixpath
import re
from collections.abc import Iterator

from tests.house.sources import ROOT

WEB = ROOT / "api" / "web"
IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")
IMPURE = re.compile(
    r"\b(fetch|document|window|localStorage|sessionStorage|indexedDB"
    r"|XMLHttpRequest|WebSocket|Date\.now|Math\.random)\b"
)
HTML_FROM_STRINGS = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b"
)


def scripts(folder: str) -> Iterator[tuple[str, str]]:
    """Path from js/ and text without comments of every script below a folder."""
    for path in sorted((WEB / "js" / folder).rglob("*.js")):
        yield path.relative_to(WEB / "js").as_posix(), code(path.read_text("utf-8"))


def code(text):
    """A script without its comments (a comment may name what code may not)."""
    return re.sub(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", "", text, flags=re.DOTALL)


def strays(path, text, packages):
    """Imports of a protocol script that leave js/protocol and the packages."""
    found = []
    for target in IMPORT.findall(text):
        if target.startswith("."):
            place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            if not place.startswith("protocol/"):
                found.append(target)
        elif not any(target == p or target.startswith(p + "/") for p in packages):
            found.append(target)
    return found


def declared_packages():
    package = WEB / "package.json"
    if not package.exists():
        return set()
    return set(json.loads(package.read_text("utf-8")).get("dependencies", {}))


def test_an_import_that_leaves_protocol_is_found():
    text = (
        'import { a } from "./labels.js";\n'
        'import { b } from "../net/api.js";\n'
        'import c from "any-ascii";\n'
        'import fs from "node:fs";\n'
    )
    found = strays("protocol/matchKeys.js", text, {"any-ascii"})
    assert found == ["../net/api.js", "node:fs"]


def test_impure_code_is_found_and_comments_are_not():
    assert IMPURE.search(code("const x = Date.now();"))
    assert not IMPURE.search(code("/* not window */ // nor fetch\nconst x = 1;"))


def test_protocol_scripts_import_protocol_and_declared_packages():
    packages = declared_packages()
    found = [
        f"{path}: {target}"
        for path, text in scripts("protocol")
        for target in strays(path, text, packages)
    ]
    assert found == []


def test_protocol_scripts_touch_no_page_network_clock_or_chance():
    found = [
        f"{path}: {match[0]}"
        for path, text in scripts("protocol")
        for match in IMPURE.finditer(text)
    ]
    assert found == []


def test_no_script_makes_html_from_strings():
    found = [
        f"{path}: {match[0]}"
        for path, text in scripts("")
        for match in HTML_FROM_STRINGS.finditer(text)
    ]
    assert found == []
