#!/usr/bin/env python3
"""How sources are laid out: code within 120 columns, comments within 140, a file within 600 lines; and that clang 14, which the fuzzers
are built with, can read them: it knows no std::ranges::subrange of the library of gcc 12, nor what answers one.

Tables between `clang-format off` and `clang-format on` may be wider, and what stands in quotes is not counted, so that a line of
JSON stays one. `clang-format --lines=N:N -i FILE` (.clang-format) lays out what is told here.

usage: layout_test.py
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
most_columns, most_comment, most_lines = 120, 140, 600

subranges = re.compile(r"\branges::(subrange|unique|remove|remove_if|partition|stable_partition|rotate|search|search_n|find_end|equal_range)\b|\bviews::")


def unquoted(line):
    """`line` without what stands between its first and its last quote; a line that begins with one stands in a raw string."""
    return re.sub(r'".*"|^\s*\{?".*', '""', line)


def faults(path):
    lines = path.read_text().splitlines()
    name = path.relative_to(root)
    if len(lines) > most_lines:
        yield f"{name}: {len(lines)} lines are two ideas; {most_lines} at most"
    table = False
    for number, line in enumerate(lines, 1):
        table = (table or "clang-format off" in line) and "clang-format on" not in line
        most = most_comment if line.lstrip().startswith("//") else most_columns
        if len(line) > most and not table and len(unquoted(line)) > most:
            yield f"{name}:{number}: {len(line)} columns; {most} at most"
        if (answers := subranges.search(line.split("//")[0])):
            yield f"{name}:{number}: clang 14 cannot compile {answers.group()} with the library of gcc 12; use the algorithm of iterators"


sources = sorted(path for folder in ("src", "parsers", "tests") for ending in ("h", "cc") for path in (root / folder).rglob(f"*.{ending}")
                 if "node_modules" not in path.parts)
found = [fault for path in sources for fault in faults(path)]
print("\n".join(found[:100]))
print(f"{len(sources)} files, {len(found)} not laid out as agreed")
sys.exit(1 if found or not sources else 0)
