"""Messages of SMB 1 and 2 ([MS-CIFS], [MS-SMB2]; sections are cited where each is made)."""

import struct

user, domain, host = "operator", "PLANT", "ES-0451"


def wide(text):
    return text.encode("utf-16-le")


def framed(message):
    """[MS-SMB2] 2.1: length in network order."""
    return struct.pack(">I", len(message)) + message


def smb2(command, body, message, *, answer=False, status=0, session=0, tree=0):
    """[MS-SMB2] 2.2.1.2."""
    return struct.pack(
        "<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, status, command, 1, int(answer), 0, message, 0xFEFF, tree, session, bytes(16)
    ) + body


def ntlm(kind):
    """[MS-NLMP] 2.2.1: negotiate, challenge, authenticate."""
    version = struct.pack("<BBHI", 10, 0, 19041, 0x0F000000)
    if kind == 1:
        return b"NTLMSSP\0" + struct.pack("<II", 1, 0xE2088297) + bytes(16) + version
    if kind == 2:
        name = wide(domain)
        head = b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(name), len(name), 56, 0xE28A8215) + b"\x11" * 8 + bytes(8)
        return head + struct.pack("<HHI", 0, 0, 56 + len(name)) + version + name
    at, fields, runs = 88, b"", b""
    for run in (bytes(24), b"\x22" * 24, wide(domain), wide(user), wide(host), b""):
        fields += struct.pack("<HHI", len(run), len(run), at)
        at, runs = at + len(run), runs + run
    return b"NTLMSSP\0" + struct.pack("<I", 3) + fields + struct.pack("<I", 0xE2888215) + version + bytes(16) + runs


class Client:
    """One connection of SMB 2: each method is a request and its answer."""

    def __init__(self, session):
        self.session, self.message, self.id = session, 0, 0x4C59

    def exchange(self, command, ask, told, *, tree=0, told_tree=None, status=0, session=None):
        id = self.id if session is None else session
        self.session.client(framed(smb2(command, ask, self.message, session=id, tree=tree)))
        tree = tree if told_tree is None else told_tree
        self.session.server(framed(smb2(command, told, self.message, answer=True, status=status, session=self.id, tree=tree)))
        self.session.tape.wait(5)
        self.message += 1

    def negotiate(self):
        """2.2.3, 2.2.4."""
        ask = struct.pack("<HHHHI16sQHHH", 36, 3, 1, 0, 0, b"c" * 16, 0, 0x0202, 0x0210, 0x0302)
        told = struct.pack("<HHHH16sIIIIQQHHI", 65, 1, 0x0302, 0, b"s" * 16, 0, 65536, 65536, 65536, 0, 0, 128, 0, 0)
        self.id, id = 0, self.id
        self.exchange(0, ask, told)
        self.id = id

    def sign_in(self, status=0):
        """2.2.5, 2.2.6."""
        for step, (asked, told, code) in enumerate(((ntlm(1), ntlm(2), 0xC0000016), (ntlm(3), b"", status))):
            ask = struct.pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 88, len(asked), 0) + asked
            self.exchange(1, ask, struct.pack("<HHHH", 9, 0, 72, len(told)) + told, status=code, session=0 if step == 0 else None)

    def connect(self, path, tree, kind=1):
        """2.2.9, 2.2.10."""
        name = wide(path)
        self.exchange(3, struct.pack("<HHHH", 9, 0, 72, len(name)) + name, struct.pack("<HBBIII", 16, kind, 0, 0, 0, 0x1F01FF), told_tree=tree)

    def open(self, name, tree, file=1):
        """2.2.13, 2.2.14."""
        run = wide(name)
        ask = struct.pack("<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, 0x12019F, 0, 3, 5, 0x40, 120, len(run), 0, 0) + run
        self.exchange(5, ask, struct.pack("<HBBI", 89, 0, 0, 1) + bytes(56) + struct.pack("<QQII", file, 0, 0, 0), tree=tree)

    def write(self, data, tree, file=1, offset=0):
        """2.2.21, 2.2.22."""
        ask = struct.pack("<HHIQQQIIHHI", 49, 112, len(data), offset, file, 0, 0, 0, 0, 0, 0) + data
        self.exchange(9, ask, struct.pack("<HHIIHH", 17, 0, len(data), 0, 0, 0), tree=tree)

    def read(self, data, tree, file=1, offset=0):
        """2.2.19, 2.2.20."""
        ask = struct.pack("<HBBIQQQIIIHHB", 49, 80, 0, len(data), offset, file, 0, 1, 0, 0, 0, 0, 0)
        self.exchange(8, ask, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data, tree=tree)

    def close(self, tree, file=1):
        """2.2.15, 2.2.16."""
        self.exchange(6, struct.pack("<HHIQQ", 24, 0, 0, file, 0), struct.pack("<H", 60) + bytes(58), tree=tree)


def bind(uuid, version):
    """[C706] 12.6.4.3: one interface, NDR."""
    ndr = bytes.fromhex("045d888aeb1cc9119fe808002b10486002000000")
    body = struct.pack("<HHIBBHHBB", 4280, 4280, 0, 1, 0, 0, 0, 1, 0) + uuid.bytes_le + struct.pack("<I", version) + ndr
    return struct.pack("<BBBB4sHHI", 5, 0, 11, 3, bytes([0x10, 0, 0, 0]), 16 + len(body), 0, 1) + body


def call(opnum, stub):
    body = struct.pack("<IHH", len(stub), 0, opnum) + stub
    return struct.pack("<BBBB4sHHI", 5, 0, 0, 3, bytes([0x10, 0, 0, 0]), 16 + len(body), 0, 2) + body


def smb1(command, words=b"", octets=b"", *, answer=False, status=0, multiplex=64, tree=2048):
    """[MS-CIFS] 2.2.3.1."""
    head = struct.pack("<4sBIBHHQHHHHH", b"\xffSMB", command, status, 0x98 if answer else 0x18, 0xC007, 0, 0, 0, tree, 0xFEFF, 2048, multiplex)
    return framed(head + bytes([len(words) // 2]) + words + struct.pack("<H", len(octets)) + octets)


def transaction(setup, octets, total=None, data=0):
    """[MS-CIFS] 2.2.4.33.1, 2.2.4.46.1: words of a transaction with these setup words."""
    words = struct.pack("<HHHHBBHIH", 0, data if total is None else total, 1, 0, 0, 0, 0, 0x0134EE00, 0)
    words += struct.pack("<HHHHBB", 0, 66, data, 66, len(setup), 0)
    return words + b"".join(struct.pack("<H", word) for word in setup)
