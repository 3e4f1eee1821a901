"""The ways of sending: each a function of (talk, attack), registered with what it may end in.

`alert`: the content rule holds. Any other word is an anomaly's name; the case passes with any of
what it lists and fails in silence. `k` says for which checksum modes the list is meant. Where a
receiver of RFC 9293 certainly takes the attack and nothing contradicts it, only `alert` is listed."""

import struct

from wiretap import ack, data_flags, fin, mss, psh, relations, rst, syn, urg, wire

cases = []  # (name, function, expected by k, options of Talk)
differs = {"tcp.overlap_differs", "tcp.retransmission_differs"}


def case(*expected, all=None, name=None, **options):
    def add(function):
        lists = {"none": set(expected), "all": set(expected) if all is None else set(all)}
        cases.append((name or function.__name__, function, lists, options))
        return function
    return add


def decoy(octets):
    return bytes((c ^ 0x15) | 1 for c in octets)


def whole(t, attack):
    t.open()
    t.data(0, attack)


case("alert", name="plain")(whole)
case("alert", name="plain_v6", v6=True)(whole)
case("alert", name="sequence_wrap", start=0xFFFFFFFF - 6)(whole)


# Overlaps, RFC 9293 3.10.7.4: which of two octets a receiver keeps is its own choice.
def overlap(relation, attack_first, held):
    def send(t, attack):
        lead = b"lead" if held else b""
        stream = lead + attack
        name, first, second = next(r for r in relations(len(attack)) if r[0] == relation)
        t.open()
        if not held:  # the first of the two is taken at once
            t.data(0, attack[: first[0]])
        pieces = [(first, attack_first), (second, not attack_first)]
        disjoint = relation in ("before", "after", "meets", "met_by")
        for (begin, end), true in pieces:
            octets = attack[begin:end]
            t.data(len(lead) + begin, octets if true or disjoint else decoy(octets))
        covered = set(range(*first)) | set(range(*second))
        at = 0
        if held:  # what waited is freed by the lead
            t.data(0, lead)
        while at < len(attack):
            end = at
            while end < len(attack) and end not in covered:
                end += 1
            if end > at:
                t.data(len(lead) + at, stream[len(lead) + at : len(lead) + end])
            at = max(end, at + 1)
    return send


for relation, _, _ in relations(25):
    for attack_first in (True, False):
        for held in (False, True):
            disjoint = relation in ("before", "after", "meets", "met_by")
            case(*({"alert"} if disjoint else {"alert"} | differs | {"tcp.retransmission_unchecked"}),
                 name=f"overlap.{relation}.{'attack' if attack_first else 'decoy'}_first.{'held' if held else 'in_order'}",
                 )(overlap(relation, attack_first, held))


@case(*differs, name="overlap.decoy_then_attack_must_be_named")
def overlap_named(t, attack):
    t.open()
    t.data(4, decoy(attack))
    t.data(4, attack)
    t.data(0, b"lead")


@case("tcp.retransmission_differs")
def retransmission_decoy_first(t, attack):
    t.open()
    t.data(0, decoy(attack))
    t.data(0, attack)


@case("alert")
def retransmission_attack_first(t, attack):
    t.open()
    t.data(0, attack)
    t.data(0, decoy(attack))


@case("tcp.retransmission_differs", "tcp.retransmission_unchecked")
def retransmission_cut_differently(t, attack):
    t.open()
    half = len(attack) // 2
    t.data(0, decoy(attack)[:half])
    t.data(half, decoy(attack)[half:])
    for at in range(0, len(attack), 3):
        t.data(at, attack[at : at + 3])


@case("tcp.retransmission_differs", "tcp.retransmission_unchecked")
def retransmission_by_octets(t, attack):
    t.open()
    for at in range(len(attack)):
        t.data(at, decoy(attack)[at : at + 1])
        t.data(at, attack[at : at + 1])


@case("alert")
def retransmission_extends(t, attack):
    t.open()
    t.data(0, attack[:5])
    t.data(0, attack)


@case("alert")
def frames_twice(t, attack):
    t.open()
    for at in range(0, len(attack), 4):
        for _ in range(2):
            t.data(at, attack[at : at + 4])


# Insertion: what the target never gets, or drops.
def inserted(name, all=None, expected=("tcp.retransmission_differs",), v6=False, **how):
    def send(t, attack):
        t.open()
        t.data(0, decoy(attack), **how)
        t.data(0, attack)
    case(*expected, all=all, name=name, v6=v6)(send)


