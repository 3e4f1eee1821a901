#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets, made of the repository's own captures, rules and
configuration files; nothing of them is kept. Those of the parsers target are cut by make_seeds.

usage: seeds.py FOLDER      one folder a target in it
"""
import hashlib
import json
import pathlib
import struct
import sys

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "pcaps"))
from tools import pcapfile  # noqa: E402

out = pathlib.Path(sys.argv[1])
largest_capture = 60_000


def save(target, data):
    folder = out / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()[:16]).write_bytes(data)


for path in sorted((root / "pcaps").rglob("*.pcap*")):
    if path.stat().st_size > largest_capture:
        continue
    save("path", path.read_bytes())
    link, packets = pcapfile.read(path) if path.suffix == ".pcap" else (None, [])
    for at in range(0, len(packets), 12):
        head = struct.pack("<IHHiIII", pcapfile.magic_us, 2, 4, 0, 0, 262144, link)
        body = b"".join(struct.pack("<IIII", p.ns // 10**9, p.ns % 10**9 // 1000, len(p.data), p.original) + p.data
                        for p in packets[at : at + 12])
        save("path", head + body)

payload = b"\x00\x00\x01\x00\x00\x00\x06\x01\x06\x00\x04\x23\x28GET /a HTTP/1.1\r\n"
for path in sorted((root / "rules").glob("*.rules")) + [root / "tests/bench/rules_100.rules"]:
    for line in path.read_text().splitlines():
        if line.startswith("alert"):
            save("rules", line.encode() + b"\n" + payload)
for options in ('content:"GET"; offset:0; depth:4; nocase;', 'content:!"x"; within:4; distance:1; pcre:"/a.c/i";',
                "byte_test:2,>,5,0,relative,big; isdataat:4; dsize:>2;", "byte_jump:1,0; content:\"|00 01|\"; fast_pattern;",
                "modbus.function:write_single_register; ot.value:>100; flowbits:set,a;", 'threshold:type limit,track by_src,count 1,seconds 60; flow:established,to_server;'):
    save("rules", f'alert tcp any any -> any any (msg:"m"; {options} sid:1; rev:1;)\n'.encode() + payload)

for index, name in enumerate(("center", "sensor")):
    text = (root / "config" / f"{name}.yaml").read_bytes()
    save("config", bytes([index]) + text)
    for part in text.split(b"\n\n"):
        save("config", bytes([index]) + part)
for text in (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", b"[" * 40, b"a: {b: {c: {d: 1}}}\n", b"a: 'x\\n'\nb: \"\\x41\\u00e9\"\n",
             b"rules:\n  addresses: {HOME_NET: [10.0.0.0/8, \"!10.1.0.0/16\"]}\n", b"caps:\n  flow.flows: 100\n  flow.fragment_bytes: 1MB\n"):
    save("config", b"\x01" + text)

for choice in range(3):
    for shape in range(0, 128, 13):
        body = bytes((i * 37 + choice) & 0xFF for i in range(400))
        save("eve", bytes([choice, shape, 0, 40]) + body)


def line(seq, kind="alert", **more):
    event = {"timestamp": "2026-03-02T11:00:00.000000+0000", "event_type": kind, **more,
             "origin": {"sensor": "s1", "epoch": f"{2:016x}", "lane": "bulk", "seq": seq}}
    return json.dumps(event, separators=(",", ":")).encode() + b"\n"


bodies = [line(1, alert={"signature_id": 5, "signature": "a \u00e9", "severity": 2}, src_ip="10.0.0.1", dest_port=502),
          line(1, "modbus", ot={"verb": "write", "object": "40001", "value": 7.5}, modbus={"request": {"function_name": "x"}}) + line(2),
          line(1, "gap", gap={"from": 1, "to": 9, "reason": "evicted"}), line(1) + b"nonsense\n" + line(3), b"\xff\xfe\n", b"{}\n" * 3]
for body in bodies:
    for flags in (0, 2, 4):
        save("ingest", bytes([flags, 0]) + body)
save("ingest", bytes([1, 0]) + bytes.fromhex("28b52ffd0400510000") + b"not zstd at all")

for what in range(16):
    for file in range(6):
        save("spool", bytes([what & 1, what, file, 0, 40 + file * 9, 3, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 4, 97, 98, 99, 100]))

for text in ("severity>=high and not src:(10.0.0.0/8 or 10.3.*) | groupby -matrix src dst | stats avg(value) count | sortby count^ | head 20",
             "源地址：10.0.0.1 且 非 rule：“写 *” 或 sid≠（1，2、3） ｜ timechart ５m by sid", "modbus.function:write_single_coil modbus.unit_id:1..5 iec104.address>=0x10",
             "@from:-24h @to:now iec104.time>=2026-03-02T08:00:00Z eve.dns.rrname:*x*y -type:flow !is:ack", "fe80::1 00:11:22:33:44:55 dead: beef::1 a:\\$x\\ y*",
             "\"a \\\"b\\\" \\\\\" obj:40001..40010 flow_id:18446744073709551615 iec104.negative:true | table src,dst value | sortby value^ time"):
    save("query", text.encode())
