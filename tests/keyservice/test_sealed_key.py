"""The trustee's secrets at rest."""

import pytest
from msgspec.structs import replace

from blind_index.secret import SecretBytes
from blind_index.stretch import StretchParameters
from escrow.messages.codec import Blob, decode, encode
from keyservice.config import UnusableConfig, load_config
from keyservice.sealed_key import (
    SealedFile,
    make_secrets,
    open_secrets,
    read_key_file,
    secrets_path,
)
from tests.keyservice.committees import never, write_config

CHEAP = StretchParameters(64, 1)


def words(text="a long enough passphrase"):
    return lambda: SecretBytes(text.encode())


@pytest.fixture
def by_key_file(tmp_path):
    return load_config(write_config(tmp_path, "opening", 1))


@pytest.fixture
def by_passphrase(by_key_file):
    return replace(by_key_file, key_file=None)


def test_what_was_sealed_opens_with_the_key_file(by_key_file):
    made = make_secrets(by_key_file, never)
    assert open_secrets(by_key_file, never) == made


def test_what_was_sealed_opens_with_the_passphrase(by_passphrase):
    made = make_secrets(by_passphrase, words(), CHEAP)
    assert open_secrets(by_passphrase, words()) == made


def test_a_wrong_passphrase_is_refused(by_passphrase):
    make_secrets(by_passphrase, words(), CHEAP)
    with pytest.raises(UnusableConfig, match="wrong passphrase"):
        open_secrets(by_passphrase, words("another passphrase"))


def test_another_key_file_is_refused(by_key_file):
    make_secrets(by_key_file, never)
    by_key_file.key_file.write_bytes(bytes(32))
    with pytest.raises(UnusableConfig, match="does not open"):
        open_secrets(by_key_file, never)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_key_file_open_to_others_is_refused(by_key_file, mode):
    make_secrets(by_key_file, never)
    by_key_file.key_file.chmod(mode)
    with pytest.raises(UnusableConfig, match="chmod 600"):
        open_secrets(by_key_file, never)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_file_of_another_length_is_refused(tmp_path, size):
    path = tmp_path / "key"
    path.write_bytes(bytes(size))
    path.chmod(0o600)
    with pytest.raises(UnusableConfig, match="32 bytes"):
        read_key_file(path)


def test_the_files_are_for_their_owner_alone(by_key_file):
    make_secrets(by_key_file, never)
    for path in (secrets_path(by_key_file), by_key_file.key_file):
        assert path.stat().st_mode & 0o777 == 0o600


def test_an_altered_file_is_refused(by_key_file):
    make_secrets(by_key_file, never)
    path = secrets_path(by_key_file)
    sealed = decode(path.read_bytes(), SealedFile)
    for place in range(0, len(sealed.ciphertext), 7):
        altered = bytearray(sealed.ciphertext)
        altered[place] ^= 1
        path.write_bytes(encode(replace(sealed, ciphertext=Blob(altered))))
        with pytest.raises(UnusableConfig, match="does not open"):
            open_secrets(by_key_file, never)


@pytest.mark.parametrize(
    "change", [{"memory_kib": 1 << 40}, {"memory_kib": 0}, {"passes": 1 << 20}]
)
def test_absurd_parameters_are_refused_before_they_are_tried(by_passphrase, change):
    make_secrets(by_passphrase, words(), CHEAP)
    path = secrets_path(by_passphrase)
    sealed = decode(path.read_bytes(), SealedFile)
    path.write_bytes(encode(replace(sealed, **change)))
    with pytest.raises(UnusableConfig):
        open_secrets(by_passphrase, never)


def test_cheaper_parameters_do_not_open_the_file(by_passphrase):
    make_secrets(by_passphrase, words(), StretchParameters(128, 1))
    path = secrets_path(by_passphrase)
    sealed = decode(path.read_bytes(), SealedFile)
    path.write_bytes(encode(replace(sealed, memory_kib=64)))
    with pytest.raises(UnusableConfig, match="does not open"):
        open_secrets(by_passphrase, words())


def test_rubbish_is_no_file_of_secrets(by_key_file):
    make_secrets(by_key_file, never)
    secrets_path(by_key_file).write_bytes(b"{}")
    with pytest.raises(UnusableConfig, match="not a file"):
        open_secrets(by_key_file, never)


def test_secrets_are_never_replaced(by_key_file):
    make_secrets(by_key_file, never)
    before = secrets_path(by_key_file).read_bytes()
    with pytest.raises(UnusableConfig, match="already"):
        make_secrets(by_key_file, never)
    assert secrets_path(by_key_file).read_bytes() == before


def test_a_trustee_without_secrets_is_told_to_make_them(by_key_file):
    with pytest.raises(UnusableConfig, match="init"):
        open_secrets(by_key_file, never)


def test_a_file_sealed_by_key_file_says_so_when_none_is_configured(by_key_file):
    make_secrets(by_key_file, never)
    with pytest.raises(UnusableConfig, match="key file"):
        open_secrets(replace(by_key_file, key_file=None), never)