inserted("tcp_checksum_decoy", all=["alert"], bad_checksum=True)
inserted("tcp_checksum_decoy_v6", all=["alert"], v6=True, bad_checksum=True)
inserted("ip_checksum_decoy", all=["alert"], bad_ip_checksum=True)
inserted("ttl_limited_decoy", ttl=1)
inserted("wrong_acknowledgement_decoy", acknowledge=0x30000000)
inserted("no_ack_flag_decoy", expected=["alert"])
cases.pop()
inserted("bad_data_offset_decoy", expected=["alert"], offset_words=2)


@case("alert", "tcp.flags")
def no_ack_flag_decoy(t, attack):
    t.open()
    t.send(0, psh, 1, decoy(attack))
    t.data(0, attack)


@case("alert", "tcp.flags")
def no_ack_flag_attack(t, attack):
    t.open()
    t.send(0, psh, 1, attack)


@case("alert", "tcp.flags")
def no_flags_attack(t, attack):
    t.open()
    t.send(0, 0, 1, attack)


@case("tcp.flags")
def syn_fin_attack(t, attack):
    t.open()
    t.send(0, syn | fin, 0, attack)


@case("alert", all=["tcp.checksum"])
def tcp_checksum_attack(t, attack):
    t.open()
    t.data(0, attack, bad_checksum=True)


@case("alert", all=["decode.ipv4_checksum"])
def ip_checksum_attack(t, attack):
    t.open()
    t.data(0, attack, bad_ip_checksum=True)


timestamp = lambda value, echo: struct.pack("!BBBBII", 1, 1, 8, 10, value, echo)  # noqa: E731  RFC 7323 3.2


@case("tcp.retransmission_differs")
def paws_decoy(t, attack):
    t.options = {0: timestamp(1_000_000, 500), 1: timestamp(500, 1_000_000)}
    t.open()
    t.data(0, decoy(attack), options=timestamp(10, 500))
    t.data(0, attack)


@case("alert")
def paws_attack(t, attack):
    t.options = {0: timestamp(1_000_000, 500), 1: timestamp(500, 1_000_000)}
    t.open()
    t.data(0, attack, options=timestamp(10, 500))


# Resets, RFC 9293 3.10.7.4 and RFC 5961.
def after_reset(name, expected, all=None, **how):
    side, flags, seq = how.pop("side", 0), how.pop("flags", rst), how.pop("seq", 1)
    def send(t, attack):
        t.open()
        t.data(0, attack[:4])
        t.send(side, flags, seq, **how)
        t.data(4, attack[4:])
    case(*expected, all=all, name=name)(send)


after_reset("rst_out_of_window", ["alert"], seq=0x20000000)
after_reset("rst_bad_checksum", ["alert", "tcp.data_after_reset"], all=["alert"], seq=5, bad_checksum=True)
after_reset("rst_ttl_limited", ["alert", "tcp.data_after_reset"], seq=5, ttl=1)
after_reset("rst_old_sequence", ["alert", "tcp.data_after_reset"], seq=1)
after_reset("rst_of_server", ["alert", "tcp.data_after_reset"], side=1, seq=1)
after_reset("rst_ack_wrong", ["alert", "tcp.data_after_reset"], flags=rst | ack, seq=5, acknowledge=0x12345)


@case("alert", "tcp.flags", "tcp.data_after_reset")
def rst_with_syn(t, attack):
    t.open()
    t.send(0, rst | syn, 1)
    t.data(0, attack)


@case("alert", "tcp.data_after_reset")
def rst_with_data(t, attack):
    t.open()
    t.send(0, rst, 1, b"xxxx")
    t.data(0, attack)


@case("alert", "tcp.data_after_reset")
def attack_long_after_reset(t, attack):
    t.open()
    t.send(0, rst, 1)
    t.tape.wait(60)
    t.data(0, attack)


@case("alert", "tcp.rst_out_of_window")
def rst_in_handshake(t, attack):
    t.send(0, syn, 0)
    t.send(1, rst | ack, 0, acknowledge=9)
    t.send(1, syn | ack, 0, acknowledge=1)
    t.send(0, ack, 1)
    t.data(0, attack)


