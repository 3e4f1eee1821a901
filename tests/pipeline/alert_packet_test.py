#!/usr/bin/env python3
"""An alert carries its own packet or none: never one of another flow that was at hand when it was found.

usage: alert_packet_test.py BIN_FOLDER
The flow table is full of conversations. A packet that opens one more ends another one, whose request then
counts as unanswered: that alert is of no packet.
"""
import base64
import json
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "pcaps"))
from tools import modbus  # noqa: E402
from tools.session import Tape, TcpSession, hmi, plc  # noqa: E402

binary = pathlib.Path(sys.argv[1]) / "langyan"
flows = 64  # the least caps.flow.flows may be
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def ends(frame):
    """(address, port) of both ends of an IPv4 packet on Ethernet, in no order."""
    ip = frame[14:]
    header = (ip[0] & 15) * 4
    ports = [int.from_bytes(ip[header + at:header + at + 2], "big") for at in (0, 2)]
    return {(".".join(map(str, ip[at:at + 4])), port) for at, port in zip((12, 16), ports)}


tape = Tape()
asked = [TcpSession(tape, hmi, plc, 502, 41000 + i) for i in range(8)]
for session in asked:
    session.open()
    session.client(modbus.adu(1, modbus.write_register(4, 530)))
for i in range(2 * flows):
    session = TcpSession(tape, hmi, plc, 502, 42000 + i)
    session.open()
    session.exchange(modbus.adu(1, modbus.read(3, 0, 2)), modbus.adu(1, modbus.read_words_reply(3, [1, 2])), think_ms=0.1)

with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    tape.save(folder / "crowded.pcap")
    (folder / "own.rules").write_text(
        'alert ot any any -> any any (msg:"no answer"; ot.result:no_answer,one_way; sid:1;)\n'
        'alert ot any any -> any any (msg:"write"; ot.verb:write; ot.result:pending; sid:2;)\n'
        'alert tcp any any -> any any (msg:"early"; ttl:<65; app-layer-protocol:modbus; flow:to_server; sid:3;)\n')
    lines = subprocess.run([binary, "read", folder / "crowded.pcap", "--no-flows", "--rules", folder / "own.rules",
                            "--set", f"caps.flow.flows={flows}"], check=True, capture_output=True, text=True).stdout.splitlines()
events = [json.loads(line) for line in lines]
alerts = [event for event in events if event["event_type"] == "alert"]
unanswered = [alert for alert in alerts if alert["alert"]["signature_id"] == 1]
check(len(unanswered) == len(asked), f"{len(unanswered)} requests without an answer, of {len(asked)}")
check(len(alerts) > 2 * len(asked), f"{len(alerts)} alerts in all")
foreign = [alert for alert in alerts if "packet" in alert
           and ends(base64.b64decode(alert["packet"])) != {(alert[f"{end}_ip"], alert[f"{end}_port"]) for end in ("src", "dest")}]
check(not foreign, f"{len(foreign)} alerts carry the packet of another flow" +
      (f", such as of {foreign[0]['src_ip']}:{foreign[0]['src_port']}, packet {foreign[0].get('pcap_cnt')}" if foreign else ""))
numbered = [event for event in events if "pcap_cnt" in event and "src_port" in event
            and ends(tape.packets[event["pcap_cnt"] - 1].data) != {(event[f"{end}_ip"], event[f"{end}_port"]) for end in ("src", "dest")}]
check(not numbered, f"{len(numbered)} events name the packet of another flow")
check(all("packet" not in alert and "packets_before" not in alert for alert in unanswered), "those of requests without an answer carry none")
own = [alert for alert in alerts if alert["alert"]["signature_id"] == 2]
check(len(own) == len(asked) and all("packet" in alert for alert in own), f"{len(own)} of the requests themselves carry theirs")

print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)
