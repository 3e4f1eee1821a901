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
    const auto source = open(
        pcapng_section(order) + pcapng_interface(order, 113, 9) + pcapng_interface(order, 113, 0) +
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

TEST_F(FileSource, PcapngWithDifferingLinksSaysWhatToDo) {
  const auto source = open(pcapng_section(Order::little) + pcapng_interface(Order::little, 1, 0) +
                           pcapng_packet(Order::little, 0, 5, ethernet_frame("first")) +
                           pcapng_interface(Order::little, 113, 0) +
                           pcapng_packet(Order::little, 1, 6, "second"));
  ASSERT_TRUE(source);
  const auto [packets, error] = read_all(*source);
  EXPECT_EQ(packets.size(), 1u);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::invalid);
  EXPECT_THAT(error->message, HasSubstr("x.pcap: after packet 1: "));
  EXPECT_THAT(error->message, HasSubstr("split this one by interface"));
  const auto again = source->read(1, [](const Packet&) { FAIL(); });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, error->message);
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
      EXPECT_THAT(source.error().message, HasSubstr(path + ": is not a pcap or pcapng capture"));
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
  const std::string whole =
      pcapng_section(Order::little) + pcapng_interface(Order::little, 1, 0) +
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
  const auto source = open(
      pcapng_section(Order::little) + pcapng_interface(Order::little, 1, 0) +
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
  EXPECT_THAT(packed.message, HasSubstr("compressed by gzip: zcat "));
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
