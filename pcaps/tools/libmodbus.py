"""libmodbus 3.1 through ctypes: the same library a C program would call, client and server.

Run as a program it is the controller of the captures:  libmodbus.py serve PORT [ADDRESS]
Its inputs move with each read (a tank that fills and drains), its coils and holding registers keep
what was written.
"""

import ctypes
import os
import select
import sys

_library = ctypes.CDLL("libmodbus.so.5", use_errno=True)
_pointer = ctypes.c_void_p
for _name in ("modbus_new_tcp_pi", "modbus_mapping_new"):
    getattr(_library, _name).restype = _pointer
_library.modbus_strerror.restype = ctypes.c_char_p

max_adu = 260  # MODBUS Messaging on TCP/IP V1.0b section 4.1


class Mapping(ctypes.Structure):
    """modbus_mapping_t of modbus.h."""

    _fields_ = [(f"{n}_{t}", ctypes.c_int)
                for t in ("bits", "input_bits", "input_registers", "registers")
                for n in ("nb", "start")] + [
        ("bits", ctypes.POINTER(ctypes.c_uint8)),
        ("input_bits", ctypes.POINTER(ctypes.c_uint8)),
        ("input_registers", ctypes.POINTER(ctypes.c_uint16)),
        ("registers", ctypes.POINTER(ctypes.c_uint16)),
    ]


class Refused(Exception):
    """The server answered with an exception, or not as asked."""


class Client:
    """One method a function code; the number in its name is the function."""

    def __init__(self, address, port=502, unit=1, timeout_s=2):
        self.context = _pointer(_library.modbus_new_tcp_pi(address.encode(), str(port).encode()))
        _library.modbus_set_slave(self.context, unit)
        _library.modbus_set_response_timeout(self.context, timeout_s, 0)
        self._check(_library.modbus_connect(self.context))

    def _check(self, result):
        if result == -1:
            raise Refused(_library.modbus_strerror(ctypes.get_errno()).decode())
        return result

    def close(self):
        _library.modbus_close(self.context)
        _library.modbus_free(self.context)

    def _read(self, function, kind, address, count):
        out = (kind * count)()
        self._check(function(self.context, address, count, out))
        return list(out)

    def coils_1(self, address, count):
        return self._read(_library.modbus_read_bits, ctypes.c_uint8, address, count)

    def inputs_2(self, address, count):
        return self._read(_library.modbus_read_input_bits, ctypes.c_uint8, address, count)

    def holding_3(self, address, count):
        return self._read(_library.modbus_read_registers, ctypes.c_uint16, address, count)

    def input_registers_4(self, address, count):
        return self._read(_library.modbus_read_input_registers, ctypes.c_uint16, address, count)

    def write_coil_5(self, address, value):
        self._check(_library.modbus_write_bit(self.context, address, int(value)))

    def write_register_6(self, address, value):
        self._check(_library.modbus_write_register(self.context, address, ctypes.c_uint16(value)))

    def write_coils_15(self, address, values):
        data = (ctypes.c_uint8 * len(values))(*values)
        self._check(_library.modbus_write_bits(self.context, address, len(values), data))

    def write_registers_16(self, address, values):
        data = (ctypes.c_uint16 * len(values))(*values)
        self._check(_library.modbus_write_registers(self.context, address, len(values), data))

    def mask_22(self, address, and_mask, or_mask):
        masks = ctypes.c_uint16(and_mask), ctypes.c_uint16(or_mask)
        self._check(_library.modbus_mask_write_register(self.context, address, *masks))

    def write_and_read_23(self, write_address, values, read_address, count):
        data = (ctypes.c_uint16 * len(values))(*values)
        out = (ctypes.c_uint16 * count)()
        self._check(_library.modbus_write_and_read_registers(
            self.context, write_address, len(values), data, read_address, count, out))
        return list(out)

    def raw(self, pdu, unit=1):
        """Any function code; returns the answer's PDU, an exception included."""
        request = bytes([unit]) + pdu
        data = (ctypes.c_uint8 * len(request))(*request)
        self._check(_library.modbus_send_raw_request(self.context, data, len(request)))
        answer = (ctypes.c_uint8 * max_adu)()
        size = _library.modbus_receive_confirmation(self.context, answer)
        return bytes(answer[7 : max(size, 7)])


def _step(mapping, scans):
    """The process: a level that rises and falls, a temperature, a pump that follows the level."""
    level = abs((scans * 7) % 2000 - 1000)
    mapping.input_registers[0] = level
    mapping.input_registers[1] = 215 + scans % 9
    mapping.input_registers[2] = 1480 if level > 300 else 0
    mapping.input_bits[0] = level > 300
    mapping.input_bits[3] = level > 900


def serve(port, address):
    context = _pointer(_library.modbus_new_tcp_pi(address.encode(), str(port).encode()))
    mapping = ctypes.cast(_library.modbus_mapping_new(64, 64, 128, 64), ctypes.POINTER(Mapping))
    for i in range(20):
        mapping.contents.registers[i] = 100 + 10 * i
    listener = _library.modbus_tcp_pi_listen(context, 8)
    if listener == -1:
        sys.exit(f"port {port}: {os.strerror(ctypes.get_errno())}; run as root in a namespace")
    sockets, scans = {listener}, 0
    query = (ctypes.c_uint8 * max_adu)()
    while True:
        for fd in select.select(sockets, [], [])[0]:
            if fd == listener:
                handle = ctypes.c_int(listener)
                sockets.add(_library.modbus_tcp_pi_accept(context, ctypes.byref(handle)))
                continue
            _library.modbus_set_socket(context, fd)
            size = _library.modbus_receive(context, query)
            if size == -1:
                sockets.discard(fd)
                os.close(fd)
                continue
            scans += 1
            _step(mapping.contents, scans)
            _library.modbus_reply(context, query, size, mapping)


if __name__ == "__main__" and sys.argv[1:2] == ["serve"]:
    serve(int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "0.0.0.0")
