#!/usr/bin/env python3
"""Compares what the decoders count with what tshark counts, over the corpus.

usage: conformance.py [--protocol NAME] [--dump PROGRAM] [--corpus FOLDER]

The corpus is LANGYAN_CORPUS, else ../shared/corpus beside the checkout; without it nothing is compared,
which is said. Every row that differs is explained in docs/conformance/<protocol>.md, with both its counts.
What is counted of a protocol stands in <protocol>.cc beside this file.
"""
import argparse
import os
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
most_differences = 0.02  # of a protocol's rows
skipped = 77  # what ctest is told to take for a skipped test


def read_protocols(program):
    """ours -> the expectations it is held against"""
    protocols = {}
    for line in subprocess.run([program, "--protocols"], stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines():
        ours, theirs = line.split("\t")
        protocols.setdefault(ours, []).append(theirs)
    return dict(sorted(protocols.items()))


def read_expectations(corpus, names):
    """(file, field, direction, value) -> count"""
    rows = {}
    for name in names:
        with open(corpus / "expect" / f"{name}.tsv", encoding="utf-8") as lines:
            next(lines)
            for line in lines:
                file, field, direction, value, _name, count = line.rstrip("\n").split("\t")
                rows[file, field, direction, value] = int(count)
    return rows


def read_explanations(name):
    """The table of docs/conformance/<name>.md, where there is one: key -> (expected, ours)"""
    rows = {}
    page = root / "docs" / "conformance" / f"{name}.md"
    for line in page.read_text(encoding="utf-8").splitlines() if page.exists() else []:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 8 or cells[0] in ("file", "---"):
            continue
        key = tuple(cells[:4])
        if key in rows:
            sys.exit(f"{page} explains {key} twice; leave one row.")
        if not cells[6] or not cells[7]:
            sys.exit(f"{page} names no frames or no reason for {key}.")
        rows[key] = int(cells[4]), int(cells[5])
    return rows


def count(program, corpus, names, files):
    output = subprocess.run([program, corpus, *files], stdout=subprocess.PIPE, check=True).stdout
    rows = {}
    for line in output.decode("utf-8", "replace").splitlines():
        cells = line.split("\t")
        if len(cells) == 6 and cells[0] in names:
            rows[tuple(cells[1:5])] = int(cells[5])
    return rows


def compare(name, expectations, program, corpus):
    """Prints one line and what is wrong; returns the files compared, whether all is well, and the line's numbers."""
    expected = read_expectations(corpus, expectations)
    explanations = read_explanations(name)
    files = sorted({key[0] for key in expected})
    ours = count(program, corpus, expectations, files)
    keys = sorted(set(expected) | set(ours))
    differing = {key: (expected.get(key, 0), ours.get(key, 0)) for key in keys if expected.get(key, 0) != ours.get(key, 0)}
    unexplained = {key: counts for key, counts in differing.items() if explanations.get(key) != counts}
    stale = [key for key in explanations if key not in differing]
    print(f"{name}: {len(files)} files, {len(keys)} rows, {len(keys) - len(differing)} equal, "
          f"{len(differing) - len(unexplained)} explained, {len(unexplained)} open")
    for key, (theirs, mine) in unexplained.items():
        print(f"  open: {' '.join(key)}: expected {theirs}, counted {mine}", end="")
        print(f", explained as {explanations[key]}" if key in explanations else "")
    for key in stale:
        print(f"  stale: {' '.join(key)} does not differ any more; take its row out of docs/conformance/{name}.md")
    too_many = len(differing) > most_differences * len(keys)
    if too_many:
        print(f"  {len(differing)} rows differ, more than {most_differences:.0%} of {len(keys)}")
    numbers = len(files), len(keys), len(keys) - len(differing), len(differing) - len(unexplained), len(unexplained)
    return set(files), bool(files) and not unexplained and not stale and not too_many, numbers


def find_dump():
    built = [path for path in root.glob("build/*/bin/conformance_dump") if os.access(path, os.X_OK)]
    if not built:
        sys.exit("conformance_dump is not built: cmake --build --preset release --target conformance_dump, or name it with --dump.")
    return max(built, key=lambda path: path.stat().st_mtime)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--protocol")
    parser.add_argument("--dump", type=pathlib.Path)
    parser.add_argument("--corpus", type=pathlib.Path)
    words = parser.parse_args()
    named = words.corpus or os.environ.get("LANGYAN_CORPUS")
    corpus = pathlib.Path(named) if named else root.parent / "shared" / "corpus"
    if not corpus.is_dir():
        if named:
            sys.exit(f"{corpus} is no folder; LANGYAN_CORPUS or --corpus names the corpus.")
        print(f"no corpus at {corpus}: nothing was compared")
        return skipped
    program = words.dump or find_dump()
    protocols = read_protocols(program)
    if words.protocol and words.protocol not in protocols:
        sys.exit(f"{words.protocol} is not compared; there are {', '.join(protocols)}.")
    names = [words.protocol] if words.protocol else list(protocols)
    results = [compare(name, protocols[name], program, corpus) for name in names]
    width = max(map(len, names))
    print(f"\n{'protocol':{width}} {'files':>6} {'rows':>6} {'equal':>6} {'explained':>10} {'open':>5}")
    for name, numbers in [*zip(names, (numbers for *_, numbers in results)), ("all", [sum(column) for column in zip(*(numbers for *_, numbers in results))])]:
        print("{:{width}} {:6} {:6} {:6} {:10} {:5}".format(name, *numbers, width=width))
    held = sum(1 for _ in open(corpus / "expect" / "files.tsv", encoding="utf-8")) - 1
    compared = len(set().union(*(files for files, *_ in results)))
    print(f"corpus: {held} files, {compared} compared")
    return 0 if compared and all(well for _, well, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
