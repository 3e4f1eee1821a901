"""What no ordinary program sends: SSH version 1, a first line without software, lists whose lengths lie.

kind: S
malformed: yes
stack: scripted packets
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 4
expect: ssh.protocol => 5+
"""

from tools.lab import output
from tools.session import Tape, TcpSession, engineer, plc, server


def packet(payload):  # RFC 4253 section 6
    padding = 4 + (8 - (len(payload) + 9) % 8) % 8
    return (len(payload) + padding + 1).to_bytes(4, "big") + bytes([padding]) + payload + bytes(padding)


def kexinit(first_length=None):  # section 7.1
    lists = [b"curve25519-sha256", b"ssh-ed25519", b"aes128-ctr", b"aes128-ctr", b"hmac-sha2-256", b"hmac-sha2-256", b"none", b"none", b"", b""]
    body = bytes([20]) + bytes(range(16))
    for number, words in enumerate(lists):
        length = first_length if number == 0 and first_length is not None else len(words)
        body += length.to_bytes(4, "big") + words
    return packet(body + bytes(5))


tape = Tape()
cases = [
    (plc, b"SSH-1.5-OldSwitch_2.1\n", b"SSH-1.5-PuTTY_Release_0.60\r\n", b""),
    (server, b"Authorized use only.\r\nSSH-2.0-OpenSSH_9.2p1\r\n", b"SSH-2.0-libssh_0.8.1\r\n", kexinit()),
    (server, b"SSH-2.0-OpenSSH_9.2p1\r\n", b"SSH-2.0-x\r\n", kexinit(0x00FFFFFF)),
    (server, b"SSH-2.0-OpenSSH_9.2p1\r\n", b"SSH-2.0-\r\n", b""),
]
for number, (host, first, second, more) in enumerate(cases):
    session = TcpSession(tape, engineer, host, 22, 49700 + number)
    session.open()
    session.server(first)
    session.client(second)
    if more:
        session.client(more)
        session.server(kexinit())
    session.close()
    tape.wait(200)
tape.save(output())
