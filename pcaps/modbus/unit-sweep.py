"""A scanner behind one connection reads register 0 of the units 1 to 40; units 1, 2 and 17 exist.

kind: R
stack: pymodbus 3.0.0, client and server
expect: ip.src == 10.20.0.77 && modbus.func_code == 3 => 40
expect: modbus.exception_code == 11 => 37
"""

import sys
import time

from tools.lab import Lab, output, python
from tools.session import laptop, plc


def scanner():
    from pymodbus.client import ModbusTcpClient

    client = ModbusTcpClient(plc.ip)
    client.connect()
    for unit in range(1, 41):
        client.read_holding_registers(0, 1, slave=unit)
        time.sleep(0.05)
    client.close()


if sys.argv[1:] == ["--scanner"]:
    scanner()
else:
    with Lab(plc, laptop) as lab:
        lab.start(plc, python("-m", "tools.pymodbus_server"), port=502)
        with lab.capture(plc) as capture:
            lab.run(laptop, python(__file__, "--scanner"))
    capture.save(output())
