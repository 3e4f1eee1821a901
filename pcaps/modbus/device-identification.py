"""A host asks who the controller is: report server id (17), device identification (43/14) in its
basic, regular, extended and individual forms.

kind: R
stack: pymodbus 3.0.0, client and server
expect: modbus.func_code == 43 => 10
expect: modbus.func_code == 17 => 2
"""

import sys
import time

from tools.lab import Lab, output, python
from tools.session import laptop, plc


def asker():
    from pymodbus.client import ModbusTcpClient
    from pymodbus.mei_message import ReadDeviceInformationRequest
    from pymodbus.other_message import ReportSlaveIdRequest

    client = ModbusTcpClient(plc.ip)
    client.connect()
    # (read code, object): MODBUS Application Protocol V1.1b3 section 6.21.
    asks = [(1, 0), (2, 0), (3, 0), (4, 1), (4, 5)]
    for request in [ReportSlaveIdRequest(), *(ReadDeviceInformationRequest(*a) for a in asks)]:
        request.unit_id = 1
        client.execute(request)
        time.sleep(0.4)
    client.close()


if sys.argv[1:] == ["--asker"]:
    asker()
else:
    with Lab(plc, laptop) as lab:
        lab.start(plc, python("-m", "tools.pymodbus_server"), port=502)
        with lab.capture(plc) as capture:
            lab.run(laptop, python(__file__, "--asker"))
    capture.save(output())
