#!/usr/bin/env python3
"""A marker in every field an event may have: at the center above only those the policy allows are found.

usage: canary_test.py BIN_FOLDER

The fields are those of the catalogue (langyan fields --json), every path that stands in an event of
tests/golden, and what other sensors write; the allow list is the default the program prints.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from tiers import Tier, patience, wait_for
from kit import root

programs = pathlib.Path(sys.argv[1])
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-canary-"))
foreign = ("payload", "payload_printable", "packet", "packet_info.linktype", "stream",
           "packets_before.packet", "packets_before.packet_info.length", "packets_before.direction", "http.http_response_body",
           "http.http_request_body_printable", "email.subject", "fileinfo.filename", "tls.sni", "unknown_tomorrow",
           "alert.unknown_tomorrow", "alert.context.unknown", "asset.unknown_tomorrow", "ot.unknown_tomorrow",
           "stats.unknown_tomorrow", "origin.unknown_tomorrow", "gap.unknown", "detection.unknown")
# What the center checks the kind of; their values are no text, so that they are looked for by path.
typed = {"timestamp": "2026-03-02T11:00:00.000000+0000", "src_ip": "203.0.113.7", "dest_ip": "203.0.113.9",
         "src_port": 50007, "dest_port": 50009, "flow_id": 770077, "alert.signature_id": 4207007,
         "alert.severity": 2, "gap.from": 1, "gap.to": 1}
written = ("event_type", "origin.sensor", "origin.epoch", "origin.lane", "origin.seq", "via", "organisation")


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, path)
    else:
        yield path, value


def plant(event, path, value):
    """False where the path cannot be had beside those that are planted."""
    *parents, last = path.split(".")
    for part in parents:
        event = event.setdefault(part, {})
        if not isinstance(event, dict):
            return False
    return event.setdefault(last, value) == value


def catalogue_paths():
    catalogue = json.loads(subprocess.run([programs / "langyan", "fields", "--json"], check=True, capture_output=True,
                                          text=True).stdout)

    def names(node):
        if isinstance(node, dict):
            if isinstance(node.get("name"), str):
                yield node["name"]
            for each in node.values():
                yield from names(each)
        elif isinstance(node, list):
            for each in node:
                yield from names(each)
    for protocol in catalogue["protocols"]:
        name = protocol["name"]
        for field in set(names(protocol)) - {name}:
            for side in ("request", "response"):
                yield f"{name}.{side}.{field}"
            yield f"{name}.{field}"


def all_paths():
    paths, types = set(foreign), {"alert", "rollup", "stats", "asset", "gap", "health"}
    for file in (root / "tests" / "golden").glob("*/*.jsonl"):
        for line in file.read_text().splitlines():
            event = json.loads(line)
            types.add(event["event_type"])
            paths |= {path for path, _ in leaves(event)}
    paths |= {path[:-1] + "anything.below" for path in allowed if path.endswith(".*")}
    paths |= {path for path in allowed if not path.endswith(".*")}
    # Deep ones first: where a path is a value in one event and has members in another, both cannot be planted.
    return sorted(paths - set(written), key=lambda path: (-path.count("."), path)), sorted(types)


def parts(kind):
    """The paths planted in events of this type, some thousands a line; what a protocol says goes with alerts too."""
    mine = paths + [path for path in from_catalogue if kind == "alert" or path.startswith(kind + ".")]
    for at in range(0, len(mine), 4000):
        yield mine[at:at + 4000]


def goes(path):
    return path in allowed or path in ("timestamp", *written) or any(
        each.endswith(".*") and path.startswith(each[:-1]) for each in allowed)


def default_lists():
    """types and fields under uplink.release of the configuration the program prints."""
    text = subprocess.run([programs / "langyan-center", "--default-config"], check=True, capture_output=True, text=True).stdout
    part = text[text.index("\n  release:\n"):]
    types = re.search(r"^    types: \[(.*)\]$", part, re.M).group(1).split(", ")
    fields = part[part.index("    fields:\n"):].split("\n")[1:]
    names = []
    for line in fields:
        if not (match := re.fullmatch(r'      - "?([^"]+)"?', line)):
            break
        names.append(match.group(1))
    return types, set(names)


def post(body, lane, first, refused=False):
    request = urllib.request.Request(f"http://127.0.0.1:{lower.port}/api/v1/ingest", body.encode(), {
        "Authorization": "Bearer " + secret, "Langyan-Source": "canary", "Langyan-Epoch": "00000000000000ca",
        "Langyan-Lane": lane, "Langyan-First": str(first), "Langyan-Count": "1", "Content-Type": "application/x-ndjson"})
    try:
        urllib.request.urlopen(request, timeout=patience).read()
    except urllib.error.HTTPError as error:
        if refused:
            return error.read().decode()
        sys.exit(f"FAILED: {error.read().decode()[:1000]}")


released, allowed = default_lists()
upper, lower = Tier(programs, data, "above", "cn"), Tier(programs, data, "below", "cn/below")
failures = []
try:
    upper.start()
    lower.report_to(upper)
    lower.start()
    secret = lower.token("canary", "--organisation", "cn/below").read_text().strip()
    paths, types = all_paths()
    from_catalogue = sorted(set(catalogue_paths()) - set(paths), key=lambda path: (-path.count("."), path))
    planted, sent, wanted_lines = {}, {"alert": 0, "bulk": 0}, 0
    for kind in types:
        lane = "alert" if kind == "alert" else "bulk"
        for part in parts(kind):
            sent[lane] += 1
            wanted_lines += kind in released
            event = {"event_type": kind, "origin": {"sensor": "canary", "epoch": "00000000000000ca", "lane": lane,
                                                    "seq": sent[lane]}}
            if kind == "gap":
                event["origin"]["epoch"] = "00000000000000cb"
            for path, value in typed.items():
                if path == "timestamp" or path in part:
                    plant(event, path, value)
            for path in part:
                value = typed.get(path, f"canary:{kind}:{path}:end")
                if plant(event, path, value):
                    planted[kind, path] = value
            if before := event.get("packets_before"):
                event["packets_before"] = [before]  # a list, as the sensor writes it
            post(json.dumps(event) + "\n", lane, sent[lane])

    # Notices go up as entries of the center's own; no sensor's event passes for one.
    forged = {"timestamp": typed["timestamp"], "event_type": "notice", "notice": {"id": "canary:notice:forged:end"},
              "origin": {"sensor": "canary", "epoch": "00000000000000ca", "lane": "bulk", "seq": sent["bulk"] + 1}}
    refusal = post(json.dumps(forged) + "\n", "bulk", sent["bulk"] + 1, refused=True)
    if "only a lower center makes notice events" not in refusal:
        failures.append(f"a sensor's notice is answered {refusal}")

    def arrived():
        return [line for line in upper.lines() if line["origin"]["sensor"] == "canary"]
    wait_for("the released events are above", lambda: len(arrived()) >= wanted_lines, every=0.2)
    lines = arrived()
    found = {(line["event_type"], path): value for line in lines for path, value in leaves(line)}
    for kind, path in found:
        if not goes(path) or kind not in released:
            failures.append(f"{path} of {kind} is above and not allowed")
    text = "".join(json.dumps(line, ensure_ascii=False) for line in upper.lines())
    for kind, path in re.findall(r"canary:([^:\"]+):([^:\"]+):end", text):
        if not goes(path) or kind not in released:
            failures.append(f"the marker of {path} of {kind} is above")
    wanted = {key: value for key, value in planted.items() if key[0] in released and goes(key[1])}
    for key, value in wanted.items():
        if found.get(key) != value:
            failures.append(f"{key[1]} of {key[0]} is allowed and not above: {found.get(key)!r}")
    print(f"{len(planted)} markers planted in {len(types)} event types and {len(paths) + len(from_catalogue)} paths; {len(wanted)} of them allowed; "
          f"{sum(key in planted for key in found)} are above, in {len(lines)} events; {len(failures)} wrong")
    print("\n".join(failures[:20]))
    if failures or len(planted) < 5000 or len(lines) != wanted_lines:
        sys.exit("FAILED")
finally:
    for tier in (upper, lower):
        if tier.alive():
            tier.process.kill()
    shutil.rmtree(data, ignore_errors=True)
