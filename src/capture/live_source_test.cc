// On the loopback of a network namespace of the test's own; where none may be made the test says so
// and is skipped, in CI it fails.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

#include "capture/live_port.h"

namespace langyan::capture {
namespace {

using ::testing::HasSubstr;

class LiveSource : public ::testing::Test {
 protected:
  void SetUp() override {
    static const bool own =
        unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
    if (own) return raise_loopback();
    if (std::getenv("CI")) FAIL() << "no network namespace may be made here";
    GTEST_SKIP() << "no network namespace may be made here: live capture was not tested";
  }

  static void raise_loopback() {
    const int control = socket(AF_INET, SOCK_DGRAM, 0);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    ASSERT_EQ(ioctl(control, SIOCSIFFLAGS, &request), 0);
    close(control);
  }

  static void send_datagrams(int count, std::uint16_t port, std::size_t size = 100) {
    const int out = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string data(size, 'x');
    for (int i = 0; i < count; ++i) {
      // A refused port answers on the next call; the datagram of this one is not sent then.
      while (sendto(out, data.data(), data.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to) <
             0) {
      }
    }
    close(out);
  }

  static std::unique_ptr<Source> open(const LiveOptions& options) {
    auto source = open_live("lo", options);
    if (source) return source.take();
    ADD_FAILURE() << source.error().message;
    return nullptr;
  }

