#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <optional>
#include <thread>

#include "base/log.h"
#include "capture/source.h"
#include "capture/test_captures.h"

namespace langyan::capture {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Kept {
  Time time;
  std::uint64_t number;
  std::string data;
  std::uint32_t wire_length;
  int link_type;
};

struct Reading {
  std::vector<Kept> packets;
  std::optional<Error> error;
};

Reading read_all(Source& source, std::size_t batch = 3) {
  Reading reading;
  while (true) {
    const std::size_t before = reading.packets.size();
    const auto progress = source.read(batch, [&](const Packet& packet) {
      reading.packets.push_back({packet.time, packet.number, std::string(text_of(packet.data)),
                                 packet.wire_length, packet.link_type});
    });
    EXPECT_LE(reading.packets.size() - before, batch);
    if (!progress) {
      reading.error = progress.error();
      return reading;
    }
    EXPECT_NE(*progress, Progress::idle);
    if (*progress == Progress::end) return reading;
  }
}

class FileSource : public ::testing::Test {
 protected:
  FileSource() { logging::set_level(logging::Level::off); }
  ~FileSource() override { logging::set_level(logging::Level::info); }

  std::unique_ptr<Source> open(const std::string& content, const FileOptions& options = {}) {
    auto source = open_file(folder_.write("x.pcap", content), options);
    if (!source) {
      ADD_FAILURE() << source.error().message;
      return nullptr;
    }
    return source.take();
  }
  Error refusal(const std::string& path, const FileOptions& options = {}) {
    const auto source = open_file(path, options);
    if (!source) return source.error();
    ADD_FAILURE() << path << " was opened";
    return {};
  }

