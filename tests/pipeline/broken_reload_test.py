#!/usr/bin/env python3
"""Rule and configuration files broken in every way, reloaded while packets come in: the rules that ran go
on, the log says which file and line, a counter counts, and the next good reload works.

usage: broken_reload_test.py BIN_FOLDER
"""
import argparse
import collections
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from kit import patience, wait_for

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
args = parser.parse_args()
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-reload-"))
rules, config, log, events = data / "rules" / "own.rules", data / "sensor.yaml", data / "log", data / "events.json"
classes = data / "rules" / "classification.config"

good_rules = """# what is sent all the time
alert udp any any -> any 9999 (msg:"probe one"; content:"probe"; classtype:bad-unknown; sid:1000001; rev:1;)
alert udp any any -> any 9999 (msg:"probe two"; content:"two"; nocase; sid:1000002; rev:3;)
alert tcp $HOME_NET any -> any $MODBUS_PORTS (msg:"never"; content:"|00 01|"; offset:0; depth:2; sid:1000003; rev:1;)
alert modbus any any -> any any (msg:"never either"; modbus.function:write_single_coil; sid:1000004; rev:1;)
"""
good_classes = "config classification: bad-unknown,Potentially Bad Traffic,2\n"
good_config = f"""sensor:
  name: tested
pipeline:
  workers: 2
flow:
  tcp_established: 1h
rules:
  files: [{rules.parent}]
  addresses: {{HOME_NET: [10.0.0.0/8], EXTERNAL_NET: ["!$HOME_NET"]}}
  ports: {{MODBUS_PORTS: ["502"]}}
eve:
  file: {events}
  flows: false
  stats_interval: 1s
log:
  level: info
"""
wrong_value = {"workers": ["0", "-1", "65", "1e9", "many", "[1]", "{a: 1}", "''", "99999999999999999999", "~"],
               "tcp_established": ["0", "-1h", "1000d", "soon", "[]", "1h2"],
               "files": ["1", "{a: b}", "[[a]]", "[/no/such/folder]", "''"],
               "addresses": ["1", "[a]", "{HOME_NET: [300.0.0.1]}", "{HOME_NET: [10.0.0.0/33]}", "{HOME_NET: $HOME_NET}"],
               "ports": ["{MODBUS_PORTS: [\"70000\"]}", "{MODBUS_PORTS: []}", "x"],
               "stats_interval": ["-1s", "2 fortnights"], "level": ["loud", "3"], "flows": ["2", "[true]"]}


def lines_of(text):
    return text.splitlines(keepends=True)


