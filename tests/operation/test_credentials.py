"""A key file that systemd hands over is found, and nobody else's is let through."""

import pytest

from escrow.operation.host_checks import private_files
from keyservice.config import UnusableConfig, load_config
from keyservice.sealed_key import make_secrets, open_secrets, read_key_file
from tests.keyservice.committees import never, write_config


@pytest.fixture
def config(tmp_path):
    path = write_config(tmp_path, "opening", 1)
    text = path.read_text().replace('"opening-1.key"', '"credential:trustee.key"')
    path.write_text(text)
    return path


def test_a_credential_is_read_from_where_systemd_puts_it(config, tmp_path, monkeypatch):
    given = tmp_path / "credentials"
    given.mkdir()
    key = given / "trustee.key"
    key.write_bytes(bytes(range(32)))
    # As on a file system with access lists: the mask shows as the group's bit.
    key.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    loaded = load_config(config)
    assert loaded.key_file == key
    made = make_secrets(loaded, never)
    assert open_secrets(loaded, never).identity_seed == made.identity_seed
    assert [one.state for one in private_files([key])] == ["OK"]
    key.chmod(0o444)
    with pytest.raises(UnusableConfig, match="open to others"):
        read_key_file(key)


def test_elsewhere_the_groups_right_to_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    key = tmp_path / "trustee.key"
    key.write_bytes(bytes(32))
    key.chmod(0o440)
    with pytest.raises(UnusableConfig, match="open to others"):
        read_key_file(key)


def test_without_a_credential_only_what_needs_the_key_is_refused(config, monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    loaded = load_config(config)
    with pytest.raises(UnusableConfig, match="not-handed-over"):
        read_key_file(loaded.key_file)
