"""Invented people, who name the same invented person each in her own way."""

from tests.browser.person import Story

#: No two share a digit at any place, so that not even half a number is the same:
#: one name and half a number are a match key of their own.
_AREAS = ("202", "313", "424", "646", "757", "979")
_places: list[str] = []
_NAMES = ("Ana Pereira", "Bo Lindqvist", "Cleo Marin", "Dee Okafor")


def offender_stories(place: str) -> list[Story]:
    """Three people who know the same number and name, written differently.

    Args:
        place: Keeps the people and the offender of one test from those of others.
    """
    area, last = _number(place)
    given, family = {"ar": ("ريكس", "مثال")}.get(place, ("Rex", "Example"))
    return [
        story(
            place,
            0,
            [
                ("name", {"given": given, "family": family}),
                ("phone", {"value": f"({area}) 555-{last}", "country": "US"}),
            ],
        ),
        story(
            place,
            1,
            [
                ("phone", {"value": f"+1 {area} 555 {last}"}),
                ("name", {"given": given, "family": family.upper()}),
                ("city", {"value": "Springfield", "country": "US"}),
            ],
        ),
        story(
            place,
            2,
            [
                ("name", {"family": f"{family}, {given}"}),
                ("phone", {"value": f"{area}-555-{last}", "country": "US"}),
            ],
        ),
    ]


def _number(place: str) -> tuple[str, str]:
    """Area code and last digits of an invented number that is this place's alone."""
    if place not in _places:
        _places.append(place)
    tens, digit = divmod(_places.index(place), 10)
    return _AREAS[tens], f"01{digit}{digit}"


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
