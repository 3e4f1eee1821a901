#!/usr/bin/env python3
"""Strict EVE holds only what Suricata's schema knows; full EVE is valid JSON with an identity in each line.

usage: eve_test.py BIN_FOLDER. The rules below are those of Suricata 7's eve schema for these three types:
no further member at the top level, in `flow`, `tcp`, `anomaly` or `alert`; free members in alert.metadata.
"""
import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
binary = pathlib.Path(sys.argv[1]) / "langyan"
failures = []
top = set("timestamp flow_id in_iface event_type vlan src_ip src_port dest_ip dest_port proto icmp_type icmp_code "
          "community_id pcap_cnt ether app_proto direction alert flow tcp anomaly packet packet_info payload".split())
members = {
    "alert": set("action gid signature_id rev signature category severity metadata source target".split()),
    "flow": set("pkts_toserver pkts_toclient bytes_toserver bytes_toclient start end age state reason alerted".split()),
    "tcp": set("tcp_flags tcp_flags_ts tcp_flags_tc fin syn rst psh ack urg ecn cwr state".split()),
    "anomaly": set("type event code layer app_proto".split()),
    "packet_info": {"linktype"},
    "ether": {"src_mac", "dest_mac"},
}


def named_once(pairs):
    """An object, none of whose names comes twice: the center refuses such a line."""
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), [name for name in names if names.count(name) > 1]
    return dict(pairs)


def check(holds, what):
    if not holds and what not in failures:
        failures.append(what)
        print("FAILED  " + what)


def read(*options):
    done = subprocess.run([binary, "read", root / "pcaps", "--rules", root / "rules", *options], check=True, capture_output=True)
    return [json.loads(line, object_pairs_hook=named_once) for line in done.stdout.decode("utf-8", "strict").splitlines()]


strict = read("--set", "eve.strict=true")
for event in strict:
    kind = event["event_type"]
    check(kind in ("alert", "flow", "anomaly"), f"strict output has no {kind}")
    check(set(event) <= top, f"{kind}: not in the schema: {sorted(set(event) - top)}")
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000", event["timestamp"]), "timestamp form")
    for name, allowed in members.items():
        if isinstance(event.get(name), dict):
            check(set(event[name]) <= allowed, f"{kind}.{name}: not in the schema: {sorted(set(event[name]) - allowed)}")
    if kind == "alert":
        check({"action", "gid", "signature_id", "rev", "signature", "severity"} <= set(event["alert"]), "alert lacks a member")
        check(all(isinstance(v, list) for v in event["alert"].get("metadata", {}).values()), "metadata values are lists")
check({"alert", "flow", "anomaly"} <= {e["event_type"] for e in strict}, "all three types occur")
check(any("ot_verb" in e["alert"].get("metadata", {}) for e in strict if e["event_type"] == "alert"), "ot moves into alert.metadata")

seen = {}
for event in read():
    origin = event["origin"]
    check(re.fullmatch(r"[0-9a-f]{16}", origin["epoch"]), "epoch form")
    seen[origin["lane"]] = seen.get(origin["lane"], 0) + 1
    check(origin["seq"] == seen[origin["lane"]], f"{origin['lane']}: sequence numbers are 1, 2, 3 …")
    check((event["event_type"] == "alert") == (origin["lane"] == "alert"), "alerts have the alert lane")
print(f"{len(strict)} strict and {sum(seen.values())} full events: {len(failures)} failed")
sys.exit(1 if failures else 0)
