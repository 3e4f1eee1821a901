"""A scanner sends every function code from 1 to 127 with the same four bytes behind it, on a new
connection each sixteen; the server refuses most and hangs up on some.

kind: R
stack: pymodbus 3.0.0, client and server
malformed: yes
expect: ip.src == 10.20.0.77 && tcp.len > 0 => 120+
expect: modbus.exception_code == 1 => 90+
"""

import sys
import time

from tools.lab import Lab, output, python
from tools.session import laptop, plc

body = bytes([0, 0, 0, 1])


def scanner():
    from pymodbus.client import ModbusTcpClient
    from pymodbus.exceptions import ModbusException
    from pymodbus.pdu import ModbusRequest

    class Probe(ModbusRequest):
        def __init__(self, function):
            super().__init__(unit=1)
            self.function_code = function

        def encode(self):
            return body

        def get_response_pdu_size(self):
            return 2

    client = ModbusTcpClient(plc.ip, timeout=1, retries=0)
    for function in range(1, 128):
        if function % 16 == 1:
            client.close()
            client.connect()
        try:
            client.execute(Probe(function))
        except ModbusException:  # the server closes when it cannot parse the four bytes
            client.close()
            client.connect()
        time.sleep(0.02)
    client.close()


if sys.argv[1:] == ["--scanner"]:
    scanner()
else:
    with Lab(plc, laptop) as lab:
        lab.start(plc, python("-m", "tools.pymodbus_server"), port=502)
        with lab.capture(plc) as capture:
            lab.run(laptop, python(__file__, "--scanner"))
    capture.save(output())
