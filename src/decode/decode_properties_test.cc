// What must hold for every frame, shown on one sample of each kind: cut at every length, with every
// byte changed, in both directions.
#include <gtest/gtest.h>

#include <memory>

#include "decode/decode.h"
#include "decode/test_frames.h"

namespace langyan::decode {
namespace {

using namespace test;

// A copy of exactly that many octets on the heap: a read beyond it is an error under ASan.
struct Exact {
  explicit Exact(const Octets& octets, std::size_t size)
      : data(std::make_unique<std::uint8_t[]>(size)), bytes(data.get(), size) {
    std::copy_n(octets.begin(), size, data.get());
  }
  std::unique_ptr<std::uint8_t[]> data;
  Bytes bytes;
};

bool within(Bytes part, Bytes whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void expect_sound(Outcome outcome, const Headers& headers, Bytes frame, int link_type) {
  EXPECT_EQ(outcome == Outcome::invalid, headers.invalid != Invalid::none);
  EXPECT_LT(headers.invalid, Invalid::last);
  EXPECT_TRUE(within(headers.payload, frame));
  EXPECT_TRUE(within(headers.tcp.options, frame));
  EXPECT_LE(headers.network_offset, frame.size());
  EXPECT_LE(headers.transport_offset, frame.size());
  EXPECT_LE(headers.extensions, max_extensions);
  if (outcome != Outcome::invalid) {
    EXPECT_EQ(pair_hash(frame, link_type), pair_hash(headers));
  }
}

TEST(DecodeProperties, SamplesAreValid) {
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(sample.name);
    Headers headers;
    const Outcome outcome = decode(sample.frame, sample.link_type, headers);
    EXPECT_NE(outcome, Outcome::invalid) << name(headers.invalid);
    expect_sound(outcome, headers, sample.frame, sample.link_type);
  }
}

// Cut with the wire's length known: the headers are as before and the lost octets are counted.
void expect_cut(const Sample& sample, std::size_t size, std::uint32_t wire_length, bool snapped) {
  SCOPED_TRACE(sample.name + (" cut at " + std::to_string(size)));
  Headers whole;
  decode(sample.frame, sample.link_type, whole);
  const Octets& frame = sample.frame;
  const std::size_t header_size =
      whole.payload.empty() ? frame.size()
                            : static_cast<std::size_t>(whole.payload.data() - frame.data());
  const Exact cut(frame, size);
  Headers headers;
  const Outcome outcome =
      decode(cut.bytes, wire_length, sample.link_type, Checksums::verify, headers);
  expect_sound(outcome, headers, cut.bytes, sample.link_type);
  const bool lengths_below = whole.llc || whole.ethertype == ethertype::pppoe_session ||
                             std::string_view(sample.name) == "pppoe";
  if (!snapped && lengths_below) {
    EXPECT_EQ(outcome, Outcome::invalid);
  } else if (size < header_size) {
    const bool in_options = headers.ip_version && whole.transport_offset + 20 <= size &&
                            whole.protocol == ip_protocol::tcp;
    if (headers.ip_version && !in_options) {
      EXPECT_EQ(outcome, Outcome::invalid);
    }
    if (in_options) {
      EXPECT_EQ(outcome, Outcome::transport);
      EXPECT_EQ(headers.tcp.options.size(), size - whole.transport_offset - 20);
      EXPECT_EQ(headers.missing, whole.payload.size());
    }
  } else {
    ASSERT_NE(outcome, Outcome::invalid) << name(headers.invalid);
    EXPECT_EQ(headers.payload.size(), size - header_size);
    EXPECT_EQ(headers.source_port, whole.source_port);
    EXPECT_EQ(headers.transport_offset, whole.transport_offset);
    EXPECT_EQ(headers.has(Odd::cut), !snapped && whole.ip_version != 0);
    if (snapped || whole.ip_version) {
      EXPECT_EQ(headers.payload.size() + headers.missing, whole.payload.size());
    }
  }
}

TEST(DecodeProperties, CutAtEveryLength) {
  for (const Sample& sample : samples()) {
    for (std::size_t size = 0; size < sample.frame.size(); ++size) {
      expect_cut(sample, size, 0, false);
    }
  }
}

TEST(DecodeProperties, SnappedAtEveryLength) {
  for (const Sample& sample : samples()) {
    for (std::size_t size = 0; size < sample.frame.size(); ++size) {
      expect_cut(sample, size, static_cast<std::uint32_t>(sample.frame.size()), true);
    }
  }
}

TEST(DecodeProperties, EveryByteChanged) {
  for (const Sample& sample : samples()) {
    for (std::size_t at = 0; at < sample.frame.size(); ++at) {
      const Exact frame(sample.frame, sample.frame.size());
      for (int value = 0; value < 256; ++value) {
        frame.data[at] = static_cast<std::uint8_t>(value);
        Headers headers;
        for (Checksums checksums : {Checksums::ignore, Checksums::verify}) {
          const Outcome outcome = decode(frame.bytes, 0, sample.link_type, checksums, headers);
          expect_sound(outcome, headers, frame.bytes, sample.link_type);
          if (outcome != Outcome::fragment) continue;
          const Octets datagram(headers.payload.begin(), headers.payload.end());
          const Exact exact(datagram, datagram.size());
          const Outcome again = decode_reassembled(exact.bytes, checksums, headers);
          EXPECT_NE(again, Outcome::fragment);
          EXPECT_TRUE(within(headers.payload, exact.bytes));
        }
        if (HasFailure()) FAIL() << sample.name << ": octet " << at << " is " << value;
      }
    }
  }
}

TEST(DecodeProperties, RandomFrames) {
  std::uint64_t state = 1;
  const auto random = [&] {
    state = state * 6364136223846793005 + 1442695040888963407;
    return static_cast<std::uint32_t>(state >> 33);
  };
  const auto all = samples();
  for (int i = 0; i < 200'000; ++i) {
    const Sample& sample = all[random() % all.size()];
    Octets octets = sample.frame;
    for (unsigned n = random() % 6; n > 0; --n) {
      octets[random() % octets.size()] = static_cast<std::uint8_t>(random());
    }
    const Exact frame(octets, random() % (octets.size() + 1));
    Headers headers;
    const std::uint32_t wire_length = random() % 2 ? 0 : random() % 100'000;
    const Outcome outcome =
        decode(frame.bytes, wire_length, sample.link_type, Checksums::ignore, headers);
    expect_sound(outcome, headers, frame.bytes, sample.link_type);
    ASSERT_FALSE(HasFailure()) << sample.name << " in round " << i;
  }
}

// The kinds whose checksums the decoder verifies; a flipped bit in any of what they cover is found.
TEST(DecodeProperties, ChecksumsFindEveryFlippedBit) {
  struct Case {
    Octets packet;
    std::size_t header;  // IPv4 header size, or 0
    Invalid header_reason, reason;
  };
  const Case cases[] = {
      {ipv4(tcp("odd size")), 20, Invalid::ipv4_checksum, Invalid::tcp_checksum},
      {ipv4(tcp("even size", {1, 1, 1, 1})), 20, Invalid::ipv4_checksum, Invalid::tcp_checksum},
      {ipv4(udp("hello")), 20, Invalid::ipv4_checksum, Invalid::udp_checksum},
      {ipv4(icmp(8, "ping")), 20, Invalid::ipv4_checksum, Invalid::icmp_checksum},
      {ipv6(tcp("hello")), 0, Invalid::none, Invalid::tcp_checksum},
      {ipv6(udp("hello!")), 0, Invalid::none, Invalid::udp_checksum},
      {ipv6(icmpv6(135, "who")), 0, Invalid::none, Invalid::icmpv6_checksum},
  };
  for (const Case& sample : cases) {
    Headers headers;
    ASSERT_EQ(decode(sample.packet, 0, 101, Checksums::verify, headers), Outcome::transport)
        << name(sample.reason) << ": " << name(headers.invalid);
    for (std::size_t bit = 0; bit < sample.packet.size() * 8; ++bit) {
      const std::size_t at = bit / 8;
      if (sample.header == 0 && at < 8) continue;  // not covered over IPv6
      Octets changed = sample.packet;
      changed[at] ^= static_cast<std::uint8_t>(1u << bit % 8);
      const Outcome outcome = decode(changed, 0, 101, Checksums::verify, headers);
      if (at == 0 && headers.has(Odd::cut)) continue;  // IPv4 read as IPv6
      EXPECT_EQ(outcome, Outcome::invalid) << bit;
      const bool structural =
          at < 4 || (at >= 32 && at < 34) || headers.invalid == Invalid::udp_length;
      if (structural || at == sample.header + 12 || at == 52) continue;
      EXPECT_EQ(headers.invalid, at < sample.header ? sample.header_reason : sample.reason)
          << "octet " << at << ": " << name(headers.invalid);
    }
  }
}

TEST(DecodeProperties, ChecksumsThatAreNone) {
  Octets none = ipv4(udp("hello"));
  patch16(none, 20 + 6, 0);
  Headers headers;
  EXPECT_EQ(decode(none, 0, 101, Checksums::verify, headers), Outcome::transport);
  Octets six = ipv6(udp("hello"));
  patch16(six, 40 + 6, 0);
  EXPECT_EQ(decode(six, 0, 101, Checksums::verify, headers), Outcome::invalid);
  EXPECT_EQ(headers.invalid, Invalid::udp_checksum);
  EXPECT_EQ(decode(six, 0, 101, Checksums::ignore, headers), Outcome::transport);
}

Octets turned(Octets octets, const Octets& one, const Octets& other, std::size_t at) {
  std::copy(other.begin(), other.end(), octets.begin() + static_cast<std::ptrdiff_t>(at));
  std::copy(one.begin(), one.end(), octets.begin() + static_cast<std::ptrdiff_t>(at + one.size()));
  return octets;
}

TEST(PairHash, BothDirectionsAndFragmentsAgree) {
  const Octets packet = ipv4(tcp("x")), back = turned(packet, ip_a, ip_b, 12);
  const std::uint64_t pair = pair_hash(ethernet(0x0800, packet), 1);
  EXPECT_EQ(pair, pair_hash(ethernet(0x0800, back), 1));
  EXPECT_EQ(pair, pair_hash(back, 101));
  EXPECT_EQ(pair, pair_hash(ethernet(0x8100, be16(5) + be16(0x0800) + back), 1));
  EXPECT_EQ(pair, pair_hash(ethernet(0x0800, ipv4_around(17, text("12345678"), {}, 0x2010)), 1));
  EXPECT_EQ(pair, pair_hash(ethernet(0x0800, ipv4_around(47, text("gre"))), 1));
  const Octets six = ipv6(udp("x"));
  const std::uint64_t pair6 = pair_hash(ethernet(0x86dd, six), 1);
  EXPECT_EQ(pair6, pair_hash(turned(six, ip6_a, ip6_b, 8), 229));
  EXPECT_EQ(pair6, pair_hash(ipv6_around(44, fragment_header(6, 8, true) + Octets(8)), 101));
  EXPECT_NE(pair, pair6);
  const Octets goose = ethernet(0x88b8, text("goose"));
  EXPECT_EQ(pair_hash(goose, 1), pair_hash(turned(goose, mac_b, mac_a, 0), 1));
  EXPECT_EQ(pair_hash(goose, 1), pair_hash(ethernet(0x0806, arp(1)), 1));
}

TEST(PairHash, SpreadsNeighbours) {
  constexpr std::size_t workers = 8;
  std::array<int, workers> load{};
  for (int one = 1; one <= 64; ++one) {
    for (int other = 1; other < one; ++other) {
      Octets packet = ipv4(tcp("x"));
      packet[15] = static_cast<std::uint8_t>(one);
      packet[19] = static_cast<std::uint8_t>(other);
      ++load[pair_hash(packet, 228) % workers];
    }
  }
  for (int pairs : load) EXPECT_NEAR(pairs, 2016 / 8, 60);
}

TEST(Decoder, CountsAddUp) {
  Decoder decoder;
  Headers headers;
  std::uint64_t packets = 0, octets = 0;
  for (const Sample& sample : samples()) {
    for (std::size_t size = 0; size <= sample.frame.size(); ++size) {
      decoder.decode(Bytes(sample.frame).first(size), 0, sample.link_type, headers);
      ++packets;
      octets += size;
    }
  }
  decoder.decode({}, 1500, 250, headers);
  ++packets;
  octets += 1500;
  const auto& counters = decoder.counters();
  EXPECT_EQ(counters.value(Count::packets), packets);
  EXPECT_EQ(counters.value(Count::bytes), octets);
  EXPECT_EQ(counters.value(Count::transport) + counters.value(Count::network) +
                counters.value(Count::fragment) + counters.value(Count::link_only) +
                counters.value(Count::invalid),
            packets);
  std::uint64_t reasons = 0;
  counters.each([&](const CounterRow& row, std::uint64_t value) {
    if (row.name.starts_with("decode.invalid.")) reasons += value;
  });
  EXPECT_EQ(reasons, counters.value(Count::invalid));
  EXPECT_EQ(counters.value(count_of(Invalid::link_type)), 1u);
  EXPECT_EQ(counters.value(Count::tcp) + counters.value(Count::udp) + counters.value(Count::icmp) +
                counters.value(Count::icmpv6) + counters.value(Count::sctp),
            counters.value(Count::transport));
}

TEST(Decoder, CountsByKind) {
  Decoder decoder(Checksums::verify);
  Headers headers;
  const auto take = [&](const Octets& frame) { decoder.decode(frame, 0, 1, headers); };
  take(ethernet(0x8100, be16(1) + be16(0x0800) + ipv4(tcp("x", {5, 0, 0, 0}))));
  take(ethernet(0x86dd, ipv6(icmpv6(1))));
  take(ethernet(0x0806, arp(1)));
  Octets wrong = ethernet(0x0800, ipv4(tcp("x")));
  wrong.back() ^= 1;
  take(wrong);
  take(ethernet(0x0800, ipv4_around(17, Octets(udp("x").octets), {}, 0x2000)));
  decoder.decode_reassembled(udp("y").octets, headers);
  decoder.decode_reassembled(Octets(3), headers);
  const auto& counters = decoder.counters();
  const std::pair<Count, std::uint64_t> expected[] = {{Count::packets, 5},
                                                      {Count::transport, 2},
                                                      {Count::fragment, 1},
                                                      {Count::link_only, 1},
                                                      {Count::invalid, 1},
                                                      {Count::tagged, 1},
                                                      {Count::arp, 1},
                                                      {Count::ipv4, 2},
                                                      {Count::ipv6, 1},
                                                      {Count::tcp, 1},
                                                      {Count::icmpv6, 1},
                                                      {Count::udp, 1},
                                                      {Count::reassembled, 2},
                                                      {Count::reassembled_invalid, 1},
                                                      {count_of(Odd::tcp_options), 1},
                                                      {count_of(Invalid::tcp_checksum), 1}};
  for (const auto& [count, value] : expected) {
    EXPECT_EQ(counters.value(count), value) << counter_rows[static_cast<std::size_t>(count)].name;
  }
}

}  // namespace
}  // namespace langyan::decode
