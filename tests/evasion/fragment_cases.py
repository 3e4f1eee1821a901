"""The ways of sending in fragments of IPv4 and IPv6, registered beside those of cases.py."""

from cases import case, decoy
from wiretap import data_flags, relations

odd_fragments = {"ip.fragment_differs", "ip.fragment_end_differs"}


# Fragments, RFC 791 and 815; of v6, RFC 5722: a datagram with an overlap is dropped as a whole.
def segment_of(t, attack, pad=0):
    return t.segment(0, data_flags, 1, attack + bytes(pad))


def cut(octets, size):
    return [(at, octets[at : at + size], at + size < len(octets)) for at in range(0, len(octets), size)]


for v6 in (False, True):
    of = "_v6" if v6 else ""

    @case("alert", name="fragments_tiny" + of, v6=v6)
    def tiny(t, attack):
        t.open()
        t.fragments(cut(segment_of(t, attack), 8))

    @case("alert", name="fragments_backwards" + of, v6=v6)
    def backwards(t, attack):
        t.open()
        t.fragments(cut(segment_of(t, attack), 16)[::-1])

    @case("alert", name="fragment_atomic" + of, v6=v6)
    def atomic(t, attack):
        t.open()
        t.fragments([(0, segment_of(t, attack), False)])

    @case("alert", "ip.fragment_incomplete", name="fragments_unfinished" + of, v6=v6)
    def unfinished(t, attack):
        t.open()
        t.fragments(cut(segment_of(t, attack), 16)[:-1])

    @case("ip.fragment_too_long", "ip.fragment_malformed", "decode.fragment_extent", name="fragment_beyond_the_largest" + of, v6=v6)
    def beyond(t, attack):
        t.open()
        segment = segment_of(t, attack)
        t.fragments([(0, segment[:24], True), (65_528, segment[24:48] + bytes(8), False)])

    @case(*odd_fragments, name="fragments_two_ends" + of, v6=v6)
    def two_ends(t, attack):
        t.open()
        segment = segment_of(t, attack)
        last = len(segment) // 8 * 8 - 8
        t.fragments([(last, b"\0" * 8, False), (0, segment[:last], True), (last, segment[last:], False)])

    @case(*odd_fragments, name="fragments_last_replaced_after_the_whole" + of, v6=v6)
    def replaced(t, attack):
        t.open()
        segment = segment_of(t, attack)
        at = 24
        ident = t.fragments([(0, segment[:at], True)])
        t.fragments([(at, decoy(segment[at:]), False)], ident=ident, ttl=1)
        t.fragments([(at, segment[at:], False)], ident=ident)
        t.tape.wait(40)

    for relation, first, second in relations(80, unit=8):
        for attack_first in (True, False):
            def overlapping(t, attack, relation=relation, first=first, second=second, attack_first=attack_first):
                t.open()
                segment = segment_of(t, attack, pad=max(0, 96 - 20 - len(attack)))
                head, body = segment[:24], segment[24:]
                disjoint = relation in ("before", "after", "meets", "met_by")
                pieces, covered = [(0, head, True)], set(range(*first)) | set(range(*second))
                for (begin, end), true in ((first, attack_first), (second, not attack_first)):
                    octets = body[begin:end]
                    last = 24 + end >= len(segment)
                    pieces.append((24 + begin, octets if true or disjoint else decoy(octets), not last))
                for at in range(0, len(body), 8):
                    if at not in covered:
                        pieces.append((24 + at, body[at : at + 8], 24 + at + 8 < len(segment)))
                t.fragments(pieces)
                t.tape.wait(0.1)
            disjoint = relation in ("before", "after", "meets", "met_by")
            case(*(["alert"] if disjoint else ["alert", "ip.fragment_differs"]), v6=v6,
                 name=f"fragments.{relation}.{'attack' if attack_first else 'decoy'}_first{of}")(overlapping)
