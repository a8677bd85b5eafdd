"""Pairs of reports about one person that must share a match key."""

from tests.match_data.confusions import one

NAME = one("name", "Tamsin Lockhart")
FIRM = one("employer", "Brindle Press")
CITY = one("city", "Leeds")
BOSS = one("job_title", "Chief Executive")
SAME_PERSON = {
    "two spellings of a phone": (
        [NAME, one("phone", "07700 900123")],
        [NAME, one("phone", "+44 (0) 7700-900123 ext. 7")],
    ),
    "a phone with one wrong digit": (
        [NAME, one("phone", "07700 900123")],
        [NAME, one("phone", "07700 900183")],
    ),
    "a phone with two digits in the wrong order": (
        [NAME, one("phone", "07700 900123")],
        [NAME, one("phone", "07700 901023")],
    ),
    "an initial and a number that nobody called shared": (
        [one("name", "Smith, James"), one("phone", "+1 212 555 0142")],
        [one("name", "J. Smith"), one("phone", "212 555 0142", country="US")],
    ),
    "a widespread name, an employer and a city": (
        [one("name", "James"), FIRM | {"size": "small"}, CITY, one("job_title", "CEO")],
        [one("name", "James Lockhart"), FIRM | {"size": "small"}, CITY, BOSS],
    ),
    "a doubled letter in a short name": (
        [one("name", "Anna"), one("phone", "07700 900123")],
        [one("name", "Ana"), one("phone", "07700 900123")],
    ),
    "a phone and only one of the names": (
        [NAME, one("phone", "07700 900123")],
        [one("name", "Lockhart"), one("phone", "07700 900123")],
    ),
    "two spellings of an address": (
        [one("email", "t.lockhart+news@gmail.com")],
        [NAME, one("email", "TLockhart (at) googlemail.com")],
    ),
    "a slip in the provider's name": (
        [one("email", "tlockhart@hotmail.co.uk")],
        [one("email", "tlockhart@hotmial.co.uk")],
    ),
    "twitter and x": (
        [one("social", "https://twitter.com/TamLock/status/1?s=20")],
        [one("social", "@tamlock", platform="x")],
    ),
    "instagram and threads": (
        [one("social", "m.threads.net/@tam.lock")],
        [one("social", "IG: tam.lock")],
    ),
    "a number that stands for a person": (
        [one("social", "facebook.com/profile.php?id=100044556677&ref=x")],
        [one("social", "100044556677", platform="facebook")],
    ),
    "a nickname": (
        [one("name", "Bob Lockhart"), one("employer", "Brindle Press", size="small")],
        [
            one("name", "Robert Lockhart"),
            one("employer", "Brindle Press", size="small"),
        ],
    ),
    "a separate nickname": (
        [
            one("name", "Lockhart"),
            one("nickname", "Bob"),
            one("employer", "Brindle Press"),
            one("job_title", "CEO"),
        ],
        [
            one("name", "Robert Lockhart"),
            one("employer", "Brindle Press"),
            one("job_title", "Chief Executive"),
        ],
    ),
    "department and title": (
        [NAME, one("employer", "Brindle Press Ltd"), one("department", "Kitchen")],
        [NAME, one("employer", "brindle press"), one("job_title", "sous-chef")],
    ),
    "initials of the employer": (
        [NAME, one("employer", "QBT"), one("job_title", "Driver")],
        [NAME, one("employer", "Quenby Brindle Textiles"), one("job_title", "trucker")],
    ),
    "the employer's first word": (
        [NAME, one("employer", "Brindle"), one("city", "Koeln")],
        [NAME, one("employer", "Brindle Press GmbH"), one("city", "Cologne")],
    ),
    "the employer's domain": (
        [NAME, one("email", "office@brindlepress.co.uk"), one("job_title", "CEO")],
        [NAME, one("employer", "Brindle Press"), one("job_title", "CEO")],
    ),
    "two scripts": (
        [one("name", "周志远"), one("employer", "Brindle Press", size="small")],
        [one("name", "Zhou Zhiyuan"), one("employer", "BRINDLE PRESS", size="small")],
    ),
    "Arabic and Latin": (
        [one("name", "سعيد القحطاني"), one("employer", "Brindle Press", size="small")],
        [
            one("name", "Said Al-Qahtani"),
            one("employer", "Brindle Press", size="small"),
        ],
    ),
    "a number of one's own and the employer": (
        [
            one("phone", "07700 900123", label="mobile"),
            one("employer", "Brindle Press"),
        ],
        [
            one("phone", "+447700900123", label="personal"),
            one("employer", "BRINDLE PRESS LTD"),
        ],
    ),
    "a name written in signs": (
        [one("name", "\uae40\ubbfc\uc218"), one("phone", "07700 900123")],
        [one("name", "Kim Minsu"), one("phone", "07700 900123")],
    ),
    "two family names": (
        [
            one("name", "Yaretzi Urrutia Montalvo"),
            one("phone", "55 8120 1234", country="MX"),
        ],
        [one("name", "Montalvo"), one("phone", "+52 1 55 8120 1234")],
    ),
    "Cyrillic signs on a plate": (
        [one("plate", "\u0441065\u043c\u043a78", country="RU")],
        [one("plate", "C O65 MK 78", country="RU")],
    ),
    "given and family in boxes of their own": (
        [
            {"kind": "name", "given": "Tamsin", "family": "Lockhart"},
            one("phone", "07700 900123"),
        ],
        [one("name", "Lockhart, Tamsin"), one("phone", "07700900123")],
    ),
}
