"""One scene with snap7: a CPU, a client that calls, and if wanted the regular HMI beside it."""

import json
import time
from pathlib import Path

from tools.lab import Lab, output
from tools.session import hmi, plc

here = Path(__file__).parent


def javascript(name, *words):
    return ["node", here / name, *map(str, words)]


def scene(client, calls, pause_ms=300, kind="PG", rack=0, slot=2, poll_rounds=0, lead_s=0.0):
    """calls: functions of node-snap7's client with their arguments, from the host `client`.
    With poll_rounds the HMI polls, and the client comes lead_s later."""
    hosts = (plc, client) if client == hmi or not poll_rounds else (plc, hmi, client)
    with Lab(*hosts) as lab:
        lab.start(plc, javascript("s7_server.js"), port=102)
        with lab.capture(plc) as capture:
            poll = None
            if poll_rounds:
                poll = lab.start(hmi, javascript("s7_poll.js", plc.ip, poll_rounds))
                time.sleep(lead_s)
            words = (plc.ip, kind, rack, slot, pause_ms, json.dumps(calls))
            lab.run(client, javascript("s7_client.js", *words))
            if poll:
                poll.wait(60)
    capture.save(output())
