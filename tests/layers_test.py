#!/usr/bin/env python3
"""A room includes only rooms on lower lines, and rooms on one line do not know each other.

The lines are those of `layers` in the top CMakeLists.txt; a parser sees only fields and parsers/wire.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent


def layers():
    text = (root / "CMakeLists.txt").read_text()
    body = re.search(r"set\(layers\n(.*?)\)", text, re.S).group(1)
    return {room: line for line, rooms in enumerate(body.strip().splitlines()) for room in rooms.split()}


def room_of(path):
    parts = path.relative_to(root).parts
    return parts[0] if parts[0] in ("parsers", "tests") else "/".join(parts[:2])


def included_room(name):
    first = name.split("/")[0]
    if first in ("parsers", "tests"):
        return first
    return "src/" + first if (root / "src" / first).is_dir() else None


def faults(order):
    for path in sorted([*root.glob("src/**/*.h"), *root.glob("src/**/*.cc"), *root.glob("parsers/**/*.h"),
                        *root.glob("parsers/**/*.cc")]):
        room = room_of(path)
        is_test = path.name.endswith("_test.cc")
        if room not in order:
            yield f"{path.relative_to(root)}: {room} is on no line of `layers` in CMakeLists.txt"
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#include\s+"([^"]+)"', line)
            if not found:
                continue
            name, where = found.group(1), f"{path.relative_to(root)}:{number}"
            other = included_room(name)
            if other is None:
                yield f'{where}: "{name}" is not given by its full path'
            elif other == room:
                if room == "parsers":
                    mine, theirs = path.relative_to(root).parts[1], name.split("/")[1]
                    if theirs not in (mine, "wire"):
                        yield f"{where}: parser {mine} includes parser {theirs}"
            elif room == "parsers" and other not in ("src/fields", "src/base"):
                yield f"{where}: a parser sees only fields, base and parsers/wire, not {other}"
            elif order.get(other, 99) >= order[room] and not (is_test and other == "tests"):
                yield f"{where}: {room} includes {other}, which is not below it"


found = list(faults(layers()))
for fault in found:
    print(fault)
print(f"{len(found)} includes against the drawing")
sys.exit(1 if found else 0)
