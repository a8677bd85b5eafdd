"""Invented people who live through a scenario, told in a few words."""

import json
from collections import Counter

from escrow.command.scenario import Scenario
from escrow.command.scenario_steps import read_steps


class Story:
    """One scenario on a running deployment; people of other stories are others.

    Everything that identifies a person carries the story's name: the registrar
    and the trustees know everyone from every story.
    """

    def __init__(self, processes, title):
        self.title = title
        self.processes = processes
        self.scenario = Scenario(processes)
        self._lines = []

    def close(self):
        self.scenario.close()

    def step(self, do, **fields):
        """Take one step at once; checked together with all before it."""
        self._lines.append(json.dumps({"do": do} | fields).encode())
        steps = read_steps(self._lines, self.processes.sizes)
        self.scenario.take(steps[-1])

    def email(self, who):
        return f"{who}@{self.title}.example.org"

    def card(self, who):
        return {"name": who.capitalize(), "email": self.email(who)}

    def file(self, who, identifiers, **fields):
        """File a report in the usual way; every field can be replaced."""
        usual = {
            "as": who,
            "verified": {"name": f"{who} Of {self.title}", "email": self.email(who)},
            "identifiers": identifiers,
            "group": 3,
            "consent": "yes",
            "contact": self.card(who),
        }
        self.step("file", **usual | fields)

    def consent(self, who, answer):
        self.step("consent", **{"as": who, "answer": answer})

    def settle(self):
        self.step("settle")

    def ends(self):
        """Settle; state by person ("ana" or "ana/second")."""
        self.settle()
        rows = self.scenario.results()
        return {
            row["survivor"]
            + ("" if row["report"] == "first" else f"/{row['report']}"): row
            for row in rows
        }

    def states(self):
        return {name: row["state"] for name, row in self.ends().items()}

    def met(self, who):
        """Names of those whose contact a person has."""
        row = next(r for r in self.scenario.results() if r["survivor"] == who)
        return [card["name"] for card in row["connected_to"]]


def named(name, phone):
    """Identifiers that mean one person: a name with a mobile number."""
    return [
        {"kind": "name", "value": name},
        {"kind": "phone", "value": phone, "country": "US", "label": "mobile"},
    ]


def everyone_met(story, names):
    """Whether each of these has the card of every other, and no other."""
    rows = story.ends()
    return all(
        rows[who]["state"] == "connected"
        and Counter(card["name"] for card in rows[who]["connected_to"])
        == Counter(other.capitalize() for other in names if other != who)
        for who in names
    )
