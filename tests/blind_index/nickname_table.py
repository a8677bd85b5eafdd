"""The table of English nicknames, taken from the PyPI package `nicknames`.

`python -m tests.blind_index.nickname_table` writes the table anew. Taken are the
names that are still given: those of Faker's lists of the United States and Britain,
the most widespread first, since a nickname is compared as the first few only. Left
out is what the consonant skeleton joins anyway ("Aaron" and "Erin"), and two slips.
"""

import json
from importlib.metadata import version
from pathlib import Path

from faker.providers.person import en_GB, en_US
from nicknames import name_triplets

from blind_index.identifiers.sound import soft

TABLE = Path(__file__).parents[2] / "blind_index" / "tables" / "english_nicknames.json"

# Bill is William: with these every Bill would meet every Rob of his family name.
MISTAKEN = {("robert", "bill"), ("robert", "billy")}


Pairs = list[tuple[str, str]]


def widespread() -> dict[str, float]:
    """Given names of today with their share in the United States."""
    found: dict[str, float] = {}
    for people in (en_GB.Provider, en_US.Provider):
        for names in (people.first_names_male, people.first_names_female):
            shares = names if people is en_US.Provider else dict.fromkeys(names, 0.0)
            for name, share in shares.items():
                found[name.lower()] = max(found.get(name.lower(), 0.0), share)
    return found


def relation() -> dict[str, list[str]]:
    """Names with their nicknames, the most widespread name first."""
    shares = widespread()
    pairs = [(one.name1, one.name2) for one in name_triplets() if one.name1 in shares]
    order = sorted({name for name, _ in pairs}, key=lambda one: (-shares[one], one))
    rank = {name: place for place, name in enumerate(order)}
    return {
        name: shorts
        for name in order
        if (shorts := [s for n, s in pairs if n == name and _adds(n, s, pairs, rank)])
    }


def _adds(name: str, short: str, pairs: Pairs, rank: dict[str, int]) -> bool:
    if (name, short) in MISTAKEN or soft(name) == soft(short):
        return False
    # "Bobby" is itself short for Robert, who is called Bob as well.
    longer = {n for n, s in pairs if s == name and rank[n] < rank[name]}
    return short not in longer and not any((n, short) in pairs for n in longer)


def rendered() -> str:
    lines = [f"    {json.dumps(n)}: {json.dumps(s)}" for n, s in relation().items()]
    source = f"PyPI nicknames {version('nicknames')}, Apache-2.0, see NOTICE"
    names = ",\n".join(lines)
    return f'{{\n  "source": "{source}",\n  "names": {{\n{names}\n  }}\n}}\n'


if __name__ == "__main__":
    TABLE.write_text(rendered(), "utf-8")
