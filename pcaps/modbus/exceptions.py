"""A misconfigured reader: addresses, quantities and functions the controller refuses, one it never
answers (7).
kind: R
stack: libmodbus 3.1.6, client and server
expect: modbus.exception_code == 2 => 5
expect: modbus.exception_code == 1 => 1
expect: modbus.func_code == 7 => 1
expect: modbus.exception_code == 3 => 1
"""

import sys
import time

from tools.lab import Lab, output, python
from tools.session import hmi, plc


def reader():
    from tools.libmodbus import Client, Refused

    client = Client(plc.ip)
    steps = [
        lambda: client.holding_3(0, 4),
        lambda: client.holding_3(5000, 10),
        lambda: client.input_registers_4(60000, 2),
        lambda: client.coils_1(100, 8),
        lambda: client.write_register_6(9999, 1),
        lambda: client.write_registers_16(126, [1, 2, 3, 4]),
        # MODBUS Application Protocol V1.1b3 section 6.3: 126 registers are more than 125.
        lambda: client.raw(bytes.fromhex("030000007e")),
        # Sections 6.18 and 6.7: functions this server does not know.
        lambda: client.raw(bytes.fromhex("180000")),
        lambda: client.raw(bytes.fromhex("07")),
        lambda: client.holding_3(0, 4),
    ]
    for step in steps:
        try:
            step()
        except Refused:
            pass
        time.sleep(0.3)
    client.close()


if sys.argv[1:] == ["--reader"]:
    reader()
else:
    with Lab(plc, hmi) as lab:
        lab.start(plc, python("-m", "tools.libmodbus", "serve", 502), port=502)
        with lab.capture(plc) as capture:
            lab.run(hmi, python(__file__, "--reader"))
    capture.save(output())
