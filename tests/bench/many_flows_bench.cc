// What a packet costs when there are many flows: Modbus polls over N TCP connections, each opened
// by its handshake, then read and answered in random order through the whole sensor (no rules,
// events to /dev/null).
//
//   many_flows_bench [FLOWS...]      default: 1000 100000 1000000 5000000
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/caps.h"
#include "base/random.h"
#include "pipeline/pipeline.h"
#include "pipeline/session.h"

namespace langyan {
namespace {

constexpr std::uint64_t polls = 2'000'000;  // measured, two packets each
constexpr std::uint8_t syn = 0x02, syn_ack = 0x12, ack = 0x10, push = 0x18;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void put16(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8), at[1] = static_cast<std::uint8_t>(value);
}
void put32(std::uint8_t* at, std::uint32_t value) {
  put16(at, value >> 16), put16(at + 2, value);
}

struct Conversation {
  std::uint32_t client_seq = 1, server_seq = 1;
};

class Wire {
 public:
  Wire(pipeline::Pipeline& pipeline, std::size_t flows) : pipeline_(pipeline), all_(flows) {}

  void open(std::uint32_t flow) {
    Conversation& it = all_[flow];
    it = {flow * 2'654'435'761u, flow * 2'246'822'519u};
    send(flow, true, syn, {}), ++it.client_seq;
    send(flow, false, syn_ack, {}), ++it.server_seq;
    send(flow, true, ack, {});
  }
  // Function 3, one register: MODBUS Application Protocol 1.1b3, 6.3.
  void poll(std::uint32_t flow) {
    std::array<std::uint8_t, 12> request{0, 0, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1};
    std::array<std::uint8_t, 11> answer{0, 0, 0, 0, 0, 5, 1, 3, 2, 0, 7};
    put16(request.data(), ++transaction_), put16(answer.data(), transaction_);
    Conversation& it = all_[flow];
    send(flow, true, push, request), it.client_seq += request.size();
    send(flow, false, push, answer), it.server_seq += answer.size();
  }
  void prefetch(std::uint32_t flow) const { __builtin_prefetch(&all_[flow], 1); }
  std::uint64_t sent() const { return number_; }

 private:
  void send(std::uint32_t flow, bool to_server, std::uint8_t flags, Bytes payload) {
    std::uint8_t* const frame = frame_.data();
    const std::uint32_t client = 0x0a000000 + flow / 50'000, server = 0xac100000 + flow % 50;
    const Conversation& it = all_[flow];
    std::memset(frame, 0, 54);
    frame[12] = 8;
    frame[14] = 0x45, frame[22] = 64, frame[23] = 6;
    put16(frame + 16, static_cast<std::uint32_t>(40 + payload.size()));
    put32(frame + 26, to_server ? client : server), put32(frame + 30, to_server ? server : client);
    put16(frame + 34, to_server ? 10'000 + flow % 50'000 : 502);
    put16(frame + 36, to_server ? 502 : 10'000 + flow % 50'000);
    put32(frame + 38, to_server ? it.client_seq : it.server_seq);
    put32(frame + 42, to_server ? it.server_seq : it.client_seq);
    frame[46] = 0x50, frame[47] = flags;
    put16(frame + 48, 8'192);
    if (!payload.empty()) std::memcpy(frame + 54, payload.data(), payload.size());
    const std::size_t size = 54 + payload.size();
    capture::Packet packet;
    packet.time = start_ + static_cast<Time>(++number_);  // a packet a microsecond
    packet.number = number_;
    packet.data = Bytes(frame, size), packet.wire_length = static_cast<std::uint32_t>(size);
    packet.link_type = 1;
    pipeline_.packet(packet);
  }

  pipeline::Pipeline& pipeline_;
  std::vector<Conversation> all_;
  std::array<std::uint8_t, 128> frame_{};
  Time start_ = 1'772'452'800 * second;
  std::uint64_t number_ = 0;
  std::uint16_t transaction_ = 0;
};

struct Cost {
  double open = 0, poll = 0;  // CPU ns a packet
  double resident = 0;        // MB, highest so far
};

Cost measure(std::size_t flows) {
  ConfigSource source;
  source.sets = {"rules.files=[]", "eve.file=/dev/null", "pipeline.workers=1",
                 "capture.checksums=none",
                 "caps.flow.flows=" + std::to_string(std::max<std::size_t>(flows * 5 / 4, 65'536))};
  const auto config = pipeline::SensorConfig::load(source);
  if (!config) std::fprintf(stderr, "%s\n", config.error().message.c_str()), std::exit(1);
  config->apply_caps();
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  pipeline::Request request;
  request.paths = {"-"};
  auto session = pipeline::Session::open(*config, request, disk, clock, random);
  if (!session) std::fprintf(stderr, "%s\n", session.error().message.c_str()), std::exit(1);
  pipeline::Pipeline& pipeline = (*session)->pipeline();
  Wire wire(pipeline, flows);
  const double begin = cpu_seconds();
  for (std::uint32_t flow = 0; flow < flows; ++flow) wire.open(flow), wire.poll(flow);
  const double opened = cpu_seconds();
  const std::uint64_t before = wire.sent();
  // What the sender keeps of a flow is asked for some polls ahead: its misses are not the sensor's.
  std::array<std::uint32_t, 16> next{};
  std::uint64_t state = 88'172'645'463'325'252;  // xorshift64
  for (std::uint64_t i = 0; i < polls + next.size(); ++i) {
    std::uint32_t& place = next[i % next.size()];
    if (i >= next.size()) wire.poll(place);
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    place = static_cast<std::uint32_t>(state % flows);
    wire.prefetch(place);
  }
  const double done = cpu_seconds();
  pipeline.stop();
  std::uint64_t paired = 0;
  for (const auto& [row, value] : pipeline.totals())
    if (row.name == "dissect.paired") paired += value;
  if (paired != polls + flows)
    std::fprintf(stderr, "many_flows_bench: %llu of %llu polls were paired\n",
                 static_cast<unsigned long long>(paired),
                 static_cast<unsigned long long>(polls + flows)),
        std::exit(1);
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return {(opened - begin) * 1e9 / static_cast<double>(before),
          (done - opened) * 1e9 / static_cast<double>(wire.sent() - before),
          static_cast<double>(used.ru_maxrss) / 1024};
}

}  // namespace
}  // namespace langyan

int main(int count, char** arguments) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < count; ++i) sizes.push_back(std::stoull(arguments[i]));
  if (sizes.empty()) sizes = {1'000, 100'000, 1'000'000, 5'000'000};
  std::printf("%12s %18s %18s %10s %14s\n", "flows", "opening, ns", "polls, ns", "of first",
              "highest MB");
  double first = 0;
  for (const std::size_t flows : sizes) {
    const auto cost = langyan::measure(flows);
    if (first == 0) first = cost.poll;
    std::printf("%12zu %18.0f %18.0f %10.2f %14.0f\n", flows, cost.open, cost.poll,
                cost.poll / first, cost.resident);
    std::fflush(stdout);
  }
}
