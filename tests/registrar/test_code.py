"""Codes: eight fair digits, a keyed mark, any script when typed."""

import pytest

from blind_index.secret import SecretBytes
from escrow.messages.codec import Nonce
from escrow.registrar.code import code_mark, new_code, read_code, shown_code
from tests.world.stream import stream

KEY = SecretBytes(bytes(32))
CHECK = Nonce(bytes(16))


def test_a_code_has_eight_digits_and_no_value_is_likelier():
    draw = stream("codes")
    found = [new_code(randomness=draw) for _ in range(2000)]
    assert {len(code) for code in found} == {8}
    assert len(set(found)) > 1990
    for place in range(8):
        assert {code[place] for code in found} == set("0123456789")


def test_a_draw_beyond_the_fair_range_is_drawn_again():
    draws = [b"\xff" * 8, (7).to_bytes(8, "big")]
    assert new_code(randomness=lambda _: draws.pop(0)) == "00000007"
    assert draws == []


@pytest.mark.parametrize(
    "typed",
    [
        "1234 5678",
        "12345678",
        " 1234-5678 ",
        "١٢٣٤ ٥٦٧٨",
        "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
    ],
)
def test_a_code_may_be_typed_in_any_script(typed):
    assert read_code(typed) == "12345678"


def test_a_code_is_shown_in_two_groups():
    assert shown_code("12345678") == "1234 5678"


def test_a_mark_is_of_one_key_one_check_one_channel_and_one_code():
    mark = code_mark(KEY, CHECK, "email", "12345678")
    assert mark == code_mark(KEY, CHECK, "email", "12345678")
    others = [
        code_mark(SecretBytes(b"\1" * 32), CHECK, "email", "12345678"),
        code_mark(KEY, Nonce(b"\1" * 16), "email", "12345678"),
        code_mark(KEY, CHECK, "phone", "12345678"),
        code_mark(KEY, CHECK, "email", "12345679"),
    ]
    assert not [other for other in others if other == mark]
