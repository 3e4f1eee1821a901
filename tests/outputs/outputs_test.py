#!/usr/bin/env python3
"""Outputs of a real center to real receivers that go down, come up and die in the middle of a batch, while the
center is killed with -9: every alert that matches is delivered to each, repeats carry the same identity and the same
text, settings that are broken are refused and change nothing, and secrets are never read back.

usage: outputs_test.py BIN_FOLDER [--rounds 6] [--seed N]
"""
import argparse
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "pipeline"))
from kit import Center, patience, wait_for  # noqa: E402
from receivers import Kafka, Syslog, Webhook, certificate, tls  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--rounds", type=int, default=6)
parser.add_argument("--seed", type=int, default=11)
args = parser.parse_args()
chance = random.Random(args.seed)
folder = pathlib.Path(tempfile.mkdtemp(prefix="langyan-outputs-"))
center = Center(args.bin, folder / "data", settings=("center.name=works-7",))
failures, notes = [], []
hostile = ["a\nb\r\n<14>1 - forged", 'q" ] \\ | = [x]', "src=1.2.3.4 cs1=x|0|", "\u0085\u2028\u202e", "中文", "CEF:0|x|y", ""]


def check(condition, what):
    if not condition:
        failures.append(what)


class Refused(Exception):
    pass


