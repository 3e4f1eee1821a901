"""The regular master polls and, as its operator asks, writes: coils, registers, a mask,
a write and read in one.

kind: R
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 5 => 4
expect: modbus.func_code == 6 => 8
expect: modbus.func_code == 15 => 2
expect: modbus.func_code == 16 => 4
expect: modbus.func_code == 22 => 2
expect: modbus.func_code == 23 => 2
"""

import sys

from tools.lab import Lab, output, python
from tools.session import hmi, plc

orders = {
    2: lambda c: c.write_register_6(4, 520),
    4: lambda c: c.write_coil_5(3, True),
    5: lambda c: c.write_register_6(4, 525),
    6: lambda c: c.write_registers_16(10, [1500, 30, 0, 75]),
    7: lambda c: c.write_coils_15(8, [1, 0, 1, 1, 0, 0, 1, 0, 1, 1]),
    8: lambda c: c.write_coil_5(3, False),
    9: lambda c: c.mask_22(6, 0xFF0F, 0x0050),
    10: lambda c: c.write_register_6(4, 530),
    11: lambda c: c.write_and_read_23(20, [7, 8, 9], 0, 6),
    12: lambda c: c.write_registers_16(10, [1510, 30, 0, 75]),
    13: lambda c: c.write_register_6(4, 530),
}


def master():
    from tools.master import run

    run(plc.ip, 15, also=lambda client, turn: orders.get(turn, lambda c: None)(client))


if sys.argv[1:] == ["--master"]:
    master()
else:
    with Lab(plc, hmi) as lab:
        lab.start(plc, python("-m", "tools.libmodbus", "serve", 502), port=502)
        with lab.capture(plc) as capture:
            lab.run(hmi, python(__file__, "--master"))
    capture.save(output())
