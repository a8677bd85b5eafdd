"""A vault is written with its key, forward only."""

import base64

import pytest
from msgspec.structs import replace

from blind_index.labels import Label
from blind_index.secret import SecretBytes
from escrow import aead
from escrow.messages.codec import Blob, Digest
from escrow.messages.vault import Vault, VaultWrite
from escrow.padding import VAULT_BYTES
from escrow.server.vaults import vault_id_of
from escrow.signing import public_key, sign
from tests.api.running import ApiFault

SEED = SecretBytes(bytes(31) + b"v")
SIZE = VAULT_BYTES + aead.OVERHEAD_BYTES
GOOD = VaultWrite(
    vault_id=vault_id_of(public_key(SEED)),
    key=public_key(SEED),
    counter=1,
    ciphertext=Blob(b"a" * SIZE),
)


def write(world, message, seed=SEED):
    world.server.call("PUT", "/v1/vaults", sign(seed, Label.VAULT_WRITE, message))


def read(world):
    text = base64.urlsafe_b64encode(GOOD.vault_id).rstrip(b"=").decode()
    return world.server.call("GET", f"/v1/vaults/{text}", None, Vault)


def refused(world, message, seed=SEED):
    with pytest.raises(ApiFault) as fault:
        write(world, message, seed)
    return fault.value.status, fault.value.kind


def test_a_vault_is_read_as_it_was_written(world):
    with pytest.raises(ApiFault):
        read(world)
    write(world, GOOD)
    write(world, GOOD)
    assert read(world).ciphertext == GOOD.ciphertext
    newer = replace(GOOD, counter=7, ciphertext=Blob(b"b" * SIZE))
    write(world, newer)
    assert (read(world).counter, read(world).ciphertext) == (7, newer.ciphertext)


def test_an_older_or_another_write_of_the_same_counter_is_refused(world):
    write(world, replace(GOOD, counter=5))
    conflict = (409, "conflicting-report")
    assert refused(world, replace(GOOD, counter=4)) == conflict
    other = replace(GOOD, counter=5, ciphertext=Blob(b"c" * SIZE))
    assert refused(world, other) == conflict


def test_a_write_by_another_key_is_refused(quiet_world):
    other = SecretBytes(bytes(31) + b"w")
    assert refused(quiet_world, GOOD, other) == (403, "invalid-signature")
    stolen = replace(GOOD, key=public_key(other))
    assert refused(quiet_world, stolen, other) == (404, "not-found")
    elsewhere = replace(GOOD, vault_id=Digest(bytes(32)))
    assert refused(quiet_world, elsewhere) == (404, "not-found")


@pytest.mark.parametrize("counter", [0, -1, 2**53, 2**70])
def test_a_counter_out_of_range_is_refused(quiet_world, counter):
    message = replace(GOOD, counter=counter)
    assert refused(quiet_world, message) == (400, "malformed-message")


@pytest.mark.parametrize("size", [0, SIZE - 1, SIZE + 1])
def test_a_vault_of_another_size_is_refused(quiet_world, size):
    message = replace(GOOD, ciphertext=Blob(bytes(size)))
    assert refused(quiet_world, message) == (400, "malformed-message")
