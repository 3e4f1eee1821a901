"""One scene with node-opcua: a server on the controller and a client that does what it is told."""

import json
import subprocess
from pathlib import Path

from tools.lab import Lab, output
from tools.session import plc

here = Path(__file__).parent


def node(host, script, *words):
    """Certificates and names of applications hold the machine's name, so each has one of its own."""
    command = f'hostname {host.name}; HOME="$HOME/{host.name}" exec node "$@"'
    return ["unshare", "--uts", "sh", "-c", command, "node", here / script, *words]


def scene(client, calls, policy="None", password=None):
    """calls: what opcua_client.js knows, from the host `client`."""
    with Lab(plc, client) as lab:
        words = [plc.ip, *([password] if password else [])]
        server = lab.start(plc, node(plc, "opcua_server.js", *words), stdout=subprocess.PIPE)
        while b"ready" not in (line := server.stdout.readline()):  # its first start makes keys
            if not line:
                raise RuntimeError("opcua_server.js ended before it was ready")
        with lab.capture(plc, "tcp port 4840") as capture:
            lab.run(client, node(client, "opcua_client.js", plc.ip, policy, json.dumps(calls)))
    capture.save(output())
