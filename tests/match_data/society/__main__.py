"""Writes labelled reports of a made-up society as JSON lines.

    python -m tests.match_data.society --reports 99000 --world west > background
    alongside match-quality background

`background`: everybody is reported once. `pairs`: as many reports a person as in
the labelled development set, hardly any confusion. `hard`: half of the people are
made to be confused with somebody. `spellings`: pairs by careful people, whose texts
differ in spelling only; `alongside match-quality` then tells how often two spellings
of one thing share a key. Worlds share no names, firms, cities or titles
but the widespread ones. `alike` has the shape of the labelled development set: its
shares of countries, newcomers, fields and labels, few first words of firms, as many
firms and shared lines for its size, and so nearly as many coincidences of each kind.
The same arguments give the same reports.
"""

import json
import sys
from argparse import ArgumentParser

from tests.match_data.society.confusing import CONFUSIONS
from tests.match_data.society.countries import WORLDS
from tests.match_data.society.draws import chance
from tests.match_data.society.people import Society
from tests.match_data.society.telling import Teller

# How many of 900 people have one, two, ... six reports.
CROWD = (318, 225, 162, 95, 58, 42)
CONFUSING = {"background": 0.0, "pairs": 0.02, "hard": 0.5, "spellings": 0.0}
SLIPS = 0.06


def reports(kind, world, seed, wanted, firms=None):
    """Yield labelled reports; `firms` is their number if not one that fits."""
    people = wanted if kind == "background" else wanted // 2
    society = Society(seed, world, people, firms)
    slips = 0 if kind == "spellings" else SLIPS
    teller = Teller(society.dice, slips, alike=world == "alike")
    earlier, made = None, 0
    while made < wanted:
        confusing = earlier and chance(society.dice, CONFUSING[kind])
        plant = society.dice.pick(CONFUSIONS) if confusing else None
        who = plant(society, earlier) if plant else society.person()
        who.uid += f"-{plant.__name__}" if plant else ""
        for _ in range(min(_times(society.dice, kind), wanted - made)):
            yield {"report_id": f"r{made:06}", **teller.report(who)}
            made += 1
        earlier = who


def _times(dice, kind):
    if kind == "background":
        return 1
    at = dice.below(sum(CROWD))
    return next(n + 1 for n in range(len(CROWD)) if at < sum(CROWD[: n + 1]))


def main():
    """Read the arguments and write the reports."""
    parser = ArgumentParser(prog="python -m tests.match_data.society")
    parser.add_argument("--kind", choices=sorted(CONFUSING), default="background")
    parser.add_argument("--world", choices=sorted(WORLDS), default="west")
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--firms", type=int, help="how many firms there are")
    given = parser.parse_args()
    made = reports(given.kind, given.world, given.seed, given.reports, given.firms)
    for report in made:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
