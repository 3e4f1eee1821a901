#!/usr/bin/env python3
"""What an alert carries from before its packet: the packets of its flow, with numbers, times and octets of the capture.

usage: packets_before_test.py BIN_FOLDER
A rule that hits each packet makes the alerts themselves say which packets a flow had before.
"""
import base64
import collections
import datetime
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "pcaps"))
from tools import pcapfile  # noqa: E402

binary = pathlib.Path(sys.argv[1]) / "langyan"
folder = tempfile.TemporaryDirectory()
kept = 284  # octets of each packet before
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def rules(name, text):
    path = pathlib.Path(folder.name) / name
    path.write_text(text + "\n")
    return path


every = rules("every.rules", 'alert pkthdr any any -> any any (msg:"each packet"; dsize:>=0; sid:1;)')
fifth = rules("fifth.rules", 'alert tcp any any -> any any (msg:"a fifth"; flow:to_server; threshold:type threshold,track by_src,count 5,seconds 60; sid:2;)')


def read(capture, file, *sets, carrying=100_000):
    options = [word for each in (f"caps.pipeline.packets_before={carrying}", *sets) for word in ("--set", each)]
    return subprocess.run([binary, "read", root / f"pcaps/{capture}.pcap" if isinstance(capture, str) else capture, "--no-flows", "--rules", file, *options],
                          capture_output=True, text=True)


def alerts(*arguments, **named):
    done = read(*arguments, **named)
    if done.returncode:
        sys.exit(f"FAILED: {done.stderr}")
    return [event for event in map(json.loads, done.stdout.splitlines()) if event["event_type"] == "alert"]


