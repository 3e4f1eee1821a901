#!/usr/bin/env python3
"""The story that run.sh opens with, read with all rules, habits, ledger and maintenance windows as its people would set
them: every act is told and by whom, announced work raises nothing but stays in the log, and without its window it does.

usage: story_test.py BIN_FOLDER
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
root = here.parents[1]
binary = pathlib.Path(sys.argv[1]) / "langyan-sensor"
most_alerts = 60  # of 36 hours: what a person reads through in some minutes
# What tells of an act: sids of which each must come, from the source that the label names.
tells = {
    ("scan", "scan"): (9107700, 9107702),
    ("identify", "identify"): (9120030,),
    ("first-writer", "new_writer"): (9120020, 9107607),
    ("beyond-range", "value_range"): (9107611,),
    ("stop-download", "new_programmer"): (9120150, 9107608),
    ("stop-download", "download"): (9120154, 9120157, 9120920),
}
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def read(folder, capture, *settings):
    out = folder / "eve.json"
    out.unlink(missing_ok=True)
    words = [word for each in (f"eve.file={out}", "eve.flows=false", *settings) for word in ("--set", each)]
    subprocess.run([binary.absolute(), "-q", "-c", capture.with_suffix(".yaml"), "-r", capture, *words], check=True, capture_output=True, cwd=root)
    return [json.loads(line) for line in out.read_text().splitlines()]


def sid(event):
    return event["alert"]["signature_id"] if "alert" in event else 0


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    capture = folder / "works.pcap"
    subprocess.run([sys.executable, here / "make_plant.py", capture, "--hours", "36", "--thin", "60", "--act", "story", "--until", "now", "--settings"],
                   check=True, capture_output=True)
    said = json.loads(capture.with_suffix(".json").read_text())
    events = read(folder, capture)
    alerts = [event for event in events if event["event_type"] == "alert"]
    by_source = collections.Counter((sid(event), event.get("src_ip")) for event in alerts)
    for act in said["acts"]:
        if act["alarm"]:
            for each in tells[act["act"], act["kind"]]:
                check(by_source[each, act["source_ip"]], f"{act['act']}: {each} tells of {act['source']}")
    announced = next(act for act in said["acts"] if not act["alarm"])
    window = next(each for each in said["windows"] if each["zone"] == "filters" and "download" in each["verbs"])

    def of_announced(events, kind):
        return [event for event in events if event["event_type"] == kind and event.get("src_ip") == announced["source_ip"] and
                event.get("dest_ip") == announced["destination_ip"] and window["from"] <= event["timestamp"] <= window["to"]]

    check(not of_announced(events, "alert"), "the announced download raises nothing")
    logged = of_announced(events, "maintenance")
    check({sid(event) for event in logged} == {9120154, 9120157} and all(event["maintenance"] == window["reason"] for event in logged),
          "what rules say of it stays in the log, under the name of its window")
    check([event["maintenance"] for event in of_announced(events, "baseline")] == [window["reason"]], "what habits say of it, too")
    backups = [event for event in events if event.get("maintenance") == "weekly backup of programs"]
    check({sid(event) for event in backups} >= {9120160} and not any(sid(event) == 9120160 for event in alerts), "the weekly backup of programs raises nothing")
    check(len(alerts) <= most_alerts, f"{len(alerts)} alerts in 36 hours, at most {most_alerts}")
    bare = read(folder, capture, "baseline.maintenance=")
    check({sid(event) for event in of_announced(bare, "alert")} >= {9120154, 9120157, 9107608}, "without its window the same download alarms")
    workers = read(folder, capture, "pipeline.workers=3")
    check([(event["timestamp"], sid(event), event.get("maintenance")) for event in workers if sid(event)] ==
          [(event["timestamp"], sid(event), event.get("maintenance")) for event in events if sid(event)], "three workers say the same in the same order")
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)
