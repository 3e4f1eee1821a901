#!/usr/bin/env python3
"""docs/reference/ and the console's table of fields are what the programs print, and so are the sids of protocols in
docs/design/0013: each protocol has a block of 100 to itself. usage: reference_test.py BIN_FOLDER [--accept]"""
import difflib
import json
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
tool = pathlib.Path(sys.argv[1]) / "langyan"
pages = {
    "docs/reference/fields.md": ("fields", "--markdown"),
    "docs/reference/detections.md": ("catalogue", "--markdown"),
    "docs/reference/rules.md": ("rules", "keywords"),
    "src/console/src/generated/fields.ts": ("fields", "--typescript"),
}
sid_page, sid_mark = "docs/design/0013-many-protocols.md", "<!-- sids: tests/reference_test.py BIN_FOLDER --accept -->\n"


def output(*words):
    return subprocess.run([tool, *words], check=True, capture_output=True, text=True).stdout


def sid_blocks():
    """protocol -> the blocks of 100 its detections lie in"""
    blocks = {protocol["name"]: set() for protocol in json.loads(output("fields", "--json"))["protocols"]}
    for detection in json.loads(output("catalogue", "--json"))["detections"]:
        protocol = detection["name"].partition(".")[0]
        if protocol in blocks:
            blocks[protocol].add(detection["sid"] // 100)
    return blocks


def misplaced_sids(blocks):
    owners = {}
    for protocol, numbers in blocks.items():
        for number in numbers:
            owners.setdefault(number, []).append(protocol)
    return ([f"sids of {protocol} lie in {len(numbers)} blocks of 100: {sorted(numbers)}; one is its own"
             for protocol, numbers in blocks.items() if len(numbers) > 1] +
            [f"sids {number}00 to {number}99 are shared by {', '.join(names)}" for number, names in owners.items() if len(names) > 1])


def with_sids(page, blocks):
    rows = sorted((min(numbers), protocol) for protocol, numbers in blocks.items() if numbers)
    head, _, _ = page.partition(sid_mark)
    return head + sid_mark + "| sids | protocol |\n|---|---|\n" + "".join(f"| {n}00–{n}99 | `{protocol}` |\n" for n, protocol in rows)


blocks = sid_blocks()
wrong = misplaced_sids(blocks)
print("\n".join(wrong), end="\n" if wrong else "")
failed = int(bool(wrong))
for name, words in {**pages, sid_page: ()}.items():
    path = root / name
    now = output(*words) if words else with_sids(path.read_text(), blocks)
    before = path.read_text() if path.exists() else ""
    if now == before:
        continue
    if "--accept" in sys.argv:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now)
        continue
    failed += 1
    diff = difflib.unified_diff(before.splitlines(), now.splitlines(), name, f"langyan {' '.join(words or ['catalogue'])}", lineterm="", n=0)
    print("\n".join(list(diff)[:10]))
    print(f"stale: tests/reference_test.py {sys.argv[1]} --accept writes it anew")
print(f"{len(pages) + 2 - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
