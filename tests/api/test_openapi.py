"""The interface describes itself: every body by its message."""

import json

import pytest


@pytest.fixture
def described(quiet_world):
    answer = quiet_world.client.get("/schema/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(described):
    return [
        (method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def test_whatever_takes_a_body_says_which(described):
    for method, path, operation in operations(described):
        assert ("requestBody" in operation) == (method in {"post", "put"}), path


def test_every_answer_is_described_and_every_refusal_is_a_problem(described):
    for _, path, operation in operations(described):
        responses = operation["responses"]
        assert {"200", "204"} & set(responses), path
        refused = responses["default"]["content"]["application/problem+json"]
        assert refused["schema"]["$ref"].endswith("/Problem")


def test_every_reference_leads_somewhere_and_nothing_unknown_is_taken(described):
    schemas = described["components"]["schemas"]
    text = json.dumps(described)
    for part in text.split('"#/components/schemas/')[1:]:
        assert part.split('"')[0] in schemas
    for name, schema in schemas.items():
        if schema.get("type") == "object" and name != "Problem":
            assert schema["additionalProperties"] is False, name


def test_sizes_are_described(described):
    token = described["components"]["schemas"]["Token"]["properties"]
    assert token["output"]["maxLength"] == 86
    assert token["private_input"]["minLength"] == 43


def test_no_page_loads_scripts_from_elsewhere(quiet_world):
    for path in ("/schema", "/schema/swagger", "/schema/redoc", "/schema/elements"):
        answer = quiet_world.client.get(path)
        assert "<script" not in answer.text
