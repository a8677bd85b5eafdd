import pytest

from blind_index.errors import InputError
from blind_index.identifiers import Identifier, what_will_be_compared


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "name", "value": "Dr. Ann Lee"}, "ann + lee"),
        ({"kind": "name", "given": "Ann", "family": "Lee"}, "ann + lee"),
        ({"kind": "name", "family": "Lee"}, "lee"),
        ({"kind": "nickname", "value": "Big Mike"}, "big mike"),
        ({"kind": "employer", "value": "Brindle Ltd"}, "brindle"),
        ({"kind": "department", "value": "HR"}, "hr"),
        ({"kind": "job_title", "value": "CEO"}, "ceo"),
        ({"kind": "city", "value": "K\u00f6ln"}, "koln"),
        ({"kind": "phone", "value": "07700 900123", "country": "GB"}, "+447700900123"),
        ({"kind": "email", "value": "Ann@Lee.example"}, "ann@lee.example"),
        (
            {"kind": "email", "value": "info@lee.example"},
            "info@lee.example (a shared mailbox: only together with a name)",
        ),
        ({"kind": "social", "value": "IG: annlee"}, "annlee on instagram"),
        (
            {"kind": "social", "value": "@annlee"},
            "annlee on an unnamed platform: only together with a full name",
        ),
        ({"kind": "website", "value": "www.lee.example/x"}, "lee.example"),
        ({"kind": "plate", "value": "ab 12", "country": "GB"}, "GB AB12"),
        ({"kind": "plate", "value": "ab 12"}, "AB12 (only together with a name)"),
    ],
)
def test_the_survivor_is_told_what_will_be_compared(fields, said):
    assert what_will_be_compared(Identifier(**fields)) == f"we will compare {said}"


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "city", "value": "!"},
        {"kind": "city", "value": ""},
        {"kind": "name"},
        {"kind": "department", "value": "x" * 301},
        {"kind": "phone", "value": "07700 900123"},
    ],
)
def test_what_cannot_be_compared_is_refused(fields):
    with pytest.raises(InputError) as refusal:
        what_will_be_compared(Identifier(**fields))
    assert refusal.value.field == fields["kind"]
    assert refusal.value.advice