def ask(method, target, body=None, token="admin"):
    request = urllib.request.Request(f"http://127.0.0.1:{center.port}{target}", json.dumps(body).encode() if body is not None else None, {
        "Authorization": "Bearer " + (folder / token).read_text().strip(), "Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            text = answer.read()
            return json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        raise Refused(f"{error.code} {problem['detail']}") from None


position = 0
wanted = {}  # identity: event


def ingest(count):
    """`count` alerts, each fourth of a severity nobody asked for."""
    global position
    first, lines = position + 1, []
    for position in range(first, first + count):
        event = {"timestamp": f"2026-03-02T11:{position // 60 % 60:02}:{position % 60:02}.000000+0000", "event_type": "alert",
                 "src_ip": "10.3.9.77", "src_port": 50000, "dest_ip": "10.3.1.4", "dest_port": 502, "proto": "TCP",
                 "app_proto": "modbus", "alert": {"signature_id": 9100000 + position % 7, "gid": 1, "severity": position % 4 + 1,
                                                  "signature": f"{hostile[position % len(hostile)]} {position}"},
                 "ot": {"verb": "write", "object": hostile[(position + 3) % len(hostile)], "result": "ok"},
                 "payload": "QUJD" * chance.randrange(400),
                 "origin": {"sensor": "s1", "epoch": "00000000000000e1", "lane": "alert", "seq": position}}
        lines.append(json.dumps(event, ensure_ascii=False))
        if event["alert"]["severity"] <= 3:
            wanted[f"s1/00000000000000e1/alert/{position}"] = event
    request = urllib.request.Request(
        f"http://127.0.0.1:{center.port}/api/v1/ingest", "\n".join(lines).encode() + b"\n", {
            "Authorization": "Bearer " + (folder / "token").read_text().strip(), "Content-Type": "application/x-ndjson",
            "Langyan-Source": "s1", "Langyan-Epoch": "00000000000000e1", "Langyan-Lane": "alert",
            "Langyan-First": str(first), "Langyan-Count": str(count)})
    with urllib.request.urlopen(request, timeout=patience) as answer:
        check(json.load(answer)["acked"] == position, "ingest was not acknowledged")


def state(name):
    return ask("GET", f"/api/v1/outputs/{name}")["state"]


class File:
    """The output that is a file, as a receiver."""

    def __init__(self, name):
        self.folder = folder / "data" / "outputs" / name

    def texts(self):
        found = {}
        for path in self.folder.glob("eve.json*"):
            whole = path.read_text().rsplit("\n", 1)[0]
            for line in whole.split("\n") if whole else []:
                origin = json.loads(line)["origin"]
                identity = "/".join(str(origin[key]) for key in ("sensor", "epoch", "lane", "seq"))
                if found.setdefault(identity, line) != line:
                    sys.exit(f"FAILED: the file has {identity} twice, and not alike")
        return found


context, ca = tls(folder)
bearer, signing_key = "Bearer very-secret", "signed with this"
receivers = {"plain": Syslog(), "secure": Syslog(context), "arcsight": Syslog(), "hook": Webhook(context, bearer, signing_key),
             "kafka": Kafka(args.bin / "kafka_broker"), "lines": File("lines")}
settings = {
    "plain": ("syslog", {"address": f"127.0.0.1:{receivers['plain'].port}", "tls": False}, {}),
    "secure": ("syslog", {"address": f"127.0.0.1:{receivers['secure'].port}", "ca": ca}, {}),
    "arcsight": ("syslog", {"address": f"127.0.0.1:{receivers['arcsight'].port}", "tls": False, "form": "cef"}, {}),
    "hook": ("webhook", {"url": f"https://127.0.0.1:{receivers['hook'].port}/hook", "ca": ca},
             {"authorization": bearer, "signing_key": signing_key}),
    "kafka": ("kafka", {"brokers": receivers["kafka"].servers, "topic": "events", "tls": False}, {}),
    "lines": ("file", {"rotate": 262144, "keep": 100}, {}),
}
networked = [each for each in receivers.values() if not isinstance(each, File)]


def there():
    return all(set(wanted) <= set(receiver.texts()) for receiver in receivers.values())


def delivered(what):
    wait_for(f"{what}: every alert at each receiver", there, every=0.1)
    for name, receiver in receivers.items():
        more = {each for each in set(receiver.texts()) - set(wanted) if not each.startswith("langyan-test/")}
        check(not more, f"{what}: {name} got {len(more)} nobody asked for, as {sorted(more)[:2]}")


def refused(method, target, body, says):
    before = ask("GET", "/api/v1/outputs")
    for each in before["outputs"]:
        each.pop("state")
    try:
        ask(method, target, body)
        failures.append(f"{method} {target} {body} was not refused")
    except Refused as refusal:
        check(says in str(refusal), f"{method} {target}: {refusal}, without {says!r}")
    after = ask("GET", "/api/v1/outputs")
    for each in after["outputs"]:
        each.pop("state")
    check(before == after, f"{method} {target} {body} changed something")


def make_outputs():
    for name, (kind, values, secrets) in settings.items():
        made = ask("POST", "/api/v1/outputs", {"name": name, "kind": kind, "query": "severity>=medium",
                                               "settings": values, "secrets": secrets})
        check(made["secrets"] == sorted(secrets), f"{name}: secrets {made['secrets']}")
    text = json.dumps(ask("GET", "/api/v1/outputs"))
    for _, _, secrets in settings.values():
        for secret in secrets.values():
            check(json.dumps(secret)[1:-1] not in text, "a secret was read back")


def try_each():
    for name in receivers:
        tried = ask("POST", f"/api/v1/outputs/{name}/test")
        if not tried["taken"] or not tried["answer"] or "test" not in tried["sent"]:
            sys.exit(f"FAILED: test of {name}: {tried}")
        if name == "kafka":
            wait_for("the sample is consumed", lambda: receivers[name].texts())
        marked = [text for identity, text in receivers[name].texts().items() if identity.startswith("langyan-test/")]
        check(len(marked) == 1 and any(mark in marked[0] for mark in ('"test":true', '"test": true', "cs5Label=Test")),
              f"{name} did not get the sample: {marked}, {tried}")
    for each in networked:
        each.up = False
    for name, receiver in receivers.items():
        tried = ask("POST", f"/api/v1/outputs/{name}/test")
        check(tried["taken"] == isinstance(receiver, File), f"test of {name} while it is down: {tried}")
    for each in networked:
        each.up = True


def broken_settings():
    refused("POST", "/api/v1/outputs", {"name": "plain", "kind": "file"}, "409 there is an output \"plain\" already")
    refused("POST", "/api/v1/outputs", {"name": "../x", "kind": "file"}, "name must be")
    refused("POST", "/api/v1/outputs", {"name": "x", "kind": "syslog", "settings": {"address": "siem"}}, "settings.address must be a host and port")
    refused("POST", "/api/v1/outputs", {"name": "x", "kind": "file", "query": "severty:1"}, "query: ")
    refused("POST", "/api/v1/outputs", {"name": "x", "kind": "file", "query": "severity:1 | groupby src"}, "behind |")
    refused("PATCH", "/api/v1/outputs/plain", {"query": "((", "settings": {"tls": True}}, "query: ")
    refused("PATCH", "/api/v1/outputs/plain", {"settings": {"tls": True, "longest": 1}}, "settings.longest must be")
    refused("PATCH", "/api/v1/outputs/secure", {"settings": {"certificate": ca}}, "secrets.key is needed")
    refused("PATCH", "/api/v1/outputs/plain", {"version": 99, "enabled": False}, "409 ")
    refused("PATCH", "/api/v1/outputs/hook", {"settings": {"authorization": "x"}}, "is a secret; give it under secrets")
    refused("PATCH", "/api/v1/outputs/hook", {"settings": {"url": "http://siem.example/"}}, "must begin with https://")
    refused("PATCH", "/api/v1/outputs/kafka", {"settings": {"sasl": "plain"}}, "needs settings.username and secrets.password")
    refused("PATCH", "/api/v1/outputs/none", {"enabled": False}, "404 ")


def outage():
    """Receivers away; the center killed meanwhile; what waited comes."""
    for each in networked:
        each.up = False
    ingest(200)
    for name in receivers:
        if not isinstance(receivers[name], File):
            wait_for(f"{name} says that it fails", lambda: state(name)["activity"] == "failing" and state(name)["error"])
    wait_for("the file does not wait for the others", lambda: set(wanted) <= set(receivers["lines"].texts()))
    check(not there(), "something came to a receiver that is down")
    center.kill()
    center.start()
    ingest(50)
    for each in networked:
        each.up = True
    delivered("after the outage")


def deaths():
    """Receivers that die with half a batch read."""
    died = [each.died for each in networked]
    for each in networked:
        each.die_after = 20_000
    ingest(150)
    wait_for("each receiver died once", lambda: all(each.died > before for each, before in zip(networked, died)))
    delivered("after receivers died")


def kills():
    for turn in range(args.rounds):
        ingest(chance.randrange(50, 250))
        time.sleep(chance.uniform(0, 0.4))
        if turn % 2:
            chance.choice(networked).die_after = chance.randrange(100_000)
        center.kill()
        center.start()
    delivered("after the kills")


def wrong_secret():
    """A webhook that refuses: nothing is skipped for it, and the secret is in no answer."""
    ask("PATCH", "/api/v1/outputs/hook", {"secrets": {"authorization": "Bearer wrong-one"}})
    ingest(20)
    wait_for("the webhook says why it fails", lambda: (now := state("hook"))["activity"] == "failing"
             and "answered HTTP 401: who are you?" in now["error"])
    check("wrong-one" not in json.dumps(ask("GET", "/api/v1/outputs")), "a secret was read back")
    ask("PATCH", "/api/v1/outputs/hook", {"secrets": {"authorization": bearer}})
    delivered("after the wrong secret")


def trust():
    """A receiver whose certificate nobody vouches for gets nothing."""
    other, _ = certificate(folder, "stranger")
    ask("PATCH", "/api/v1/outputs/secure", {"settings": {"ca": other.read_text()}})
    tried = ask("POST", "/api/v1/outputs/secure/test")
    check(not tried["taken"] and "certificate is not trusted" in tried["answer"], f"a stranger: {tried}")
    ingest(20)
    wait_for("the output fails", lambda: state("secure")["activity"] == "failing")
    ask("PATCH", "/api/v1/outputs/secure", {"settings": {"ca": ca}})
    delivered("after the stranger")


def command_line():
    langyan = [args.bin / "langyan", "outputs"]
    options = ["--center", f"http://127.0.0.1:{center.port}", "--token-file", folder / "admin"]

    def run(*words, status=0):
        done = subprocess.run([*langyan, *words, *options], capture_output=True, text=True)
        check(done.returncode == status, f"langyan outputs {words}: {done.returncode} {done.stdout} {done.stderr}")
        return done.stdout + done.stderr
    pem = folder / "ca.pem"
    pem.write_text(ca)
    run("add", "spare", "syslog", f"address=127.0.0.1:{receivers['secure'].port}", f"ca=@{pem}", "--query", "severity:critical", "--start", "now")
    check("spare" in run("ls"), "outputs ls does not show it")
    check('"address"' in run("show", "spare"), "outputs show")
    check("it read all and closed" in run("test", "spare"), "outputs test")
    check("settings.adress" in run("add", "wrong", "syslog", "adress=x:1", status=2), "outputs add of what is wrong")
    run("rm", "spare")
    check("spare" not in run("ls"), "outputs rm")


try:
    center.start()
    center.token("s1")
    (folder / "admin").touch(mode=0o600)
    (folder / "admin").write_text(subprocess.run([args.bin / "langyan", "token", "add", "--data", center.data, "--role", "system"],
                                                 check=True, capture_output=True, text=True).stdout)
    ingest(10)
    wanted.clear()  # an output begins with what comes after it was made
    make_outputs()
    broken_settings()
    try_each()
    ingest(300)
    delivered("at first")
    for name in receivers:
        wait_for(f"{name} has caught up", lambda: (now := state(name))["activity"] == "caught_up" and now["delivered"] >= len(wanted))
        check(state(name)["delivered"] == len(wanted), f"{name} counts {state(name)}, {len(wanted)} were wanted")
    outage()
    deaths()
    kills()
    wrong_secret()
    trust()
    command_line()
    for name, receiver in receivers.items():
        texts = receiver.texts()
        for identity, event in wanted.items():
            text = texts[identity]
            if name != "arcsight":
                line = json.loads(text[text.index("{"):])
                if name in ("hook", "kafka"):
                    check(line["id"] == identity and line["organisation"] == "local", f"{name}: {line}")
                    line = line["event"]
                check(line == event, f"{name}: {identity} is not the event: {line}")
            if name in ("plain", "secure", "arcsight"):
                check(not any(ord(c) < 32 for c in text), f"{name}: a control character in {text!r}")
    check(receivers["hook"].too_large > 0, "the webhook was never given too much at once")
    rotated = list(receivers["lines"].folder.glob("eve.json.*"))
    check(rotated and all(path.stat().st_size < 1_500_000 for path in rotated), f"the file was not rotated: {rotated}")
    repeats = {name: len(each.got) - len(each.texts()) for name, each in receivers.items() if not isinstance(each, File)}
    notes.append(f"{len(wanted)} of {position} alerts wanted, each at each of {len(receivers)} receivers; repeats {repeats}; "
                 f"died in a batch: {sum(each.died for each in networked)}")
    center.kill(signal.SIGTERM)
    check(center.process.returncode == 0, f"the center ended with {center.process.returncode}")
    for note in notes:
        print(note)
    for failure in failures[:20]:
        print(failure)
    sys.exit("FAILED" if failures else 0)
finally:
    if center.alive():
        center.process.kill()
    if failures:
        print(center.log.read_text()[-3000:])
    shutil.rmtree(folder, ignore_errors=True)
