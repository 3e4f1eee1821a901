"""BACnet/IP: one service of a workstation each, answered by a controller."""

import struct

from tools import bacnet as b
from tools import wire
from tools.session import Host, scada
from wire.exchange import Captures

laptop = Host("laptop", "10.20.0.77", "02:4c:59:00:00:77")


def captures():
    out = Captures()

    def talk(name, *pairs, client=scada):
        site = b.Site()
        for ask, tell in pairs:
            site.say(client, b.controller, ask, wait=8)
            if tell is not None:
                site.say(b.controller, client, tell, 200)
        out[name] = site.tape.packets

    def done(name, service, *parameters, **more):
        talk(name, (b.confirmed(1, service, *parameters), b.ack(1, service)), **more)

    def link(name, *payloads):
        site = b.Site()
        for payload in payloads:
            site.raw(scada, b.router, payload)
            site.raw(b.router, scada, b.bvlc(0, struct.pack("!H", 0)), wait=300)
        out[name] = site.tape.packets

    def network(name, message):
        site = b.Site()
        site.raw(scada, b.router, b.bvlc(10, b.npdu(message, message=True)))
        out[name] = site.tape.packets

    def write(kind, prop, value, priority=None):
        return b.write(1, kind, 1, prop, value, priority), b.ack(1, 15)

    read = (b.read(1, b.analog_input, 5, b.present_value), b.read_ack(1, b.analog_input, 5, b.present_value, b.real(20.5)))
    talk("routine", read, write(b.analog_value, b.present_value, b.real(21.0), 16))
    for state, name in enumerate(("cold-start", "warm-start", "backup", "end-backup", "restore", "end-restore", "abort-restore", "activate")):
        talk(name, (b.reinitialize(1, state, "pass"), b.ack(1, 20)))
    for state, name in enumerate(("enable", "silence", "no-initiation")):
        talk(name, (b.communication_control(1, state, password="pass"), b.ack(1, 17)))
    talk("write-life-safety", write(b.binary_output, b.present_value, b.enumerated(1), 1))
    talk("write-operator", write(b.binary_output, b.present_value, b.enumerated(1), 8))
    talk("out-of-service", write(b.analog_input, b.out_of_service, b.boolean(True)))
    talk("write-by-stranger", write(b.binary_output, b.present_value, b.enumerated(1), 8), client=laptop)
    body = b.identifier(b.file, 1) + b.group(0, b.signed(0), b.octet_string(b"abcd"))
    talk("write-file", (b.confirmed(1, 7, body), b.ack(1, 7, b.tag(0, b"\0"))))
    body = b.identifier(b.file, 1) + b.group(0, b.signed(0), b.unsigned(4))
    talk("read-file", (b.confirmed(1, 6, body), b.ack(1, 6, b.boolean(True), b.group(0, b.signed(0), b.octet_string(b"abcd")))))
    done("delete-object", 11, b.identifier(b.trend_log, 1))
    talk("create-object", (b.confirmed(1, 10, b.group(0, b.tag(0, bytes([b.analog_value])))), b.ack(1, 10, b.identifier(b.analog_value, 9))))
    talk("high-limit", write(b.analog_input, 45, b.real(999.0)))
    recipient = b.tag(0, b.object_id(15, 1)) + b.tag(1, b.octets(102)) + b.group(3, b.unsigned(1))
    done("add-recipient", 8, recipient)
    entry = wire.ip(laptop.ip) + struct.pack("!HI", b.port, 0xFFFFFFFF)
    link("write-broadcast-table", b.bvlc(1, entry))
    link("read-broadcast-table", b.bvlc(2, b""))
    link("foreign-device", b.bvlc(5, struct.pack("!H", 60)))
    link("strike-foreign-device", b.bvlc(8, wire.ip("10.20.0.90") + struct.pack("!H", b.port)))
    network("initialize-routing", b"\x06\x01\x00\x05\x01\x00")
    network("who-is-router", b"\x00")
    site = b.Site()
    site.say(scada, b.controller, b.unconfirmed(14, b.unsigned(7), b.string("AHU"), b.string("12"), b.identifier(b.device, 31), b.octet_string(b"\1")))
    out["you-are"] = site.tape.packets
    operation = b.tag(0, b"\1") + b.tag(1, b"\0chief") + b.tag(2, b"\1") + b.tag(3, b.object_id(21, 1))
    done("life-safety", 27, operation)
    stamp = b.group(3, b.tag(1, b"\5"))
    acknowledge = b.tag(0, b"\1") + b.tag(1, b.object_id(0, 5)) + b.tag(2, b"\3") + stamp + b.tag(4, b"\0op") + b.group(5, b.tag(1, b"\6"))
    done("acknowledge", 0, acknowledge)
    done("acknowledge-by-stranger", 0, acknowledge, client=laptop)
    restart_refused = (b.communication_control(1, 0, password="guess"), b.error(1, 17, 4, 26))
    talk("wrong-password", restart_refused)
    site = b.Site()
    group = b.tag(0, b"\x17") + b.tag(1, b"\x08") + b.group(2, b.tag(0, b"\1"), b.real(80.0))
    site.say(scada, b.controller, b.unconfirmed(10, group))
    out["write-group"] = site.tape.packets
    done("request-key", 25, b.identifier(b.device, 1), b.octet_string(b"\1"))
    talk("program-halt", write(b.program, 90, b.enumerated(3)))
    talk("program-read", (b.read(1, b.program, 1, 92), b.read_ack(1, b.program, 1, 92, b.enumerated(2))))
    talk("schedule", write(17, 85, b.enumerated(1), 16))
    talk("terminal", (b.confirmed(1, 21, b.enumerated(0), b.unsigned(1)), b.ack(1, 21, b.unsigned(2))))
    site = b.Site()
    for number in range(40):
        site.say(laptop, b.everyone, b.unconfirmed(8, b.tag(0, b.octets(number * 100)), b.tag(1, b.octets(number * 100 + 99))), wait=500)
    out["who-is-sweep"] = site.tape.packets
    site = b.Site()
    for number in range(3):
        site.say(scada, b.everyone, b.unconfirmed(8), wait=500)
    out["who-is"] = site.tape.packets
    unknown = [(b.read(n, b.analog_input, n, b.present_value), b.error(n, 12, 1, 31)) for n in range(1, 26)]
    talk("object-scan", *unknown)
    talk("wrong-object", unknown[0])
    return out
