"""DNP3: one request of a master each, and the outstation's answer."""

import struct

from tools import dnp3
from tools.dnp3 import free, header
from tools.session import Tape, TcpSession, laptop, rtu, scada
from wire.exchange import Captures


def captures():
    out = Captures()

    def talk(name, *asks, client=scada):
        """asks: (function, objects, answer's objects, internal indications)."""
        conversation = dnp3.Conversation()
        for function, *more in asks:
            objects, answer, iin = more + [b"", b"", 0][len(more) :]
            if iin is None:
                conversation.request(function, objects)
            else:
                conversation.ask(function, objects, answer, iin)
            conversation.wait(100)
        tape = Tape()
        tape.resolve(client, rtu)
        session = TcpSession(tape, client, rtu, dnp3.port, 49801)
        session.open()
        conversation.on_tape(session)
        session.close()
        out[name] = tape.packets

    classes = dnp3.every(*(dnp3.classes[n] for n in (1, 2, 3)))
    talk("routine", (dnp3.enable_unsolicited, classes), (dnp3.read, dnp3.integrity, dnp3.static_points()), (dnp3.delay_measure,))
    talk("cold-restart", (dnp3.cold_restart, b"", header(52, 2, 7, 1) + struct.pack("<H", 30000)))
    talk("warm-restart", (dnp3.warm_restart, b"", header(52, 2, 7, 1) + struct.pack("<H", 3000)))
    talk("initialise", (15,))
    talk("stop-application", (dnp3.stop_application, free(90, 1, b"ladder")))
    talk("start-application", (17, free(90, 1, b"ladder")))
    talk("save-configuration", (dnp3.save_configuration,))
    talk("disable-unsolicited", (dnp3.disable_unsolicited, classes))
    talk("assign-class", (dnp3.assign_class, dnp3.every(dnp3.classes[0], (1, 0), (30, 0))))
    talk("deadband", (dnp3.write, header(34, 3, 0x17, 1) + struct.pack("<Bf", 2, 10000.0)))
    talk("write-file", (dnp3.open_file, dnp3.file_command("/cfg", 2, 8), dnp3.file_status(8, 8)))
    talk("read-file", (dnp3.open_file, dnp3.file_command("/cfg", 1), dnp3.file_status(8, 8)))
    talk("delete-file", (dnp3.delete_file, dnp3.file_command("/log", 0), dnp3.file_status(0)))
    secret = struct.pack("<HHHHI", 12, 5, 17, 5, 0) + b"adminadmin"
    talk("file-password", (dnp3.authenticate_file, free(70, 2, secret), free(70, 2, struct.pack("<HHHHI", 12, 0, 12, 0, 9))))
    talk("activate", (dnp3.activate, free(70, 8, b"/cfg")))
    error = free(120, 7, struct.pack("<IHHB6s", 3, 1, 10, 1, dnp3.time48(10**18)) + b"wrong mac")
    attempt = (dnp3.authenticate, free(120, 2, struct.pack("<IH16s", 3, 1, bytes(16))), error)
    talk("wrong-keys", attempt, attempt, attempt, attempt)
    talk("wrong-key-once", attempt)
    talk("change-user", (dnp3.authenticate, free(120, 10, struct.pack("<BBIHHHHH", 4, 1, 1, 7, 365, 5, 0, 0) + b"karol")))
    talk("command-by-stranger", (dnp3.direct_operate, dnp3.crob(0, 0x81), dnp3.crob(0, 0x81)), client=laptop)
    talk("command", (dnp3.direct_operate, dnp3.crob(0, 0x81), dnp3.crob(0, 0x81)))
    sweep = [(dnp3.direct_operate, dnp3.crob(i, 0x81), dnp3.crob(i, 0x81)) for i in range(25)]
    talk("command-sweep", *sweep)
    talk("no-answer-command", (dnp3.direct_operate_no_ack, dnp3.crob(0, 0x41), b"", None))
    talk("repeating-command", (dnp3.direct_operate, dnp3.crob(0, 0x81, count=5), dnp3.crob(0, 0x81, count=5)))
    talk("clear-counters", (dnp3.freeze_clear, header(20, 0, 6)))
    talk("freeze-counters", (dnp3.immediate_freeze, header(20, 0, 6)))
    talk("overflow", (dnp3.read, classes, b"", 0x0008))
    talk("corrupt", (dnp3.read, classes, b"", 0x0020))
    talk("trouble", (dnp3.read, classes, b"", 0x4000))
    talk("forced", (dnp3.read, classes, header(1, 2, 0, 3, 3) + bytes([0x91])))
    talk("function-scan", *((function, b"", b"", dnp3.no_function) for function in (7, 11, 23, 24, 1, 128)))
    return out
