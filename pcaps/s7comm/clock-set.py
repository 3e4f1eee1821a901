"""The clock is read, set, and read again (time functions).

kind: R
stack: node-snap7 1.0.9, client and server
expect: s7comm.param.userdata.funcgroup == 7 => 6
"""

from tools.s7lab import scene
from tools.session import engineer

when = {"year": 2026, "month": 2, "day": 2, "hours": 8, "minutes": 0, "seconds": 30}
scene(engineer, [["GetPlcDateTime"], ["SetPlcDateTime", when], ["GetPlcDateTime"]])
