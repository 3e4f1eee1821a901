"""The control center fetches a disturbance record from the station in two sections.

kind: S
stack: scripted ends over TCP sockets of Linux
expect: iec60870_asdu.typeid == 122 => 4
expect: iec60870_asdu.typeid == 125 => 3
expect: iec60870_asdu.typeid == 124 => 3
"""

import struct

from tools import iec104
from tools.lab import output
from tools.replay import play
from tools.session import rtu, scada

ioa, file_number = 5000, 1
sections = [bytes(range(256)), bytes(120)]
segment_size = 200
name = struct.pack("<H", file_number)  # C 7.2.6.33 NOF

talk = iec104.Conversation()


def say(side, kind, element):
    talk.i(side, kind, [(ioa, element)], iec104.file_transfer)


def size(data):
    return len(data).to_bytes(3, "little")  # C 7.2.6.35 LOF


def check(data):
    return bytes([sum(data) & 0xFF])  # C 7.2.6.37 CHS: sum modulo 256


def call(section, qualifier):
    """C 7.3.6.3 F_SC_NA_1; C 7.2.6.30 SCQ: 1 select file, 2 request file, 6 request section."""
    say(0, 122, name + bytes([section, qualifier]))
    talk.wait(10)


talk.start()
talk.wait(200)
call(0, 1)
say(1, 120, name + size(b"".join(sections)) + b"\0")  # C 7.3.6.1 F_FR_NA_1, FRQ 0
call(0, 2)
for number, section in enumerate(sections, 1):
    say(1, 121, name + bytes([number]) + size(section) + b"\0")  # C 7.3.6.2 F_SR_NA_1, SRQ 0
    call(number, 6)
    for at in range(0, len(section), segment_size):
        segment = section[at : at + segment_size]
        # C 7.3.6.6 F_SG_NA_1: name of section, length of segment, segment.
        say(1, 125, name + bytes([number, len(segment)]) + segment)
    # C 7.3.6.4 F_LS_NA_1, LSQ 3: section without deactivation; C 7.3.6.5 F_AF_NA_1, AFQ 3.
    say(1, 123, name + bytes([number, 3]) + check(section))
    talk.wait(10)
    say(0, 124, name + bytes([number, 3]))
# LSQ 1: file without deactivation; AFQ 1: positive acknowledgement of the file.
say(1, 123, name + bytes([len(sections), 1]) + check(b"".join(sections)))
say(0, 124, name + bytes([0, 1]))
talk.s()
play(rtu, iec104.port, (scada, 0, talk.steps)).save(output())
