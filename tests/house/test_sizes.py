"""HOUSE: a function stops at 40 lines, a module at 300."""

from tests.house.sources import functions, is_docstring, shipped_modules

LONGEST_FUNCTION = 40
LONGEST_MODULE = 300


def lines_of_code(function) -> int:
    """Lines from `def` to the end, the docstring not counted."""
    total = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if is_docstring(first):
        total -= first.end_lineno - first.lineno + 1
    return total


def too_long_functions(text):
    return [f.name for f in functions(text) if lines_of_code(f) > LONGEST_FUNCTION]


def test_a_function_of_41_lines_is_found():
    body = "    pass\n"
    assert too_long_functions("def f():\n" + body * 40) == ["f"]
    assert too_long_functions("def f():\n" + body * 39) == []


def test_a_docstring_is_not_counted():
    docstring = '    """What.\n' + "\n" * 50 + '    """\n'
    assert too_long_functions("def f():\n" + docstring + "    pass\n") == []


def test_no_function_is_too_long():
    found = [
        f"{path}: {name}"
        for path, text in shipped_modules()
        # A migration is a record of what was done, not something to read in one go.
        if "/migrations/" not in path
        for name in too_long_functions(text)
    ]
    assert found == []


def test_no_module_is_too_long():
    found = [
        f"{path}: {len(text.splitlines())} lines"
        for path, text in shipped_modules()
        if len(text.splitlines()) > LONGEST_MODULE
    ]
    assert found == []