# Openings.
@case("alert", "tcp.syn_with_data")
def syn_with_data(t, attack):
    t.send(0, syn, 0, attack)
    t.send(1, syn | ack, 0, acknowledge=1 + len(attack))
    t.send(0, ack, 1 + len(attack))


@case("alert", "tcp.syn_with_data")
def syn_with_data_fast_open(t, attack):
    t.send(0, syn, 0, attack, options=bytes([34, 10]) + bytes(8))
    t.send(1, syn | ack, 0, acknowledge=1 + len(attack))
    t.send(0, ack, 1 + len(attack))


@case("alert", "tcp.syn_with_data")
def syn_with_decoy(t, attack):
    t.send(0, syn, 0, decoy(attack))
    t.send(1, syn | ack, 0, acknowledge=1)
    t.send(0, ack, 1)
    t.data(0, attack)


@case("alert", "tcp.syn_with_data", "tcp.retransmission_differs")
def syn_fast_open_decoy_not_taken(t, attack):
    t.send(0, syn, 0, decoy(attack), options=bytes([34, 10]) + bytes(8))
    t.send(1, syn | ack, 0, acknowledge=1)
    t.send(0, ack, 1)
    t.data(0, attack)


@case("alert", "tcp.handshake_mismatch")
def two_syns(t, attack):
    t.send(0, syn, 0x01000000, ttl=1)
    t.send(0, syn, 0)
    t.send(1, syn | ack, 0, acknowledge=1)
    t.send(0, ack, 1)
    t.data(0, attack)


@case("alert", "tcp.simultaneous_open", "tcp.handshake_mismatch")
def simultaneous_open(t, attack):
    t.send(0, syn, 0)
    t.send(1, syn, 0)
    t.send(0, syn | ack, 0)
    t.send(1, syn | ack, 0, acknowledge=1)
    t.data(0, attack)


@case("alert", "tcp.simultaneous_open", "tcp.handshake_mismatch")
def split_handshake(t, attack):
    t.send(0, syn, 0)
    t.send(1, ack, 0, acknowledge=1)
    t.send(1, syn, 0)
    t.send(0, syn | ack, 0)
    t.send(1, ack, 1, acknowledge=1)
    t.data(0, attack)


@case("alert", "tcp.syn_in_connection", "tcp.connection_reused")
def syn_within(t, attack):
    t.open()
    t.data(0, attack[:4])
    t.send(0, syn, 0x02000000, ttl=1)
    t.data(4, attack[4:])


@case("alert")
def reused_ports(t, attack):
    t.open()
    t.data(0, b"hello")
    t.send(0, fin | ack, 6)
    t.send(1, fin | ack, 1, acknowledge=7)
    t.send(0, ack, 7, acknowledge=2)
    t.start[0] = (t.start[0] + 0x100000) & 0xFFFFFFFF
    t.acked = 1
    t.open()
    t.data(0, attack)


@case("alert")
def data_before_the_answer(t, attack):
    t.send(0, syn, 0)
    t.send(0, data_flags, 1, attack)
    t.send(1, syn | ack, 0, acknowledge=1)


# Ends.
@case("alert", "tcp.data_after_fin")
def fin_then_data(t, attack):
    t.open()
    t.send(0, fin | ack, 1)
    t.data(0, attack)


@case("alert", "tcp.data_after_fin", "tcp.fin_out_of_window")
def fin_out_of_window(t, attack):
    t.open()
    t.send(0, fin | ack, 0x20000000)
    t.data(0, attack)


@case("alert", "tcp.data_after_fin")
def fin_ttl_limited_in_the_middle(t, attack):
    t.open()
    t.data(0, attack[:4])
    t.send(0, fin | ack, 5, ttl=1)
    t.data(4, attack[4:])


@case("alert")
def data_with_fin(t, attack):
    t.open()
    t.send(0, fin | data_flags, 1, attack)


@case("alert", "tcp.urgent_data")
def urgent_octet_inserted(t, attack):
    t.open()
    t.send(0, data_flags | urg, 1, attack[:3] + b"X" + attack[3:], urgent=4)


@case("alert")
def urgent_at_the_end(t, attack):
    t.open()
    t.send(0, data_flags | urg, 1, attack, urgent=len(attack))


# Cuts.
@case("alert")
def one_octet_segments(t, attack):
    t.open()
    for at in range(len(attack)):
        t.data(at, attack[at : at + 1])


