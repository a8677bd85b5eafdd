"""The example of each configuration file is complete, true, and read back."""

import re
import tomllib
import typing

import msgspec
import pytest

import api.__main__
import api.config
import api.registrar.__main__
import api.registrar.config
import keyservice.__main__
import keyservice.config
from api.config import Config, read_config
from api.registrar.config import RegistrarConfig, read_registrar_config
from blind_index.errors import AlongsideError
from keyservice.config import load_config

PROGRAMS = {
    "api": (api.__main__.main, read_config, Config),
    "registrar": (
        api.registrar.__main__.main,
        read_registrar_config,
        RegistrarConfig,
    ),
    "keyservice": (keyservice.__main__.main, load_config, keyservice.config.Config),
}
every_program = pytest.mark.parametrize("name", PROGRAMS)
#: A commented line that would be a setting without its mark.
COMMENTED = re.compile(r"^# (?=\[|[a-z_]+ = )", re.MULTILINE)


def printed(name, capsys):
    assert PROGRAMS[name][0](["example-config"]) == 0
    return capsys.readouterr().out


def structs_in(kind):
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for inner in typing.get_args(kind):
        yield from structs_in(inner)


def rows_of(shown, kind):
    """The tables of a value that are of a kind, by their tag if it has one."""
    rows = shown if isinstance(shown, list) else [shown]
    tag = kind.__struct_config__.tag_field
    return [r for r in rows if not tag or r.get(tag) == kind.__struct_config__.tag]


def missing(table, kind, place=""):
    """Fields of a Struct, and of those in it, that no table of its kind shows."""
    tables = table if isinstance(table, list) else [table]
    for field in msgspec.structs.fields(kind):
        where = f"{place}{field.encode_name}"
        shown = [t[field.encode_name] for t in tables if field.encode_name in t]
        if not shown:
            yield where
        for inner in structs_in(field.type) if shown else ():
            ours = [row for one in shown for row in rows_of(one, inner)]
            if ours:
                yield from missing(ours, inner, f"{where}.")
            else:
                yield f"{where} of the kind {inner.__name__}"


def untrue(table, kind, place=""):
    """Fields that a table shows with another value than their default."""
    for field in msgspec.structs.fields(kind):
        shown = table.get(field.encode_name)
        inside = list(structs_in(field.type))
        if inside and shown is not None:
            for inner in inside:
                for row in rows_of(shown, inner):
                    yield from untrue(row, inner, f"{place}{field.encode_name}.")
        elif shown is not None and not field.required and shown != field.default:
            yield f"{place}{field.encode_name}"


@every_program
def test_an_example_is_read_back(name, tmp_path, capsys):
    path = tmp_path / "example.toml"
    path.write_text(printed(name, capsys))
    assert PROGRAMS[name][1](path)


@every_program
def test_an_example_shows_every_field(name, capsys):
    table = tomllib.loads(COMMENTED.sub("", printed(name, capsys)))
    assert list(missing(table, PROGRAMS[name][2])) == []


@every_program
def test_every_default_that_an_example_shows_is_the_true_one(name, capsys):
    table = tomllib.loads(printed(name, capsys))
    assert list(untrue(table, PROGRAMS[name][2])) == []


def test_a_missing_and_an_untrue_line_would_be_found(capsys):
    text = printed("keyservice", capsys).replace("port = 8201", "port = 1")
    table = tomllib.loads(COMMENTED.sub("", text.replace("window_days = 30", "")))
    assert list(missing(table, keyservice.config.Config)) == ["quota.window_days"]
    assert "listen.port" in untrue(table, keyservice.config.Config)


@every_program
@pytest.mark.parametrize(
    ("slip", "advice"),
    [
        ("dat_dir", "did you mean `data_dir`?"),
        ("zzzzzzzz", "known: "),
    ],
)
def test_a_slip_in_a_key_is_named_with_the_nearest_key(name, slip, advice, tmp_path):
    path = tmp_path / "file.toml"
    path.write_text(f'{slip} = "x"\n')
    with pytest.raises(AlongsideError) as caught:
        PROGRAMS[name][1](path)
    assert f"`{slip}` is not a key" in str(caught.value)
    assert advice in str(caught.value)


def test_a_slip_inside_a_table_is_named_with_its_place(tmp_path):
    path = tmp_path / "file.toml"
    path.write_text("[listen]\nprot = 3\n")
    with pytest.raises(AlongsideError, match=r"`listen.prot` is not a key; .*`port`"):
        load_config(path)
    path.write_text('[[registrars]]\nname = "x"\nurk = "y"\n')
    with pytest.raises(AlongsideError, match=r"`registrars.urk`.*did you mean `url`"):
        read_config(path)
