"""Pairs of reports about two people that must never share a match key."""


def one(kind, value, **context):
    return {"kind": kind, "value": value, **context}


NAME = one("name", "Rupert Garrity")
FIRM = one("employer", "Tallow Foods")

# What would confuse them -> the two reports, each about somebody else.
CONFUSIONS = {
    "same name, same employer, another city": (
        [NAME, FIRM, one("city", "Leeds"), one("job_title", "Producer")],
        [NAME, FIRM, one("city", "Cardiff"), one("job_title", "Accountant")],
    ),
    "father and son in one small firm": (
        [one("name", "Rupert Garrity, Sr."), FIRM | {"size": "small"}],
        [one("name", "Rupert Garrity Jr."), FIRM | {"size": "small"}],
    ),
    "father and son, one with no suffix": (
        [one("name", "Rupert Garrity"), FIRM | {"size": "small"}],
        [one("name", "Rupert Garrity Jr."), FIRM | {"size": "small"}],
    ),
    "brothers in one firm and city": (
        [one("name", "Rupert Garrity"), FIRM, one("city", "Leeds")],
        [one("name", "Cormac Garrity"), FIRM, one("city", "Leeds")],
    ),
    "one switchboard": (
        [NAME, one("phone", "+44 113 496 0000", label="work")],
        [one("name", "Imogen Ormsby"), one("phone", "0113 4960000", label="work")],
    ),
    "one switchboard, one given name": (
        [one("name", "Rupert"), one("phone", "+44 113 496 0000", label="work")],
        [one("name", "Rupert"), one("phone", "0113 4960000", label="shared")],
    ),
    "one role mailbox": (
        [NAME, one("email", "info@tallowfoods.example")],
        [one("name", "Imogen Ormsby"), one("email", "info@tallowfoods.example")],
    ),
    "handles one sign apart": (
        [NAME, one("social", "@rupert_garrity", platform="instagram")],
        [NAME, one("social", "@rupert.garrity", platform="instagram")],
    ),
    "one handle on two platforms": (
        [NAME, one("social", "@rgarrity", platform="instagram")],
        [NAME, one("social", "@rgarrity", platform="tiktok")],
    ),
    "the employer's account": (
        [NAME, FIRM, one("social", "@tallowfoods", platform="instagram")],
        [one("name", "Imogen Ormsby"), one("social", "@tallowfoods", platform="x")],
    ),
    "one plate of two states": (
        [NAME, one("plate", "ABC 1234", country="US", region="Ohio")],
        [NAME, one("plate", "ABC 1234", country="US", region="GA")],
    ),
    "one plate without a state, two names": (
        [NAME, one("plate", "ABC 1234", country="US")],
        [one("name", "Imogen Ormsby"), one("plate", "ABC 1234", country="US")],
    ),
    "numbered mailboxes of namesakes": (
        [NAME, FIRM, one("city", "Leeds"), one("email", "rupert@tallowfoods.co.uk")],
        [NAME, FIRM, one("city", "Leeds"), one("email", "rupert2@tallowfoods.co.uk")],
    ),
    "two given names in common": (
        [
            one("name", "Maria Clara Souza"),
            one("city", "Leeds"),
            one("job_title", "CEO"),
        ],
        [
            one("name", "Maria Clara Viana"),
            one("city", "Leeds"),
            one("job_title", "CEO"),
        ],
    ),
    "half a given name in signs": (
        [
            one("name", "\u66f9\u5c0f\u7ea2"),
            one("city", "Leeds"),
            one("job_title", "CEO"),
        ],
        [
            one("name", "\u5f90\u5c0f\u7ea2"),
            one("city", "Leeds"),
            one("job_title", "CEO"),
        ],
    ),
    "what many are called": (
        [
            one("nickname", "Chef"),
            FIRM,
            one("city", "Leeds"),
            one("job_title", "Head Chef"),
        ],
        [
            one("nickname", "the Chef"),
            FIRM,
            one("city", "Leeds"),
            one("job_title", "Head Chef"),
        ],
    ),
    "official accounts": (
        [NAME, one("social", "official_rupert", platform="x"), one("phone", "1234567")],
        [
            one("name", "Rupert Ormsby"),
            one("social", "official_rupert", platform="tiktok"),
            one("city", "Leeds"),
        ],
    ),
    "father and son on one line": (
        [
            one("name", "Rupert Garrity, Sr."),
            one("phone", "0113 496 0123", label="work"),
        ],
        [
            one("name", "Rupert Garrity Jr."),
            one("phone", "0113 496 0123", label="work"),
        ],
    ),
    "one switchboard that nobody called shared": (
        [one("name", "James Ormsby"), one("phone", "+1 212 555 0142")],
        [one("name", "James Garrity"), one("phone", "(212) 555-0142", country="US")],
    ),
    "one fixed line that nobody called shared": (
        [NAME, one("phone", "0113 496 0123")],
        [one("name", "Cormac Garrity"), one("phone", "0113 496 0123")],
    ),
    "one round number that nobody called shared": (
        [NAME, one("phone", "+1 212 555 0100")],
        [one("name", "Cormac Garrity"), one("phone", "212 555 0100", country="US")],
    ),
    "one widespread given name in one office": (
        [
            one("name", "James Ormsby"),
            FIRM,
            one("city", "Leeds"),
            one("job_title", "Accountant"),
        ],
        [
            one("name", "James Garrity"),
            FIRM,
            one("city", "Leeds"),
            one("department", "Finance"),
        ],
    ),
    "two halves of one family name": (
        [one("name", "Nadim Abu Ghalyun"), FIRM | {"size": "small"}],
        [one("name", "Tarek Abu Ghalyun"), FIRM | {"size": "small"}],
    ),
    "namesakes of one trade": (
        [NAME, one("job_title", "CEO")],
        [NAME, one("job_title", "Chief Executive")],
    ),
    "one initial and family name in a small firm": (
        [one("name", "Cormac Garrity"), FIRM | {"size": "small"}],
        [one("name", "Caitlin Garrity"), FIRM | {"size": "small"}],
    ),
    "only a name": ([NAME], [NAME]),
    "a name and a city": (
        [NAME, one("city", "Leeds")],
        [NAME, one("city", "Leeds")],
    ),
    "a company page": (
        [NAME, FIRM, one("website", "https://tallowfoods.co.uk/team")],
        [one("name", "Imogen Ormsby"), FIRM, one("website", "tallowfoods.co.uk")],
    ),
}
