"""Python and JavaScript derive the same match keys from spoiled reports.

`python -m tests.match_data.fuzz_keys 20000` compares that many reports.
"""

import io
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from escrow.command.keys import write_keys
from tests.match_data.confusions import CONFUSIONS
from tests.match_data.same_person import SAME_PERSON
from tests.match_data.vectors import ODD
from tests.match_data.world import Dice, reports

WEB = Path(__file__).parents[2] / "api" / "web"
COMMAND = WEB / "js" / "keys_command.js"
COUNTRIES = [
    *("US", "GB", "DE", "IT", "MX", "AR", "BR", "RU", "KR", "JP", "CN", "AU", "FR"),
    *("zz", "us", "CI", "SM", "VA", "KZ", "IN", "NG", "AC"),
]
ODD_SIGNS = [
    *" \t\n\r.,;:-_@+()[]{}<>&#?/\\'\"*%",
    *"0123456789",
    *"\u0131\u0130\u00df\u017f\u212a\u03a3\u03c2\u2460\uff21\uff20\uff0e\u3002\uff61",
    *"\u2010\u2013\u2014\u200b\u200d\u202e\u0301\uac00\u5468\ufb01\ufeff\u00a0\u2028",
    *"\x85\x1f\x00\u0660\u0639\u0627\u0644\u0414\u00e9\U0001f600\U00010400",
]


def sign(dice):
    if dice.happens(60):
        return dice.pick(ODD_SIGNS)
    if dice.happens(50):
        return chr(32 + dice.below(0x2E0))
    point = dice.below(0x30000)
    return chr(point if not 0xD800 <= point < 0xE000 else point - 0x800)


def spoiled(dice, text):
    signs = list(text)
    for _ in range(dice.below(6)):
        place = dice.below(len(signs) + 1)
        if signs and dice.happens(35):
            signs.pop(place - 1)
        elif dice.happens(70):
            signs.insert(place, sign(dice))
        elif signs:
            signs.append(signs.pop(place - 1))
    return "".join(signs)


def fields():
    """Every identifier of the made-up reports."""
    pairs = [*CONFUSIONS.values(), *SAME_PERSON.values()]
    found = [one for pair in pairs for report in pair for one in report]
    world = reports("fuzz", 60)
    return [*found, *ODD, *(one for report in world for one in report["identifiers"])]


def spoiled_reports(seed, count):
    """JSON lines of reports whose texts have been tampered with."""
    dice, known = Dice(seed), fields()
    for number in range(count):
        chosen = [dict(dice.pick(known)) for _ in range(1 + dice.below(5))]
        for one in chosen:
            for name in ("value", "platform", "region"):
                if name in one and dice.happens(80 if name == "value" else 20):
                    one[name] = spoiled(dice, one[name])
            if one["kind"] == "phone" and dice.happens(50):
                one["country"] = dice.pick(COUNTRIES)
        report = {
            "report_id": f"{number}{sign(dice)}",
            "country": dice.pick(COUNTRIES),
            "identifiers": chosen,
        }
        yield json.dumps(report, ensure_ascii=dice.happens(50))


def node_is_ready():
    return shutil.which("node") is not None and (WEB / "node_modules").exists()


def differing(seed, count):
    """Lines of input for which the two programs answer differently."""
    lines = list(spoiled_reports(seed, count))
    given = "".join(line + "\n" for line in lines).encode()
    here = io.BytesIO()
    write_keys(io.BytesIO(given), here, Counter())
    node = shutil.which("node") or "node"
    done = subprocess.run([node, COMMAND], input=given, capture_output=True, check=True)
    answers = zip(
        lines, here.getvalue().splitlines(), done.stdout.splitlines(), strict=True
    )
    return [line for line, python, javascript in answers if python != javascript]


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    found = differing("fuzz-keys", wanted)
    sys.stdout.write(f"{wanted} reports, {len(found)} answered differently\n")
    sys.stdout.writelines(line + "\n" for line in found[:10])
    sys.exit(bool(found))