  Folder folder_;
};

TEST_F(FileSource, PcapInBothOrdersAndResolutions) {
  for (const Order order : {Order::little, Order::big}) {
    for (const std::uint32_t magic : {microseconds, nanoseconds}) {
      const std::uint32_t fraction = magic == nanoseconds ? 123'456'789 : 123'456;
      const auto source =
          open(pcap_header(order, magic, 1) +
               pcap_record(order, 1'700'000'000, fraction, ethernet_frame("one"), 1514) +
               pcap_record(order, 1'699'999'999, 1, ethernet_frame("two")));
      ASSERT_TRUE(source);
      EXPECT_EQ(source->link_type(), 1);
      EXPECT_EQ(link_type_name(source->link_type()), "EN10MB (Ethernet)");
      const auto [packets, error] = read_all(*source);
      EXPECT_FALSE(error);
      ASSERT_EQ(packets.size(), 2u);
      EXPECT_EQ(packets[0].time, 1'700'000'000'123'456);
      EXPECT_EQ(packets[0].data, ethernet_frame("one"));
      EXPECT_EQ(packets[0].wire_length, 1514u);
      EXPECT_EQ(packets[0].number, 1u);
      EXPECT_EQ(packets[0].link_type, 1);
      EXPECT_EQ(packets[1].number, 2u);
      EXPECT_EQ(packets[1].wire_length, 17u);
      EXPECT_EQ(packets[1].time, 1'699'999'999'000'000 + (magic == nanoseconds ? 0 : 1));
      EXPECT_EQ(source->counters().value(Count::captured), 2u);
      EXPECT_EQ(source->counters().value(Count::bytes), 1514u + 17);
      EXPECT_EQ(source->counters().value(Count::snapped), 1u);
      EXPECT_EQ(source->counters().value(Count::cut_files), 0u);
    }
  }
}

TEST_F(FileSource, PcapngInBothOrdersAndResolutions) {
  for (const Order order : {Order::little, Order::big}) {
    const auto source = open(pcapng_section(order) + pcapng_interface(order, 113, 9) +
                             pcapng_interface(order, 113, 0) +
                             pcapng_packet(order, 0, 1'700'000'000'123'456'789, "nanoseconds") +
                             pcapng_packet(order, 1, 1'700'000'000'123'456, "microseconds") +
                             pcapng_block(order, 0x0bad, "skip"));
    ASSERT_TRUE(source);
    EXPECT_EQ(source->link_type(), 113);
    const auto [packets, error] = read_all(*source);
    EXPECT_FALSE(error);
    ASSERT_EQ(packets.size(), 2u);
    EXPECT_EQ(packets[0].data, "nanoseconds");
    EXPECT_EQ(packets[0].time, 1'700'000'000'123'456);
    EXPECT_EQ(packets[1].data, "microseconds");
    EXPECT_EQ(packets[1].time, 1'700'000'000'123'456);
  }
}

TEST_F(FileSource, PcapngInterfacesMayDiffer) {
  const auto arp = ethernet_frame("arp", "\x08\x06");
  const std::string content =
      pcapng_section(Order::little) + pcapng_interface(Order::little, 1, 0, 100) +
      pcapng_packet(Order::little, 0, 5, arp) + pcapng_interface(Order::little, 101, 0, 200) +
      pcapng_packet(Order::little, 1, 6, "second") + pcapng_packet(Order::little, 0, 7, "third");
  const auto source = open(content);
  ASSERT_TRUE(source);
  EXPECT_EQ(source->link_type(), 1);
  const auto [packets, error] = read_all(*source);
  EXPECT_FALSE(error);
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_EQ(packets[0].link_type, 1);
  EXPECT_EQ(packets[1].link_type, 12);
  EXPECT_EQ(packets[2].link_type, 1);
  const auto filtered = open(content, {.filter = "arp"});  // compiled for either link
  EXPECT_EQ(read_all(*filtered).packets.size(), 1u);
  EXPECT_EQ(filtered->counters().value(Count::filtered), 2u);
  const auto ethernet_only = open(content, {.filter = "ether host 02:02:02:02:02:02"});
  EXPECT_EQ(read_all(*ethernet_only).packets.size(), 1u);  // "third" is too short for it
  EXPECT_EQ(ethernet_only->counters().value(Count::filtered), 2u);
}

TEST_F(FileSource, PcapngSectionsChangeTheOrder) {
  const auto source =
      open(pcapng_section(Order::little) + pcapng_interface(Order::little, 1, 0) +
           pcapng_packet(Order::little, 0, 5, "first") + pcapng_section(Order::big) +
           pcapng_interface(Order::big, 113, 3) + pcapng_packet(Order::big, 0, 6, "second"));
  const auto [packets, error] = read_all(*source);
  EXPECT_FALSE(error);
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[1].link_type, 113);
  EXPECT_EQ(packets[1].time, 6000);
}

TEST_F(FileSource, PcapngOldAndSimplePackets) {
  const Order order = Order::big;
  const std::string old =
      Octets(order).u16(0).u16(9).u32(0).u32(77).u32(3).u32(60).text("old").pad().data();
  const auto source =
      open(pcapng_section(order) + pcapng_interface(order, 1, 0, 5) + pcapng_block(order, 2, old) +
           pcapng_block(order, 3, Octets(order).u32(20).text("simpl").pad().data()) +
           pcapng_block(order, 3, Octets(order).u32(4).text("tiny").data()));
  const auto [packets, error] = read_all(*source);
  EXPECT_FALSE(error) << error->message;
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_EQ(packets[0].data, "old");
  EXPECT_EQ(packets[0].wire_length, 60u);
  EXPECT_EQ(packets[0].time, 77);
  EXPECT_EQ(packets[1].data, "simpl");  // to the snap length
  EXPECT_EQ(packets[1].wire_length, 20u);
  EXPECT_EQ(packets[1].time, 77);
  EXPECT_EQ(packets[2].data, "tiny");
}

TEST_F(FileSource, PcapngResolutions) {
  const Order order = Order::little;
  const auto time_at = [&](char resolution, std::uint64_t ticks) {
    const auto source = open(pcapng_section(order) + pcapng_interface(order, 1, resolution) +
                             pcapng_packet(order, 0, ticks, "x"));
    const auto [packets, error] = read_all(*source);
    return packets.size() == 1 ? packets[0].time : -1;
  };
  constexpr std::uint64_t seconds = 1'700'000'000;
  EXPECT_EQ(time_at(3, seconds * 1000 + 7), 1'700'000'000'007'000);
  EXPECT_EQ(time_at(7, seconds * 10'000'000 + 19), 1'700'000'000'000'001);
  EXPECT_EQ(time_at(9, seconds * 1'000'000'000 + 1999), 1'700'000'000'000'001);
  EXPECT_EQ(time_at(12, 5'000'000'123'456), 5'000'000);
  EXPECT_EQ(time_at(127, ~std::uint64_t{0}), 0);
  EXPECT_EQ(time_at(static_cast<char>(0x80), seconds), 1'700'000'000'000'000);
  EXPECT_EQ(time_at(static_cast<char>(0x80 | 20), (seconds << 20) + (1 << 19)),
            1'700'000'000'500'000);
  EXPECT_EQ(time_at(static_cast<char>(0xff), ~std::uint64_t{0}), 0);
  EXPECT_EQ(timestamp(time_at(1, ~std::uint64_t{0})), "9999-12-31T23:59:59.999999+0000");
}

TEST_F(FileSource, PcapngTimeOffset) {
  const Order order = Order::little;
  const auto time_at = [&](std::uint64_t offset) {
    const std::string body = Octets(order)
                                 .u16(1)
                                 .u16(0)
                                 .u32(0)
                                 .u16(2)
                                 .u16(3)
                                 .text("lo1")
                                 .pad()
                                 .u16(14)
                                 .u16(8)
                                 .u32(static_cast<std::uint32_t>(offset))
                                 .u32(static_cast<std::uint32_t>(offset >> 32))
                                 .u16(0)
                                 .u16(0)
                                 .data();
    const auto source = open(pcapng_section(order) + pcapng_block(order, 1, body) +
                             pcapng_packet(order, 0, 5'000'000, "x"));
    const auto [packets, error] = read_all(*source);
    return packets.size() == 1 ? packets[0].time : -1;
  };
  EXPECT_EQ(time_at(1'700'000'000), 1'700'000'005'000'000);
  EXPECT_EQ(time_at(static_cast<std::uint64_t>(-2)), 3'000'000);
  EXPECT_EQ(time_at(static_cast<std::uint64_t>(-6)), 0);
  EXPECT_EQ(timestamp(time_at(~std::uint64_t{0} >> 1)), "9999-12-31T23:59:59.999999+0000");
}

TEST_F(FileSource, PcapngSkipsWhatItDoesNotRead) {
  const Order order = Order::little;
  const auto source =
      open(pcapng_section(order) + pcapng_block(order, 0x0bad, std::string(5 << 20, 's')) +
           pcapng_interface(order, 1, 0) + pcapng_block(order, 5, "statistics!!") +
           pcapng_packet(order, 0, 5, "packet"));
  const auto [packets, error] = read_all(*source);
  EXPECT_FALSE(error);
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(packets[0].data, "packet");
}

TEST_F(FileSource, DamagedPcapngSaysHow) {
  const Order order = Order::little;
  const std::string head =
      pcapng_section(order) + pcapng_interface(order, 1, 0) + pcapng_packet(order, 0, 5, "good");
  const auto complaint = [&](const std::string& block) {
    const auto source = open(head + block);
    const auto [packets, error] = read_all(*source);
    EXPECT_EQ(packets.size(), 1u);
    if (!error) return std::string("none");
    EXPECT_EQ(error->kind, ErrorKind::invalid);
    EXPECT_THAT(error->message, HasSubstr("x.pcap: after packet 1: "));
    return error->message;
  };
  EXPECT_THAT(complaint(pcapng_packet(order, 1, 5, "x")), HasSubstr("interface 1 of 1"));
  EXPECT_THAT(complaint(pcapng_block(order, 6, "short...")), HasSubstr("too short"));
  EXPECT_THAT(complaint(pcapng_block(order, 1, "tiny")), HasSubstr("too short"));
  EXPECT_THAT(complaint(Octets(order).u32(5).u32(11).text("xxxxxxxx").data()),
              HasSubstr("11 octets"));
  EXPECT_THAT(complaint(Octets(order).u32(6).u32(0x7ffffff0).text("xxxx").data()),
              HasSubstr("2147483632 octets"));
  std::string unequal = pcapng_packet(order, 0, 5, "x");
  unequal[unequal.size() - 4] ^= 4;
  EXPECT_THAT(complaint(unequal), HasSubstr("ends of a block differ"));
  std::string longer = pcapng_packet(order, 0, 5, "xxxx");
  longer[8 + 12] = 5;
  EXPECT_THAT(complaint(longer), HasSubstr("longer than its block"));
  EXPECT_THAT(complaint(pcapng_block(order, 6,
                                     Octets(order)
                                         .u32(0)
                                         .u32(0)
                                         .u32(0)
                                         .u32(262'148)
                                         .u32(262'148)
                                         .text(std::string(262'148, 'x'))
                                         .data())),
              HasSubstr("262148 octets"));
  EXPECT_THAT(complaint(pcapng_block(order, 0x0a0d0d0a, std::string(16, '\0'))),
              HasSubstr("byte order"));
  std::string interfaces;
  for (int i = 0; i < 4096; ++i) interfaces += pcapng_interface(order, 1, 0);
  EXPECT_THAT(complaint(interfaces), HasSubstr("more interfaces than 4096"));
}

TEST_F(FileSource, PcapngWithoutPackets) {
  const auto nothing = open(pcapng_section(Order::little));
  ASSERT_TRUE(nothing);
  const auto [packets, error] = read_all(*nothing);
  EXPECT_TRUE(packets.empty());
  EXPECT_FALSE(error);
  const Error early = refusal(folder_.write(
      "early.pcapng", pcapng_section(Order::little) + pcapng_packet(Order::little, 0, 0, "x")));
  EXPECT_THAT(early.message, HasSubstr("a packet before its first interface"));
}

TEST_F(FileSource, OldPcapVariants) {
  const Order order = Order::big;
  const auto header = [&](std::uint32_t magic, std::uint16_t minor) {
    return Octets(order).u32(magic).u16(2).u16(minor).u32(0).u32(0).u32(65535).u32(1).data();
  };
  const std::string turned = Octets(order).u32(1).u32(2).u32(1514).u32(4).text("abcd").data();
  for (std::uint16_t minor : {2, 3}) {
    const auto [packets, error] = read_all(*open(header(microseconds, minor) + turned));
    ASSERT_EQ(packets.size(), 1u) << minor;
    EXPECT_EQ(packets[0].data, "abcd");
    EXPECT_EQ(packets[0].wire_length, 1514u);
  }
  const std::string patched =
      Octets(order).u32(1).u32(2).u32(4).u32(9).u32(3).u32(4).text("abcd").data();
  const auto [packets, error] = read_all(*open(header(0xa1b2cd34, 4) + patched + patched));
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[1].data, "abcd");
  const Error version = refusal(folder_.write(
      "v1.pcap", Octets(order).u32(microseconds).u16(1).u16(0).text(std::string(16, '\0')).data()));
  EXPECT_THAT(version.message, HasSubstr("pcap version 1.0"));
}

TEST_F(FileSource, FrameCheckLengthIsNoLinkType) {
  const auto source = open(pcap_header(Order::little, microseconds, 0x24000001));
  EXPECT_EQ(source->link_type(), 1);
}

TEST_F(FileSource, SecondsBeyond2038) {
  const auto source = open(pcap_header(Order::little, microseconds, 1) +
                           pcap_record(Order::little, 0xffffffff, 999'999, "x"));
  const auto [packets, error] = read_all(*source);
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(timestamp(packets[0].time), "2106-02-07T06:28:15.999999+0000");
}

// Records of all sizes, so that one lies across each end of the buffer somewhere.
TEST_F(FileSource, PacketsAcrossReads) {
  std::string pcap = pcap_header(Order::little, microseconds, 1);
  std::string pcapng = pcapng_section(Order::big) + pcapng_interface(Order::big, 1, 0);
  std::vector<std::string> sent;
  for (std::size_t i = 0; i < 400; ++i) {
    const std::size_t size = i % 57 == 56 ? 262'144 - i : i * i % 4999;
    sent.emplace_back(size, static_cast<char>('a' + i % 26));
    pcap += pcap_record(Order::little, 1, 0, sent.back());
    pcapng += pcapng_packet(Order::big, 0, 1, sent.back());
  }
  for (const std::string& content : {pcap, pcapng}) {
    ASSERT_GT(content.size(), std::size_t{2} << 20);
    const auto [packets, error] = read_all(*open(content), 1000);
    ASSERT_EQ(packets.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) ASSERT_EQ(packets[i].data, sent[i]) << i;
  }
}

TEST_F(FileSource, AnyOctetChanged) {
  const std::string contents[] = {
      pcap_header(Order::little, microseconds, 1) +
          pcap_record(Order::little, 1, 0, ethernet_frame("one")) +
          pcap_record(Order::little, 2, 0, ethernet_frame("two")),
      pcapng_section(Order::little) + pcapng_interface(Order::little, 1, 9) +
          pcapng_packet(Order::little, 0, 5, ethernet_frame("one")) +
          pcapng_block(Order::little, 3, Octets(Order::little).u32(4).text("tiny").data())};
  for (const std::string& content : contents) {
    for (std::size_t at = 0; at < content.size(); ++at) {
      for (const int value : {0x00, 0x01, 0x02, 0x03, 0x0a, 0x7f, 0x80, 0xff}) {
        std::string changed = content;
        changed[at] = static_cast<char>(value);
        auto source = open_file(folder_.write("changed", changed));
        if (!source) continue;
        const auto [packets, error] = read_all(**source);
        EXPECT_LE(packets.size(), 2u);
        EXPECT_EQ((*source)->counters().value(Count::captured), packets.size());
      }
    }
  }
}

TEST_F(FileSource, CutAtEveryLength) {
  const std::string one = pcap_record(Order::little, 1, 0, ethernet_frame("one"));
  const std::string two = pcap_record(Order::little, 2, 0, ethernet_frame("two, longer"));
  const std::string whole = pcap_header(Order::little, microseconds, 1) + one + two;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string path = folder_.write("cut.pcap", std::string_view(whole).substr(0, size));
    auto source = open_file(path);
    if (size < 24) {
      ASSERT_FALSE(source);
      EXPECT_EQ(source.error().kind, ErrorKind::invalid);
      EXPECT_THAT(source.error().message, HasSubstr(path + ": "));
      continue;
    }
    ASSERT_TRUE(source);
    const auto [packets, error] = read_all(**source);
    const std::size_t first_end = 24 + one.size();
    EXPECT_EQ(packets.size(), size == whole.size() ? 2u : size >= first_end ? 1u : 0u);
    EXPECT_FALSE(error);
    const bool between = size == 24 || size == first_end || size == whole.size();
    EXPECT_EQ((*source)->counters().value(Count::cut_files), between ? 0u : 1u) << size;
    EXPECT_EQ((*source)->counters().value(Count::captured), packets.size());
    const auto after = (*source)->read(1, [](const Packet&) { FAIL(); });
    ASSERT_TRUE(after);
    EXPECT_EQ(*after, Progress::end);
  }
}

TEST_F(FileSource, CutPcapngIsReadToTheCut) {
  const std::string whole = pcapng_section(Order::little) + pcapng_interface(Order::little, 1, 0) +
                            pcapng_packet(Order::little, 0, 5, ethernet_frame("first")) +
                            pcapng_packet(Order::little, 0, 6, ethernet_frame("second"));
  for (std::size_t lost : {1, 4, 20, 40}) {
    const auto source = open(whole.substr(0, whole.size() - lost));
    ASSERT_TRUE(source);
    const auto [packets, error] = read_all(*source);
    EXPECT_EQ(packets.size(), 1u);
    EXPECT_FALSE(error) << error->message;
    EXPECT_EQ(source->counters().value(Count::cut_files), 1u);
  }
}

TEST_F(FileSource, CutIsSaidToTheOperator) {
  logging::set_level(logging::Level::warn);
  const auto source = open(pcap_header(Order::little, microseconds, 1) +
                           pcap_record(Order::little, 1, 0, ethernet_frame("one")) + "cut");
  ::testing::internal::CaptureStderr();
  read_all(*source);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("x.pcap: ends within a packet, after 1 whole ones"));
}

TEST_F(FileSource, DamagedRecordIsAnError) {
  const auto source =
      open(pcap_header(Order::little, microseconds, 1) +
           pcap_record(Order::little, 1, 0, ethernet_frame("one")) +
           Octets(Order::little).u32(2).u32(0).u32(0x7fffffff).u32(0x7fffffff).data() +
           std::string(100, 'x'));
  const auto [packets, error] = read_all(*source);
  EXPECT_EQ(packets.size(), 1u);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::invalid);
  EXPECT_THAT(error->message, HasSubstr("after packet 1"));
}

TEST_F(FileSource, TimesStayWithinWhatCanBeShown) {
  const std::uint64_t second_beyond = 253'402'300'800;  // 10000-01-01
  const auto source =
      open(pcapng_section(Order::little) + pcapng_interface(Order::little, 1, 0) +
           pcapng_packet(Order::little, 0, 0, ethernet_frame("a")) +
           pcapng_packet(Order::little, 0, second_beyond * 1'000'000 - 1, ethernet_frame("b")) +
           pcapng_packet(Order::little, 0, second_beyond * 1'000'000, ethernet_frame("c")) +
           pcapng_packet(Order::little, 0, ~std::uint64_t{0}, ethernet_frame("d")));
  const auto [packets, error] = read_all(*source);
  ASSERT_EQ(packets.size(), 4u);
  EXPECT_EQ(packets[0].time, 0);
  EXPECT_EQ(timestamp(packets[1].time), "9999-12-31T23:59:59.999999+0000");
  EXPECT_EQ(packets[2].time, packets[1].time);
  EXPECT_EQ(packets[3].time, packets[1].time);
}

TEST_F(FileSource, FractionBeyondASecondCounts) {
  const auto source = open(pcap_header(Order::big, microseconds, 1) +
                           pcap_record(Order::big, 7, 4'000'000'000u, ethernet_frame("one")));
  const auto [packets, error] = read_all(*source);
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_GE(packets[0].time, 0);
}

TEST_F(FileSource, CapturedLengthNeverExceedsTheWire) {
  const auto source = open(pcap_header(Order::little, microseconds, 1) +
                           pcap_record(Order::little, 1, 0, ethernet_frame("long enough"), 5));
  const auto [packets, error] = read_all(*source);
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(packets[0].wire_length, packets[0].data.size());
  EXPECT_EQ(source->counters().value(Count::snapped), 0u);
}

TEST_F(FileSource, FilterKeepsNumbersAndCounts) {
  std::string content = pcap_header(Order::little, microseconds, 1);
  for (int i = 0; i < 10; ++i) {
    const std::string_view type = i % 3 == 0 ? std::string_view("\x08\x06") : "\x88\xb8";
    content += pcap_record(Order::little, 1, 0, ethernet_frame(std::to_string(i), type));
  }
  const auto source = open(content, {.filter = "ether proto 0x0806"});
  const auto [packets, error] = read_all(*source);
  std::vector<std::uint64_t> numbers;
  for (const Kept& packet : packets) numbers.push_back(packet.number);
  EXPECT_THAT(numbers, ElementsAre(1, 4, 7, 10));
  EXPECT_EQ(source->counters().value(Count::captured), 10u);
  EXPECT_EQ(source->counters().value(Count::filtered), 6u);
}

TEST_F(FileSource, FilterErrorsSayWhere) {
  const std::string path = folder_.write("x.pcap", pcap_header(Order::little, microseconds, 1));
  const auto said = [&](const std::string& filter) {
    const Error error = refusal(path, {.filter = filter});
    EXPECT_EQ(error.kind, ErrorKind::usage);
    EXPECT_THAT(error.message, HasSubstr("filter \"" + filter + "\": "));
    return error.message;
  };
  EXPECT_THAT(said("tcp and prot 80"), HasSubstr("after \"tcp\" (column 5)"));
  EXPECT_THAT(said("tcp and prot 80"), HasSubstr("did you mean \"port\" for \"prot\"?"));
  EXPECT_THAT(said("xyzzy (("), HasSubstr("from the first word on (column 1)"));
  EXPECT_THAT(said("tcp port 502 or"), HasSubstr("after \"tcp port 502\" (column 14)"));
  EXPECT_THAT(said("port 99999"), HasSubstr("99999"));
}

TEST_F(FileSource, StandardInput) {
  const std::string content = pcap_header(Order::little, microseconds, 1) +
                              pcap_record(Order::little, 1, 0, ethernet_frame("piped"));
  for (int round = 0; round < 2; ++round) {  // a second one: the first left stdin usable
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const int kept = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    std::thread writer([&] {
      for (const char octet : content) EXPECT_EQ(write(ends[1], &octet, 1), 1);
      close(ends[1]);
    });
    auto source = open_file("-");
    ASSERT_TRUE(source);
    EXPECT_EQ((*source)->name(), "-");
    const auto [packets, error] = read_all(**source);
    writer.join();
    EXPECT_EQ(packets.size(), 1u);
    source->reset();
    dup2(kept, STDIN_FILENO);
    close(kept);
  }
}

TEST_F(FileSource, NothingStaysOpen) {
  const auto lowest_free = [] {
    const int file = ::open("/dev/null", O_RDONLY);
    ::close(file);
    return file;
  };
  const int before = lowest_free();
  for (int i = 0; i < 3; ++i) {
    read_all(*open(pcap_header(Order::little, microseconds, 1)));
    refusal(folder_.write("bad.pcap", "no capture at all"));
    refusal(folder_.write("x.pcap", pcap_header(Order::little, microseconds, 1)),
            {.filter = "((("});
  }
  EXPECT_EQ(lowest_free(), before);
}

TEST_F(FileSource, Stop) {
  const auto source = open(pcap_header(Order::little, microseconds, 1) +
                           pcap_record(Order::little, 1, 0, ethernet_frame("one")));
  source->stop();
  const auto progress = source->read(1, [](const Packet&) { FAIL(); });
  ASSERT_TRUE(progress);
  EXPECT_EQ(*progress, Progress::end);
}

TEST_F(FileSource, Errors) {
  const Error missing = refusal(folder_.path() + "/absent.pcap");
  EXPECT_EQ(missing.kind, ErrorKind::missing);
  EXPECT_THAT(missing.message, HasSubstr("absent.pcap: cannot be opened: No such file"));
  EXPECT_EQ(refusal(folder_.path()).kind, ErrorKind::usage);
  const Error packed = refusal(folder_.write("x.pcap.gz", "\x1f\x8b\x08 and so on, compressed"));
  EXPECT_EQ(packed.kind, ErrorKind::invalid);
  EXPECT_THAT(packed.message, HasSubstr("compressed by gzip; zcat "));
  const Error text = refusal(folder_.write("notes.pcap", "these are only notes on a capture"));
  EXPECT_EQ(text.kind, ErrorKind::invalid);
  EXPECT_THAT(text.message, ::testing::Not(HasSubstr("compressed")));
  if (geteuid() != 0) {
    const std::string path = folder_.write("secret.pcap", "");
    std::filesystem::permissions(path, std::filesystem::perms::none);
    EXPECT_EQ(refusal(path).kind, ErrorKind::permission);
  }
  EXPECT_EQ(link_type_name(105), "IEEE802_11 (802.11)");
  EXPECT_EQ(link_type_name(9999), "link type 9999");
}

TEST_F(FileSource, DirectoryByName) {
  const std::string header = pcap_header(Order::little, microseconds, 1);
  const auto b = folder_.write("b.pcap", header), a = folder_.write("a.pcap", header);
  const auto plain = folder_.write("c", header), named = folder_.write("d.pcapng", "");
  const auto ng = folder_.write("e.dat", pcapng_section(Order::big));
  const auto script = folder_.write("b.py", "print()"), deep = folder_.write("bb/x.cap", header);
  const auto all = capture_files(folder_.path());
  ASSERT_TRUE(all);
  EXPECT_THAT(all->paths, ElementsAre(a, b, deep, plain, named, ng));
  EXPECT_THAT(all->skipped, ElementsAre(script));
  const auto flat = capture_files(folder_.path(), false);
  ASSERT_TRUE(flat);
  EXPECT_THAT(flat->paths, ElementsAre(a, b, plain, named, ng));
  EXPECT_THAT(capture_files(script)->paths, ElementsAre(script));  // named, so it is meant
  EXPECT_THAT(capture_files("-")->paths, ElementsAre("-"));
  const auto absent = capture_files(folder_.path() + "/absent");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::missing);
  const Folder empty;
  empty.write("notes.txt", "none");
  const auto nothing = capture_files(empty.path());
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, ErrorKind::missing);
  EXPECT_THAT(nothing.error().message, HasSubstr("holds no capture"));
}

}  // namespace
}  // namespace langyan::capture
