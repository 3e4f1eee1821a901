#!/usr/bin/env python3
"""Rules are tried on an uploaded capture by a confined child of the center: it fires, does not fire, is cut by each of
its limits, killed, left alone by who asked, refused when too many run; and whatever happens the center answers others,
keeps nothing of the capture, leaves no process, and has the act in its audit log.

usage: trial_test.py BIN_FOLDER
"""
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

from kit import Center, patience, root, wait_for

programs = pathlib.Path(sys.argv[1])
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-trial-"))
largest = 32 << 20
write_rule = 'alert modbus any any -> any any (msg:"a write"; ot.verb:write; sid:1000001; rev:1;)\n'
each_packet = 'alert udp any any -> any any (msg:"each"; dsize:>0; sid:1000002; rev:1;)\n'
marker = b"OCTETS-OF-THE-PLANT-"  # in a capture that is sent, to be looked for on disk


def expect(what, is_so, text=""):
    if not is_so:
        sys.exit(f"FAILED: {what} {text}\n{center.log.read_text()[-2000:]}")


def capture(name):
    return (root / "pcaps" / name).read_bytes()


def large_capture(size):
    """UDP between two hosts, 1,400 octets each, up to `size` octets. Each has its identification, or it were a copy."""
    payload = (marker * 70)[:1358]

    def record(number):
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28 + len(payload), number, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
        frame = bytes(12) + b"\x08\x00" + ip + struct.pack(">HHHH", 4000, 4001, 8 + len(payload), 0) + payload
        return struct.pack("<IIII", 1_700_000_000, 0, len(frame), len(frame)) + frame
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
    return head + b"".join(record(1 + number) for number in range((size - len(head)) // len(record(1))))


def ask(method, path, body=None, secret=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", center.port, timeout=patience)
    connection.request(method, path, body, {"Authorization": f"Bearer {secret or engineer}", **(headers or {})})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read()), dict(answer.getheaders())


def attempt(rules, octets, query="", secret=None):
    mark = b"--------------------------x1"
    part = b"--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"f\"\r\n\r\n%s\r\n"
    body = part % (mark, b"rules", rules.encode()) + part % (mark, b"capture", octets) + b"--%s--\r\n" % mark
    return ask("POST", "/api/v1/rules/trial" + query, body, secret, {"Content-Type": b"multipart/form-data; boundary=" + mark})


def tried(rules, octets, query=""):
    status, answer, _ = attempt(rules, octets, query)
    expect("the trial is answered", status == 200, f"{status} {answer}")
    return answer


def children():
    """pid -> comm of what the center has started."""
    found = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        rest = text[text.rindex(")") + 2:].split()
        if int(rest[1]) == center.process.pid and rest[0] != "Z":
            found[int(stat.parent.name)] = text[text.index("(") + 1:text.rindex(")")]
    return found


class Trial(threading.Thread):
    """One under way; `child` is its process, stopped at once so that it lasts."""

    def __init__(self, rules, octets):
        super().__init__(daemon=True)
        self.rules, self.octets, self.answer = rules, octets, None
        known = set(children())
        self.start()

        def begun():
            for pid in set(children()) - known:
                os.kill(pid, signal.SIGSTOP)
                return pid
        self.child = wait_for("a child is started", begun, every=0.0005)

    def run(self):
        self.answer = attempt(self.rules, self.octets)

    def result(self):
        self.join(patience)
        expect("a trial under way is answered", self.answer is not None)
        return self.answer


def results():
    poll = capture("modbus/poll-short.pcap")
    strangers = capture("modbus/write-by-stranger.pcap")
    fired = tried(write_rule, strangers)
    expect("the rule fires", fired["end"]["word"] == "complete" and fired["found"] > 0, fired)
    first = fired["alerts"][0]
    expect("with packet, ends and message", first["packet"] > 0 and first["dport"] == 502 and first["sid"] == 1000001 and first["message"] == "a write", first)
    silent = tried(write_rule, poll)
    expect("and is silent elsewhere", (silent["end"]["word"], silent["found"]) == ("complete", 0) and silent["packets"] > 0, silent)
    expect("where Modbus was seen all the same", [row["name"] for row in silent["protocols"]] == ["modbus"], silent["protocols"])
    broken = tried("# two\n" + write_rule.replace("ot.verb", "ot.verv"), strangers)
    expect("a broken rule is named by its place", (broken["end"]["word"], broken["refusals"][0]["line"], broken["refusals"][0]["file"]) == ("rules", 2, ""), broken)
    expect("with what is nearest", "ot.verb" in broken["refusals"][0]["message"], broken["refusals"])
    with_own = tried("", capture("modbus/umas-program.pcap"), "?bundled=true")
    expect("the program's own rules fire", with_own["found"] > 0 and with_own["loaded"] > 300 and with_own["refused"] == 0, with_own)
    for octets in (b"", b"\0", os.urandom(5000), poll[:24], poll[:-7]):
        status, answer, _ = attempt(write_rule, octets)
        expect("a broken capture is said to be one", status == 200 and answer["end"]["word"] in ("capture", "complete"), answer)
        expect("why", answer["end"]["word"] == "complete" or answer["reason"], answer)
    hostile = tried('alert tcp any any -> any any (msg:"a"; pcre:"/(x+x+)+y/"; sid:1;)\n'
                    'alert udp any any -> any any (msg:"b"; pcre:"/^(O|OC|C|T|-|[A-Z]+)*[a-z]$/"; sid:2;)\n'
                    'alert dns any any -> any any (msg:"c"; dns.query; dataset:isset,s,type string,load /etc/passwd; sid:3;)\n'
                    'alert dns any any -> any any (msg:"d"; dns.query; dataset:isset,t,type string,load ../../etc/passwd; sid:4;)\n' + each_packet,
                    large_capture(1 << 20))
    expect("hostile rules cost no more than a trial", hostile["end"]["word"] in ("complete", "time"), hostile)
    expect("none leaves its folder", {note["sid"] for note in hostile["refusals"] if "no absolute path" in note["message"]} == {3, 4}, hostile["refusals"])


def forms():
    poll = capture("modbus/poll-short.pcap")
    for status, code, answer in (
            (413, "too-large", attempt(write_rule, bytes(largest + 1))),
            (413, "too-large", attempt("#" * (256 << 10) + "\n", poll)),
            (400, "bad-body", attempt("", poll)),
            (400, "bad-body", ask("POST", "/api/v1/rules/trial", b"--x\r\n\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"})),
            (400, "bad-body", ask("POST", "/api/v1/rules/trial", b"--x--", headers={"Content-Type": "multipart/form-data; boundary=x"})),
            (415, "unsupported-type", ask("POST", "/api/v1/rules/trial", b"{}", headers={"Content-Type": "application/json"})),
            (403, "forbidden", attempt(write_rule, poll, secret=analyst))):
        expect(f"{status} {code}", (answer[0], answer[1]["code"]) == (status, code) and answer[1]["detail"], answer[:2])


def limits():
    whole = large_capture(largest)
    much = tried(each_packet, whole)
    expect("a large capture is read, its alerts counted", much["end"]["word"] == "complete" and len(much["alerts"]) == 1000 and much["found"] == much["packets"] > 20_000,
           {**much, "alerts": len(much["alerts"])})
    print(f"{len(whole) / 1e6:.1f} MB, {much['packets']} packets, as many alerts: read in {much['seconds']:.2f} s")
    began = time.monotonic()
    one, two = Trial(each_packet, whole), Trial(each_packet, whole)
    status, answer, headers = attempt(write_rule, whole[:2000])
    expect("a third one is told to wait", (status, answer["code"]) == (429, "too-many-requests") and int(headers["Retry-After"]) > 0, answer)
    for path in ("/api/v1/alerts", "/api/v1/top", "/api/v1/sensors"):
        expect("others are answered meanwhile", ask("GET", path, secret=analyst)[0] == 200)
    shut_in(one.child)
    os.kill(one.child, signal.SIGSEGV)
    os.kill(one.child, signal.SIGCONT)
    status, answer, _ = one.result()
    expect("a child that dies is said to have", status == 200 and answer["end"]["word"] == "died" and "egmentation" in answer["reason"], answer)
    status, answer, _ = two.result()  # it stands still: only the wall's clock ends it
    expect("one that stands still is ended", status == 200 and answer["end"]["word"] == "time", answer)
    expect("at its time", 40 < time.monotonic() - began < 60 + patience)
    spent = Trial(each_packet, whole)
    os.kill(spent.child, signal.SIGXCPU)
    os.kill(spent.child, signal.SIGCONT)
    expect("so is one that took its processor time", spent.result()[1]["end"]["word"] == "time")
    expect("the places are free again", tried(write_rule, whole[:2000])["end"]["word"])
    expect("no child is left", not children(), children())
    return whole


def shut_in(child):
    expect("its environment is empty", pathlib.Path(f"/proc/{child}/environ").read_bytes() == b"")
    opened = {entry.name: os.readlink(entry) for entry in pathlib.Path(f"/proc/{child}/fd").iterdir()}
    inherited = [target for target in opened.values() if "socket" in target or str(data) in target]
    expect("no socket and no file of the center is open in it", not inherited, opened)


def nothing_kept(octets):
    for path in data.rglob("*"):  # the center's temporary folder is in it, too
        if path.is_file():
            expect("nothing of the capture is on disk", marker not in path.read_bytes(), path)
    entries = ask("GET", "/api/v1/audit?action=post_rules_trial&limit=200", secret=auditor)[1]["entries"]
    expect("each trial is in the audit log", len(entries) > 10)
    digest = hashlib.sha256(octets).hexdigest()
    told = [entry for entry in entries if entry["object"] == f"capture {digest}"]
    expect("by its digest, with its size and end", told and all(f"bytes={len(octets)}" in entry["detail"] for entry in told) and any("end=complete" in entry["detail"] for entry in told), told)
    expect("without rules or octets", not any("a write" in json.dumps(entry) or marker.decode() in json.dumps(entry) for entry in entries))


def left_alone(whole):
    """Who asked closes the connection: the child ends then, and not at its limits."""
    known = set(children())
    connection = http.client.HTTPConnection("127.0.0.1", center.port, timeout=120)
    mark = b"--------------------------x2"
    part = b"--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"f\"\r\n\r\n%s\r\n"
    body = part % (mark, b"rules", each_packet.encode()) + part % (mark, b"capture", whole) + b"--%s--\r\n" % mark
    connection.request("POST", "/api/v1/rules/trial", body, {"Authorization": f"Bearer {engineer}", "Content-Type": b"multipart/form-data; boundary=" + mark})

    def begun():
        for pid in set(children()) - known:
            os.kill(pid, signal.SIGSTOP)  # by itself it would never end
            return pid
    child = wait_for("a child is started", 30, begun, every=0.0005)
    time.sleep(1)
    expect("it is there while somebody waits", child in children())
    began = time.monotonic()
    connection.close()
    wait_for("the child is gone", 30, lambda: not pathlib.Path(f"/proc/{child}").exists(), every=0.01)
    print(f"a trial that nobody waits for: its process gone after {time.monotonic() - began:.2f} s")
    told = wait_for("the audit log says so", 30, lambda: [
        entry for entry in ask("GET", "/api/v1/audit?action=post_rules_trial&limit=200", secret=auditor)[1]["entries"] if "end=given-up" in entry["detail"]])
    expect("once", len(told) == 1, told)
    expect("its place is free again", tried(write_rule, whole[:2000])["end"]["word"])


def without_a_sensor():
    """A center's program alone in a folder."""
    global center
    alone = data / "alone"
    alone.mkdir()
    shutil.copy2(programs / "langyan-center", alone)
    center.kill(signal.SIGTERM)
    center.programs = alone
    center.start()
    status, answer, _ = attempt(write_rule, capture("modbus/poll-short.pcap"))
    expect("without a sensor it says so", (status, answer["code"]) == (503, "not-ready") and f"there is none at {alone}/langyan-sensor" in answer["detail"], answer)


def stop_while_one_runs(whole):
    one = Trial(each_packet, whole)
    began = time.monotonic()
    center.process.send_signal(signal.SIGTERM)
    center.process.wait(timeout=patience)
    expect("the center stops at once", center.process.returncode == 0 and time.monotonic() - began < 40, center.process.returncode)
    expect("and its child with it", not pathlib.Path(f"/proc/{one.child}").exists())


(data / "tmp").mkdir()
center = Center(programs, data / "center", environment={"TMPDIR": str(data / "tmp")})
try:
    center.start()
    token = lambda role: subprocess.run([programs / "langyan", "token", "add", "--data", center.data, "--role", role],
                                        check=True, capture_output=True, text=True).stdout.strip()
    engineer, analyst, auditor = token("engineer"), token("analyst"), token("audit")
    results()
    forms()
    kept = limits()
    nothing_kept(kept)
    left_alone(kept)
    stop_while_one_runs(kept)
    center.start()
    without_a_sensor()
finally:
    if center.alive():
        center.kill()
    shutil.rmtree(data, ignore_errors=True)
print("trial: all as it should be")
