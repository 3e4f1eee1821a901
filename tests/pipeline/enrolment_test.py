#!/usr/bin/env python3
"""A sensor enrolls, delivers by its certificate and renews it while it runs; its shipper is killed with -9 in
the middle of renewals, the link is cut until the certificate has expired, the enrolment is revoked and made
anew, and the center's authority and certificate are replaced: nothing is lost, nothing is twice, and the
sensor is never started again.

usage: enrolment_test.py BIN_FOLDER
"""
import collections
import json
import os
import pathlib
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time

from kit import Center, Link, Sensor, faults, patience, root, stored_in, wait_for

programs = pathlib.Path(sys.argv[1])
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-enrolment-"))
life = 6  # seconds


def expect(what, is_so, text=""):
    if not is_so:
        sys.exit(f"FAILED: {what} {text}\n{sensor.log.read_text()[-2000:] if sensor.log.exists() else ''}")


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


class Feeder(threading.Thread):
    """A capture on the sensor's standard input that goes on: the same Modbus session, each time from another port."""

    def __init__(self, into):
        super().__init__(daemon=True)
        raw = (root / "pcaps/modbus/diagnostics.pcap").read_bytes()
        order = "<" if raw[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
        self.packets, at = [], 24
        while at < len(raw):
            size = struct.unpack(order + "I", raw[at + 8:at + 12])[0]
            self.packets.append(raw[at + 16:at + 16 + size])
            at += 16 + size
        self.into, self.port, self.done = into, 20_000, threading.Event()
        into.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        self.start()

    def run(self):
        while not self.done.wait(0.05):
            for packet in self.packets:
                octets = bytearray(packet)
                for place in (34, 36):  # of the ports, behind Ethernet and an IPv4 header without options
                    if struct.unpack(">H", octets[place:place + 2])[0] != 502:
                        struct.pack_into(">H", octets, place, self.port)
                now = time.time()
                self.into.write(struct.pack("<IIII", int(now), int(now % 1 * 1e6), len(octets), len(octets)) + octets)
            self.into.flush()
            self.port += 1
        self.into.close()


def enroll(token=None):
    """By the command that the center prints, but through the link."""
    if token is None:
        code, said = run(programs / "langyan", "enrolment", "add", "--source", "tested", "--data", center.data)
        expect("a token is made", code == 0, said)
        token = next(line.split() for line in said.splitlines() if "langyan-sensor enroll" in line)
    words = [f"https://127.0.0.1:{link.port}" if word.startswith("https://") else word for word in token]
    code, said = run(programs / words[0], *words[1:], "--set", f"spool.folder={data / 'spool'}", "--set", "sensor.name=tested")
    return code, said, token


def enrolment():
    code, said = run(programs / "langyan", "enrolment", "ls", "--json", "--data", center.data)
    expect("enrolments are listed", code == 0, said)
    listed = json.loads(said)["enrolments"]
    expect("one enrolment", len(listed) == 1, listed)
    return listed[0]


def shipper():
    return next((pid for pid, name in sensor.members().items() if "ship" in name), None)


def stored():
    return sum(len(positions) for positions in stored_in(center.data)[0].values())


def more_arrives(what):
    before = stored()
    wait_for(what, lambda: stored() > before + 20)


link = Link()
center = Center(programs, data / "center", link, settings=("listen.tls=on", f"enrolment.certificate_life={life}s"))
code, said = run(programs / "langyan-center", "init", "--name", "127.0.0.1", "--data", center.data)
if code != 0:
    sys.exit(f"FAILED: init: {said}")
center.start()
sensor = Sensor(programs, data, link.port, settings=(f"uplink.url=https://127.0.0.1:{link.port}", "uplink.token_file="))

# Enrolling: what is wrong is told and costs no token.
code, said, token = enroll()
expect("the sensor enrolls", code == 0 and "enrolled      sensor `tested`" in said, said)
identity = data / "spool" / "enrolment" / "identity.pem"
expect("the key is nobody else's to read", stat.S_IMODE(identity.stat().st_mode) == 0o600)
code, said, _ = enroll(token)
expect("a used token is refused", code == 77 and "was used" in said, said)
wrong = [word[:-2] + ("00" if word[-2:] != "00" else "11") if word.count(":") == 31 else word for word in token]
code, said, _ = enroll(wrong)
expect("another fingerprint is refused before the token is sent", code == 77 and "the token was not sent" in said, said)
plain = ["http" + word[5:] if word.startswith("https://") else word for word in token]
code, said = run(programs / plain[0], *plain[1:], "--set", f"spool.folder={data / 'spool'}")
expect("enrolling without TLS is refused", code == 2 and "needs TLS" in said, said)

# The command lines say what is missing.
for words, status, wanted in (
        (("langyan", "enrolment"), 2, "add --source NAME"),
        (("langyan", "enrolment", "add", "--data", center.data), 2, "add needs --source"),
        (("langyan", "enrolment", "add", "--sorce", "x", "--data", center.data), 2, "did you mean --source?"),
        (("langyan", "enrolment", "add", "--source", "x", "--kind", "robot", "--data", center.data), 2, "sensor or center"),
        (("langyan", "enrolment", "revoke", "--data", center.data), 2, "revoke ID"),
        (("langyan", "enrolment", "revoke", "nobody", "--data", center.data), 66, "no such enrolment"),
        (("langyan", "enrolment", "authority", "old", "--data", center.data), 2, "authority [new|certificate"),
        (("langyan", "enrolment", "authority", "new"), 2, "needs --data"),
        (("langyan", "enrolment", "authority", "new", "--leave-behind", "--data", center.data), 2, "certificate [--leave-behind]"),
        (("langyan", "enrolment", "ls", "--data", center.data), 0, "tested, local"),
        (("langyan-sensor", "enroll"), 2, "--center is missing"),
        (("langyan-sensor", "enroll", "--centre", "x"), 2, "`--centre` is not understood"),
        (("langyan-sensor", "enroll", "--center"), 2, "needs a value"),
        (("langyan-sensor", "enroll", "--center", "https://x", "--token", "t"), 2, "set spool.folder"),
        (("langyan-sensor", "enroll", "--center", "https://x", "--token-file", data / "none"), 66, "none"),
        (("langyan-sensor", "enroll", "--help"), 0, "--fingerprint"),
        (("langyan-center", "enroll", "--help"), 0, "--fingerprint"),
        (("langyan-center", "enroll", "--center", "https://x"), 2, "a token is missing")):
    code, said = run(programs / words[0], *words[1:])
    expect(f"{' '.join(map(str, words))} ends with {status}", code == status and wanted in said, f"{code}: {said}")

# Delivering and renewing.
reading, writing = os.pipe()
with open(sensor.log, "ab") as log:
    sets = [word for each in ("sensor.name=tested", f"spool.folder={data / 'spool'}", *sensor.settings, "spool.commit_interval=5ms",
                              f"rules.files=[{root / 'rules'}]") for word in ("--set", each)]
    sensor.process = subprocess.Popen([programs / "langyan-sensor", "-r", "-", "--messages", *sets], stdin=reading,
                                      stdout=subprocess.DEVNULL, stderr=log, start_new_session=True)
os.close(reading)
feeder = Feeder(os.fdopen(writing, "wb"))
wait_for("the first events", lambda: stored() > 20)
serials = {enrolment()["serial"]}


def renewed(times):
    serials.add(enrolment()["serial"])
    return len(serials) > times


wait_for("three renewals", lambda: renewed(3), every=0.2)
more_arrives("events after renewals")

# Killed while the new pair is being put in place.
rounds = in_the_middle = 0
while rounds < 8:
    fresh = identity.with_name("identity.pem.new")
    before, end = identity.stat().st_mtime_ns, time.monotonic() + 4 * life
    while not fresh.exists() and identity.stat().st_mtime_ns == before and time.monotonic() < end:
        time.sleep(0.0005)
    pid = shipper()
    if pid is None:
        time.sleep(0.05)
        continue
    os.kill(pid, signal.SIGKILL)
    in_the_middle += fresh.exists()
    rounds += 1
    more_arrives(f"events after kill {rounds}")

# Cut off until the certificate has expired: the handshake works, renewing is allowed, and all is delivered.
link.sever()
time.sleep(life + 1)
at_cut = stored()  # by now the center has also written what it was sent before
expect("the certificate has expired", enrolment()["state"] == "expired", enrolment())
center.kill()
link.mend()
center.start()
wait_for("events after the expiry", lambda: stored() > at_cut + 100)
wait_for("the certificate is good again", lambda: enrolment()["state"] == "active")
wait_for("trouble is told", lambda: "cannot be renewed" in sensor.log.read_text())

# Revoked, and enrolled anew while the sensor runs.
code, said = run(programs / "langyan", "enrolment", "revoke", enrolment()["id"], "--data", center.data)
expect("revoked", code == 0, said)


def stands_still():
    before = stored()
    time.sleep(1.5)
    return stored() == before


wait_for("nothing is taken of who was revoked", stands_still)  # but what was under way
at_revoke = stored()
code, said, _ = enroll()
expect("enrolled anew", code == 0, said)
wait_for("events after enrolling anew", lambda: stored() > at_revoke + 100)

# Authority and certificate of the center are replaced, with kills between the steps. Cut off, so that no renewal comes first.
def authority(*words):
    return run(programs / "langyan", "enrolment", "authority", *words, "--data", center.data)


def state():
    code, said = authority("--json")
    expect("the authority is shown", code == 0, said)
    return json.loads(said)


code, said = authority("certificate")
expect("the center's certificate is by its authority", code == 0 and state()["certificate"]["signed_by"] == "authority", said)
link.sever()
former = state()["authorities"][0]["fingerprint"]
code, said = authority("new")
expect("a new authority", code == 0 and len(state()["authorities"]) == 2, said)
code, said = authority("new")
expect("one change at a time", code != 0 and "changed already" in said, said)
code, said = authority("certificate")
expect("nobody is left behind unasked", code != 0 and "`tested`" in said and "--leave-behind" in said, said)
code, said = authority()
expect("who holds it up is listed", code == 0 and former in said and "tested, local" in said, said)
center.kill()
center.start()
link.mend()
wait_for("the sensor learns of the new authority", lambda: state()["behind_count"] == 0)
code, said = authority("certificate")
expect("the certificate is by the new authority", code == 0 and state()["certificate"]["signer"] == state()["authorities"][0]["id"], said)
link.sever()
link.mend()
more_arrives("events over new connections")
os.kill(wait_for("there is a shipper", shipper), signal.SIGKILL)
more_arrives("events of a shipper that starts under the new certificate")
center.kill()
center.start()
wait_for("the former authority is forgotten", lambda: [each["fingerprint"] for each in state()["authorities"]] != [former] and len(state()["authorities"]) == 1)
serials.add(enrolment()["serial"])
known = len(serials)
wait_for("a renewal under the new authority alone", lambda: renewed(known), every=0.2)
more_arrives("events after that")

feeder.done.set()
feeder.join()
expect("the sensor ends well", sensor.process.wait(timeout=patience) == 0, sensor.process.returncode)
committed = collections.Counter()
sensor.note_committed(committed)
wrong = list(faults(center.data, committed))
expect("each event is there once", not wrong and committed.total() > 500, wrong)
code, said = run(programs / "langyan", "audit", "ls", "--data", center.data, "limit=1000")
for action in ("post_enrolments", "post_certificates", "post_certificates_renew", "delete_enrolments_id", "post_authority", "post_authority_certificate",
               "authority.forgotten"):
    expect(f"{action} is in the audit log", action in said, said)
center.kill(signal.SIGTERM)
code, said = run(programs / "langyan-center", "backup", data / "backup", "--data", center.data)
expect("the authority is in a backup, the sensor's key is not", code == 0 and (data / "backup/tls/ca.key").exists()
       and (data / "backup/tls/ca.crt").read_bytes() == (center.data / "tls/ca.crt").read_bytes(), said)
print(f"{committed.total()} events, each once; {len(serials) - 1} renewals seen before the kills, {rounds} kills "
      f"({in_the_middle} with the new pair half in place), an expiry, a revocation, another authority; the sensor ran through")
shutil.rmtree(data)
