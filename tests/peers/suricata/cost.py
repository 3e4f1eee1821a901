#!/usr/bin/env python3
"""What a packet costs Suricata and the sensor: CPU time of all threads, user and system, with the same rules.

usage: cost.py BUILD [--repeats 5] [--rules 1000] [--only plant|mixed]

A packet's cost is the slope between a capture and one five times as long, so what happens once (start, rules) is not in
it. Three ways to run, in turns, so that each pair does the same work:
  alerts  both write alerts alone: the sensor's operations, flows, assets, anomalies and habits are off
  events  both write all they can say of this traffic
  usual   Suricata writes alerts alone, the sensor all it writes unless told otherwise
Suricata has its own defaults for chunks of streams here, where suricata.yaml asks for what is comparable octet by octet.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
root = here.parents[2]
captures = {"plant": (200_000, 200), "mixed": (60_000, 2_000)}  # packets of the shorter one, conversations
longer = 5
all_types = "alert, anomaly, flow, stats, http, dns, tls, ssh, smb, dcerpc, smtp, ftp, snmp, mqtt, modbus, dnp3, files"
ports = "{HTTP_PORTS: [80,81,3128,8000,8008,8080,8888], MODBUS_PORTS: [502], DNP3_PORTS: [20000]}"
alone = [f"--set={part}" for part in ("eve.operations=false", "eve.flows=false", "eve.anomalies=false", "eve.assets=false",
                                      "eve.packets=false", "eve.stats_interval=0s", "baseline.mode=off")]


def settings(types):
    text = (here / "suricata.yaml").read_text()
    for mine, default in (("types: [alert]", f"types: [{types}]"), ("inline: yes", "inline: no"),
                          ("toserver-chunk-size: 16, toclient-chunk-size: 16", "toserver-chunk-size: 2560, toclient-chunk-size: 2560"),
                          ("randomize-chunk-size: no, ", "")):
        if mine not in text:
            sys.exit(f"cost.py: suricata.yaml has no “{mine}”")
        text = text.replace(mine, default)
    return text


def cpu_seconds(command, folder):
    folder.mkdir()
    with open(folder / "said", "wb") as said:
        child = subprocess.Popen([str(part) for part in command], stdout=said, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"cost.py: {command[0]} ended with {child.returncode}:\n{(folder / 'said').read_text()[-2000:]}")
    eve = folder / "eve.json"
    alerts = events = 0
    with open(eve, "rb") as lines:
        for line in lines:
            events += 1
            alerts += b'"event_type":"alert"' in line
    return used.ru_utime + used.ru_stime, alerts, events


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--only", choices=captures)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rules = folder / "peer.rules"
        with open(rules, "w") as file:
            subprocess.run([sys.executable, root / "tests/bench/make_rules.py", str(args.rules), "--suricata"], stdout=file, check=True)
        for word, types in (("alerts", "alert"), ("events", all_types)):
            (folder / f"{word}.yaml").write_text(settings(types))

        def suricata(word, capture, out):
            return ["suricata", "-c", folder / f"{word}.yaml", "-S", rules, "-r", capture, "-l", out, "-k", "none", "--runmode", "single"]

        def sensor(more, capture, out):
            return [args.build / "bin/langyan-sensor", "-q", "-r", capture, "-l", out, f"--set=rules.files=[{rules}]", f"--set=rules.ports={ports}", *more]

        sides = {"suricata, alerts": lambda *at: suricata("alerts", *at), "suricata, events": lambda *at: suricata("events", *at),
                 "sensor, alerts": lambda *at: sensor(alone, *at), "sensor, events": lambda *at: sensor([], *at)}
        for traffic in [args.only] if args.only else captures:
            packets, conversations = captures[traffic]
            made = [folder / f"{traffic}-{times}.pcap" for times in (1, longer)]
            for capture, times in zip(made, (1, longer)):
                subprocess.run([args.build / "bin/make_capture", root / "pcaps", capture, str(packets * times), str(conversations),
                                *(["mixed"] if traffic == "mixed" else [])], check=True, stdout=subprocess.DEVNULL)
            slopes = {side: [] for side in sides}
            told = {}
            for turn in range(args.repeats):
                for side, command in sides.items():
                    seconds = []
                    for number, capture in enumerate(made):
                        out = folder / f"{traffic}-{turn}-{side.replace(', ', '-')}-{number}"
                        used, *told[side] = cpu_seconds(command(capture, out), out)
                        seconds.append(used)
                        (out / "eve.json").unlink()
                    slopes[side].append((seconds[1] - seconds[0]) / (packets * (longer - 1)) * 1e6)
            print(f"{traffic}: {args.rules} rules, {packets} and {packets * longer} packets, {conversations} conversations, {args.repeats} turns")
            for side, of in slopes.items():
                alerts, events = told[side]
                print(f"  {side:17} {min(of):6.2f} µs a packet at best, median {statistics.median(of):6.2f}; {alerts} alerts, {events} lines")
            for word, theirs, ours in (("alerts", "suricata, alerts", "sensor, alerts"), ("events", "suricata, events", "sensor, events"),
                                       ("usual", "suricata, alerts", "sensor, events")):
                ratios = [a / b for a, b in zip(slopes[theirs], slopes[ours])]
                print(f"  {word:6} {statistics.median(ratios):5.2f} times as fast (median of turns; {min(ratios):.2f} to {max(ratios):.2f})", flush=True)


main()
