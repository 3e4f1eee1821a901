// What detect costs: the literal scan against a bare hs_scan over the same buffers, packets through
// the engine with few and many rules, and how long rule sets take to compile.
//
//   detect_bench [rules file [only | scan]]   default: tests/bench/rules_100.rules; only: the path
//                                             with these rules and nothing else, scan: the scans
#include <hs.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "capture/source.h"
#include "decode/decode.h"
#include "detect/engine.h"
#include "detect/program.h"
#include "detect/tables.h"
#include "dissect/dissector.h"
#include "flow/tracker.h"

namespace langyan {
namespace {

constexpr int scan_turns = 12;

double seconds() {  // CPU time of this process: the machine is shared
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Frame {
  std::vector<std::uint8_t> octets;
  std::uint32_t wire_length;
  int link_type;
};

std::vector<Frame> read_frames() {
  std::vector<Frame> frames;
  for (const char* name : {"modbus/poll.pcap", "modbus/write-by-master.pcap",
                           "s7comm/poll-read.pcap", "iec104/monitor-only.pcap"}) {
    auto source = capture::open_file(std::string(LANGYAN_SOURCE_DIR "/pcaps/") + name);
    if (!source) continue;
    while (true) {
      const auto more = (*source)->read(256, [&](const capture::Packet& packet) {
        frames.push_back(
            {{packet.data.begin(), packet.data.end()}, packet.wire_length, packet.link_type});
      });
      if (!more || *more == capture::Progress::end) break;
    }
  }
  return frames;
}

// Decode, flow and dissect with detect behind them, or without: the difference is what detect
// costs.
class Path final : public flow::Listener, public dissect::Listener, public detect::HitSink {
 public:
  explicit Path(std::shared_ptr<const detect::RuleSet> rules)
      : tracker_(flow::Options{}, decoder_, *this),
        engine_(tracker_.capacity(), *this),
        dissector_(tracker_.capacity(), 1, *this),
        detects_(rules != nullptr) {
    if (rules) engine_.use(std::move(rules));
  }
  void give(const Frame& frame, std::uint32_t round) {
    capture::Packet packet{++now_, ++number_, frame.octets, frame.wire_length, frame.link_type};
    decode::Headers headers;
    const auto outcome =
        decoder_.decode(packet.data, packet.wire_length, packet.link_type, headers);
    if (headers.ip_version ==
        4) {  // a copy of the plant for each round, so that streams stay whole
      headers.source = IpAddress::v4(headers.source.v4_number() ^ round << 10);
      headers.destination = IpAddress::v4(headers.destination.v4_number() ^ round << 10);
    }
    if (detects_) engine_.begin({&headers, now_, number_});
    if (!tracker_.accept(packet, headers, outcome) && detects_)
      engine_.inspect_packet(nullptr, Direction::to_server);
  }
  std::uint64_t hits = 0;
  const detect::Engine& engine() const { return engine_; }

 private:
  void opened(flow::Flow& flow) override { dissector_.opened(flow); }
  void packet(flow::Flow& flow, Direction way, const capture::Packet&,
              const decode::Headers&) override {
    if (detects_) engine_.inspect_packet(&flow, way);
  }
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    if (detects_) engine_.inspect_stream(flow, way, chunk);
    dissector_.stream(flow, way, chunk, now_, number_);
  }
  void datagram(flow::Flow&, Direction, Bytes) override {}
  void record(flow::Flow&) override {}
  void closed(flow::Flow& flow, flow::Reason) override {
    dissector_.closed(flow, now_);
    engine_.close(flow.slot());
  }
  void anomaly(const flow::Oddity&) override {}
  void identified(flow::Flow& flow, const Protocol& protocol) override {
    if (detects_) engine_.identified(flow, &protocol);
  }
  void message(flow::Flow& flow, const Message& message) override {
    if (detects_) engine_.inspect_message(flow, message);
  }
  void unanswered(flow::Flow&, const Message&) override {}
  void anomaly(flow::Flow&, const Protocol*, const Detection&, Direction, Bytes) override {}
  void accept(const detect::Hit&) override { ++hits; }

  decode::Decoder decoder_;
  flow::Tracker tracker_;
  detect::Engine engine_;
  dissect::Dissector dissector_;
  bool detects_;
  Time now_ = 0;
  std::uint64_t number_ = 0;
};

detect::Compiled compile_text(const std::string& text) {
  const detect::RuleText file{"bench", text};
  detect::RuleSources sources;
  sources.addresses = {{"HOME_NET", {"10.0.0.0/8"}}, {"EXTERNAL_NET", {"!$HOME_NET"}}};
  detect::Compiled compiled = detect::compile(sources, {&file, 1});
  for (std::size_t i = 0; i < compiled.report.errors.size() && i < 5; ++i) {
    std::fprintf(stderr, "%s\n", detect::render(compiled.report.errors[i]).c_str());
  }
  return compiled;
}

void say_counters(const detect::Engine& engine, double packets) {
  engine.counters().each([&](const CounterRow& row, std::uint64_t value) {
    if (value)
      std::printf("  %-28s %.3f a packet\n", std::string(row.name).c_str(),
                  static_cast<double>(value) / packets);
  });
}

double per_packet(const std::vector<Frame>& frames, std::shared_ptr<const detect::RuleSet> rules,
                  std::uint64_t& hits, bool counters = false) {
  double best = 1e9;
  for (int attempt = 0; attempt < 3; ++attempt) {
    Path path(rules);
    for (const Frame& frame : frames) path.give(frame, 0);
    constexpr std::uint32_t rounds = 400;
    const double start = seconds();
    for (std::uint32_t round = 1; round <= rounds; ++round)
      for (const Frame& frame : frames) path.give(frame, round);
    best =
        std::min(best, (seconds() - start) / (rounds * static_cast<double>(frames.size())) * 1e9);
    hits = path.hits;
    if (counters && attempt == 0)
      say_counters(path.engine(), (rounds + 1) * static_cast<double>(frames.size()));
  }
  return best;
}

// Rules as a large set has them: contents on ports, fields, operations, all of different words.
std::string many_rules(std::size_t count) {
  std::mt19937 random(1);
  std::string text;
  const auto word = [&](std::size_t size) {
    std::string out;
    while (out.size() < size) out += static_cast<char>('a' + random() % 26);
    return out;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const std::string sid = "sid:" + std::to_string(1'000'000 + i) + ";)\n";
    const std::string port = std::to_string(
        std::vector<int>{80, 443, 445, 502, 102, 2404, 25, 21, 44818, 20000}[random() % 10]);
    switch (random() % 6) {
      case 0:
        text += "alert tcp $EXTERNAL_NET any -> $HOME_NET " + port +
                " (msg:\"m\"; flow:to_server,established; content:\"" + word(12) +
                "\"; content:\"" + word(6) + "\"; distance:0; " + sid;
        break;
      case 1:
        text += "alert tcp any any -> any " + port + " (msg:\"m\"; flow:to_server; content:\"" +
                word(8) + "\"; nocase; pcre:\"/" + word(4) + "[0-9]+/R\"; " + sid;
        break;
      case 2:
        text += "alert tcp any any -> any any (msg:\"m\"; flow:established; content:\"" + word(14) +
                "\"; " + sid;
        break;
      case 3:
        text +=
            "alert modbus any any -> any any (msg:\"m\"; modbus.function:write_multiple_registers; "
            "modbus.address:" +
            std::to_string(30'000 + random() % 30'000) + "; " + sid;
        break;
      case 4:
        text += "alert iec104 any any -> any any (msg:\"m\"; iec104.ioa:" +
                std::to_string(100'000 + random() % 1'000'000) + "; iec104.type_id:45; " + sid;
        break;
      default:
        text += "alert udp any any -> any " + port + " (msg:\"m\"; content:\"" + word(10) + "\"; " +
                sid;
        break;
    }
  }
  return text;
}

// The group of literals that a stream to port 502 scans, over payloads as they come, or several of
// them joined into segments of at least `least` octets.
void bench_scan(const detect::Compiled& compiled, const std::vector<Frame>& frames,
                std::size_t least) {
  const detect::Tables& tables = compiled.rules->tables();
  const detect::PortIndex& index = tables.streams[0][0];
  const detect::PortIndex::Route route = index.route(40'000, 502);
  const std::uint16_t number = route.by_destination ? route.by_destination : route.everywhere;
  const detect::ScanGroup& group = index.group(number);
  if (!group.database) return;
  auto scratch = detect::clone(tables.scratch);
  std::vector<std::vector<std::uint8_t>> payloads(1);
  for (const Frame& frame : frames) {
    if (frame.octets.size() <= 54 + 8) continue;
    if (!payloads.back().empty() && payloads.back().size() >= least) payloads.emplace_back();
    payloads.back().insert(payloads.back().end(), frame.octets.begin() + 54, frame.octets.end());
  }
  const auto bare = [](unsigned, unsigned long long, unsigned long long, unsigned, void*) {
    return 0;
  };
  const int rounds = least ? 6'000 : 600;
  double scan_ns = 1e9, engine_ns = 1e9;
  std::size_t octets = 0;
  for (const Bytes payload : payloads) octets += payload.size();
  const auto bare_pass = [&] {
    for (int round = 0; round < rounds; ++round)
      for (const Bytes payload : payloads)
        hs_scan(group.database->handle(), reinterpret_cast<const char*>(payload.data()),
                static_cast<unsigned>(payload.size()), 0, scratch->get(), bare, nullptr);
  };
  // The same through the engine: one flow, each payload a chunk.
  struct Ears : flow::Listener, detect::HitSink {
    void opened(flow::Flow&) override {}
    void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
    void stream(flow::Flow&, Direction, const flow::Chunk&) override {}
    void datagram(flow::Flow&, Direction, Bytes) override {}
    void record(flow::Flow&) override {}
    void closed(flow::Flow&, flow::Reason) override {}
    void anomaly(const flow::Oddity&) override {}
    void accept(const detect::Hit&) override {}
  } ears;
  decode::Decoder decoder;
  flow::Tracker tracker(flow::Options{}, decoder, ears);
  decode::Headers headers;
  headers.ip_version = 4, headers.protocol = 6, headers.transport_offset = 34,
  headers.tcp.flags = decode::tcp_flag::syn;
  headers.source = IpAddress::v4(0x0a000001), headers.destination = IpAddress::v4(0x0a000002);
  headers.source_port = 40'000, headers.destination_port = 502;
  capture::Packet packet;
  packet.time = 1;
  flow::Flow* flow = tracker.accept(packet, headers, decode::Outcome::transport);
  detect::Engine engine(tracker.capacity(), ears);
  engine.use(compiled.rules);
  const auto engine_pass = [&] {
    for (int round = 0; round < rounds; ++round)
      for (const Bytes payload : payloads) {
        engine.begin({&headers, 1, 1});
        engine.inspect_stream(*flow, Direction::to_server, {payload, 0, 0, false, false});
      }
  };
  const auto keep_best = [&](double& best, const auto& pass) {
    const double start = seconds();
    pass();
    best =
        std::min(best, (seconds() - start) / (rounds * static_cast<double>(payloads.size())) * 1e9);
  };
  for (int turn = 0; turn < scan_turns; ++turn) {  // in turns, as the machine is shared
    keep_best(scan_ns, bare_pass);
    keep_best(engine_ns, engine_pass);
  }
  std::printf(
      "scan       %zu literals, %zu payloads of %zu octets on average: hs_scan %.0f ns, engine "
      "%.0f ns, ratio %.2f\n",
      group.first.size() - 1, payloads.size(), octets / payloads.size(), scan_ns, engine_ns,
      scan_ns / engine_ns);
}

void bench_scans(const detect::Compiled& hundred, const std::vector<Frame>& frames) {
  const detect::Compiled many = compile_text(many_rules(1'000));
  for (const std::size_t least : {0u, 256u, 1'400u}) {
    bench_scan(many, frames, least);
    bench_scan(hundred, frames, least);
  }
}

int run(const std::string& path, const std::string& only) {
  const std::vector<Frame> frames = read_frames();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const detect::Compiled hundred = compile_text(text.str());
  if (only == "scan") return bench_scans(hundred, frames), 0;
  std::printf("packets    %zu, replayed; CPU ns a packet beyond decode, flow and dissect\n",
              frames.size());
  std::uint64_t hits = 0;
  if (!only.empty()) {
    std::printf("%.0f ns\n", per_packet(frames, hundred.rules, hits, true));
    return 0;
  }
  const double without = per_packet(frames, nullptr, hits);
  std::printf("path       %.0f ns without detect\n", without);
  const auto say = [&](const char* what, const detect::Compiled& compiled) {
    const double with = per_packet(frames, compiled.rules, hits);
    std::printf("%-10s %6u rules: +%.0f ns, %llu hits; compile %.2f s, %u databases, %.1f MB\n",
                what, compiled.report.loaded, with - without, static_cast<unsigned long long>(hits),
                compiled.report.compile_seconds, compiled.report.databases,
                static_cast<double>(compiled.report.database_bytes) / 1e6);
  };
  say("none", compile_text(""));
  say("given", hundred);
  for (const std::size_t count : {1'000u, 10'000u})
    say("generated", compile_text(many_rules(count)));
  bench_scans(hundred, frames);
  return 0;
}

}  // namespace
}  // namespace langyan

int main(int argc, char** argv) {
  return langyan::run(argc > 1 ? argv[1] : LANGYAN_SOURCE_DIR "/tests/bench/rules_100.rules",
                      argc > 2 ? argv[2] : "");
}
