#!/usr/bin/env python3
"""Evidence: enterprise, province and nation as programs of their own. The nation sees alerts without their packets, asks for them by
a notice while the link is cut, and has them in full once the enterprise provides, which a kill -9 of each center in turn does not
change; another time the enterprise declines. Nothing else that leaves carries a packet.

usage: evidence_test.py BIN_FOLDER
"""
import argparse
import base64
import json
import pathlib
import shutil
import sys
import tempfile
import urllib.request

from tiers import Tier, patience, wait_for
from kit import Sensor, root

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
args = parser.parse_args()
args.bin = args.bin.resolve()
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-evidence-"))
nation = Tier(args.bin, data, "nation", "cn")
province = Tier(args.bin, data, "province", "cn/js")
enterprise = Tier(args.bin, data, "works-7", "cn/js/works-7")
tiers = (nation, province, enterprise)
failures = []
asked = 5


def check(holds, what):
    if not holds:
        failures.append(what)


def evidence(tier, notice):
    return tier.ask(f"/api/v1/notices/{notice}/evidence")


def request_of(tier, notice):
    there = any(each["id"] == notice for each in tier.ask("/api/v1/notices")["notices"])
    return there and tier.ask(f"/api/v1/notices/{notice}")["request"]["word"]


def arrives(tier, notice, word):
    wait_for(f"the evidence is {word} at {tier.name}", lambda: request_of(tier, notice) == word)


def issue(ids):
    return nation.ask("/api/v1/notices", {"kind": "incident", "title": "Write to a controller by a stranger", "severity": "high",
                                          "organisation": "cn/js/works-7", "evidence": ids})["id"]


def deliver(source, count, octets):
    """So many alerts of so many octets of packet, as a sensor of that name would deliver them."""
    token = enterprise.token(source, "--organisation", "cn/js/works-7", name=f"token-{source}").read_text().strip()
    packet = base64.b64encode(bytes(range(256)) * (octets // 256)).decode()
    line = {"event_type": "alert", "src_ip": "10.1.1.1", "dest_ip": "10.1.1.2", "proto": "TCP", "packet": packet,
            "alert": {"gid": 1, "signature_id": 9_700_001, "rev": 1, "signature": "A large packet", "severity": 2}}
    lines = [json.dumps(line | {"timestamp": f"2026-03-02T08:00:{i % 60:02}.{i:06}+0000",
                                "origin": {"sensor": source, "epoch": "00000000000000e1", "lane": "alert", "seq": i}}) for i in range(1, count + 1)]
    urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{enterprise.port}/api/v1/ingest", ("\n".join(lines) + "\n").encode(), {
        "Authorization": "Bearer " + token, "Langyan-Source": source, "Langyan-Epoch": "00000000000000e1", "Langyan-Lane": "alert",
        "Langyan-First": "1", "Langyan-Count": str(count), "Content-Type": "application/x-ndjson"}), timeout=patience).read()


def restart(tier):
    tier.kill()
    tier.start()


