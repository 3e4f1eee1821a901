"""Plays a conversation between two hosts over real TCP sockets: the kernel makes the segments.

    replay.py serve PORT STEPS.json | replay.py connect ADDRESS PORT STEPS.json

Both ends walk through the same steps [side, wait in ms, bytes in hex]: an end sends its own steps
and reads exactly the bytes of the other's.
"""

import json
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

from tools import lab


def walk(connection, side, steps):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for sender, wait_ms, text in steps:
        data = bytes.fromhex(text)
        if sender == side:
            time.sleep(wait_ms / 1000)
            connection.sendall(data)
            continue
        while data:
            got = connection.recv(len(data))
            if not got or not data.startswith(got):
                raise SystemExit(f"replay: expected {data.hex()}, got {got.hex() or 'the end'}")
            data = data[len(got) :]
    if side == 1:
        connection.recv(1)  # the client closes first
    connection.close()


def play(server, port, *talks):
    """talks: (client, start delay in s, steps); returns the packets seen at the server's port.
    Each talk is a connection of its own, the server answers them at once side by side."""
    folder = Path(tempfile.mkdtemp(dir=lab.work))
    files = []
    for number, (_, _, steps) in enumerate(talks):
        path = folder / f"{number}.json"
        path.write_text(json.dumps([(side, wait, data.hex()) for side, wait, data in steps]))
        files.append(path)
    clients = list(dict.fromkeys(client for client, _, _ in talks))
    with lab.Lab(server, *clients) as made:
        words = [f"{client.ip}={path}" for (client, _, _), path in zip(talks, files)]
        made.start(server, lab.python("-m", "tools.replay", "serve", port, *words), port=port)
        with made.capture(server) as capture:
            children = []
            for (client, delay, _), path in zip(talks, files):
                time.sleep(delay)
                command = lab.python("-m", "tools.replay", "connect", server.ip, port, path)
                children.append(made.start(client, command))
            for child in children:
                if child.wait(120):
                    raise SystemExit("replay: an end did not get what it expected")
    for path in files:
        path.unlink()
    folder.rmdir()
    return capture


def serve(port, scripts):
    """scripts: address of a client -> file of its steps, in order of its connections."""
    waiting = {}
    for word in scripts:
        address, path = word.split("=", 1)
        waiting.setdefault(address, []).append(json.loads(Path(path).read_text()))
    with socket.create_server(("0.0.0.0", port)) as listener:
        while True:
            connection, (address, _) = listener.accept()
            steps = waiting[address].pop(0)
            threading.Thread(target=walk, args=(connection, 1, steps), daemon=True).start()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), sys.argv[3:])
    else:
        address, port, path = sys.argv[2:]
        with socket.create_connection((address, int(port)), timeout=30) as connection:
            walk(connection, 0, json.loads(Path(path).read_text()))
