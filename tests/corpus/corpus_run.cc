// Takes captures through the sensor, each with everything anew, and prints what was claimed of
// them:
//
//   corpus_run FOLDER CPU_SECONDS < names of files below it, one a line
//
//   file, name
//   flow, protocol, tcp|udp|layer2, one end, the other, messages, faults, first packet
//   event, event type, lines                     (of what the whole sensor writes, folding as it
//   does) done, name, packets, CPU milliseconds
//
// Tabs between. A file that needs more CPU time than allowed ends the program with status 3; the
// last `file` line says which, as it does for a crash. Every event line is checked (fuzz/lines.h).
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "base/log.h"
#include "capture/source.h"
#include "decode/decode.h"
#include "detect/rule_set.h"
#include "dissect/dissector.h"
#include "flow/tracker.h"
#include "pipeline/worker.h"
#include "tests/fuzz/lines.h"

namespace {

using namespace langyan;

constexpr std::size_t packets_a_read = 256;
constexpr int too_slow = 3;

double cpu_seconds() {
  timespec at{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

void allow(long seconds) {  // of CPU time, so that other loads on the machine do not count
  itimerval left{};
  left.it_value.tv_sec = seconds;
  setitimer(ITIMER_PROF, &left, nullptr);
}

template <class Sink>
std::uint64_t read_all(const std::string& path, Sink sink) {
  auto source = capture::open_file(path);
  if (!source) return 0;  // what is no capture is refused, here as by the sensor
  while (true) {
    const auto more = (*source)->read(packets_a_read, sink);
    if (!more || *more == capture::Progress::end) break;
  }
  return (*source)->counters().value(capture::Count::captured);
}

// What dissect claims, flow by flow.
class Claims : flow::Listener, dissect::Listener {
 public:
  Claims()
      : tracker_(flow::Options{}, decoder_, *this), dissector_(tracker_.capacity(), 1, *this) {}

  std::uint64_t run(const std::string& path) {
    const std::uint64_t packets = read_all(path, [&](const capture::Packet& packet) {
      now_ = packet.time, number_ = packet.number;
      if (now_ / second != tick_) dissector_.tick(now_), tracker_.tick(now_), tick_ = now_ / second;
      decode::Headers headers;
      const auto outcome =
          decoder_.decode(packet.data, packet.wire_length, packet.link_type, headers);
      tracker_.accept(packet, headers, outcome);
    });
    tracker_.finish();
    return packets;
  }

 private:
  struct Claim {
    const Protocol* protocol = nullptr;
    std::uint64_t messages = 0, faults = 0;
  };

  static std::string end_of(const flow::Flow& flow, std::size_t side) {
    if (flow.kind() != flow::Kind::layer2)
      return to_string(flow.key().address[side]) + " " + std::to_string(flow.key().port[side]);
    std::string text;
    for (std::size_t i = 0; i < 6; ++i) {
      char pair[4];
      std::snprintf(pair, sizeof pair, i ? ":%02x" : "%02x", flow.key().address[side].octets[i]);
      text += pair;
    }
    return text + " " + std::to_string(flow.ethertype());
  }
  void opened(flow::Flow& flow) override { dissector_.opened(flow); }
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    dissector_.stream(flow, way, chunk, now_, number_);
  }
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override {
    dissector_.datagram(flow, way, payload,
                        flow.kind() == flow::Kind::udp ? Transport::udp : Transport::layer2, now_,
                        number_);
  }
  void record(flow::Flow&) override {}
  void closed(flow::Flow& flow, flow::Reason) override {
    dissector_.closed(flow, now_);
    const auto at = claims_.find(flow.slot());
    if (at == claims_.end()) return;
    const auto& [protocol, messages, faults] = at->second;
    const char* kind = flow.kind() == flow::Kind::tcp   ? "tcp"
                       : flow.kind() == flow::Kind::udp ? "udp"
                                                        : "layer2";
    std::printf("flow\t%.*s\t%s\t%s\t%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
                static_cast<int>(protocol->name.size()), protocol->name.data(), kind,
                end_of(flow, 0).c_str(), end_of(flow, 1).c_str(), messages, faults,
                flow.first_packet());
    claims_.erase(at);
  }
  void anomaly(const flow::Oddity&) override {}
  void identified(flow::Flow& flow, const Protocol& protocol) override {
    claims_[flow.slot()] = {&protocol};
  }
  void message(flow::Flow& flow, const Message& message) override {
    Claim& claim = claims_[flow.slot()];
    ++claim.messages, claim.faults += message.fault != Fault::none;
  }
  void unanswered(flow::Flow&, const Message&) override {}
  void anomaly(flow::Flow&, const Protocol*, const Detection&, Direction, Bytes) override {}

  Time now_ = 0, tick_ = 0;
  std::uint64_t number_ = 0;
  std::map<std::uint32_t, Claim> claims_;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  dissect::Dissector dissector_;
};

const detect::Compiled& rules() {
  static const detect::Compiled compiled = [] {
    detect::RuleSources sources;
    sources.paths = {LANGYAN_SOURCE_DIR "/rules"};
    sources.addresses = {{"MASTERS", {"10.20.0.5"}}};
    return detect::compile(sources);
  }();
  return compiled;
}

// What a sensor writes: one worker with the rules of the repository.
class Events {
 public:
  Events() : worker_(pipeline::WorkerOptions{}, rules().rules) {}

  void run(const std::string& path) {
    read_all(path, [&](const capture::Packet& packet) {
      now_ = std::max(now_, packet.time);
      if (now_ / second != tick_) step(pipeline::Step::Kind::tick), tick_ = now_ / second;
      batch_.add(packet, now_, ++packets_);
      if (batch_.full()) process();
    });
    step(pipeline::Step::Kind::end);
    process();
    for (const auto& [type, count] : lines_)
      std::printf("event\t%s\t%" PRIu64 "\n", type.c_str(), count);
  }

 private:
  void step(pipeline::Step::Kind kind) {
    pipeline::Step made;
    made.kind = kind;
    made.time = made.now = now_;
    made.order = packets_;
    batch_.add(made);
  }
  void process() {
    static fuzz::LineCheck check;
    worker_.process(batch_, block_);
    for (const pipeline::Candidate& candidate : block_.candidates) {
      const std::string_view line = block_.line(candidate);
      if (line.empty()) continue;  // of assets: the merger writes it
      constexpr std::string_view key = "\"event_type\":\"";
      const std::size_t at = line.find(key) + key.size();
      ++lines_[std::string(line.substr(at, line.find('"', at) - at))];
      check.check(std::string(line));
    }
    batch_.clear(), block_.clear();
  }

  pipeline::Worker worker_;
  pipeline::Batch batch_;
  pipeline::Block block_;
  std::map<std::string, std::uint64_t> lines_;
  std::uint64_t packets_ = 0;
  Time now_ = 0, tick_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: corpus_run FOLDER CPU_SECONDS < names\n", stderr), 2;
  const std::string folder = argv[1];
  const long seconds = std::atol(argv[2]);
  logging::set_level(logging::Level::error);  // many files are cut on purpose
  signal(SIGPROF, [](int) { _exit(too_slow); });
  rules();
  for (std::string name; std::getline(std::cin, name);) {
    std::printf("file\t%s\n", name.c_str());
    std::fflush(stdout);
    const double before = cpu_seconds();
    allow(seconds);
    const std::uint64_t packets = Claims().run(folder + "/" + name);
    Events().run(folder + "/" + name);
    allow(0);
    std::printf("done\t%s\t%" PRIu64 "\t%.0f\n", name.c_str(), packets,
                (cpu_seconds() - before) * 1e3);
    std::fflush(stdout);
  }
  return 0;
}
