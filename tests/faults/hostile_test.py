#!/usr/bin/env python3
"""What a stranger, or a sensor that was taken over, may send to a center, each with a clear answer: ambiguous framing, lies about
length, slowness, bombs, nesting, numbers and octets that are none, 10,000 connections that say nothing, and SQL, script and formula in
every text that travels, through real packets too. After each the center answers a question in time and has lost nothing.

usage: hostile_test.py BIN_FOLDER [--connections 10000]
"""
import argparse
import collections
import csv
import gzip
import io
import json
import pathlib
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "pipeline"))
from kit import Center, Sensor, patience, root, wait_for  # noqa: E402

sys.path.insert(0, str(root / "pcaps"))
from tools.session import Tape, TcpSession, hmi, server  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--connections", type=int, default=10_000)
args = parser.parse_args()
args.bin = args.bin.resolve()
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-hostile-"))
counts, failures = collections.Counter(), []
in_time = 60  # s, of a question while hostile things go on; generous: the machine may be busy

spare = 1_000
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
wanted = args.connections + spare
if hard < wanted:
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
    except (ValueError, PermissionError):
        print(f"only {hard} descriptors may be had: fewer idle connections are tried")
        args.connections = max(hard - spare, 100)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)

center = Center(args.bin, data / "center" / "data", settings=("http.header_time=5s", "http.body_time=5s"))
center.data.parent.mkdir(parents=True)
center.start()


def token(role, *options):
    return subprocess.run([args.bin / "langyan", "token", "add", "--data", center.data, "--role", role, *options], check=True, capture_output=True, text=True).stdout.strip()


viewer, analyst, ingest = token("viewer"), token("analyst"), token("ingest", "--source", "s1")


def fault(kind, name, what):
    failures.append(f"{kind}: {name}: {what}")
    print(f"FAILED  {kind}: {name}: {what}", flush=True)


