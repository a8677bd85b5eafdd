"""Match keys that Python and JavaScript must both derive.

`python -m tests.match_data.vectors` writes tests/vectors_json/match_keys.json anew.
A change of the file without a new version in the keys is a mistake: reports made
before and after it would no longer meet.
"""

import json
from pathlib import Path

import msgspec

from blind_index.errors import InputError
from blind_index.identifiers import Identifier, what_will_be_compared
from blind_index.match_keys import readable_match_keys, self_match_keys
from tests.match_data.confusions import CONFUSIONS, one
from tests.match_data.same_person import SAME_PERSON
from tests.match_data.world import reports

FILE = Path(__file__).parents[1] / "vectors_json" / "match_keys.json"
NAME = one("name", "Tamsin Lockhart")
ODD = [
    one("name", "\u0130brahim \u0131\u015f\u0131k"),
    one("name", "\u6b27\u9633\u632f\u534e"),
    one("name", "Sung-min Jang"),
    one("name", "\u0639\u0628\u062f \u0627\u0644\u0631\u062d\u0645\u0646"),
    one("name", "Prof. Dr. van der Berg-Lee, Jos\u00e9 Mar\u00eda, Jr."),
    one("name", "\U0001f600"),
    one("nickname", "Bob"),
    one("employer", "Brindle & S\u00f6hne GmbH & Co. KG, K\u00f6ln"),
    one("employer", "\u5317\u4eac\u4e1c\u65b9\u79d1\u6280\u6709\u9650\u516c\u53f8"),
    one("employer", "constructor"),
    one("department", "__proto__"),
    one("job_title", "toString"),
    one("city", "TP. H\u1ed3 Ch\u00ed Minh"),
    one("city", "Washington, D.C."),
    one("phone", "+39 06 1234 5678"),
    one("phone", "011 15 2345-6789", country="AR"),
    one("phone", "(11) 8765-4321", country="BR", label="mobile"),
    one(
        "phone",
        "\u0660\u0661\u0662\u0660\u0661\u0662\u0663\u0664\u0665\u0666",
        country="EG",
    ),
    one("phone", "5511987654321", country="BR"),
    one("phone", "07700 900123", country="XX"),
    one("email", "J\u00f6rg@B\u00fccher.example"),
    one("email", "o'hara at brindle [dot] example"),
    one("email", "a@gmial.con"),
    one("social", "FB - @Ann.Lee"),
    one("social", "https://example.org/ann", platform="x"),
    one("social", "ann_lee", platform="Thr\u00e9ads"),
    one("website", "HTTPS://WWW.\u4f8b\u3048.example:443/x"),
    one("plate", "c 065 \u041c\u041a 78", country="ru"),
    one("plate", "O1Q-I0", country="US", region="New York"),
    one("plate", "AB*12"),
]
VERIFIED = [
    ("Tamsin Lockhart", "t.lockhart@gmail.com", "07700 900123", "GB"),
    ("Zhou Zhiyuan", None, "+86 138 0010 0000", None),
    ("Bob Lee", "info@lee.example", None, None),
]


def compared(fields):
    """The sentence shown, or the field and reason of the refusal."""
    try:
        return what_will_be_compared(Identifier(**fields))
    except InputError as refusal:
        return [refusal.field, refusal.reason]


def case(fields, country):
    keys, refusals = readable_match_keys([Identifier(**f) for f in fields], country)
    return {
        "identifiers": fields,
        "country": country,
        "keys": keys,
        "refusals": [[refusal.field, refusal.reason] for refusal in refusals],
        "compared": [compared(one_field) for one_field in fields],
    }


def cases():
    pairs = [*CONFUSIONS.values(), *SAME_PERSON.values()]
    yield from (case(fields, "GB") for pair in pairs for fields in pair)
    yield from (case([NAME, one("city", "Leeds"), odd], "GB") for odd in ODD)
    for report in reports("vectors", 15):
        yield case(report["identifiers"], report["country"])


def rendered() -> str:
    own = [
        {"verified": list(verified), "keys": self_match_keys(*verified)}
        for verified in VERIFIED
    ]
    vectors = {"reports": list(cases()), "self": own}
    lines = json.dumps(msgspec.to_builtins(vectors), ensure_ascii=True, indent=1)
    return lines + "\n"


if __name__ == "__main__":
    FILE.write_text(rendered(), "utf-8")