def written(packet):
    time = datetime.datetime.fromtimestamp(packet.ns // 1000 // 10**6, datetime.UTC)
    return f"{time:%Y-%m-%dT%H:%M:%S}.{packet.ns // 1000 % 10**6:06d}+0000"


def wanted(link, packet, number, direction):
    info = {"linktype": link}
    if packet.original > min(len(packet.data), kept):
        info["length"] = packet.original
    return {"timestamp": written(packet), "pcap_cnt": number, "direction": direction,
            "packet": base64.b64encode(packet.data[:kept]).decode(), "packet_info": info}


def compare(capture, most, found, packets, link):
    """Whether each alert carries exactly the last `most` packets of its flow; how many it were at most and in all."""
    before, longest, carried = collections.defaultdict(list), 0, 0
    for alert in found:
        packet = packets[alert["pcap_cnt"] - 1]
        flow = alert.get("flow_id")
        expected = before[flow][-most:] if flow and most else []
        if alert.get("packets_before", []) != expected or ("packets_before" in alert) != bool(expected):
            return check(False, f"{capture}, packet {alert['pcap_cnt']}: {json.dumps(alert.get('packets_before'))[:600]}")
        longest, carried = max(longest, len(expected)), carried + len(expected)
        if flow:
            before[flow].append(wanted(link, packet, alert["pcap_cnt"], alert["direction"]))
    check(len(found) == len(packets), f"{capture}: an alert for each of {len(packets)} packets, {carried} packets before them, {longest} at most")
    return longest


for capture, least in (("modbus/poll", 8), ("modbus/many-writers", 8), ("goose/trip-and-forgery", 5), ("it/office", 8), ("it/arp", 0), ("decode/qinq", 0)):
    path = root / f"pcaps/{capture}.pcap"
    link, packets = pcapfile.read(path)
    check(compare(capture, 8, alerts(capture, every), packets, link) >= least, f"{capture}: rings are full")
    compare(f"{capture}, 3", 3, alerts(capture, every, "eve.packets_before=3"), packets, link)
    compare(f"{capture}, off", 0, alerts(capture, every, "eve.packets_before=0"), packets, link)

# Of a packet that is too long its beginning, and how long it was.
link, packets = pcapfile.read(root / "pcaps/modbus/poll.pcap")
long = [pcapfile.Packet(packet.ns, packet.data + bytes(i % 3 * 700)) for i, packet in enumerate(packets)]
made = pathlib.Path(folder.name) / "long.pcap"
pcapfile.write(made, [packet.cut(1000) if i % 5 == 0 else packet for i, packet in enumerate(long)])
link, packets = pcapfile.read(made)
compare("with padding, cut", 8, alerts(made, every), packets, link)
check(any(len(packet.data) > kept for packet in packets) and any(packet.original > len(packet.data) for packet in packets), "some were too long, some cut")

# A datagram in fragments is there with those that came before its last.
whole = rules("whole.rules", 'alert tcp any 502 -> any any (msg:"an answer that was in pieces"; flow:to_client; dsize:>100; sid:3;)')
link, packets = pcapfile.read(root / "pcaps/decode/ipv4-fragments.pcap")
found = alerts("decode/ipv4-fragments", whole, "capture.copies_within=0s")
for alert in found:
    own = alert["pcap_cnt"]
    pieces = [number for number, packet in enumerate(packets[:own - 1], 1)
              if packet.data[18:20] == packets[own - 1].data[18:20] and packet.data[20] & 0x3f | packet.data[21]]
    carried = [each["pcap_cnt"] for each in alert.get("packets_before", [])]
    check(len(pieces) > 1 and carried[-len(pieces[-8:]):] == pieces[-8:], f"ipv4-fragments, packet {own}: {pieces} are among {carried}")
check(len(found) == 6, f"ipv4-fragments: {len(found)} answers")

# What a threshold holds back until the merge carries what it carried when its packet passed.
one, two = (alerts("modbus/poll", fifth, f"pipeline.workers={workers}") for workers in (1, 2))
same = [(each["pcap_cnt"], each.get("packets_before")) for each in one] == [(each["pcap_cnt"], each.get("packets_before")) for each in two]
check(len(one) > 3 and same and all(each["packets_before"][-1]["pcap_cnt"] < each["pcap_cnt"] for each in one), f"{len(one)} alerts of a threshold, the same with 1 and 2 workers")

# What is not as it was learned carries them where it is an alert, not where it is only logged.
none, learned = rules("none.rules", "# none"), pathlib.Path(folder.name) / "learned.json"
read("modbus/poll", none, f"baseline.file={learned}", "baseline.mode=learn", "baseline.learn_for=1m")
for mode in ("enforce", "review"):
    shutil.copy(learned, used := learned.with_name(f"{mode}.json"))
    lines = read("modbus/many-writers", none, f"baseline.file={used}", f"baseline.mode={mode}").stdout.splitlines()
    found = [event for event in map(json.loads, lines) if "packet" in event]
    check(found and all(("packets_before" in event) == (event["event_type"] == "alert") == (mode == "enforce") for event in found),
          f"{mode}: {len(found)} deviations")

check(not any("packets_before" in alert for alert in alerts("modbus/poll", every, "eve.strict=true")), "strict: none")
check(not any("packet" in alert or "packets_before" in alert for alert in alerts("modbus/poll", every, "eve.packets=false")), "without packets: none")
refused = read("modbus/poll", every, "eve.packets_before=33")
check(refused.returncode != 0 and "eve.packets_before" in refused.stderr, "33 are refused: " + refused.stderr.strip()[:200])

# In a second so many alerts as the cap says.
plain, few = alerts("modbus/poll", every), alerts("modbus/poll", every, carrying=1)
seconds = collections.Counter(re.sub(r"\..*", "", alert["timestamp"]) for alert in few if "packets_before" in alert)
stats = [json.loads(line) for line in read("modbus/poll", every, carrying=1).stdout.splitlines() if '"event_type":"stats"' in line][-1]
alone = sum("packets_before" in alert for alert in plain) - sum(seconds.values())
check(len(few) == len(plain) and max(seconds.values()) == 1 and alone > 0, f"one a second carries some, {alone} do not")
check(stats["stats"]["events"]["alone"] == alone, "the counter says so")

print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)
