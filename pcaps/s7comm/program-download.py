"""The HMI reads; a laptop stops the CPU, downloads FC10 and OB1, inserts them and starts the CPU.
In a download the CPU asks: it sends the jobs 1B and 1C, the programming device answers.

kind: S
expect: s7comm.param.func == 0x1a => 4
expect: s7comm.param.func == 0x1b && ip.src == 10.20.0.11 => 5
expect: s7comm.param.func == 0x1c => 4
expect: s7comm.param.func == 0x28 => 4
expect: s7comm.param.func == 0x29 => 2
"""

import struct

from tools import s7
from tools.lab import output
from tools.session import Tape, TcpSession, hmi, laptop, plc

chunk_size = 222  # what fits a PDU of 240 bytes beside header, parameter and data header

tape = Tape()
tape.resolve(hmi, plc)
panel = s7.Talk(TcpSession(tape, hmi, plc, s7.port, 49400))
panel.open()


def poll(times):
    for turn in range(times):
        panel.read_bytes(1, 0, struct.pack("!fh", 640.5, 215))
        panel.session.acknowledge(0)
        tape.wait(900)


def download(talk, kind, number, code):
    body = s7.block(kind, number, code)
    name = s7.file_name(kind, number, "P")
    talk.call(s7.request_download_param(name, len(body), len(code)), bytes([s7.request_download]))
    chunks = [body[i : i + chunk_size] for i in range(0, len(body), chunk_size)]
    for place, chunk in enumerate(chunks):
        answer = s7.status_param(s7.download_block, more=place + 1 < len(chunks))
        ask = s7.named_param(s7.download_block, name)
        talk.call(ask, answer, answer_data=s7.chunk_data(chunk), by=1)
    talk.call(s7.named_param(s7.download_ended, name), bytes([s7.download_ended]), by=1)
    return name


poll(2)
tape.resolve(laptop, plc)
pg = s7.Talk(TcpSession(tape, laptop, plc, s7.port, 49410))
pg.open()
# W s7comm_decode_plc_controls_param_hex29 and s7comm_decode_pi_service: five unknown bytes, then
# the service's name; a start has seven, the last FD, and an empty parameter block.
pg.call(bytes([s7.plc_stop, 0, 0, 0, 0, 0, 9]) + b"P_PROGRAM", bytes([s7.plc_stop]))
poll(1)
code = bytes(range(256)) * 2  # stands for MC7 code; no CPU runs it
names = [download(pg, s7.function_block, 10, code), download(pg, "08", 1, code[:200])]
pg.call(s7.insert_param(*names), bytes([s7.pi_service]))
start = bytes([s7.pi_service, 0, 0, 0, 0, 0, 0, 0xFD, 0, 0, 9]) + b"P_PROGRAM"
pg.call(start, bytes([s7.pi_service]))
pg.session.acknowledge(0)
pg.session.close()
poll(2)
panel.session.close()
tape.save(output())
