#!/usr/bin/env python3
"""The rule language, keyword by keyword: each has a rule that fires as often as tshark counts, and one that stays silent.

usage: language_test.py BIN_FOLDER [TOPIC …]

A case of tests/rules/language/<topic>.yaml:

  keyword   one name of `langyan rules keywords`, or a list: then {keyword} in the rules stands for each in turn
  capture   pcaps/<capture>.pcap
  fires     a rule; msg and sid are added where it has none
  alerts    how many alerts it raises, counted without this program
  silent    a rule with the same keyword that must not fire, or a list of them; a case may have one of fires and silent only
  beside    rules that run with the case and are not counted (what sets a flowbit)
  alone     true: the capture is read for this case only (pass rules)
  set       settings, as of --set, for this case; such a case runs alone. {folder} is where its rules stand
  files     {name: content} beside its rules; such a case runs alone
  event     members each alert of the firing rule has: {alert.severity: 1}
"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from language_cases import as_list, completed, first_sid, read_cases

root = pathlib.Path(__file__).resolve().parents[2]
binary = pathlib.Path(sys.argv[1])
topics = set(sys.argv[2:])

# Keywords whose cases are still to be written. Nothing new belongs here.
pending = set()

failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED  " + what)


def member(event, path):
    for part in path.split("."):
        event = event.get(part) if isinstance(event, dict) else None
    return event


def alerts(capture, rules, settings, files):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        file = pathlib.Path(folder) / "case.rules"
        file.write_text("\n".join(rules) + "\n")
        given = [word for setting in settings for word in ("--set", setting.replace("{folder}", folder))]
        done = subprocess.run([binary / "langyan", "read", root / f"pcaps/{capture}.pcap", "--rules", file,
                               "--set", f"rules.classification={root / 'rules/classification.config'}",
                               "--set", "capture.copies_within=0s", *given],  # captures of faults have packets twice
                              capture_output=True, text=True)
    check(done.returncode == 0, f"{capture}: {done.stderr}")
    refused = [line for line in done.stderr.splitlines() if "case.rules:" in line]
    for line in refused:
        number = int(re.search(r"case\.rules:(\d+)", line).group(1))
        check(False, f"refused: {line.split('case.rules:')[1]}\n        {rules[number - 1]}")
    found = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        event = json.loads(line)
        if event["event_type"] == "alert":
            found[event["alert"]["signature_id"]].append(event)
    return found


cases = read_cases(topics)

groups = collections.defaultdict(list)  # cases that one reading of a capture answers
for number, (topic, case) in enumerate(cases):
    unknown = set(case) - {"keyword", "capture", "fires", "alerts", "silent", "beside", "alone", "set", "files", "event"}
    check(not unknown, f"{topic}: {case['keyword']}: a case has no {', '.join(sorted(unknown))}")
    check(("fires" in case) == ("alerts" in case), f"{topic}: {case['keyword']}: fires and alerts go together")
    own = number if case.get("alone") or case.get("set") or case.get("files") else None
    groups[(case["capture"], own)].append((topic, case))

sid, firing, silent = first_sid, set(), set()
for (capture, _), members in groups.items():
    rules, expected, settings, files = [], [], [], {}
    for topic, case in members:
        settings += as_list(case.get("set"))
        files |= case.get("files", {})
        for rule in as_list(case.get("beside")):
            sid += 1
            rules.append(completed(rule, sid)[0])
        for kind in ("fires", "silent"):
            for rule in as_list(case.get(kind)):
                sid += 1
                text, own = completed(rule, sid)
                rules.append(text)
                expected.append((own, case["alerts"] if kind == "fires" else 0, rule, topic, case))
        firing |= {case["keyword"]} if case.get("alerts") else set()
        silent |= {case["keyword"]} if "silent" in case else set()
    found = alerts(capture, rules, settings, files)
    for own, times, rule, topic, case in expected:
        check(len(found[own]) == times, f"{topic}: {case['keyword']} on {capture}: {len(found[own])} alerts, expected {times}\n        {rule}")
        for path, value in case.get("event", {}).items():
            got = {json.dumps(member(event, path)) for event in found[own]}
            check(got <= {json.dumps(value)}, f"{topic}: {case['keyword']} on {capture}: {path} is {', '.join(got)}, expected {json.dumps(value)}")

if not topics:
    table = subprocess.run([binary / "langyan", "rules", "keywords"], check=True, capture_output=True, text=True).stdout
    rows = [re.match(r"\| `([^`]+)` \| ([^|]*) \|", line) for line in table.splitlines()[2:]]
    keywords = {row.group(1) for row in rows if not row.group(2).endswith((" message", " item"))}
    named = {case["keyword"] for _, case in cases}
    fields = {row.group(1) for row in rows} - keywords  # which may have cases and need none
    check(not (named - keywords - fields), f"cases of what is no keyword: {', '.join(sorted(named - keywords - fields))}")
    check(not (pending - keywords), f"pending, and no keyword: {', '.join(sorted(pending - keywords))}")
    check(not (pending & firing & silent), f"pending, and has its cases: {', '.join(sorted(pending & firing & silent))}")
    check(not (keywords - pending - firing), f"no firing case: {', '.join(sorted(keywords - pending - firing))}")
    check(not (keywords - pending - silent), f"no silent case: {', '.join(sorted(keywords - pending - silent))}")
    print(f"{len(keywords)} keywords, {len(pending)} of them pending", end="; ")
print(f"{len(cases)} cases over {len({case['capture'] for _, case in cases})} captures: {len(failures)} failed")
sys.exit(1 if failures else 0)
