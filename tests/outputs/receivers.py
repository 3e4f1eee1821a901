"""What outputs deliver to: real listeners on loopback that can be down, die in the middle of a batch, and
say what they were given."""
import hashlib
import hmac
import json
import re
import socket
import ssl
import struct
import subprocess
import threading


def certificate(folder, name="receiver"):
    """A certificate for 127.0.0.1 that vouches for itself."""
    key, cert = folder / f"{name}.key", folder / f"{name}.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "2", "-subj", f"/CN={name}", "-addext",
                    "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    return cert, key


class Receiver:
    """Accepts on one port for good; `up` says whether it serves, `die_after` after how many octets of a
    connection it drops it by a reset, with what it has not read."""

    def __init__(self, context=None):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.context, self.up, self.die_after = context, True, None
        self.got, self.connections, self.died = [], 0, 0  # got: (identity, text), in order of receipt
        self.lock = threading.Lock()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            peer, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    @staticmethod
    def reset(peer):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()

    def serve(self, peer):
        if not self.up:
            return self.reset(peer)
        self.connections += 1
        peer.settimeout(300)
        try:
            if self.context:
                peer = self.context.wrap_socket(peer, server_side=True)
            self.talk(peer)
        except (OSError, ValueError):
            self.died += 1
            peer.close()

    def keep(self, identity, text):
        with self.lock:
            self.got.append((identity, text))

    def texts(self):
        """By identity; a repeat that is not word for word the same ends the test."""
        with self.lock:
            found = {}
            for identity, text in self.got:
                if found.setdefault(identity, text) != text:
                    raise SystemExit(f"FAILED: {identity} came twice and differs:\n{found[identity]}\n{text}")
            return found


class Syslog(Receiver):
    """RFC 6587 octet counting. What was read when it dies was not kept."""

    def talk(self, peer):
        data, read = b"", []
        while block := peer.recv(4096):
            data += block
            if self.die_after is not None and sum(map(len, read)) + len(data) > self.die_after:
                self.die_after = None
                self.died += 1
                return self.reset(peer)
            while (space := data.find(b" ")) > 0:
                count = int(data[:space])
                if len(data) < space + 1 + count:
                    break
                read.append(data[space + 1: space + 1 + count])
                data = data[space + 1 + count:]
        if data:
            raise ValueError(f"half a frame: {data[:80]}")
        for message in read:
            text = message.decode()  # strict
            identity = re.search(r' \[langyan@32473 id="((?:[^"\\\]]|\\.)*)"', text).group(1)
            self.keep(re.sub(r"\\(.)", r"\1", identity), text)
        if self.context:
            peer.unwrap()
        peer.close()


class Webhook(Receiver):
    """HTTP/1.1 over TLS. Dying comes after the request and before its answer; `most` events of a request, more is 413."""

    def __init__(self, context, authorization, key, most=60):
        self.authorization, self.key, self.most, self.too_large = authorization, key, most, 0
        super().__init__(context)

    def talk(self, peer):
        stream = peer.makefile("rb")
        while request := stream.readline():
            headers = {}
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, value = line.decode().split(":", 1)
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers["content-length"]))
            if not self.up:  # a connection that was kept
                return self.reset(peer)
            if not request.startswith(b"POST /hook HTTP/1.1") or headers.get("authorization") != self.authorization:
                self.answer(peer, 401, "who are you?")
                continue
            if headers["langyan-signature"] != "sha256=" + hmac.new(self.key.encode(), body, hashlib.sha256).hexdigest():
                self.answer(peer, 400, "not signed")
                continue
            events = json.loads(body)["events"]
            if len(events) > self.most:
                self.too_large += 1
                self.answer(peer, 413, "too large")
                continue
            for each in events:
                self.keep(each["id"], json.dumps(each, ensure_ascii=False, sort_keys=True))
            if self.die_after is not None:
                self.die_after = None
                self.died += 1
                return self.reset(peer)
            self.answer(peer, 200, "thanks")

    @staticmethod
    def answer(peer, status, text):
        peer.sendall(f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())


class Kafka:
    """kafka_broker: librdkafka's mock cluster in a process of its own."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.servers = self.process.stdout.readline().strip()
        self.got, self.died, self.is_up, self.lock, self.obeyed = [], 0, True, threading.Lock(), threading.Semaphore(0)
        threading.Thread(target=self.read, daemon=True).start()

    texts = Receiver.texts

    def read(self):
        for line in self.process.stdout:
            if line == "\n":
                self.obeyed.release()
                continue
            identity, text = line.rstrip("\n").split("\t", 1)
            with self.lock:
                self.got.append((identity, text))

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        if not self.obeyed.acquire(timeout=300):
            raise SystemExit(f"FAILED: the broker does not obey: {command}")

    up = property(lambda self: self.is_up)
    die_after = property(lambda self: None)

    @up.setter
    def up(self, value):
        self.is_up = value
        self.say("up" if value else "down")

    @die_after.setter
    def die_after(self, _):
        """Its requests fail for a while; librdkafka tries them again."""
        self.died += 1
        self.say("fail 3")


def tls(folder):
    cert, key = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert.read_text()
