"""Invented people, who name the same invented person each in her own way."""

from tests.browser.person import Story

_PHONE = {"en": "0123", "es": "0124", "ar": "0125", "axe": "0126", "two": "0127"}
_NAMES = ("Ana Pereira", "Bo Lindqvist", "Cleo Marin", "Dee Okafor")


def offender_stories(place: str) -> list[Story]:
    """Three people who know the same number and name, written differently.

    Args:
        place: Keeps the people and the offender of one test from those of others.
    """
    last = _PHONE.get(place, f"01{30 + sum(place.encode()) % 60}")
    given, family = {"ar": ("ريكس", "مثال")}.get(place, ("Rex", "Example"))
    return [
        story(
            place,
            0,
            [
                ("name", {"given": given, "family": family}),
                ("phone", {"value": f"(415) 555-{last}", "country": "US"}),
            ],
        ),
        story(
            place,
            1,
            [
                ("phone", {"value": f"+1 415 555 {last}"}),
                ("name", {"given": given, "family": family.upper()}),
                ("city", {"value": "Springfield", "country": "US"}),
            ],
        ),
        story(
            place,
            2,
            [
                ("name", {"family": f"{family}, {given}"}),
                ("phone", {"value": f"415-555-{last}", "country": "US"}),
            ],
        ),
    ]


def story(place: str, number: int, clues: list[tuple[str, dict[str, str]]]) -> Story:
    """One invented person with what she knows."""
    name = _NAMES[number]
    email = f"{name.split()[0].lower()}.{place}@example.org"
    return Story(
        clues=clues,
        name=name.split()[0],
        email=email,
        verified={"name": name, "email": email},
    )
