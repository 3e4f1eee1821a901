#!/usr/bin/env python3
"""What rules remember of hosts and pairs of hosts, and what they count, is the same with 1, 2 and 3 workers.

usage: state_test.py BIN_FOLDER
"""
import json
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
binary = pathlib.Path(sys.argv[1]) / "langyan-sensor"

# Each sid must alert, and less often than its twin (sid + 100) without the mark or the limit: else this shows nothing.
rules = r"""
alert tcp any any -> any any (msg:"a host that opens connections"; flags:S; xbits:set,opens,track ip_src,expire 20; noalert; sid:1;)
alert tcp any any -> any any (msg:"answer to one that opened"; flags:SA; xbits:isset,opens,track ip_src; sid:2;)
alert tcp any any -> any any (msg:"answer"; flags:SA; sid:102;)
alert ip any any -> any any (msg:"flips the receiver's mark"; dsize:>40; hostbits:toggle,flip,dst; noalert; sid:3;)
alert ip any any -> any any (msg:"sent by one that is marked"; dsize:>20; hostbits:isset,flip; sid:4;)
alert ip any any -> any any (msg:"sent"; dsize:>20; sid:104;)
alert ip any any -> any any (msg:"first of a host in five seconds"; xbits:isnotset,new,track ip_src; xbits:set,new,track ip_src,expire 5; dsize:>0; sid:5;)
alert ip any any -> any any (msg:"any"; dsize:>0; sid:105;)
alert ip any any -> any any (msg:"first of a pair"; xbits:isnotset,pair,track ip_pair; xbits:set,pair,track ip_pair,expire 5; dsize:>0; sid:6;)
alert ip any any -> any any (msg:"any"; dsize:>0; sid:106;)
alert ip any any -> any any (msg:"limit"; dsize:>0; threshold:type limit, track by_dst, count 2, seconds 5; sid:7;)
alert ip any any -> any any (msg:"any"; dsize:>0; sid:107;)
alert ip any any -> any any (msg:"rate"; dsize:>0; detection_filter:track by_rule, count 20, seconds 10; sid:8;)
alert ip any any -> any any (msg:"any"; dsize:>0; sid:108;)
alert ip any any -> any any (msg:"backoff"; dsize:>0; threshold:type backoff, track by_src, count 1, multiplier 2; sid:9;)
alert ip any any -> any any (msg:"any"; dsize:>0; sid:109;)
alert tcp any any -> any any (msg:"tenth packet with data"; dsize:>0; flowint:said,+,1; noalert; sid:10;)
alert tcp any any -> any any (msg:"after ten"; dsize:>0; flowint:said,>,10; xbits:isset,opens,track ip_src; sid:11;)
alert tcp any any -> any any (msg:"any"; dsize:>0; sid:111;)
alert ot any any -> any any (msg:"a write by one that is marked"; ot.verb:write; hostbits:isset,flip; sid:12;)
alert ot any any -> any any (msg:"a write"; ot.verb:write; sid:112;)
alert ot any any -> any any (msg:"written after reading"; sequence:"read then write within 5s by dst"; sid:13;)
alert ot any any -> any any (msg:"a write"; ot.verb:write; sid:113;)
alert ot any any -> any any (msg:"read after refusals"; sequence:"read|write refused x2 then read|write ok within 10s by src"; sid:14;)
alert ot any any -> any any (msg:"a read or write that worked"; ot.verb:read,write; ot.result:ok; sid:114;)
alert ot any any -> any any (msg:"written by one that did not ask who it is"; sequence:"write without identify within 1h by src"; sid:15;)
alert ot any any -> any any (msg:"a write"; ot.verb:write; sid:115;)
alert ot any any -> any any (msg:"still asking after no answer"; sequence:"read|write|identify no_answer then read|write|identify no_answer by pair"; sid:16;)
alert ot any any -> any any (msg:"no answer"; ot.verb:read,write,identify; ot.result:no_answer; sid:116;)
"""


def alerts(folder, workers):
    out = pathlib.Path(folder) / str(workers)
    out.mkdir()
    subprocess.run([binary, "-q", "-r", root / "pcaps", "-l", out, "--set", f"pipeline.workers={workers}", "--set", "sensor.name=one",
                    "--set", f"rules.files=[{folder}/state.rules]", "--continuous"], check=True)
    events = (json.loads(line) for line in (out / "eve.json").read_text().splitlines())
    return [(e["alert"]["signature_id"], e["timestamp"], e.get("pcap_cnt"), e.get("src_ip"), e.get("flow_id"), e.get("steps"))
            for e in events if e["event_type"] == "alert"]


failed = 0
with tempfile.TemporaryDirectory() as folder:
    (pathlib.Path(folder) / "state.rules").write_text(rules)
    one = alerts(folder, 1)
    for workers in (2, 3):
        other = alerts(folder, workers)
        if one != other:
            failed += 1
            at = next((i for i, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
            print(f"{workers} workers: alert {at + 1} differs: {one[at:at + 1]} and {other[at:at + 1]}")
counts = {sid: sum(alert[0] == sid for alert in one) for sid in (2, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16)}
for sid, times in counts.items():
    twin = sum(alert[0] == sid + 100 for alert in one)
    if not 0 < times < twin:
        failed += 1
        print(f"sid {sid} alerts {times} times and without its mark or limit {twin} times: that shows nothing")
print(f"{len(one)} alerts with 1, 2 and 3 workers, {counts}: {failed} failed")
sys.exit(1 if failed else 0)
