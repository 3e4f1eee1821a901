"""Diagnostics (8): echo, counters, clear, restart communications (sub 1), and at the end force
listen only (sub 4), which stays unanswered; around them functions 7, 11, 12 and 24.

kind: R
stack: pymodbus 3.0.0, client and server
expect: modbus.func_code == 8 => 13
expect: modbus.diagnostic_code == 1 => 2
expect: modbus.diagnostic_code == 4 => 1
"""

import sys
import time

from tools.lab import Lab, output, python
from tools.session import engineer, plc


def technician():
    from pymodbus import diag_message as diag
    from pymodbus import other_message as other
    from pymodbus.client import ModbusTcpClient
    from pymodbus.file_message import ReadFifoQueueRequest

    requests = [
        diag.ReturnQueryDataRequest([0xA537]),
        other.ReadExceptionStatusRequest(),
        diag.ReturnDiagnosticRegisterRequest(),
        diag.ReturnBusMessageCountRequest(),
        diag.ReturnBusExceptionErrorCountRequest(),
        other.GetCommEventCounterRequest(),
        other.GetCommEventLogRequest(),
        ReadFifoQueueRequest(3),
        diag.ClearCountersRequest(),
        diag.RestartCommunicationsOptionRequest(False),
        diag.ForceListenOnlyModeRequest(),
    ]
    client = ModbusTcpClient(plc.ip, timeout=1, retries=0)
    client.connect()
    for request in requests:
        request.unit_id = 1
        client.execute(request)
        time.sleep(0.4)
    client.close()


if sys.argv[1:] == ["--technician"]:
    technician()
else:
    with Lab(plc, engineer) as lab:
        lab.start(plc, python("-m", "tools.pymodbus_server"), port=502)
        with lab.capture(plc) as capture:
            lab.run(engineer, python(__file__, "--technician"))
    capture.save(output())
