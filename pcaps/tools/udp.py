"""UDP between two hosts on a tape, for scripted captures (RFC 768)."""

import zlib

from tools import wire


class UdpSession:
    def __init__(self, tape, client, server, port, sport):
        self.tape, self.hosts, self.ports = tape, (client, server), (sport, port)
        self.ident = zlib.crc32(f"{client.ip}:{sport}>{server.ip}:{port}".encode()) & 0xFFFF

    def data(self, side, payload):
        me, peer = self.hosts[side], self.hosts[1 - side]
        datagram = wire.udp(me.ip, peer.ip, self.ports[side], self.ports[1 - side], payload)
        self.ident = (self.ident + 1) & 0xFFFF
        packet = wire.ipv4(me.ip, peer.ip, wire.protocol_udp, datagram, ident=self.ident)
        return self.tape.add(wire.ether(me.mac, peer.mac, wire.ethertype_ipv4, packet))

    def client(self, payload):
        return self.data(0, payload)

    def server(self, payload):
        return self.data(1, payload)

    def exchange(self, request, response, think_ms=2.0):
        index = self.client(request)
        self.tape.wait(think_ms)
        self.server(response)
        return index
