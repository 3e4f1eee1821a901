#!/usr/bin/env python3
"""A lower center enrolls with the one above, reports by its certificate and hears notices by it; it renews while it runs, is
killed with -9, and stands still until its certificate has expired: all it says arrives exactly once.

usage: enrolment_test.py BIN_FOLDER
"""
import collections
import http.client
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from tiers import Tier, wait_for

programs = pathlib.Path(sys.argv[1])
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-tier-enrolment-"))
life = 4  # seconds


def expect(what, is_so, text=""):
    if not is_so:
        sys.exit(f"FAILED: {what} {text}\n{lower.log.read_text()[-2000:]}")


class Local(http.client.HTTPConnection):
    def __init__(self, center):
        super().__init__("local")
        self.path = str(center.data / "admin.sock")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def ask(center, method, path, body=None):
    """Through the socket of its host."""
    local = Local(center)
    local.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
    answer = local.getresponse()
    text = answer.read()
    expect(f"{method} {path}", answer.status < 300, text)
    return json.loads(text) if text else {}


def beats():
    """Positions of the lower center's heartbeats above."""
    return collections.Counter(row[1:4] for row in upper.rows() if row[0] == "js" and row[4] == "stats")


def more_beats(what):
    before = len(beats())
    wait_for(what, lambda: len(beats()) > before + 2, every=0.2)


def notice_arrives(title):
    made = ask(upper, "POST", "/api/v1/notices", {"kind": "warning", "title": title, "organisation": "cn/js"})
    ask(upper, "POST", f"/api/v1/notices/{made['id']}/transitions", {"action": "issue"})
    wait_for(f"notice {title} below", lambda: title in [each["title"] for each in ask(lower, "GET", "/api/v1/notices")["notices"]], every=0.2)


upper = Tier(programs, data, "cn", "cn", ("listen.tls=on", f"enrolment.certificate_life={life}s"))
lower = Tier(programs, data, "js", "cn/js")
subprocess.run([programs / "langyan-center", "init", "--name", "127.0.0.1", "--data", upper.data], check=True, capture_output=True)
upper.start()
above = f"https://127.0.0.1:{upper.link.port}"
asked = subprocess.run([programs / "langyan", "summary", "--center", above], capture_output=True, text=True)
expect("who does not know the certificate is told how to name it", "--ca-file" in asked.stderr, asked.stderr)
asked = subprocess.run([programs / "langyan", "link", "--user", "li", "--data", data / "nowhere"], capture_output=True, text=True)
expect("who names a folder without a center is told so", f"{data / 'nowhere'}/admin.sock: nobody" in asked.stderr, asked.stderr)

made = ask(upper, "POST", "/api/v1/enrolments", {"kind": "center", "source": "js", "organisation": "cn/js"})
enroll = subprocess.run([programs / "langyan-center", "enroll", "--center", above, "--fingerprint", made["fingerprint"], "--token-file", "-",
                         "--set", "center.name=js", "--set", f"center.data={lower.data}"], input=made["token"] + "\n", capture_output=True, text=True)
expect("the lower center enrolls", enroll.returncode == 0 and f"uplink.url: {above}" in enroll.stdout, enroll.stdout + enroll.stderr)
lower.settings = (*lower.settings, f"uplink.url={above}", "uplink.heartbeat=1s")
lower.start()
more_beats("heartbeats by certificate")
notice_arrives("first")
first = ask(upper, "GET", "/api/v1/enrolments")["enrolments"][0]["serial"]
wait_for("a renewal", lambda: ask(upper, "GET", "/api/v1/enrolments")["enrolments"][0]["serial"] != first, every=0.2)
more_beats("heartbeats after the renewal")
notice_arrives("second")
wait_for("it is listed as reporting", lambda: [(each["name"], each["link"]) for each in ask(upper, "GET", "/api/v1/platforms")["platforms"]] == [("js", "ok")])

for number in range(4):
    lower.kill()
    lower.start()
    more_beats(f"heartbeats after kill {number + 1}")
lower.kill()
time.sleep(life + 1)
expect("the certificate has expired", ask(upper, "GET", "/api/v1/enrolments")["enrolments"][0]["state"] == "expired")
lower.start()
more_beats("heartbeats after the expiry")
notice_arrives("third")
twice = [each for each, times in beats().items() if times > 1]
expect("each heartbeat once", not twice, twice)
lanes = collections.defaultdict(set)
for row in upper.rows():
    if row[0] == "js":
        lanes[row[1:3]].add(row[3])
for lane, positions in lanes.items():
    expect("no position is missing", positions == set(range(1, max(positions) + 1)), f"{lane}: {sorted(positions)[:20]}")
print(f"{sum(map(len, lanes.values()))} events of the lower center above, each once, and 3 notices below; renewed, killed 5 times, expired once")
lower.kill(15)
upper.kill(15)
shutil.rmtree(data)