def ask(path, body=None, by=None, headers=None, method=None):
    request = urllib.request.Request(f"http://127.0.0.1:{center.port}{path}", body, {"Authorization": "Bearer " + (by or viewer), **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def well(kind, name):
    """The center lives, answers in time, and is ready to take events."""
    start = time.monotonic()
    if not center.alive():
        fault(kind, name, f"the center is gone: {center.log.read_text()[-1000:]}")
        sys.exit(1)
    status, body = ask("/readyz")
    if status != 200 or time.monotonic() - start > in_time:
        fault(kind, name, f"afterwards readyz answers {status} after {time.monotonic() - start:.1f} s: {body[:200]}")


def raw(pieces, pause=0.0):
    """What comes back for these octets, until the center closes or is silent."""
    with socket.create_connection(("127.0.0.1", center.port), timeout=patience) as peer:
        try:
            for piece in pieces:
                peer.sendall(piece)
                if pause:
                    time.sleep(pause)
        except OSError:
            pass  # closed before all was sent, which is an answer
        answer = b""
        peer.settimeout(patience)
        try:
            while block := peer.recv(65536):
                answer += block
                head, found, rest = answer.partition(b"\r\n\r\n")
                if found and b"connection: close" not in head.lower() and complete(head, rest):
                    peer.settimeout(0.5)  # would there be a second answer?
        except OSError:
            pass
        return answer


def complete(head, rest):
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return len(rest) >= int(line.split(b":")[1])
    return True


def refused(kind, name, pieces, statuses, pause=0.0):
    """One request at most is answered, with one of these statuses (0: closed without a word)."""
    counts[kind] += 1
    answer = raw(pieces if isinstance(pieces, (list, tuple)) else [pieces], pause)
    answers = len(re.findall(rb"HTTP/1\.1 \d{3} ", answer))
    status = int(answer.split(b" ")[1]) if answers else 0
    if status not in statuses:
        fault(kind, name, f"answered {status}: {answer[:200]}")
    if answers > 1 or b"smuggled" in answer:
        fault(kind, name, f"{answers} answers to one request: {answer[:400]}")
    well(kind, name)


def framing():
    kind = "ambiguous framing"
    auth = b"Authorization: Bearer " + ingest.encode() + b"\r\n"
    second = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

    def post(*headers, body=b"0\r\n\r\n" + second, line=b"POST /api/v1/ingest HTTP/1.1"):
        return line + b"\r\nHost: c\r\n" + auth + b"".join(each + b"\r\n" for each in headers) + b"\r\n" + body
    forms = {
        "length and chunks": post(b"Content-Length: 5", b"Transfer-Encoding: chunked"),
        "chunks and length": post(b"Transfer-Encoding: chunked", b"Content-Length: 5"),
        "two lengths": post(b"Content-Length: 5", b"Content-Length: 0"),
        "two equal lengths": post(b"Content-Length: 5", b"Content-Length: 5"),
        "a list of lengths": post(b"Content-Length: 5, 5"),
        "a signed length": post(b"Content-Length: +5"),
        "a negative length": post(b"Content-Length: -5"),
        "a length in hex": post(b"Content-Length: 0x5"),
        "a length with a letter": post(b"Content-Length: 5a"),
        "a length of 2^64 + 5": post(b"Content-Length: 18446744073709551621"),
        "an empty length": post(b"Content-Length: "),
        "another coding": post(b"Transfer-Encoding: xchunked"),
        "codings after chunks": post(b"Transfer-Encoding: chunked, identity"),
        "chunks twice": post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
        "a blank before the colon": post(b"Transfer-Encoding : chunked"),
        "a tab before the coding": post(b"Transfer-Encoding:\tchunked\x0b"),
        "a folded header": post(b"X: a\r\n Transfer-Encoding: chunked", b"Content-Length: 5"),
        "a header without a name": post(b": chunked", b"Content-Length: 5"),
        "a NUL in a header": post(b"X: a\0b", b"Content-Length: 5"),
        "a bare CR": post(b"X: a\rTransfer-Encoding: chunked", b"Content-Length: 5"),
        "a chunk size with a sign": post(b"Transfer-Encoding: chunked", body=b"+5\r\nhello\r\n0\r\n\r\n" + second),
        "a chunk size of 17 digits": post(b"Transfer-Encoding: chunked", body=b"10000000000000005\r\nhello\r\n0\r\n\r\n" + second),
        "a chunk size that is none": post(b"Transfer-Encoding: chunked", body=b"zz\r\nhello\r\n0\r\n\r\n" + second),
        "a chunk longer than said": post(b"Transfer-Encoding: chunked", body=b"1\r\nhello\r\n0\r\n\r\n" + second),
        "a chunk ended by LF": post(b"Transfer-Encoding: chunked", body=b"5\nhello\n0\n\n" + second),
        "a chunk extension without end": post(b"Transfer-Encoding: chunked", body=b"5;" + b"a" * 100_000 + b"\r\nhello\r\n0\r\n\r\n"),
        "lines ended by LF": b"GET /healthz HTTP/1.1\nHost: c\n\n" + second,
        "no host": b"GET /api/v1/alerts HTTP/1.1\r\n" + auth + b"\r\n",
        "two hosts": b"GET /api/v1/alerts HTTP/1.1\r\nHost: a\r\nHost: b\r\n" + auth + b"\r\n",
        "blanks in the request line": b"GET  /api/v1/alerts HTTP/1.1\r\nHost: c\r\n\r\n",
        "a control character in the target": b"GET /\x01 HTTP/1.1\r\nHost: c\r\n\r\n",
        "HTTP/0.9": b"GET /\r\n\r\n",
        "HTTP/2 without negotiation": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64 + b"\r\n\r\n",
        "a method nobody knows": b"BREW /pot HTTP/1.1\r\nHost: c\r\n\r\n",
    }
    for name, octets in forms.items():
        refused(kind, name, octets, (0, 400, 401, 404, 405, 408, 413, 431, 501, 505))


def lengths():
    kind = "size, slowness, lies"
    auth = b"Authorization: Bearer " + ingest.encode() + b"\r\n"
    begin = b"POST /api/v1/ingest HTTP/1.1\r\nHost: c\r\n" + auth
    refused(kind, "a header without end", [b"GET / HTTP/1.1\r\nHost: c\r\nX: " + b"a" * 2_000_000], (431,))
    refused(kind, "ten thousand headers", b"GET / HTTP/1.1\r\nHost: c\r\n" + b"X: a\r\n" * 10_000 + b"\r\n", (431,))
    refused(kind, "a target without end", b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: c\r\n\r\n", (414, 431))
    refused(kind, "a header an octet at a time", [bytes([each]) for each in b"GET /healthz HTTP/1.1\r\nHost: c\r\nX: y"], (0, 408), pause=0.1)
    refused(kind, "a body an octet at a time", [begin + b"Content-Length: 1000\r\n\r\n"] + [b"x"] * 30, (0, 408), pause=0.1)
    refused(kind, "a body that never comes", begin + b"Content-Length: 1000\r\n\r\n", (0, 408))
    refused(kind, "a length of a terabyte", begin + b"Content-Length: 1099511627776\r\n\r\nx", (413,))
    refused(kind, "chunks without end", [begin + b"Transfer-Encoding: chunked\r\n\r\n"] + [b"100000\r\n" + b"a" * (1 << 20) + b"\r\n"] * 64, (0, 413))
    refused(kind, "more chunks than anybody needs", [begin + b"Transfer-Encoding: chunked\r\n\r\n"] + [b"1\r\na\r\n" * 10_000] * 30, (0, 400, 408, 413))


def zstd(text, *options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=text, capture_output=True, check=True).stdout


def deliver(body, encoding="identity", count=1, first=1, epoch="00000000000000aa", lane="bulk"):
    headers = {"Langyan-Source": "s1", "Langyan-Epoch": epoch, "Langyan-Lane": lane, "Langyan-First": str(first), "Langyan-Count": str(count), "Content-Type": "application/x-ndjson"}
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return ask("/api/v1/ingest", body, by=ingest, headers=headers)


def line(seq=1, lane="bulk", epoch="00000000000000aa", kind="flow", **more):
    return json.dumps({"timestamp": "2026-11-29T10:00:00.000000+0000", "event_type": kind, **more,
                       "origin": {"sensor": "s1", "epoch": epoch, "lane": lane, "seq": seq}}).encode() + b"\n"


def bodies():
    kind = "bodies that are no events"
    good = line()
    forms = {
        "nesting of 100,000": good.replace(b'"flow"', b'"flow", "x": ' + b"[" * 100_000 + b"]" * 100_000, 1),
        "objects in objects, 20,000 deep": good.replace(b'"flow"', b'"flow", "x": ' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000, 1),
        "a key of a megabyte": good.replace(b'"flow"', b'"flow", "' + b"k" * (1 << 20) + b'": 1', 1),
        "octets that are no UTF-8": good.replace(b"flow", b"fl\xff\xfew", 1),
        "half a surrogate": good.replace(b"flow", b"fl\\ud800w", 1),
        "a NUL": good.replace(b"flow", b"fl\0w", 1),
        "a position of 2^65": good.replace(b'"seq": 1', b'"seq": 36893488147419103232'),
        "a position below zero": good.replace(b'"seq": 1', b'"seq": -1'),
        "a position with a fraction": good.replace(b'"seq": 1', b'"seq": 1.5'),
        "a number beyond all": good.replace(b'"flow"', b'"flow", "n": 1e99999', 1),
        "not a number": good.replace(b'"flow"', b'"flow", "n": NaN', 1),
        "a time that is none": good.replace(b"2026-11-29T10", b"2026-13-45T99"),
        "a time before all": good.replace(b"2026", b"-999999"),
        "nothing": b"",
        "an empty line": b"\n",
        "half a line": good[: len(good) // 2],
        "a list": b"[" + good.strip() + b"]\n",
        "a text": b'"x"\n',
        "two on a line": good.strip() + good,
        "the name of another": good.replace(b'"s1"', b'"s2"'),
    }
    for name, body in forms.items():
        counts[kind] += 1
        status, answer = deliver(body)
        if status not in (400, 403):
            fault(kind, name, f"answered {status}: {answer[:200]}")
        elif b'"detail"' not in answer and b'"refused"' not in answer:
            fault(kind, name, f"the answer does not say why: {answer[:200]}")
        well(kind, name)
    kind = "bombs"
    zeros = b"\0" * (1 << 28)
    forms = {
        "zstd, 256 MB of zeros": (zstd(zeros), "zstd", (400, 413)),
        "zstd, a window of 2 GB": (zstd(zeros[: 1 << 20], "--long=31", "--ultra"), "zstd", (400, 413)),
        "zstd in zstd": (zstd(zstd(zeros)), "zstd", (400, 413)),
        "zstd, cut off": (zstd(good * 1000)[:-7], "zstd", (400,)),
        "zstd, an octet changed": (zstd(good * 1000)[:-20] + b"x" + zstd(good * 1000)[-19:], "zstd", (400,)),
        "zstd that is none": (b"x" * 1000, "zstd", (400,)),
        "gzip, 256 MB of zeros": (gzip.compress(zeros), "gzip", (400, 413, 415)),
        "two codings": (zstd(gzip.compress(good)), "zstd, gzip", (400, 415)),
        "a coding nobody knows": (good, "lzw", (400, 415)),
    }
    for name, (body, encoding, statuses) in forms.items():
        counts[kind] += 1
        status, answer = deliver(body, encoding)
        if status not in statuses:
            fault(kind, name, f"answered {status}: {answer[:200]}")
        well(kind, name)
    kind = "bodies of questions and actions"
    for name, body in {"nesting": b'{"query":' + b"[" * 50_000, "no object": b"[]", "a member twice": b'{"query":"a","query":"b"}', "a member nobody knows": b'{"qeury":"a"}',
                       "a query of 60 kB": json.dumps({"query": "(" * 30_000 + ")" * 30_000}).encode(), "a query of operators": json.dumps({"query": "or or and not | |"}).encode(),
                       "limits below zero": b'{"query":"verb:write","limit":-1}', "limits beyond all": b'{"query":"verb:write","limit":1e30}'}.items():
        counts[kind] += 1
        status, answer = ask("/api/v1/search", body, headers={"Content-Type": "application/json"})
        if status not in (400, 413, 422):
            fault(kind, name, f"answered {status}: {answer[:200]}")
        well(kind, name)
    status, answer = deliver(good)
    if status != 200:
        fault("bodies", "a good batch after all of it", f"{status} {answer[:200]}")


texts = ["'; DROP TABLE event; --", "\" OR 1=1 --", "x' UNION SELECT json FROM lines --", "%' ESCAPE '\\", "$(reboot)", "`reboot`", "${jndi:ldap://x}", "<script>alert(1)</script>",
         "<img src=x onerror=alert(1)>", "javascript:alert(1)", "]]><!--", "{{7*7}}", "=cmd|' /C calc'!A0", "+1+1", "-1-1", "@SUM(1)", "\t=1", "\r\nSet-Cookie: a=b", "../../etc/passwd",
         "%00", "%n%s", "\u202etxt.exe", "\ufeff", "a\u0000b", "\U0001f525" * 10, "'" * 300]


def fragments():
    """Into every text of an alert, and out by every way."""
    kind = "fragments of SQL, script, formula"
    epoch = "00000000000000bb"
    batch = b"".join(line(seq=n + 1, lane="alert", epoch=epoch, kind="alert", src_ip="10.9.0.1", dest_ip="10.9.0.2", app_proto=text, proto=text, community_id=text,
                          alert={"signature_id": 9_900_000 + n, "gid": 1, "rev": 1, "severity": 1, "signature": text, "category": text, "metadata": {"note_zh": [text], text or "x": [text]}},
                          ot={"verb": text, "object": text, "space": text, "value": text, "result": text}, asset={"id": text, "vendor": text, "name": text},
                          http={"hostname": text, "url": text}) for n, text in enumerate(texts))
    status, answer = deliver(batch, count=len(texts), epoch=epoch, lane="alert")
    if status != 200:
        return fault(kind, "ingest", f"{status} {answer[:300]}")
    found = {each["event"]["alert"]["signature_id"]: each for each in json.loads(ask("/api/v1/alerts?limit=500")[1])["alerts"]}
    status, answer = ask("/api/v1/search/export?" + urllib.parse.urlencode({"query": "src:10.9.0.1", "format": "csv", "from": "2026-11-01T00:00:00Z"}))
    rows = list(csv.reader(io.StringIO(answer.decode("utf-8-sig")))) if status == 200 else []
    dangerous = [cell for row in rows[1:] for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not cell.lstrip("-").replace(".", "", 1).isdigit()]
    if status != 200 or len(rows) < 2 or dangerous:
        fault(kind, "a table for spreadsheets", f"{status}, {len(rows)} rows, cells that a spreadsheet would run: {dangerous[:3]}")
    for n, text in enumerate(texts):
        counts[kind] += 1
        event = found.get(9_900_000 + n)
        if not event or event["event"]["alert"]["signature"] != text or event["event"]["ot"]["object"] != text:
            fault(kind, text, f"comes back as {event and event['event']['alert']['signature']!r}")
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        question = urllib.parse.urlencode({"query": 'ot.object:"' + quoted + '"'})
        for path in (f"/api/v1/search?{question}", f"/api/v1/alerts?{urllib.parse.urlencode({'signature': text})}",
                     f"/api/v1/assets?{urllib.parse.urlencode({'text': text})}", f"/api/v1/alerts/{urllib.parse.quote(text, safe='')}",
                     f"/api/v1/enterprises?{urllib.parse.urlencode({'text': text})}", f"/api/v1/notices/{urllib.parse.quote(text, safe='')}"):
            counts[kind] += 1
            status, answer = ask(path)
            if status >= 500:
                fault(kind, text, f"{path} answers {status}: {answer[:200]}")
    for text in texts:
        counts[kind] += 1
        status, answer = ask("/api/v1/alerts/actions", json.dumps({"action": "comment", "ids": [found[9_900_000]["id"]], "comment": text}).encode(), by=analyst,
                             headers={"Content-Type": "application/json"})
        if status >= 500:
            fault(kind, text, f"a comment is answered {status}: {answer[:200]}")
    well(kind, "afterwards")


def packets():
    """The same through the wire: what a host says of itself ends in the store as it was said."""
    kind = "fragments through real packets"
    plain = [text for text in texts if text.isascii() and text.isprintable() and text]
    tape = Tape(start=time.time_ns() - 60 * 10**9)
    for n, text in enumerate(plain):
        session = TcpSession(tape, hmi, server, 80, 41_000 + n)
        session.open()
        session.exchange(f"GET /page-{n} HTTP/1.1\r\nHost: plant.example\r\nUser-Agent: {text}\r\n\r\n".encode(), b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 0\r\n\r\n")
        session.close()
    tape.save(data / "fragments.pcap")
    folder = data / "sensor"
    folder.mkdir()
    (folder / "token").touch(mode=0o600)
    (folder / "token").write_text(token("ingest", "--source", "tested"))
    sensor = Sensor(args.bin, folder, center.port)
    sensor.start(["-r", data / "fragments.pcap"], options=("--messages",))
    if sensor.process.wait(timeout=patience) != 0:
        return fault(kind, "the sensor", sensor.log.read_text()[-500:])

    said = {user_agent(event) for event in wait_for("the requests are in the store", lambda: len(all_http()) >= len(plain) and all_http())}
    for text in plain:
        counts[kind] += 1
        if text not in said:
            fault(kind, text, "is not in the store as it was said")
    well(kind, "afterwards")


def all_http():
    status, answer = ask("/api/v1/search?" + urllib.parse.urlencode({"query": "type:http", "limit": 500}))
    return [each["event"] for each in json.loads(answer)["events"]] if status == 200 else []


def user_agent(event):
    http = event.get("http", {})
    return http.get("request", http).get("user_agent") or http.get("http_user_agent")


def idle():
    kind = "connections that say nothing"
    peers = []
    start = time.monotonic()
    for _ in range(args.connections):
        try:
            peers.append(socket.create_connection(("127.0.0.1", center.port), timeout=patience))
        except OSError:
            break
        if len(peers) % 1_000 == 0:
            well(kind, f"while {len(peers)} are open")
    counts[kind] += len(peers)
    if len(peers) < args.connections:
        fault(kind, "connecting", f"{len(peers)} of {args.connections}")
    well(kind, f"{len(peers)} connections in {time.monotonic() - start:.0f} s")
    status, answer = deliver(line(seq=2), first=2)
    if status != 200:
        fault(kind, "a batch meanwhile", f"{status} {answer[:200]}")
    for peer in peers:
        peer.close()
    well(kind, "afterwards")


def peak():
    return int(next(line for line in pathlib.Path(f"/proc/{center.process.pid}/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


try:
    for part in (framing, lengths, bodies, fragments, packets, idle):
        part()
        print(f"ok      {part.__name__}" if not failures else f"        {part.__name__}", flush=True)
    if peak() > 1_024:
        fault("memory", "of the center", f"{peak()} MB at its highest")
    for kind, count in counts.items():
        print(f"{count:6} {kind}")
    print(f"{sum(counts.values())} hostile inputs, {len(failures)} failed; the center took {peak()} MB at most")
finally:
    if center.alive():
        center.kill(15)
    shutil.rmtree(data, ignore_errors=True)
sys.exit(1 if failures else 0)