def broken_rules():
    lines = lines_of(good_rules)
    for i in range(1, len(lines)):
        yield f"rules cut in line {i + 1}", "".join(lines[:i]) + lines[i][: len(lines[i]) // 2]
        yield f"rules cut behind a quote in line {i + 1}", "".join(lines[:i]) + lines[i][: lines[i].index('"') + 3]
    for i in range(1, len(lines)):
        for word in ("alert ", "->", " (", "msg:", "content:", "sid:", ";)", "rev:", '"'):
            if word in lines[i]:
                yield f"line {i + 1} without {word}", "".join(
                    line.replace(word, "", 1) if n == i else line for n, line in enumerate(lines))
    for old, new in (("content:", "kontent:"), ("sid:1000002", "sid:0"), ("sid:1000002", "sid:99999999999"),
                     ("sid:1000002", "sid:1000001"), ("9999", "99999"), ("udp", "upd"), ("any any", "any [1:"),
                     ("|00 01|", "|0 01|"), ("|00 01|", "|00 01"), ("depth:2", "depth:-1"), ("$HOME_NET", "$NO_NET"),
                     ("write_single_coil", "write_no_coil"), ("modbus.function", "modbus.no_field"),
                     ("classtype:bad-unknown", "classtype:"), ("nocase;", "nocase;" * 3 + "pcre:\"/(/\";"),
                     ("content:\"two\"", "content:\"" + "x" * 300_000 + "\""),
                     ("content:\"two\"", "content:\"two\"; " * 5_000 + "kontent:\"two\""),
                     ("content:\"two\"", "pcre:\"/" + "(" * 20_000 + "/\"")):
        yield f"{old} becomes {new[:30]}", good_rules.replace(old, new, 1)
    yield "empty", ""
    yield "zero bytes", "\0" * 5_000
    yield "garbage", os.urandom(50_000)
    yield "garbage behind the rules", good_rules.encode() + os.urandom(5_000)
    yield "one huge line", "alert " + "a" * (20 << 20)
    yield "many bad lines", "alert nothing at all\n" * 50_000
    yield "another encoding", good_rules.encode("utf-16")


def broken_configs():
    lines = lines_of(good_config)
    for i, line in enumerate(lines):
        key = line.split(":")[0].strip()
        yield f"key {key} renamed", "".join(lines[:i]) + line.replace(key, key + "x", 1) + "".join(lines[i + 1:])
        yield f"line {i + 1} cut", "".join(lines[:i]) + line.rstrip()[:-1].rstrip(":") + "\n" + "".join(lines[i + 1:])
        yield f"line {i + 1} with a tab", "".join(lines[:i]) + "\t" + line + "".join(lines[i + 1:])
        yield f"line {i + 1} twice", "".join(lines[: i + 1]) + line + "".join(lines[i + 1:])
        for value in wrong_value.get(key, ()):
            yield f"{key}: {value}", "".join(lines[:i]) + line.split(":")[0] + ": " + value + "\n" + "".join(lines[i + 1:])
    for i in range(1, len(lines)):
        yield f"cut after line {i}", "".join(lines[:i])
    yield "empty", ""
    yield "garbage", os.urandom(20_000)
    yield "zero bytes", "\0" * 5_000
    yield "deep", "a: " + "[" * 100_000
    yield "deep mappings", "".join(" " * i + "a:\n" for i in range(3_000))
    yield "an alias bomb", "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
    yield "a key that names itself", "rules: &r\n  files: *r\n"
    yield "huge", good_config + "# " + "x" * (40 << 20)
    yield "a huge value", good_config.replace("tested", "t" * (8 << 20))
    yield "two documents", good_config + "---\n" + good_config
    yield "a list", "- a\n- b\n"
    yield "one word", "sensor"
    yield "another encoding", good_config.encode("utf-16")


def places(file):
    """What may stand where a file should be; each undoes itself."""
    aside = file.with_suffix(".aside")

    def instead(make):
        def do():
            file.rename(aside)
            make()
            return lambda: (shutil.rmtree(file) if file.is_dir() and not file.is_symlink() else file.unlink(missing_ok=True),
                            aside.rename(file))
        return do
    yield "missing", instead(lambda: None)
    yield "a folder", instead(file.mkdir)
    yield "a link to itself", instead(lambda: file.symlink_to(file))
    yield "a link to nothing", instead(lambda: file.symlink_to(data / "nothing"))
    yield "a pipe nobody writes to", instead(lambda: os.mkfifo(file))
    yield "an endless device", instead(lambda: file.symlink_to("/dev/zero"))
    if os.geteuid() != 0:
        yield "unreadable", lambda: (file.chmod(0), lambda: file.chmod(0o644))[1]


class Traffic(threading.Thread):
    """A capture without end: UDP datagrams, some 2,000 a second."""

    def __init__(self, sink):
        super().__init__(daemon=True)
        self.sink, self.running = sink, True
        payload = b"a probe for one and TWO"
        udp = struct.pack(">HHHH", 5353, 9999, 8 + len(payload), 0) + payload
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, socket.inet_aton("10.0.0.1"),
                         socket.inet_aton("10.0.0.2"))
        self.frame = bytes(12) + b"\x08\x00" + ip + udp

    def run(self):
        try:
            self.sink.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262_144, 1))
            while self.running:
                now = time.time()
                head = struct.pack("<IIII", int(now), int(now % 1 * 1e6), len(self.frame), len(self.frame))
                self.sink.write((head + self.frame) * 20)
                self.sink.flush()
                time.sleep(0.01)
            self.sink.close()
        except OSError:
            pass


def said(word):
    return log.read_text(errors="replace").count(word)


def alerts_grow():
    size = events.stat().st_size
    wait_for("alerts go on", lambda: events.stat().st_size > size + 100)


