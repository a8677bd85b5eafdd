"""OpenID Connect against a real provider (W06, W07): what holds, and what does not."""

import pytest

from tests.openid_process import NUMBER, provider_process, section
from tests.registrar.test_codes_process import NOT_VERIFIED, refused
from tests.registrar_place import registrar_place


@pytest.fixture(scope="module")
def bank():
    with provider_process() as found:
        yield found


@pytest.fixture(scope="module")
def registrar(tmp_path_factory, bank, new_database):
    folder = tmp_path_factory.mktemp("openid")
    with registrar_place(folder, section(folder, bank), new_database) as found:
        yield found


@pytest.fixture(scope="module")
def unsure(tmp_path_factory, bank, new_database):
    """A registrar that never had metadata which hold: those are kept for an hour."""
    folder = tmp_path_factory.mktemp("unsure")
    with registrar_place(folder, section(folder, bank), new_database) as found:
        yield found


@pytest.fixture
def place(registrar, bank):
    bank.wrong()
    return registrar


def test_signing_in_elsewhere_verifies_a_person_and_nothing_stays(place, bank):
    (entry,) = place.providers()
    assert (entry.kind, entry.title, entry.asks, entry.ready) == (
        *("openid", "Example Bank", (), True),
    )
    started = place.start_check("bank", name="ignored", email="ignored@example.org")
    assert started.awaits == ("number",)
    assert place.finish(started).notes == ()
    page = bank.visit(started.link)
    assert page.status_code == 200
    assert "script" not in page.text
    assert "form-action 'none'" in page.headers["content-security-policy"]
    assert place.finish(started).notes == ("returned",)
    found = place.finish(started, NUMBER.search(page.text)[1])
    assert found.verified
    assert (found.name, found.email) == ("Ana Zebrowska", "ana.openid@example.org")
    assert place.close(started).day > 0
    assert place.pending() == 0
    for path in place.folder.glob("registrar*"):
        stored = path.read_bytes()
        for piece in (b"Zebrowska", b"ana.openid", b"48601230001"):
            assert piece not in stored, path


def test_a_person_who_comes_back_is_known_even_under_another_address(place, bank):
    first = place.start_check("bank")
    assert place.finish(first, bank.number(first.link, "bea")).verified
    place.close(first)
    again = place.start_check("bank")
    assert place.finish(again, bank.number(again.link, "bea")).known
    place.close(again)
    bank.wrong(claims={"email": "bea.new@example.org"}, userinfo={})
    moved = place.start_check("bank")
    found = place.finish(moved, bank.number(moved.link, "bea"))
    assert (found.verified, found.known) == (True, False)
    place.close(moved)


def test_a_number_that_was_not_shown_finishes_nothing(place, bank):
    started = place.start_check("bank")
    assert refused(place.finish, started, "1234 5678") == NOT_VERIFIED
    number = bank.number(started.link)
    wrong = f"{(int(number.replace(' ', '')) + 1) % 10**8:08d}"
    assert refused(place.finish, started, wrong) == NOT_VERIFIED
    assert place.finish(started, number).verified


def test_five_wrong_numbers_end_a_check(place, bank):
    started = place.start_check("bank")
    number = bank.number(started.link)
    for _ in range(5):
        refused(place.finish, started, "0")
    assert refused(place.finish, started, number)[1] == "invalid-registration"


