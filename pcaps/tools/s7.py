"""S7comm over ISO on TCP as bytes, for scripted captures.

Sources: R = RFC 1006 (TPKT), X = ITU-T X.224 (11/95). S7comm itself has no public standard: W is
Wireshark's dissector, epan/dissectors/packet-s7comm.c, whose function for each part is named.
"""

import struct

port = 102  # R section 5

job, ack, ack_data, user_data = 1, 2, 3, 7  # W rosctr_names
setup, read, write = 0xF0, 0x04, 0x05  # W param_functionnames
request_download, download_block, download_ended = 0x1A, 0x1B, 0x1C
start_upload, upload, end_upload = 0x1D, 0x1E, 0x1F
pi_service, plc_stop = 0x28, 0x29

data_block, organization_block, function_block = "0A", "08", "0C"  # W blocktype_names


def tpkt(payload, version=3, length=None):
    """R section 6: version 3, reserved, length of the whole packet."""
    return struct.pack("!BBH", version, 0, len(payload) + 4 if length is None else length) + payload


def _connection(code, dst, src, tsaps):
    """X 13.3 and 13.4: CR and CC; class 0; parameters C1 calling, C2 called TSAP, C0 TPDU size
    (0A: 1024)."""
    options = bytes([0xC0, 1, 0x0A])
    for kind, tsap in zip((0xC1, 0xC2), tsaps):
        options += struct.pack("!BBH", kind, 2, tsap)
    body = struct.pack("!BHHB", code, dst, src, 0) + options
    return tpkt(bytes([len(body)]) + body)


def connect_request(local=0x0100, remote=0x0102):
    return _connection(0xE0, 0, 1, (local, remote))


def connect_confirm(local=0x0100, remote=0x0102):
    return _connection(0xD0, 1, 2, (local, remote))


def dt(payload, last=True):
    """X 13.7: length 2, code F0, end of TSDU in the high bit of the TPDU number (0 in class 0)."""
    return tpkt(bytes([2, 0xF0, 0x80 if last else 0]) + payload)


def pdu(rosctr, ref, param, data=b"", error=0, protocol=0x32, param_length=None):
    """W dissect_s7comm: protocol id, ROSCTR, reserved, reference, lengths; acknowledgements carry
    an error class and code behind them."""
    size = len(param) if param_length is None else param_length
    head = struct.pack("!BBHHHH", protocol, rosctr, 0, ref, size, len(data))
    if rosctr in (ack, ack_data):
        head += struct.pack("!H", error)
    return head + param + data


def setup_param(pdu_length=240):
    """W s7comm_decode_pdu_setup_communication: parallel jobs each way, PDU length."""
    return struct.pack("!BBHHH", setup, 0, 1, 1, pdu_length)


def item(db, byte, count, area=0x84):
    """W s7comm_decode_param_item: any-pointer of `count` bytes (transport size 2) of an area."""
    head = struct.pack("!BBBBHHB", 0x12, 0x0A, 0x10, 2, count, db, area)
    return head + (byte * 8).to_bytes(3, "big")


def read_param(*items):
    """W s7comm_decode_req_resp: function, item count, items."""
    return bytes([read, len(items)]) + b"".join(items)


def read_data(value):
    """W s7comm_decode_response_read_data: FF success, 04 length in bits, data."""
    return struct.pack("!BBH", 0xFF, 4, len(value) * 8) + value


def file_name(kind, number, system):
    """W s7comm_decode_plc_controls_filename: '_', block type, five digits, P passive, A active."""
    text = f"_{kind}{number:05}{system}".encode()
    return bytes([len(text)]) + text


def request_download_param(name, load_size, code_size):
    """W s7comm_decode_plc_controls_param_hex1x: status, unknown 0100, id, name, then '1' and the
    lengths of load memory and of MC7 code in six digits each."""
    sizes = f"1{load_size:06}{code_size:06}".encode()
    head = struct.pack("!BBHI", request_download, 0, 0x0100, 0)
    return head + name + bytes([len(sizes)]) + sizes


def named_param(function, name):
    """W, same function: status, unknown, id 0 and the name; the CPU's jobs 1B and 1C, and 1D."""
    return struct.pack("!BBHI", function, 0, 0, 0) + name


def status_param(function, more):
    """W, same function: answers that carry data say whether more follows."""
    return bytes([function, 1 if more else 0])


def chunk_data(chunk):
    """W s7comm_decode_plc_controls_data_hex1x: length, 00FB, bytes of the block."""
    return struct.pack("!HH", len(chunk), 0x00FB) + chunk


def start_upload_reply(upload_id, length):
    """W s7comm_decode_plc_controls_param_hex1x: upload id, block length in seven digits."""
    digits = f"{length:07}".encode()
    return struct.pack("!BBHI", start_upload, 0, 0x0100, upload_id) + bytes([len(digits)]) + digits


def upload_param(function, upload_id):
    """W, same function."""
    return struct.pack("!BBHI", function, 0, 0, upload_id)


def insert_param(*names):
    """W s7comm_decode_pi_service, _INSE: number of blocks, unknown, type, number, file system."""
    blocks = bytes([len(names), 0]) + b"".join(name[2:] for name in names)
    head = bytes([pi_service, 0, 0, 0, 0, 0, 0, 0xFD]) + struct.pack("!H", len(blocks))
    return head + blocks + b"\x05_INSE"


def block(kind, number, code):
    """A block in load memory; header as W s7comm_decode_ud_block_subfunc tells its parts:
    signature 7070, version, attribute, language, sub block type, number, load memory length,
    key, two times of six bytes, lengths of SSB, ADD, local data and MC7 code."""
    language = 5 if kind == data_block else 1
    total = 36 + len(code)
    head = struct.pack("!HBBBBHI", 0x7070, 1, 1, language, int(kind, 16), number, total)
    head += bytes(4) + bytes.fromhex("000000015a00") * 2 + struct.pack("!HHHH", 0, 0, 0, len(code))
    return head + code


class Talk:
    """An S7comm conversation on a TcpSession: keeps the references of both ends."""

    def __init__(self, session, think_ms=3.0):
        self.session, self.think = session, think_ms
        self.refs = [0, 0]

    def open(self, local=0x0100, remote=0x0102):
        self.session.open()
        ends = local, remote
        self.session.exchange(connect_request(*ends), connect_confirm(*ends), self.think)
        self.call(setup_param(480), setup_param(240))

    def call(self, param, answer, data=b"", answer_data=b"", by=0, error=0):
        """A job of the client (by=0) or of the CPU (by=1) and its answer."""
        self.refs[by] += 1
        ref = self.refs[by] << (8 * by)
        self.session.data(by, dt(pdu(job, ref, param, data)))
        self.session.tape.wait(self.think)
        reply = pdu(ack_data, ref, answer, answer_data, error)
        self.session.data(1 - by, dt(reply))
        self.session.tape.wait(self.think)

    def read_bytes(self, db, byte, value):
        answer = bytes([read, 1])
        self.call(read_param(item(db, byte, len(value))), answer, answer_data=read_data(value))