def reload(what, wants, names=()):
    """`wants`: "refused", "taken" or either. Both signals take turns."""
    global turn
    turn += 1
    before = said("reload refused"), said("rules reloaded:"), log.stat().st_size
    process.send_signal(signal.SIGHUP if turn % 2 else signal.SIGUSR2)

    def heard():
        if process.poll() is not None:
            sys.exit(f"FAILED: {what}: the sensor ended with {process.returncode}: {log.read_text()[-1500:]}")
        return "refused" if said("reload refused") > before[0] else "taken" if said("rules reloaded:") > before[1] else None
    outcome = wait_for(f"{what}: a word in the log", heard)
    counts[outcome] += 1
    with open(log, "rb") as file:
        file.seek(before[2])
        text = file.read().decode(errors="replace")
    if wants not in ("either", outcome):
        fail(f"{what}: was {outcome}: {text[:300]}")
    if outcome == "refused" and not any(name in text for name in names):
        fail(f"{what}: the log does not name {' or '.join(names)}: {text[:300]}")
    return outcome, text


def fail(text):
    failures.append(text)
    print("FAILED:", text)


failures, counts, turn = [], collections.Counter(), 0
rules.parent.mkdir()
rules.write_text(good_rules)
classes.write_text(good_classes)
config.write_text(good_config)
process = None
try:
    # Its working folder is where rules.files points when a cut configuration leaves the default.
    process = subprocess.Popen([args.bin.resolve() / "langyan-sensor", "-c", config, "-r", "-"], cwd=data,
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=open(log, "wb"))
    traffic = Traffic(process.stdin)
    traffic.start()
    wait_for("the first alert", lambda: events.exists() and events.stat().st_size > 1_000)
    reload("nothing is changed", "taken")
    tried = lines_named = 0
    for name, text in broken_rules():
        rules.write_bytes(text if isinstance(text, bytes) else text.encode())
        outcome, told = reload(f"rules: {name}", "either", ["own.rules:", "no rule is left"])
        lines_named += f"{rules}:" in told
        # A rule whose end is lost with its line may be all that is missing; what is wrong is refused.
        if outcome == "taken" and " 0 refused" not in told:
            fail(f"rules: {name}: taken with errors: {told[:300]}")
        tried += 1
        if outcome == "taken":
            rules.write_text(good_rules)
            reload("mended", "taken")
    rules.write_text(good_rules)
    alerts_grow()
    for name, text in broken_configs():
        config.write_bytes(text if isinstance(text, bytes) else text.encode())
        outcome, told = reload(f"config: {name}", "either", [f"{config}", str(rules.parent), "/no/such"])
        lines_named += f"{config}:" in told
        tried += 1
        if outcome == "taken":
            config.write_text(good_config)
            reload("mended", "taken")
    config.write_text(good_config)
    alerts_grow()
    for file in (rules, config, classes):
        for name, put in places(file):
            undo = put()
            # A folder of rules without a file of rules is one without rules.
            reload(f"{file.name} is {name}", "refused", [file.name, str(file.parent), "no rule is left"])
            undo()
            tried += 1
    alerts_grow()
    rules.write_text(good_rules.replace("probe one", "probe renewed"))
    reload("a good set after all", "taken")
    wait_for("the new rule alerts", lambda: "probe renewed" in events.read_text(errors="replace")[-200_000:])
    time.sleep(0.1)
    traffic.running = False
    if (status := process.wait(timeout=patience)) != 0:
        fail(f"the sensor ended with {status}")
    stats = [json.loads(line) for line in events.read_text().splitlines() if '"event_type":"stats"' in line][-1]["stats"]["pipeline"]
    if (stats["reloads"], stats["reloads_refused"]) != (counts["taken"], counts["refused"]):
        fail(f"{dict(counts)} happened, counted were {stats}")
    print(f"{tried} breakages, {counts['refused']} reloads refused, {lines_named} with file and line, "
          f"{counts['taken']} taken; {stats['packets']} packets meanwhile")
    if counts["refused"] < 150:
        fail("too little was refused for this to be a test")
    sys.exit(1 if failures else 0)
finally:
    if process and process.poll() is None:
        process.kill()
    shutil.rmtree(data, ignore_errors=True)