@case("alert", name="one_octet_segments_over_wrap", start=0xFFFFFFFF - 8)
def one_octet_wrap(t, attack):
    one_octet_segments(t, attack)


@case("alert")
def one_octet_segments_acknowledged(t, attack):
    t.open()
    for at in range(len(attack)):
        t.data(at, attack[at : at + 1])
        t.acknowledge(at + 1)


@case("alert")
def one_octet_segments_backwards(t, attack):
    t.open()
    for at in reversed(range(len(attack))):
        t.data(at, attack[at : at + 1])


@case("alert")
def small_mss(t, attack):
    t.options[0] = bytes([2, 4, 0, 8])
    t.open()
    t.options[0] = b""
    for at in range(0, len(attack), 8):
        t.data(at, attack[at : at + 8])


@case("alert", "tcp.zero_window_ignored")
def zero_window(t, attack):
    t.open()
    t.send(1, ack, 1, window=0)
    t.data(0, attack)


@case("alert")
def zero_window_probes(t, attack):
    t.open()
    t.send(1, ack, 1, window=0)
    for at in range(len(attack)):
        t.data(at, attack[at : at + 1])
        t.acked = 2 + at
        t.send(1, ack, 1, window=0)


@case("alert", "tcp.out_of_window", "tcp.resynchronised", "tcp.gap")
def far_beyond_the_window(t, attack):
    t.open()
    t.data(3_000_000, decoy(attack))
    t.data(0, attack)


@case("alert", "tcp.reassembly_full", "tcp.gap")
def more_ahead_than_fits(t, attack):
    t.open()
    t.data(0, attack[:4])
    for at in range(len(attack), 300_000, mss):
        t.data(at, bytes([65 + at % 26]) * mss)
    t.data(4, attack[4:])


@case("tcp.gap")
def hole_filled_late(t, attack):
    t.open()
    half = len(attack) // 2
    t.data(half, attack[half:])
    t.tape.wait(10)
    t.data(0, attack[:half])


@case("alert", "tcp.gap")
def capture_lost_the_middle(t, attack):
    t.open()
    t.data(0, attack[:4])
    t.data(8, attack[8:])
    t.acknowledge(len(attack))


@case("alert")
def keep_alives_between(t, attack):
    t.open()
    for at in range(0, len(attack), 5):
        t.data(at, attack[at : at + 5])
        t.acknowledge(min(at + 5, len(attack)))
        t.data(min(at + 5, len(attack)) - 1, b"\0")


# Views of the sensor.
@case("alert")
def midstream(t, attack):
    t.data(0, attack)


@case("alert", "tcp.gap")
def midstream_one_octet_segments(t, attack):
    for at in range(len(attack)):
        t.data(at, attack[at : at + 1])


@case("tcp.retransmission_unchecked")
def midstream_out_of_order(t, attack):
    half = len(attack) // 2
    t.data(half, attack[half:])
    t.data(0, attack[:half])


@case("alert")
def one_direction_only(t, attack):
    t.open(answered=False)
    t.data(0, attack)


@case("alert")
def one_direction_only_midstream_cut(t, attack):
    for at in range(0, len(attack), 7):
        t.data(at, attack[at : at + 7])


@case("tcp.retransmission_differs")
def one_direction_only_decoy(t, attack):
    t.open(answered=False)
    t.data(0, decoy(attack))
    t.data(0, attack)


def tagged(name, tags):
    def send(t, attack):
        t.tags = tags
        t.open()
        half = len(attack) // 2
        t.data(0, attack[:half])
        t.acknowledge(half)
        t.data(half, attack[half:])
    case("alert", name=name)(send)


tagged("vlan_of_the_client_only", {0: ((0x8100, 20, 0),)})
tagged("vlan_of_the_server_only", {1: ((0x8100, 20, 0),)})
tagged("two_vlans", {0: ((0x88A8, 5, 0), (0x8100, 20, 0)), 1: ((0x8100, 20, 0),)})


@case("alert")
def vlan_changes_midway(t, attack):
    t.open()
    t.data(0, attack[:6])
    t.tags = {0: ((0x8100, 33, 0),)}
    t.data(6, attack[6:])


@case("alert")
def ip_options(t, attack):
    t.open()
    t.data(0, attack, ip_options=bytes([7, 7, 4, 0, 0, 0, 0]))


@case("alert", v6=True)
def extension_headers(t, attack):
    t.open()
    t.data(0, attack, headers=(0, 60))