try:
    for upper, lower in zip(tiers, tiers[1:]):
        upper.start()
        lower.report_to(upper)
    enterprise.start()
    folder = data / "pump-1"
    folder.mkdir()
    shutil.copy(enterprise.token("pump-1", "--organisation", "cn/js/works-7/pumps", name="token-pump-1"), folder / "token")
    sensor = Sensor(args.bin, folder, enterprise.link.port, settings=("sensor.name=pump-1",))
    sensor.start(["-r", root / "pcaps" / "modbus"])
    if sensor.process.wait(timeout=patience):
        sys.exit(f"FAILED: the sensor: {sensor.log.read_text()[-1000:]}")
    own = [each for each in enterprise.ask("/api/v1/alerts?limit=200")["alerts"] if "packet" in each["event"]]

    def arrived():
        seen = {json.dumps(each["event"]["origin"], sort_keys=True): each for each in nation.ask("/api/v1/alerts?limit=200")["alerts"]}
        return {json.dumps(each["event"]["origin"], sort_keys=True) for each in own} <= set(seen) and seen
    seen = wait_for("the alerts are at the nation", arrived)
    check(not any("packet" in each["event"] for each in seen.values()), "the nation has packets nobody gave it")
    wanted = [each["event"] for each in own[:asked]]
    ids = [seen[json.dumps(each["origin"], sort_keys=True)]["id"] for each in wanted]

    # Asked for over a cut link.
    notice = issue(ids)
    nation.langyan("notices", "issue", notice)
    province.link.sever()
    nation.langyan("notices", "request", notice, "--reason", "which values were written?")
    here = evidence(nation, notice)
    check(not here["provided"] and len(here["events"]) == asked and not any("packet" in each["event"] for each in here["events"]),
          "what the nation has before it is provided")
    province.link.mend()
    arrives(enterprise, notice, "asked")

    # Provided over a cut link, and every center killed on the way.
    nation.link.sever()
    preview = evidence(enterprise, notice)
    check([each["event"] for each in preview["events"]] == wanted, "what the enterprise is shown before it provides")
    enterprise.langyan("notices", "provide", notice)
    restart(enterprise)
    arrives(province, notice, "provided")
    restart(province)
    restart(nation)
    nation.link.mend()
    arrives(nation, notice, "provided")
    for tier in (province, nation):
        given = evidence(tier, notice)
        check(given["provided"] and [each["event"] for each in given["events"]] == wanted, f"what {tier.name} has of it")
    file = data / "evidence.pcapng"
    told = nation.langyan("notices", "evidence", notice, "--pcap", file)
    check(told.count("with packet") == asked, f"the command line says: {told}")
    octets = file.read_bytes()
    check(octets[:4] == b"\x0a\x0d\x0d\x0a" and octets.count(b"pump-1/") == asked, "the file of packets")

    # Declined.
    other = issue(ids[:1])
    nation.langyan("notices", "issue", other)
    nation.langyan("notices", "request", other, "--reason", "and this one")
    arrives(enterprise, other, "asked")
    enterprise.langyan("notices", "decline", other, "--reason", "a trade secret; see the other")
    arrives(nation, other, "declined")
    check(not evidence(nation, other)["provided"], "what was declined is there")

    # More than may travel: what fits does, the rest is counted.
    deliver("camera", 100, 6144)
    big = wait_for("a hundred large alerts are at the nation", lambda: len(
        found := nation.ask("/api/v1/alerts?sid=9700001&limit=200&from=2026-03-01T00:00:00Z")["alerts"]) == 100 and found)
    large = issue([each["id"] for each in big])
    nation.langyan("notices", "issue", large)
    nation.langyan("notices", "request", large, "--reason", "all of them")
    arrives(enterprise, large, "asked")
    enterprise.langyan("notices", "provide", large)
    arrives(nation, large, "provided")
    given = evidence(nation, large)
    check(given["too_large"] > 0 and len(given["events"]) + given["too_large"] == 100 and sum(each["bytes"] for each in given["events"]) <= 512 << 10
          and all("packet" in each["event"] for each in given["events"]), f"{len(given['events'])} events and {given['too_large']} too large of a hundred")

    # Each step once at each tier, and no packet at the nation but in what was provided.
    for each in (notice, other, large):
        steps = [[(entry["number"], entry["center"], entry["action"], entry["refused"]) for entry in tier.ask(f"/api/v1/notices/{each}")["entries"]]
                 for tier in tiers]
        check(all(one == steps[0] for one in steps) and len(set(steps[0])) == len(steps[0]) == 3, f"the steps: {steps}")
    for line in nation.lines():
        text = json.dumps(line)
        if line["event_type"] != "notice":
            check('"packet"' not in text, f"a packet in a {line['event_type']} at the nation")
    with_lines = sum('"packet"' in json.dumps(line) for line in nation.lines() if line["event_type"] == "notice")
    check(with_lines == 2, f"{with_lines} notice events carry packets")
    for failure in failures:
        print(failure)
    if failures:
        sys.exit("FAILED")
    print(f"evidence: {asked} events asked for at the nation and provided in full over {len(tiers)} kills and 2 cuts; one request declined; "
          f"{len(given['events'])} of a hundred large ones")
finally:
    for tier in tiers:
        if tier.alive():
            tier.kill(15)
    shutil.rmtree(data, ignore_errors=True)
