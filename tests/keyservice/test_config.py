"""The configuration file: what it may say."""

import re

import pytest

from keyservice import config as room
from keyservice.config import UnusableConfig, load_config

LEAST = """
role = "index"
name = "One"
url = "https://one.example.org"
data_dir = "one"
api_url = "https://alongside.example.org/"
"""


def load(tmp_path, text):
    path = tmp_path / "trustee.toml"
    path.write_text(text)
    return load_config(path)


def test_what_is_left_out_has_a_safe_default(tmp_path):
    config = load(tmp_path, LEAST)
    assert config.listen.loopback
    assert config.quota.evaluations == 512
    assert config.key_file is None
    assert config.api_url == "https://alongside.example.org"


def test_paths_are_relative_to_the_file(tmp_path):
    config = load(tmp_path, LEAST + 'key_file = "keys/one.key"\n')
    assert config.data_dir == tmp_path / "one"
    assert config.key_file == tmp_path / "keys" / "one.key"


def test_the_example_in_the_documentation_loads(tmp_path):
    example = room.__doc__.split("::", 1)[1]
    config = load(tmp_path, re.sub(r"^    ", "", example, flags=re.MULTILINE))
    assert config.role == "opening"
    assert config.caps.index_entries_per_day == 50_000


@pytest.mark.parametrize(
    "change",
    [
        ("role", 'role = "both"'),
        ("name", "name = 7"),
        ("api_url", 'api_url = "http://alongside.example.org"'),
        ("api_url", 'api_url = "http://127.0.0.1.example.org"'),
        ("api_url", 'api_url = "http://127.0.0.1:80@example.org"'),
        ("api_url", 'api_url = "ftp://127.0.0.1"'),
        ("name", 'name = "One"\ncolour = "red"'),
        ("name", 'name = "One" ='),
        ("data_dir", ""),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, change):
    key, line = change
    text = re.sub(rf"^{key} = .*$", line, LEAST, flags=re.MULTILINE)
    with pytest.raises(UnusableConfig):
        load(tmp_path, text)


@pytest.mark.parametrize(
    "listen",
    [
        'host = "0.0.0.0"',
        'host = "::"',
        'certificate = "tls.pem"',
        'host = "0.0.0.0"\ncertificate_key = "tls.key"',
    ],
)
def test_listening_to_the_world_needs_a_whole_certificate(tmp_path, listen):
    with pytest.raises(UnusableConfig, match="certificate"):
        load(tmp_path, f"{LEAST}[listen]\n{listen}\n")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_plain_http_is_for_this_machine(tmp_path, host):
    url = f'api_url = "http://{host}"'
    text = re.sub(r"^api_url = .*$", url, LEAST, flags=re.MULTILINE)
    assert load(tmp_path, text).api_url == f"http://{host}"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnusableConfig, match=r"nowhere\.toml"):
        load_config(tmp_path / "nowhere.toml")