  // Reads until it stops by itself, and returns how many it was.
  static std::uint64_t drain(Source& source) {
    std::uint64_t packets = 0;
    source.stop();
    while (true) {
      const auto progress = source.read(64, [&](const Packet& packet) {
        ++packets;
        EXPECT_EQ(packet.link_type, 1);
      });
      EXPECT_TRUE(progress.ok());
      if (!progress || *progress == Progress::end) return packets;
    }
  }
};

constexpr std::uint16_t port_number = 9;
const char only_ours[] = "udp dst port 9";  // not the ICMP errors that answer

TEST_F(LiveSource, CapturesExactlyWhatWasSent) {
  const auto source = open({.filter = only_ours, .ring_bytes = 8 << 20});
  ASSERT_TRUE(source);
  constexpr int sent = 5000;
  send_datagrams(sent, port_number);
  EXPECT_EQ(drain(*source), sent);
  const auto& counters = source->counters();
  EXPECT_EQ(counters.value(Count::captured), sent);
  EXPECT_EQ(counters.value(Count::bytes), sent * 142u);
  EXPECT_EQ(counters.value(Count::kernel_drop), 0u);
  EXPECT_EQ(counters.value(Count::kernel_packets), sent);
}

TEST_F(LiveSource, PacketsCarryTimeNumberAndSnap) {
  const auto source = open({.filter = only_ours, .snap_length = 60, .ring_bytes = 1 << 20});
  ASSERT_TRUE(source);
  const auto now =
      std::chrono::system_clock::now().time_since_epoch() / std::chrono::microseconds(1);
  send_datagrams(2, port_number);
  source->stop();
  std::uint64_t number = 0;
  while (true) {
    const auto progress = source->read(1, [&](const Packet& packet) {
      EXPECT_EQ(packet.number, ++number);
      EXPECT_EQ(packet.data.size(), 60u);
      EXPECT_EQ(packet.wire_length, 142u);
      EXPECT_NEAR(static_cast<double>(packet.time), static_cast<double>(now), 5e6);
    });
    ASSERT_TRUE(progress);
    if (*progress == Progress::end) break;
  }
  EXPECT_EQ(number, 2u);
  EXPECT_EQ(source->counters().value(Count::snapped), 2u);
}

TEST_F(LiveSource, DropsOfAFullRingAreCountedExactly) {
  const auto source = open({.filter = only_ours, .ring_bytes = 512 << 10});
  ASSERT_TRUE(source);
  constexpr int sent = 20'000;
  send_datagrams(sent, port_number, 1000);
  const std::uint64_t read = drain(*source);
  const auto& counters = source->counters();
  EXPECT_LT(read, std::uint64_t{sent});
  EXPECT_GT(read, 0u);
  EXPECT_EQ(read + counters.value(Count::kernel_drop), std::uint64_t{sent});
  EXPECT_EQ(counters.value(Count::kernel_packets), std::uint64_t{sent});
}

TEST_F(LiveSource, IdleAfterItsTimeout) {
  const auto source =
      open({.filter = only_ours, .ring_bytes = 1 << 20, .timeout = 30 * millisecond});
  ASSERT_TRUE(source);
  const auto before = std::chrono::steady_clock::now();
  const auto progress = source->read(1, [](const Packet&) { FAIL(); });
  const auto waited = std::chrono::steady_clock::now() - before;
  ASSERT_TRUE(progress);
  EXPECT_EQ(*progress, Progress::idle);
  EXPECT_GE(waited, std::chrono::milliseconds(20));
  EXPECT_LT(waited, std::chrono::minutes(1));
}

TEST_F(LiveSource, StopFromAnotherThread) {
  const auto source = open({.filter = only_ours, .ring_bytes = 1 << 20});
  ASSERT_TRUE(source);
  std::thread stopper([&] { source->stop(); });
  int idle = 0;
  while (true) {
    const auto progress = source->read(1, [](const Packet&) {});
    ASSERT_TRUE(progress);
    if (*progress == Progress::end) break;
    ASSERT_LT(++idle, 1000);
  }
  stopper.join();
}

// What a reader was handed is not handed on again, what it was not is there for the next; a packet
// that ended its reader is not met twice.
TEST_F(LiveSource, TheNextReaderGoesOnWhereTheLastOneStopped) {
  auto port = LivePort::open("lo", {.filter = only_ours, .ring_bytes = 8 << 20});
  ASSERT_TRUE(port) << port.error().message;
  constexpr std::uint64_t sent = 5000;
  send_datagrams(sent / 2, port_number);
  std::uint64_t read = 0;
  for (const std::size_t most : {1u, 7u, 100u, 1024u}) {
    const auto source = read_port(**port);
    ASSERT_TRUE(source) << source.error().message;
    std::uint64_t own = 0;
    while (own < most) ASSERT_TRUE((*source)->read(most - own, [&](const Packet&) { ++own; }));
    read += own;
  }
  send_datagrams(sent / 2, port_number);
  const auto last = read_port(**port);
  ASSERT_TRUE(last);
  read += drain(**last);
  EXPECT_EQ(read, sent);
  EXPECT_EQ((*last)->counters().value(Count::kernel_packets), sent);
}

TEST_F(LiveSource, ItTransmitsNothing) {
  const auto sent_frames = [] {  // /sys would tell of the namespace it was mounted in
    std::ifstream in("/proc/thread-self/net/dev");
    std::uint64_t column = 0;
    for (std::string word; in >> word;)
      if (word == "lo:") break;
    for (int i = 0; i < 10; ++i) in >> column;  // the tenth: packets sent
    EXPECT_TRUE(in.good());
    return column;
  };
  const std::uint64_t before = sent_frames();
  const auto source = open({.ring_bytes = 1 << 20, .timeout = 20 * millisecond});
  ASSERT_TRUE(source);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(source->read(64, [](const Packet&) {}));
  EXPECT_EQ(drain(*source), 0u);
  EXPECT_EQ(sent_frames(), before);
  send_datagrams(1, port_number);
  EXPECT_GT(sent_frames(), before);  // the counter is the right one
}

TEST_F(LiveSource, Errors) {
  const auto missing = open_live("lo0");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::missing);
  EXPECT_THAT(missing.error().message,
              HasSubstr("lo0: no such network interface; did you mean \"lo\"?"));
  const auto far = open_live("production7");
  ASSERT_FALSE(far);
  EXPECT_THAT(far.error().message, HasSubstr("there are: lo"));
  const auto filter = open_live("lo", {.filter = "tcp prot 80"});
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().kind, ErrorKind::usage);
  EXPECT_THAT(filter.error().message, HasSubstr("lo: filter \"tcp prot 80\""));
}

// In a child that gives up its rights, so that the other tests keep theirs.
[[noreturn]] void open_without_rights() {
  __user_cap_header_struct version{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (syscall(SYS_capset, &version, none) != 0) _exit(3);
  const auto source = open_live("lo");
  if (source || source.error().kind != ErrorKind::permission) _exit(1);
  std::fputs(source.error().message.c_str(), stderr);
  _exit(0);
}

TEST(LiveSourcePermission, RefusalTeaches) {
  EXPECT_EXIT(open_without_rights(), ::testing::ExitedWithCode(0), "setcap cap_net_raw.ep");
}

}  // namespace
}  // namespace langyan::capture
