"""An engineering station changes single bits of a register by mask, writes and reads registers in one request, reads
and writes records of files, reads a queue; the controller refuses a mask, a file that is not there and a queue.

kind: S
expect: modbus.func_code == 22 => 4
expect: modbus.func_code == 23 => 2
expect: modbus.func_code == 20 => 4
expect: modbus.func_code == 21 => 2
expect: modbus.func_code == 24 => 4
expect: modbus.exception_code == 2 => 3
"""

from tools import modbus
from tools.lab import output
from tools.session import Tape, TcpSession, engineer, plc

tape = Tape()
tape.resolve(engineer, plc)
session = TcpSession(tape, engineer, plc, 502, 49800)
session.open()
write = modbus.write_file((4, 1, [0x06AF, 0x04BE, 0x100D]), (4, 9, [7]))
exchanges = [
    (modbus.mask_write(4, 0xFFF2, 0x0025), None),
    (modbus.mask_write(9999, 0xFFFE, 0x0001), modbus.exception(22, 2)),
    (modbus.read_write(3, 6, 14, [255, 256, 257]), modbus.read_words_reply(23, [254, 2765, 1, 5, 13, 255])),
    (modbus.read_file((4, 1, 2), (3, 9, 2)), modbus.read_file_reply([0x0DFE, 0x0020], [0x33CD, 0x0040])),
    (modbus.read_file((77, 0, 1)), modbus.exception(20, 2)),
    (write, None),
    (modbus.read_queue(1246), modbus.read_queue_reply([440, 4740])),
    (modbus.read_queue(1), modbus.exception(24, 2)),
]
for tid, (request, reply) in enumerate(exchanges):
    session.exchange(modbus.adu(tid, request), modbus.adu(tid, reply or request))
    tape.wait(300)
session.close()
tape.save(output())
