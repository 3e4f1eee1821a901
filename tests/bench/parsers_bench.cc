// What a protocol costs: CPU time a message and an operation, from its first octets (identification
// by every protocol that is asked) through framing, decoding and pairing, over the captures of
// pcaps/<protocol>/.
//
//   parsers_bench FOLDER [--only PROTOCOL] [--seconds S]       FOLDER: pcaps
//
// Reading, decoding headers and reassembly are done once before the clock starts: what dissect is
// handed is kept and handed to it again, flow by flow as it came, until S seconds (0.2) of CPU time
// are used, five times; the best of them is printed. Messages and operations are those of one pass.
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>

#include "decode/decode.h"
#include "dissect/dissector.h"
#include "flow/tracker.h"
#include "tests/damage/held_capture.h"

namespace {

using namespace langyan;

constexpr int turns = 5;

double cpu_ns() {
  timespec at{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) * 1e9 + static_cast<double>(at.tv_nsec);
}

struct Talk {  // a flow as it was when it ended, and one to work with
  flow::Flow held, used;
};

struct Call {  // what dissect was called with
  enum class Kind : std::uint8_t { opened, stream, datagram, closed };
  Kind kind;
  std::size_t talk;
  unsigned side = 0;
  flow::Chunk chunk = {};
  std::vector<std::uint8_t> octets = {};
  Time time = 0;
  std::uint64_t number = 0;
};

// The calls of one capture.
class Recorder : flow::Listener {
 public:
  explicit Recorder(std::vector<Call>& calls, std::deque<Talk>& talks)
      : calls_(calls), talks_(talks), tracker_(flow::Options{}, decoder_, *this) {}

  void run(const std::vector<HeldPacket>& packets) {
    for (const HeldPacket& packet : packets) {
      ++number_;
      now_ = std::max(now_, packet.time);
      if (now_ / second != tick_) tracker_.tick(now_), tick_ = now_ / second;
      const capture::Packet view = packet.view(now_, number_);
      decode::Headers headers;
      const auto outcome = decoder_.decode(view.data, view.wire_length, view.link_type, headers);
      tracker_.accept(view, headers, outcome);
    }
    tracker_.finish();
  }

 private:
  void add(Call::Kind kind, const flow::Flow& flow, Direction way, const flow::Chunk& chunk,
           Bytes octets) {
    Call call{kind, open_[flow.slot()]};
    call.side = flow.side(way), call.chunk = chunk, call.time = now_, call.number = number_;
    call.octets.assign(octets.begin(), octets.end());
    calls_.push_back(std::move(call));
  }
  void opened(flow::Flow& flow) override {
    open_[flow.slot()] = talks_.size();
    talks_.push_back({flow, flow});
    add(Call::Kind::opened, flow, Direction::to_server, {}, {});
  }
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    add(Call::Kind::stream, flow, way, chunk, chunk.data);
  }
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override {
    add(Call::Kind::datagram, flow, way, {}, payload);
  }
  void record(flow::Flow&) override {}
  void closed(flow::Flow& flow, flow::Reason) override {
    talks_[open_[flow.slot()]].held = flow;
    add(Call::Kind::closed, flow, Direction::to_server, {}, {});
  }
  void anomaly(const flow::Oddity&) override {}

  std::vector<Call>& calls_;
  std::deque<Talk>& talks_;
  std::map<std::uint32_t, std::size_t> open_;
  Time now_ = 0, tick_ = 0;
  std::uint64_t number_ = 0;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
};

struct Tally : dissect::Listener {
  std::uint64_t messages = 0, operations = 0, octets = 0;
  void identified(flow::Flow&, const Protocol&) override {}
  void message(flow::Flow&, const Message& message) override {
    ++messages, octets += message.bytes.size();
    if (message.role != Role::answer) operations += message.operations_total;
  }
  void unanswered(flow::Flow&, const Message&) override {}
  void anomaly(flow::Flow&, const Protocol*, const Detection&, Direction, Bytes) override {}
};

class Replay {
 public:
  void add(const std::string& path) { Recorder(calls_, talks_).run(hold_capture(path)); }

  void pass(dissect::Dissector& dissector) {
    for (Call& call : calls_) {
      Talk& talk = talks_[call.talk];
      if (call.kind == Call::Kind::opened) talk.used = talk.held;
      const Direction way = talk.used.direction(call.side);
      switch (call.kind) {
        case Call::Kind::opened: dissector.opened(talk.used); break;
        case Call::Kind::stream:
          call.chunk.data = call.octets;
          dissector.stream(talk.used, way, call.chunk, call.time, call.number);
          break;
        case Call::Kind::datagram:
          dissector.datagram(
              talk.used, way, call.octets,
              talk.used.kind() == flow::Kind::udp ? Transport::udp : Transport::layer2, call.time,
              call.number);
          break;
        case Call::Kind::closed: dissector.closed(talk.used, call.time); break;
      }
    }
  }

 private:
  std::vector<Call> calls_;
  std::deque<Talk> talks_;
};

}  // namespace

int main(int argc, char** argv) {
  std::string folder, only;
  double seconds = 0.2;
  for (int i = 1; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--only") && i + 1 < argc)
      only = argv[++i];
    else if (!std::strcmp(argv[i], "--seconds") && i + 1 < argc)
      seconds = std::atof(argv[++i]);
    else
      folder = argv[i];
  }
  if (folder.empty())
    return std::fputs("usage: parsers_bench FOLDER [--only PROTOCOL] [--seconds S]\n", stderr), 2;
  std::puts(
      "| protocol | captures | messages | octets each | operations | ns a message | ns an "
      "operation |\n|---|---|---|---|---|---|---|");
  std::size_t measured = 0;
  for (const Protocol* protocol : dissect::protocols()) {
    if (!only.empty() && protocol->name != only) continue;
    const std::vector<std::string> captures = captures_of_protocols(folder, protocol->name);
    Replay replay;
    for (const std::string& path : captures) replay.add(path);
    Tally once, tally;
    const std::size_t flows = 65'536;
    dissect::Dissector dissector(flows, 1, tally);
    replay.pass(dissector);
    std::swap(once.messages, tally.messages), std::swap(once.octets, tally.octets),
        std::swap(once.operations, tally.operations);
    if (once.messages == 0) continue;  // it has no capture of its own, or none it understands
    double best = 1e18;
    for (int turn = 0; turn < turns; ++turn) {
      const double begin = cpu_ns();
      std::uint64_t passes = 0;
      do replay.pass(dissector), ++passes;
      while (cpu_ns() - begin < seconds * 1e9 / turns);
      best = std::min(best, (cpu_ns() - begin) / static_cast<double>(passes));
    }
    const auto each = [&](std::uint64_t count) {
      return count ? best / static_cast<double>(count) : 0.0;
    };
    std::printf("| %s | %zu | %llu | %.0f | %llu | %.0f | %.0f |\n",
                std::string(protocol->name).c_str(), captures.size(),
                static_cast<unsigned long long>(once.messages),
                static_cast<double>(once.octets) / static_cast<double>(once.messages),
                static_cast<unsigned long long>(once.operations), each(once.messages),
                each(once.operations));
    std::fflush(stdout);
    ++measured;
  }
  return measured ? 0 : (std::fputs("no capture says anything\n", stderr), 1);
}
