import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given, settings
from hypothesis import strategies as st

from blind_index.errors import MisuseError
from blind_index.labels import Label
from blind_index.secret import SecretBytes
from blind_index.stretch import StretchParameters, stretch, stretch_secret
from blind_index.transcript import digest
from tests.vectors import load_public, load_standard

CHEAP = StretchParameters(memory_kib=64, passes=1)


def reference(secret: bytes, salt: bytes, cost: StretchParameters, length: int):
    return Argon2id(
        salt=salt,
        length=length,
        iterations=cost.passes,
        lanes=1,
        memory_cost=cost.memory_kib,
    ).derive(secret)


def test_the_reference_implementation_meets_rfc_9106_section_5_3():
    # The vector has four lanes, a secret and associated data, which this project
    # never uses: it vouches for the implementation that ours is compared with.
    vector = load_standard("rfc9106_argon2id")
    found = Argon2id(
        salt=bytes.fromhex(vector["salt"]),
        length=32,
        iterations=vector["passes"],
        lanes=vector["lanes"],
        memory_cost=vector["memory_kib"],
        ad=bytes.fromhex(vector["associated_data"]),
        secret=bytes.fromhex(vector["secret"]),
    ).derive(bytes.fromhex(vector["password"]))
    assert found.hex() == vector["tag"]


@settings(max_examples=30)
@given(
    st.binary(max_size=80),
    st.binary(min_size=16, max_size=16),
    st.integers(8, 200),
    st.integers(1, 4),
    st.integers(4, 80),
)
def test_stretching_equals_the_reference(secret, salt, memory_kib, passes, length):
    cost = StretchParameters(memory_kib, passes)
    found = stretch_secret(SecretBytes(secret), salt, cost, length)
    assert found.reveal() == reference(secret, salt, cost, length)


def test_the_library_beneath_meets_the_public_one_lane_hashes():
    for case in load_public("rfc9106_argon2id")["tests"]:
        if case["p"] == 1 and case["m_kib"] <= 65536:
            found = hash_secret_raw(
                bytes.fromhex(case["password"]),
                bytes.fromhex(case["salt"]),
                time_cost=case["t"],
                memory_cost=case["m_kib"],
                parallelism=1,
                hash_len=case["tag_len"],
                type=Type.ID,
            )
            assert found.hex() == case["tag"]


def test_an_output_is_stretched_to_64_bytes_with_the_deployments_salt():
    output = SecretBytes(bytes(range(64)))
    salt = digest(Label.STRETCH_SALT, b"deployment")[:16]
    found = stretch(output, b"deployment", CHEAP)
    assert found.reveal() == reference(output.reveal(), salt, CHEAP, 64)


def test_the_result_depends_on_output_deployment_and_cost():
    found = {
        stretch(SecretBytes(output), deployment, cost).reveal()
        for output in (b"a" * 64, b"b" * 64)
        for deployment in (b"one", b"two")
        for cost in (CHEAP, StretchParameters(128, 1), StretchParameters(64, 2))
    }
    assert len(found) == 12


@pytest.mark.parametrize("length", [0, 8, 15, 17])
def test_a_salt_of_another_length_is_misuse(length):
    with pytest.raises(MisuseError):
        stretch_secret(SecretBytes(b"x"), bytes(length), CHEAP)


@pytest.mark.parametrize(("memory_kib", "passes"), [(7, 1), (0, 1), (8, 0), (8, -1)])
def test_parameters_that_argon2_does_not_know_are_misuse(memory_kib, passes):
    with pytest.raises(MisuseError):
        StretchParameters(memory_kib, passes)


def test_the_least_parameters_give_a_key_of_32_bytes():
    least = StretchParameters(memory_kib=8, passes=1)
    assert len(stretch_secret(SecretBytes(b"x"), bytes(16), least)) == 32
