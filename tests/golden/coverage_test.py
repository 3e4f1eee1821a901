#!/usr/bin/env python3
"""Field coverage: of the fields a protocol declares for the log, how many are seen in the golden files.

usage: coverage_test.py BIN_FOLDER [--accept] [--missing] [PROTOCOL]...
coverage.tsv beside this file holds the numbers: protocol, seen, declared. No protocol's share may fall below its
line there; one that is not listed yet is only printed. --accept writes the file anew; --missing names the fields not
seen. What is read are the golden files of all captures: a protocol's fields may come in another's (UMAS in Modbus).
"""
import json
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
baseline = here / "coverage.tsv"


def seen_in(value, into):
    """The names in "<protocol>": {request: {…}, response: {…}, items: [{…}]} of an event."""
    for key, inner in value.items():
        if key in ("request", "response") and isinstance(inner, dict):
            seen_in(inner, into)
        elif key == "items" and isinstance(inner, list):
            for item in inner:
                seen_in(item, into)
        else:
            into.add(key)


def main():
    words = [word for word in sys.argv[2:] if not word.startswith("--")]
    listed = json.loads(subprocess.run([pathlib.Path(sys.argv[1]) / "langyan", "fields", "--json"], check=True, capture_output=True, text=True).stdout)
    declared = {protocol["name"]: set() for protocol in listed["protocols"]}
    for field in listed["fields"]:
        if "log" in field["uses"]:
            declared[field["keyword"].split(".")[0]].add(field["name"])
    seen = {name: set() for name in declared}
    for path in sorted(here.glob("*/*.eve.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for key, value in json.loads(line).items():
                if key in declared and isinstance(value, dict):
                    seen_in(value, seen[key])
    now = {name: (len(seen[name] & fields), len(fields)) for name, fields in sorted(declared.items())}
    before = {}
    if baseline.exists():
        for line in baseline.read_text().splitlines()[1:]:
            name, *numbers = line.split("\t")
            before[name] = tuple(map(int, numbers))
    fallen = []
    for name, (found, of) in now.items():
        if words and name not in words:
            continue
        note = ""
        if name not in before:
            note = "  not in coverage.tsv yet"
        elif found * before[name][1] < before[name][0] * of:
            fallen.append(name)
            note = f"  was {before[name][0]} of {before[name][1]}"
        print(f"{name:14} {found:4} of {of:4} fields  {100 * found / of if of else 100:5.1f} %{note}")
        if "--missing" in sys.argv:
            print("  " + " ".join(sorted(declared[name] - seen[name])))
    gone = sorted(set(before) - set(now))
    found, of = map(sum, zip(*now.values()))
    print(f"{'all':14} {found:4} of {of:4} fields  {100 * found / of:5.1f} %")
    if "--accept" in sys.argv:
        baseline.write_text("protocol\tseen\tdeclared\n" + "".join(f"{name}\t{found}\t{of}\n" for name, (found, of) in now.items()))
        return 0
    for name in fallen:
        print(f"{name}: the share of its fields that golden files show has fallen; add a golden file that shows them (--missing names them)")
    for name in gone:
        print(f"{name} stands in coverage.tsv and is no protocol")
    return 1 if fallen or gone else 0


if __name__ == "__main__":
    sys.exit(main())
