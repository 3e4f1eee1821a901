// A capture file's octets through the whole path: reader, decode, flow, dissect, detect with the
// rules of the repository, summary, event lines.
//
// The input is the file; its size picks checksums, strict lines and whether anything is folded.
// Promises: captured = decoded + invalid; what flow counts balances; every line is right; the
// number of lines is linear in the packets.
#include "capture/source.h"
#include "detect/rule_set.h"
#include "pipeline/worker.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/lines.h"
#include "tests/fuzz/memory_file.h"

namespace langyan::fuzz {
namespace {

constexpr std::size_t packets_a_batch = 24;  // more than the worker decodes ahead

const detect::Compiled& rules() {
  static const detect::Compiled compiled = [] {
    detect::RuleSources sources;
    sources.paths = {LANGYAN_SOURCE_DIR "/rules"};
    sources.addresses = {
        {"HOME_NET", {"10.0.0.0/8"}}, {"EXTERNAL_NET", {"!$HOME_NET"}}, {"MASTERS", {"10.20.0.5"}}};
    sources.ports = {{"MODBUS_PORTS", {"502"}}, {"S7_PORTS", {"102"}}, {"IEC104_PORTS", {"2404"}}};
    auto made = detect::compile(sources);
    require(made.report.loaded > 10, "the rules of the repository load");
    return made;
  }();
  return compiled;
}

struct Totals {
  std::uint64_t packets = 0, lines = 0;
};

class Run {
 public:
  Run(const pipeline::WorkerOptions& options, bool strict)
      : worker_(options, rules().rules), strict_(strict) {}

  void packet(const capture::Packet& packet) {
    now_ = std::max(now_, packet.time);
    if (now_ / second != tick_) step(pipeline::Step::Kind::tick), tick_ = now_ / second;
    batch_.add(packet, now_, ++totals.packets);
    if (batch_.steps().size() >= packets_a_batch || batch_.full()) process();
  }
  void finish() {
    step(pipeline::Step::Kind::end);
    process();
    std::map<std::string_view, std::uint64_t> counted;
    worker_.each_counter(
        [&](const CounterRow& row, std::uint64_t value) { counted[row.name] = value; });
    require(counted["flow.packets"] == totals.packets, "flow sees every packet");
    require(counted["flow.opened"] ==
                counted["flow.closed.timeout"] + counted["flow.closed.finished"] +
                    counted["flow.closed.reset"] + counted["flow.closed.reused"] +
                    counted["flow.closed.evicted"] + counted["flow.closed.shutdown"],
            "every flow opened is closed");
  }
  Totals totals;

 private:
  void step(pipeline::Step::Kind kind) {
    pipeline::Step made;
    made.kind = kind;
    made.time = made.now = now_;
    made.order = totals.packets;
    batch_.add(made);
  }
  void process() {
    worker_.process(batch_, block_);
    for (const pipeline::Candidate& candidate : block_.candidates) {
      const std::string_view line = block_.line(candidate);
      if (line.empty()) continue;  // of assets: the merger writes it
      ++totals.lines;
      lines_.check(std::string(line), strict_);
    }
    batch_.clear(), block_.clear();
  }

  pipeline::Worker worker_;
  pipeline::Batch batch_;
  pipeline::Block block_;
  static inline LineCheck lines_;
  bool strict_;
  Time now_ = 0, tick_ = 0;
};

}  // namespace
}  // namespace langyan::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace langyan;
  using namespace langyan::fuzz;
  [[maybe_unused]] static const bool small = (use_small_caps(), true);
  const MemoryFile file({data, size});
  auto source = capture::open_file(file.path());
  if (!source) {
    require(!source.error().message.empty(), "what is no capture is refused with a reason");
    return 0;
  }
  pipeline::WorkerOptions options;
  options.checksums = size & 1 ? decode::Checksums::verify : decode::Checksums::ignore;
  options.every_message = size & 2;
  options.eve.strict = size & 4;
  Run run(options, options.eve.strict);
  std::uint64_t read = 0;
  while (true) {
    const auto more = (*source)->read(64, [&](const capture::Packet& packet) {
      require(packet.wire_length >= packet.data.size(),
              "a packet is as long as what is kept of it");
      ++read;
      run.packet(packet);
    });
    if (!more || *more == capture::Progress::end) break;
  }
  run.finish();
  require(
      read == run.totals.packets && read == (*source)->counters().value(capture::Count::captured),
      "every packet captured was handed on");
  // A packet of octets carries at most a message for every four of them.
  require(run.totals.lines <= 64 + 8 * read + size, "lines are linear in what was captured");
  return 0;
}