ATTACKS = {
    "no signature": {"signature": "none"},
    "a secret made of the public key": {"signature": "hmac with the public key"},
    "a stranger's key": {"signature": "stranger"},
    "changed after signing": {"signature": "altered"},
    "no token at all": {"signature": "garbage"},
    "an algorithm that is not its key's": {"header": {"alg": "ES256", "kid": "x"}},
    "a critical extension": {"header": {"crit": ["x"], "x": 1}},
    "a token of another type": {"header": {"typ": "at+jwt"}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "no issuer": {"claims": {"iss": None}},
    "another audience": {"claims": {"aud": "somebody else"}},
    "no audience": {"claims": {"aud": None}},
    "two audiences and no party": {"claims": {"aud": ["registrar", "other"]}},
    "another party": {"claims": {"azp": "other"}},
    "expired": {"shift": {"exp": -120}},
    "no expiry": {"claims": {"exp": None}},
    "an expiry that is no number": {"claims": {"exp": "tomorrow"}},
    "not yet valid": {"shift": {"nbf": 600}},
    "issued long ago": {"shift": {"iat": -7200}},
    "issued in the future": {"shift": {"iat": 7200}},
    "another nonce": {"claims": {"nonce": "x" * 43}},
    "no nonce": {"claims": {"nonce": None}},
    "another access token's hash": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "no subject": {"claims": {"sub": None}},
    "an empty subject": {"claims": {"sub": ""}},
    "a subject that is no text": {"claims": {"sub": 7}},
    "user info of somebody else": {"userinfo": {"sub": "bea"}},
    "no ID token": {"no": ["id_token"]},
    "no access token": {"no": ["access_token"]},
    "an address not verified": {"claims": {"email_verified": False}},
    "an address verified as text": {"claims": {"email_verified": "true"}},
    "no name": {"claims": {"name": "\n"}},
    "a long name": {"claims": {"name": "x" * 301}},
    "two addresses": {"claims": {"email": "a@example.org, b@example.org"}},
    "an answer of another provider": {"answer": {"iss": "https://evil.example"}},
    "an answer that does not say whose": {"answer": {"iss": None}},
    "an error beside a code": {"answer": {"error": "access_denied"}},
    "no code": {"answer": {"code": None}},
    "another code": {"answer": {"code": "guessed"}},
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_malformed_assertion_verifies_nobody(place, bank, attack):
    bank.wrong(**ATTACKS[attack])
    started = place.start_check("bank")
    page = bank.visit(started.link)
    assert (page.status_code, NUMBER.search(page.text)) == (400, None)
    found = place.finish(started)
    assert (found.verified, found.notes) == (False, ("refused",))
    assert refused(place.finish, started, "0000 0000") == NOT_VERIFIED
    place.close(started)


@pytest.mark.parametrize("person", ["cleo", "dee", "nobody"])
def test_somebody_the_provider_does_not_vouch_for_is_not_verified(place, bank, person):
    started = place.start_check("bank")
    assert bank.visit(started.link, person).status_code == 400
    assert place.finish(started).notes == ("refused",)


def test_the_same_answer_counts_once_and_only_for_its_own_check(place, bank):
    one, two = place.start_check("bank"), place.start_check("bank")
    back = bank.sign_in(one.link)
    assert bank.http.get(back).status_code == 200
    assert bank.http.get(back).status_code == 400
    assert place.finish(one).notes == ("returned",)
    assert place.finish(two).notes == ()
    state = two.link.partition("state=")[2].partition("&")[0]
    mixed = bank.sign_in(two.link).replace(state, state[:-1] + "~")
    assert bank.http.get(mixed).status_code == 400
    assert place.finish(two).notes == ()


def test_a_code_of_one_visit_does_not_fit_another(place, bank):
    one, two = place.start_check("bank"), place.start_check("bank")
    first, second = bank.sign_in(one.link), bank.sign_in(two.link)

    def code(address):
        return address.partition("code=")[2].partition("&")[0]

    swapped = second.replace(code(second), code(first))
    assert bank.http.get(swapped).status_code == 400
    assert place.finish(two).notes == ("refused",)


def test_a_parameter_that_comes_twice_is_refused(place, bank):
    started = place.start_check("bank")
    back = bank.sign_in(started.link)
    assert bank.http.get(f"{back}&code=x").status_code == 400


def test_new_keys_of_the_provider_are_found(tmp_path, bank, new_database):
    bank.wrong()
    with registrar_place(tmp_path, section(tmp_path, bank), new_database) as place:
        started = place.start_check("bank")
        assert place.finish(started, bank.number(started.link)).verified
        place.close(started)
        bank.wrong(turn=True)
        bank.wrong()
        asked = bank.http.get(f"{bank.url}/asked").json()["keys"]
        early = place.start_check("bank")
        # At most once a minute: a stranger's key must not make it ask.
        assert bank.visit(early.link).status_code == 400
        assert bank.http.get(f"{bank.url}/asked").json()["keys"] == asked
        place.registrar.stop()
        place.start()
        started = place.start_check("bank")
        assert place.finish(started, bank.number(started.link)).verified


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://127.0.0.1:1/token"},
        {"token_endpoint": "https://169.254.169.254/latest"},
        {"jwks_uri": "http://[::1]:8700/keys"},
        {"userinfo_endpoint": "http://localhost:8700/v1/health"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": "http://registrar@127.0.0.1/x"},
        {"jwks_uri": None},
        {"token_endpoint": "http://127.0.0.1:99999/x"},
    ],
    ids=lambda found: "-".join(map(str, *found.items())),
)
def test_metadata_leads_to_no_other_host(unsure, bank, metadata):
    bank.wrong(metadata=metadata)
    (entry,) = unsure.providers()
    assert not entry.ready
    assert refused(unsure.start_check, "bank")[0] == 400
    assert unsure.pending() == 0
    bank.wrong()


def test_a_kill_in_the_middle_of_a_visit_leaves_nothing(tmp_path, bank, new_database):
    bank.wrong()
    with registrar_place(tmp_path, section(tmp_path, bank), new_database) as place:
        started = place.start_check("bank")
        back = bank.sign_in(started.link)
        place.registrar.kill()
        assert place.pending() == 1
        place.start()
        assert place.pending() == 0
        assert bank.http.get(back).status_code == 400
        assert refused(place.finish, started)[1] == "not-found"


def test_a_name_has_to_be_assured_where_the_operator_says_so(
    tmp_path, bank, new_database
):
    more = 'trust_frameworks = ["eidas"]\nrequire = ["email", "phone"]\n'

    def vouched(framework):
        checked = {"trust_framework": framework}
        name = {"given_name": "Ana", "family_name": "Proven"}
        return {"verified_claims": {"verification": checked, "claims": name}}

    with registrar_place(
        tmp_path, section(tmp_path, bank, more), new_database
    ) as place:
        for claims, good in (({}, False), (vouched("de_aml"), False)):
            bank.wrong(claims=claims)
            started = place.start_check("bank")
            assert (bank.visit(started.link).status_code == 200) is good
        bank.wrong(claims=vouched("eidas"))
        started = place.start_check("bank")
        found = place.finish(started, bank.number(started.link))
        assert (found.name, found.phone) == ("Ana Proven", "+48601230001")
    bank.wrong()
