#!/usr/bin/env python3
"""Two weeks of the water works: the first is learned, the second enforced. On ordinary days at most one false deviation
per 100 devices and day; of the acts planted in the second week each is found, with an explanation that names what came.

usage: habits_test.py BIN_FOLDER [--hours N] [--thin N] [--seed N] [--keep FOLDER]
"""
import argparse
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
most_false = 1.0  # per 100 devices and simulated day
late = {"period_changed": 6 * 3600, "poll_stopped": 6 * 3600, "sender_silent": 6 * 3600}  # what only time shows, s
soon = 900
# Kinds that also say what was planted: who is new in more than one way is told once, by the heaviest.
alike = {
    "new_writer": ("new_writer", "new_peer", "new_protocol", "second_master"),
    "sender_silent": ("sender_silent", "poll_stopped"),
    "second_master": ("second_master", "new_peer"),
    "new_verb": ("new_verb", "new_peer", "new_programmer"),
}
elsewhere = ("scan", "identify", "download", "new_asset")  # told by rules of behaviour and by the inventory
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        failures.append(what)


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00").replace("+0000", "+00:00")).timestamp()


def make(folder, name, options, *acts):
    out = folder / f"{name}.pcap"
    if not out.exists():
        words = [word for act in acts for word in ("--act", act)]
        subprocess.run([sys.executable, here / "make_plant.py", out, "--hours", str(options.hours), "--thin", str(options.thin), "--seed", str(options.seed), *words],
                       check=True, capture_output=True)
    return out, json.loads(out.with_suffix(".json").read_text())


def run(folder, capture, options, windows=()):
    """Events that tell of habits, identities and assets, of the enforced half."""
    file = folder / "windows.yaml"
    file.write_text("windows:\n" + "".join(f"  - {json.dumps(each)}\n" for each in windows) if windows else "")
    done = subprocess.run(
        [options.bin / "langyan", "read", capture, "--no-flows", "--no-stats", "--set", "baseline.mode=learn",
         "--set", f"baseline.learn_for={round(options.hours * 1800)}s", "--set", f"baseline.maintenance={file}"],
        capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"FAILED: langyan read ended with {done.returncode}: {done.stderr[-400:]}")
    events = [json.loads(line) for line in done.stdout.splitlines() if '"baseline"' in line or '"alert"' in line or '"asset"' in line]
    return [event for event in events if isinstance(event.get("baseline"), dict) or event["event_type"] in ("alert", "asset")]


def kind(event):
    return event["baseline"]["kind"] if isinstance(event.get("baseline"), dict) else ""


def answers(event, act):
    """Whether the event tells of the act: its kind, its ends, and soon enough."""
    wanted = alike.get(act["kind"], (act["kind"],))
    after = seconds(event["timestamp"]) - seconds(act["time"])
    if not -2 <= after <= late.get(act["kind"], soon):
        return False
    if act["kind"] == "new_asset":
        return event["event_type"] == "asset" and act["source_ip"] in json.dumps(event)
    if act["kind"] in ("scan", "identify", "download"):
        return event["event_type"] == "alert" and act["source_ip"] in (event.get("src_ip"), event.get("dest_ip")) and not kind(event).startswith("new_p")
    if kind(event) not in wanted:
        return False
    said = event["baseline"]
    if act["kind"] == "sender_silent":  # told of the conversation whose pace shows it first
        return act["source_ip"] in (said["client"], said["server"])
    return {said["client"], said["server"]} >= {act["source_ip"]} and act.get("destination_ip") in (said["client"], said["server"])


def explained(event, act):
    if act["kind"] in elsewhere:
        return True
    text = event["baseline"]["explanation"]
    if act["kind"] == "sender_silent":
        return act["source_ip"] in text and "no longer" in text
    return act["source_ip"] in text and act["destination_ip"] in text and (act["kind"] != "value_range" or str(act["value"]) in text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--hours", type=float, default=336)
    parser.add_argument("--thin", type=float, default=40)
    parser.add_argument("--seed", type=int, default=7, help="another seed is another fortnight of the same works")
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the captures; those that are there are taken")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        clean, said = make(folder, "clean", options)
        false = [event for event in run(folder, clean, options) if kind(event) and event["event_type"] == "alert"]
        rate = len(false) / (len(said["devices"]) / 100) / (options.hours / 48)
        print(f"\nordinary days: {len(said['devices'])} devices, {options.hours / 48:g} days enforced, {len(false)} false deviations")
        for event in false:
            print(f"  {event['timestamp'][:16]} {kind(event):15} {event['baseline']['explanation']}")
        check(rate <= most_false, f"{rate:.2f} false deviations per 100 devices and day, at most {most_false:g}")

        planted, said = make(folder, "planted", options, "story", "deviations")
        windows = [{"name": each["reason"], "who": each["who"], "verbs": each["verbs"], "from": each["from"], "to": each["to"]} for each in said["windows"]]
        events = run(folder, planted, options, windows)
        print(f"\n{'planted':20} {'kind':15} {'told as':15} {'after':>7}  explanation")
        for act in said["acts"]:
            found = sorted((event for event in events if answers(event, act)), key=lambda event: (kind(event) != act["kind"], seconds(event["timestamp"])))
            best = found[0] if found else None
            after = f"{seconds(best['timestamp']) - seconds(act['time']):.0f} s" if best else "-"
            text = best["baseline"]["explanation"] if best and kind(best) else best["alert"]["signature"] if best and "alert" in best else "inventory" if best else ""
            print(f"{act['act']:20} {act['kind']:15} {(kind(best) or best['event_type']) if best else 'NOT FOUND':15} {after:>7}  {text}")
            if act["alarm"]:
                check(best and explained(best, act), f"{act['act']}: found and explained")
            else:
                covered = [event for event in found if kind(event)]
                check(covered and all(event["event_type"] == "baseline" and event.get("maintenance") in [window["name"] for window in windows] for event in covered),
                      f"{act['act']}: in the log, marked with its window, no alert")
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
