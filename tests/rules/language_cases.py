#!/usr/bin/env python3
"""The cases of tests/rules/language/, as language_test.py describes them. As a program it writes the rules of those that
need no settings and no files beside them: one set with every keyword, for the fuzz target engine.

usage: language_cases.py FILE
"""
import pathlib
import re
import sys

import yaml

folder = pathlib.Path(__file__).resolve().parent / "language"
first_sid = 1_000_000


def as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def filled(case, keyword):
    """The case of one keyword, its name in place of {keyword}."""
    def fill(value):
        return [each.replace("{keyword}", keyword) for each in value] if isinstance(value, list) else value.replace("{keyword}", keyword)
    rules = {kind: fill(case[kind]) for kind in ("fires", "silent", "beside") if kind in case}
    return {**case, "keyword": keyword, **rules}


def completed(rule, sid):
    """The rule with the msg and sid it lacks, and its sid."""
    own = re.search(r"[(;]\s*sid\s*:\s*(\d+)\s*;", rule)
    added = "" if re.search(r"[(;]\s*msg\s*:", rule) else f'msg:"case {sid}"; '
    added += "" if own else f"sid:{sid}; "
    return rule.replace("(", "(" + added, 1), int(own.group(1)) if own else sid


def read_cases(topics=()):
    """[(topic, case of one keyword)]; no topics: all."""
    cases = []
    for file in sorted(folder.glob("*.yaml")):
        if not topics or file.stem in topics:
            for case in yaml.safe_load(file.read_text()) or []:
                cases += [(file.stem, filled(case, keyword)) for keyword in as_list(case["keyword"])]
    return cases


def plain_rules():
    sid = first_sid
    for _, case in read_cases():
        if case.get("alone") or case.get("set") or case.get("files"):
            continue
        for kind in ("beside", "fires", "silent"):
            for rule in as_list(case.get(kind)):
                sid += 1
                yield completed(rule, sid)[0]


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_text("\n".join(plain_rules()) + "\n")
