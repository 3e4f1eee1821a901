// CPU time a packet on its way through the sensor, stage by stage, in one run over one capture.
//
//   path_bench CAPTURE RULES [REPEATS] [STAGE]
//
// RULES: the rule file of the stages with rules. STAGE: only the stages whose name begins so, for a
// profiler. Each pass reads the capture from its first packet to its last; CPU is that of all
// threads of the process, user and system. What is built before the first packet (tables, compiled
// rules) is told apart, as "start". Passes alternate, so another load on the machine hits all
// stages alike; best and median of them are printed.

#include <pcap/pcap.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/random.h"
#include "dissect/dissector.h"
#include "flow/tracker.h"
#include "pipeline/session.h"

namespace {

using namespace langyan;

constexpr std::size_t packets_a_read = 1'024;  // as the session reads

double seconds_of(clockid_t clock) {
  timespec at{};
  clock_gettime(clock, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

struct Pass {
  std::uint64_t packets = 0, events = 0, alerts = 0;
  double cpu = 0, wall = 0, start_cpu = 0;
};

class Watch {
 public:
  void stop(Pass& pass) const {
    pass.cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu_;
    pass.wall = seconds_of(CLOCK_MONOTONIC) - wall_;
  }

 private:
  double cpu_ = seconds_of(CLOCK_PROCESS_CPUTIME_ID), wall_ = seconds_of(CLOCK_MONOTONIC);
};

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "path_bench: %s\n", message.c_str());
  std::exit(1);
}

Pass plain_loop(const std::string& path) {
  Pass pass;
  char reason[PCAP_ERRBUF_SIZE];
  const Watch watch;
  pcap_t* handle = pcap_open_offline(path.c_str(), reason);
  if (!handle) fail(reason);
  pcap_loop(
      handle, -1,
      [](u_char* sum, const pcap_pkthdr*, const u_char*) {
        ++*reinterpret_cast<std::uint64_t*>(sum);
      },
      reinterpret_cast<u_char*>(&pass.packets));
  pcap_close(handle);
  watch.stop(pass);
  return pass;
}

// Reads every packet into `sink` and counts them.
template <class Sink>
void read_all(const std::string& path, Pass& pass, Sink sink) {
  auto source = capture::open_file(path);
  if (!source) fail(source.error().message);
  while (true) {
    const auto more = (*source)->read(packets_a_read, sink);
    if (!more) fail(more.error().message);
    if (*more == capture::Progress::end) break;
  }
  pass.packets = (*source)->counters().value(capture::Count::captured);
}

Pass read_only(const std::string& path) {
  Pass pass;
  std::uint64_t octets = 0;
  const Watch watch;
  read_all(path, pass, [&](const capture::Packet& packet) { octets += packet.data.size(); });
  watch.stop(pass);
  if (octets == 0) fail("the capture is empty");
  return pass;
}

Pass with_decode(const std::string& path) {
  Pass pass;
  decode::Decoder decoder;
  decode::Headers headers;
  const Watch watch;
  read_all(path, pass, [&](const capture::Packet& packet) {
    decoder.decode(packet.data, packet.wire_length, packet.link_type, headers);
  });
  watch.stop(pass);
  return pass;
}

struct NoFlows : flow::Listener {
  void opened(flow::Flow&) override {}
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow&, Direction, const flow::Chunk&) override {}
  void datagram(flow::Flow&, Direction, Bytes) override {}
  void record(flow::Flow&) override {}
  void closed(flow::Flow&, flow::Reason) override {}
  void anomaly(const flow::Oddity&) override {}
};

struct NoMessages : dissect::Listener {
  void identified(flow::Flow&, const Protocol&) override {}
  void message(flow::Flow&, const Message&) override {}
  void unanswered(flow::Flow&, const Message&) override {}
  void anomaly(flow::Flow&, const Protocol*, const Detection&, Direction, Bytes) override {}
};

// Flows hand their streams and datagrams to dissect, whose messages nobody takes.
struct Dissecting : NoFlows {
  void opened(flow::Flow& flow) override { dissector->opened(flow); }
  void packet(flow::Flow&, Direction, const capture::Packet& packet,
              const decode::Headers&) override {
    now = packet.time, number = packet.number;
  }
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    dissector->stream(flow, way, chunk, now, number);
  }
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override {
    dissector->datagram(flow, way, payload, Transport::udp, now, number);
  }
  void closed(flow::Flow& flow, flow::Reason) override { dissector->closed(flow, now); }
  dissect::Dissector* dissector = nullptr;
  Time now = 0;
  std::uint64_t number = 0;
};

// read + decode + flow + reassembly, and what the listener does with it; a tick each second of
// packet time, as the pipeline gives.
void track(const std::string& path, flow::Listener& listener,
           const std::function<void(flow::Tracker&)>& attach, const std::function<void(Time)>& tick,
           Pass& pass) {
  const double before = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  decode::Decoder decoder;
  decode::Headers headers;
  flow::Tracker tracker(flow::Options{}, decoder, listener);
  attach(tracker);
  pass.start_cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - before;
  Time next = 0;
  const Watch watch;
  read_all(path, pass, [&](const capture::Packet& packet) {
    if (packet.time >= next) {
      tick(packet.time), tracker.tick(packet.time);
      next = (packet.time / second + 1) * second;
    }
    const auto outcome = decoder.decode(packet.data, packet.wire_length, packet.link_type, headers);
    const auto ticket = tracker.prepare(headers, outcome);
    tracker.accept(packet, headers, outcome, ticket);
  });
  tracker.finish();
  watch.stop(pass);
}

