#!/usr/bin/env python3
"""The project's own rules: every one has texts in both languages, a capture that fires it as often as said and
one like it on which it is silent; the captures written for the rules raise nothing else; no rule over all
protocols says of a packet what a protocol's own rule says; routine traffic raises nothing.

usage: rules_test.py BIN_FOLDER [--noise]
--noise prints how often each rule fires over all of pcaps/, and over ../shared/corpus where that is there.
"""
import collections
import sys

import yaml

from captures import Reader, cases, of_pcaps, root, rules

# Captures without anything an engineer on call would want to be told.
routine = """it/office it/ping it/arp modbus/poll modbus/write-by-master s7comm/poll-read iec104/monitor-only iec104/sequence-of-elements
cclink_ie/cyclic ether_sio/exchange ge_egd/production rtps/ddsperf s7comm_plus/panel flow/duplicated""".split()
# Rules that tell who, how often or whose work it is, not what: these may come along with any other.
of_circumstance = range(9_120_900, 9_121_400)
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED  " + what)


def check_texts(own):
    texts = {}
    for file in sorted((root / "rules").glob("*.yaml")):
        for sid, text in (yaml.safe_load(file.read_text()) or {}).items():
            check(sid not in texts, f"{file.name}: {sid} has two texts")
            texts[sid] = (file.stem, text)
    check(set(own) == set(texts), f"rules without texts {sorted(set(own) - set(texts))}, "
                                  f"texts without rule {sorted(set(texts) - set(own))}")
    said = collections.defaultdict(list)
    for sid, (theme, text) in texts.items():
        rule = own.get(sid)
        if rule is None:
            continue
        check(rule.theme == theme, f"{sid}: its text stands in {theme}.yaml, its rule in {rule.theme}.rules")
        check(rule.technique and rule.technique == text.get("technique"), f"{sid}: rule and text name other techniques")
        for part in ("title", "meaning", "advice"):
            for language in ("en", "zh"):
                check(text.get(part, {}).get(language), f"{sid}: {part} is not there in {language}")
        check(f'msg:"{text["title"]["en"]}"' in rule.line, f"{sid}: message and title differ")
        said[text["title"]["en"]].append(sid)
        said[text["meaning"]["en"]].append(sid)
    for words, sids in said.items():
        check(len(sids) == 1, f"{sids} all say: {words}")


def check_cases(own, listed, found):
    check(set(listed) == set(own), f"rules without a case {sorted(set(own) - set(listed))}, "
                                   f"cases without rule {sorted(set(listed) - set(own))}")
    meant = collections.defaultdict(dict)
    for sid, case in listed.items():
        check(case["fires"] and case["silent"], f"{sid} needs a firing and a silent capture")
        for capture, times in case["fires"].items():
            meant[capture][sid] = times
        for capture in case["silent"]:
            check(not found[capture][sid], f"{sid} fires on {capture}, where it must not")
    for capture, sids in found.items():
        wanted = meant.get(capture, {})
        for sid in sorted(set(wanted) | (set(sids) & set(own) if capture.startswith("wire/") else set())):
            check(sids[sid] == wanted.get(sid, 0), f"{sid} on {capture}: {sids[sid]} alerts, expected {wanted.get(sid, 0)}")


def check_together(own, alerts):
    """A general rule and a protocol's own about the same packet."""
    for capture, fired in alerts.items():
        of_packet = collections.defaultdict(set)
        for sid, flow, packet in fired:
            of_packet[flow, packet].add(sid)
        for (_, packet), sids in of_packet.items():
            general = {s for s in sids if s in own and own[s].general and s not in of_circumstance}
            special = {s for s in sids if s in own and not own[s].general and s not in of_circumstance}
            check(not (general and special), f"{capture}, packet {packet}: {sorted(general)} say what {sorted(special)} say")


def print_noise(own, counted, where):
    print(f"alerts by rule over {where}:")
    for sid, times in counted.most_common():
        print(f"  {times:6} {sid} {own[sid].line.split(chr(34))[1] if sid in own else ''}")


reader = Reader(sys.argv[1])
checked = reader.check()
check(checked.returncode == 0 and ", 0 refused, 0 warnings" in checked.stdout, "langyan rules check: " + checked.stdout)
own, listed = rules(), cases()
check_texts(own)
named = {capture for case in listed.values() for capture in (*case["fires"], *case["silent"])}
alerts = reader.all_alerts(sorted(named | set(reader.wire) | set(of_pcaps())))
found = {capture: collections.Counter(sid for sid, _, _ in fired) for capture, fired in alerts.items()}
check_cases(own, listed, found)
check_together(own, alerts)
for capture in routine:
    check(not found[capture], f"{capture} is routine and raises {dict(found[capture])}")
if "--noise" in sys.argv:
    print_noise(own, sum((found[c] for c in of_pcaps()), collections.Counter()), "pcaps/")
    corpus = root.parent / "shared/corpus"
    if corpus.exists():
        events = reader.events(corpus)
        print_noise(own, collections.Counter(e["alert"]["signature_id"] for e in events if e["event_type"] == "alert"), "the corpus")
    else:
        print("no ../shared/corpus here: its alerts are not counted")
print(f"{len(own)} rules over {len(found)} captures, {len(reader.wire)} of them written for it: {len(failures)} failed")
sys.exit(1 if failures else 0)
