"""A controller behind a gateway, by pymodbus 3.0: units 1, 2 and 17, identification, diagnostics.

A unit that does not exist is answered with exception 11, gateway target device failed to respond
(MODBUS Application Protocol V1.1b3 section 7).
"""

import logging
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.server import StartTcpServer

units = (1, 2, 17)

identity = ModbusDeviceIdentification(
    info_name={
        "VendorName": "Langyan Works",
        "ProductCode": "LW-340",
        "MajorMinorRevision": "2.14",
        "VendorUrl": "http://langyan.example/",
        "ProductName": "Pump controller",
        "ModelName": "LW-340-8DI",
        "UserApplicationName": "Station 7",
    }
)


def slave():
    blocks = {kind: ModbusSequentialDataBlock(0, list(range(100, 228))) for kind in ("hr", "ir")}
    blocks |= {kind: ModbusSequentialDataBlock(0, [1, 0] * 32) for kind in ("co", "di")}
    return ModbusSlaveContext(zero_mode=True, **blocks)


if __name__ == "__main__":
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    # With unit 0 among them the server also looks at requests for units it does not have.
    slaves = {unit: slave() for unit in (0, *units)}
    context = ModbusServerContext(slaves=slaves, single=False)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 502
    StartTcpServer(context=context, identity=identity, address=("0.0.0.0", port))
