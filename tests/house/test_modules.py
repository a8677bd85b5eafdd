"""HOUSE: what a module may be called, and what it may not hold."""

import ast
from pathlib import PurePosixPath

from tests.house.sources import functions, is_docstring, shipped_modules

SHAPELESS = {"base", "common", "helpers", "manager", "misc", "util", "utils"}
MOST_PARAMETERS = 6


def code_in_init(text):
    """Line numbers of statements that neither import nor re-export."""
    return [
        node.lineno
        for node in ast.parse(text).body
        if not (
            is_docstring(node)
            or isinstance(node, ast.Import | ast.ImportFrom)
            or (
                isinstance(node, ast.Assign)
                and ast.unparse(node.targets[0]) == "__all__"
            )
        )
    ]


def asserts(text):
    return [n.lineno for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Assert)]


def parameters(function) -> int:
    """How many parameters a caller may fill: `self` and `cls` are not."""
    arguments = function.args
    names = [
        a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    ]
    return len([name for name in names if name not in {"self", "cls"}])


def mutable_constants(text):
    """Names bound at module level to a display of a list, dict or set."""
    return [
        ast.unparse(node.target if isinstance(node, ast.AnnAssign) else node.targets[0])
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.List | ast.Dict | ast.Set)
    ]


def findings(rule):
    return [
        f"{path}: {found}" for path, text in shipped_modules() for found in rule(text)
    ]


def test_code_in_an_init_is_found():
    assert code_in_init('"""X."""\n__all__ = ["a"]\nx = 1\n') == [3]
    assert code_in_init('"""X."""\nfrom a import b\n__all__ = ["b"]\n') == []


def test_an_init_holds_no_code():
    found = [
        f"{path}:{line}"
        for path, text in shipped_modules()
        if path.endswith("/__init__.py")
        for line in code_in_init(text)
    ]
    assert found == []


def test_an_assert_is_found():
    assert asserts("def f(x):\n    assert x\n") == [2]


def test_shipped_code_does_not_assert():
    assert findings(asserts) == []


def test_mutable_constants_are_found():
    assert mutable_constants("x: dict[str, int] = {}\ny = (1,)\nz = [1]\n") == [
        "x",
        "z",
    ]


def test_nothing_mutable_stands_at_module_level():
    found = [f for f in findings(mutable_constants) if not f.endswith(": __all__")]
    assert found == []


def test_a_function_takes_at_most_six_parameters():
    def crowded(text):
        return [f.name for f in functions(text) if parameters(f) > MOST_PARAMETERS]

    assert crowded("def f(a, b, c, d, e, *, f, g): pass\n") == ["f"]
    assert findings(crowded) == []


def test_no_module_has_a_shapeless_name():
    found = [
        path
        for path, _ in shipped_modules()
        if SHAPELESS & set(PurePosixPath(path).with_suffix("").parts)
    ]
    assert found == []