Pass with_flow(const std::string& path) {
  Pass pass;
  NoFlows nobody;
  track(
      path, nobody, [](flow::Tracker&) {}, [](Time) {}, pass);
  return pass;
}

Pass with_dissect(const std::string& path) {
  Pass pass;
  Dissecting flows;
  NoMessages messages;
  std::unique_ptr<dissect::Dissector> dissector;
  track(
      path, flows,
      [&](flow::Tracker& tracker) {
        dissector = std::make_unique<dissect::Dissector>(tracker.capacity(), 1, messages);
        flows.dissector = dissector.get();
      },
      [&](Time now) { dissector->tick(now); }, pass);
  return pass;
}

// The sensor as langyan-sensor -r runs it.
Pass full(const std::string& path, const std::string& rules, const std::string& events,
          unsigned workers) {
  Pass pass;
  const double before = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  ConfigSource source;
  source.sets = {"rules.files=[" + rules + "]", "eve.file=" + events, "sensor.name=bench",
                 "pipeline.workers=" + std::to_string(workers)};
  const auto config = pipeline::SensorConfig::load(source);
  if (!config) fail(config.error().message);
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  pipeline::Request request;
  request.paths = {path};
  auto opened = pipeline::Session::open(*config, request, disk, clock, random);
  if (!opened) fail(opened.error().message);
  pipeline::Session& session = **opened;
  for (const auto& note : session.rules().errors) fail(detect::render(note));
  pass.start_cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - before;
  const Watch watch;
  const auto done = session.run([](const pipeline::Progress&) {});
  session.close();
  watch.stop(pass);
  if (!done) fail(done.error().message);
  pass.packets = session.pipeline().packets();
  for (const auto& [row, value] : session.pipeline().totals()) {
    if (row.name.starts_with("events.") && !row.name.starts_with("events.refused"))
      pass.events += value;
    if (row.name == "events.alerts") pass.alerts = value;
  }
  return pass;
}

struct Row {
  std::string what;
  std::function<Pass()> run;
  std::vector<double> costs = {};  // ns a packet, of each pass
  Pass last = {};

  double best() const { return *std::ranges::min_element(costs); }
  double median() const {
    std::vector<double> sorted = costs;
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
  }
};

std::string size_text(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return "?";
  return std::to_string(status.st_size / 1'000'000) + " MB";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: path_bench CAPTURE RULES [REPEATS] [STAGE]\n", stderr), 2;
  const std::string path = argv[1], rules = argv[2];
  const int repeats = std::max(1, argc > 3 ? std::atoi(argv[3]) : 5);
  const std::string only = argc > 4 ? argv[4] : "";
  const std::string file = path + ".events.json";
  const auto to_file = [&](const std::string& with, unsigned workers) {
    unlink(file.c_str());
    return full(path, with, file, workers);
  };
  std::vector<Row> rows = {
      {"plain libpcap loop", [&] { return plain_loop(path); }},
      {"read", [&] { return read_only(path); }},
      {"read, decode", [&] { return with_decode(path); }},
      {"read .. flow, reassembly", [&] { return with_flow(path); }},
      {"read .. dissect", [&] { return with_dissect(path); }},
      {"full, no rules, to /dev/null", [&] { return full(path, "", "/dev/null", 1); }},
      {"full, no rules, to a file", [&] { return to_file("", 1); }},
      {"full, with rules, to a file", [&] { return to_file(rules, 1); }},
      {"full, with rules, 2 workers", [&] { return to_file(rules, 2); }},
  };
  if (!only.empty())
    std::erase_if(rows, [&](const Row& row) { return !row.what.starts_with(only); });
  if (rows.empty()) fail("no stage begins with \"" + only + "\"");
  for (int i = 0; i < repeats; ++i) {
    for (Row& row : rows) {
      row.last = row.run();
      if (row.last.packets == 0) fail("no packet was read");
      row.costs.push_back(row.last.cpu * 1e9 / static_cast<double>(row.last.packets));
    }
  }
  const Pass& end = rows.back().last;
  std::printf("%s: %" PRIu64 " packets, %s, %d passes\n", path.c_str(), end.packets,
              size_text(path).c_str(), repeats);
  std::printf("%-30s %12s %8s %8s %8s %10s %9s\n", "CPU ns a packet", "best", "median", "of loop",
              "wall ns", "start ms", "events");
  for (const Row& row : rows) {
    std::printf("%-30s %12.1f %8.1f %7.2fx %8.1f %10.1f %9" PRIu64 "\n", row.what.c_str(),
                row.best(), row.median(), row.best() / rows.front().best(),
                row.last.wall * 1e9 / static_cast<double>(row.last.packets),
                row.last.start_cpu * 1e3, row.last.events);
  }
  if (end.alerts)
    std::printf("alerts among the events of the last stage: %" PRIu64 "\n", end.alerts);
  unlink(file.c_str());
}
