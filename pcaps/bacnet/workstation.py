"""A workstation finds a boiler's controller, reads and writes its points, and sends it to restart: once
with a wrong password, once with the right one.

kind: R
stack: node-bacnet 0.2.4 at both ends
expect: bacapp.unconfirmed_service == 8 => 1
expect: bacapp.unconfirmed_service == 0 => 1
expect: bacapp.confirmed_service == 12 && bacapp.type == 0 => 8
expect: bacapp.confirmed_service == 14 => 2
expect: bacapp.confirmed_service == 15 => 6
expect: bacapp.confirmed_service == 5 => 2
expect: bacapp.confirmed_service == 17 => 2
expect: bacapp.confirmed_service == 20 => 4
expect: bacapp.error_code == 26 => 1
expect: bacapp.unconfirmed_service == 6 => 1
"""

import json
from pathlib import Path

from tools import bacnet
from tools.lab import Lab, output
from tools.session import hmi, plc

tools = Path(__file__).resolve().parents[1] / "tools"
broadcast = "10.20.0.255"
device, sensor, valve = ({"type": kind, "instance": number} for kind, number in ((8, 1234), (0, 1), (1, 1)))
identity = [{"id": each} for each in (bacnet.object_name, bacnet.vendor_name, bacnet.model_name, bacnet.firmware)]
real, null = 4, 0  # application tags: 20.2.1.4


def read(thing, prop):
    return ["readProperty", thing, prop, {}]


def write(thing, kind, value, priority):
    return ["writeProperty", thing, bacnet.present_value, [{"type": kind, "value": value}], {"priority": priority}]


calls = [
    ["whoIs"],
    ["readPropertyMultiple", [{"objectId": device, "properties": identity}], {}],
    read(device, bacnet.serial_number),  # it has none
    *[read(sensor, bacnet.present_value)] * 6,
    read(valve, bacnet.present_value),
    write(valve, real, 75, 8),
    write(valve, null, None, 8),
    write(sensor, real, 20, 16),  # an input is not written
    ["subscribeCov", sensor, 7, False, False, 0, {}],
    ["timeSync", "2026-03-02T08:00:00Z"],
    ["reinitializeDevice", 1, {"password": "admin"}],
    ["reinitializeDevice", 1, {"password": "boiler"}],
    ["deviceCommunicationControl", 5, 1, {"password": "boiler"}],
]
with Lab(plc, hmi) as lab:
    lab.start(plc, ["node", tools / "bacnet_server.js", plc.ip, broadcast], port=bacnet.port, udp=True)
    with lab.capture(plc, f"udp port {bacnet.port}") as capture:
        lab.run(hmi, ["node", tools / "bacnet_client.js", plc.ip, broadcast, 250, json.dumps(calls)])
capture.save(output())
