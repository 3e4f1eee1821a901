// The multi-pattern search of streams in the engine against a bare hs_scan of the same databases, with rule sets of any
// size over a capture's traffic. detect_bench does it with made segments and small sets.
//
//   scan_bench CAPTURE RULES…      rules of make_rules.py, a capture of make_capture
//
// Two ratios. `search`: which groups look, the sieve, the scan and the list of rules that come up, against hs_scan over
// the very same windows: what is new, and before it the octets that a literal may begin in. `stream`: all the engine
// does for a segment, the octets it keeps and the evaluation of what came up too, against hs_scan over what is new alone.
// Each flow is past its first 8 KiB, so what looks at starts alone is in none. Turns alternate; the best counts.
#include <hs.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "capture/source.h"
#include "decode/decode.h"
#include "detect/candidates.h"
#include "detect/engine.h"
#include "detect/tables.h"
#include "flow/tracker.h"

namespace langyan {
namespace {

constexpr int turns = 7;
constexpr std::size_t most_segments = 40'000;
constexpr std::uint32_t past_the_start = 16'384;  // octets

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

using Octets = std::vector<std::uint8_t>;

struct Segment {
  std::size_t flow;
  Direction way;
  std::size_t begin, size;  // in all that its direction said
};

using Ends = std::tuple<IpAddress, std::uint16_t, IpAddress, std::uint16_t>;

struct Deaf : flow::Listener, detect::HitSink {
  void opened(flow::Flow&) override {}
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow&, Direction, const flow::Chunk&) override {}
  void datagram(flow::Flow&, Direction, Bytes) override {}
  void record(flow::Flow&) override {}
  void closed(flow::Flow&, flow::Reason) override {}
  void anomaly(const flow::Oddity&) override {}
  void accept(const detect::Hit&) override {}
};

// The reassembled octets of a capture's TCP connections, as they became known.
class Streams final : Deaf {
 public:
  explicit Streams(const char* path) : tracker_(flow::Options{}, decoder_, *this) {
    auto source = capture::open_file(path);
    if (!source) return;
    while (segments.size() < most_segments) {
      const auto more = (*source)->read(256, [&](const capture::Packet& packet) {
        decode::Headers headers;
        const auto outcome = decoder_.decode(packet.data, packet.wire_length, packet.link_type, headers);
        tracker_.accept(packet, headers, outcome);
      });
      if (!more || *more == capture::Progress::end) break;
    }
  }
  Bytes octets(const Segment& segment, std::size_t before = 0) const {
    const std::size_t old = std::min(before, segment.begin);
    const Bytes all(said[segment.flow][static_cast<std::size_t>(segment.way)]);
    return all.subspan(segment.begin - old, old + segment.size);
  }
  std::vector<Segment> segments;
  std::vector<Ends> flows;
  std::vector<std::array<Octets, detect::directions>> said;

 private:
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    if (chunk.data.empty()) return;
    const Ends ends{flow.client_ip(), flow.client_port(), flow.server_ip(), flow.server_port()};
    const auto [at, is_new] = known_.try_emplace(ends, flows.size());
    if (is_new) flows.push_back(ends), said.emplace_back();
    Octets& all = said[at->second][static_cast<std::size_t>(way)];
    segments.push_back({at->second, way, all.size(), chunk.data.size()});
    all.insert(all.end(), chunk.data.begin(), chunk.data.end());
  }

  decode::Decoder decoder_;
  flow::Tracker tracker_;
  std::map<Ends, std::size_t> known_;
};

class Bench {
 public:
  Bench(const Streams& streams, std::shared_ptr<const detect::RuleSet> rules)
      : streams_(streams),
        rules_(std::move(rules)),
        tracker_(flow::Options{}, decoder_, deaf_),
        engine_(tracker_.capacity(), deaf_) {
    engine_.use(rules_);
    for (const Ends& ends : streams.flows) {
      decode::Headers& headers = headers_.emplace_back();
      headers.ip_version = 4, headers.protocol = 6, headers.transport_offset = 34,
      headers.tcp.flags = decode::tcp_flag::syn;
      std::tie(headers.source, headers.source_port, headers.destination, headers.destination_port) = ends;
      capture::Packet packet;
      packet.time = 1;
      flows_.push_back(tracker_.accept(packet, headers, decode::Outcome::transport));
      const std::vector<std::uint8_t> filler(past_the_start, '.');
      for (const Direction way : {Direction::to_server, Direction::to_client}) {
        engine_.begin({&headers, 1, 1});
        engine_.inspect_stream(*flows_.back(), way, {filler, 0, 0, false, false});
      }
    }
    scratch_ = detect::clone(rules_->tables().scratch).take();
    candidates_.use(rules_->tables());
    for (const Segment& segment : streams.segments) add_scans(segment);
  }

  void report(const char* name, std::uint32_t loaded) {
    double windows = 1e9, searched = 1e9, octets = 1e9, engine = 1e9;
    for (int turn = 0; turn < turns; ++turn) {
      windows = std::min(windows, time([&] { scan(windows_); }));
      searched = std::min(searched, time([&] { search(); }));
      octets = std::min(octets, time([&] { scan(octets_); }));
      engine = std::min(engine, time([&] { inspect(); }));
    }
    std::size_t sum = 0;
    for (const Segment& segment : streams_.segments) sum += segment.size;
    const auto count = static_cast<double>(streams_.segments.size());
    const auto ns = [&](double seconds) { return seconds / count * 1e9; };
    std::printf("%s: %u rules, %.0f segments of %.0f octets, %.2f scans each; ns a segment\n", name, loaded, count,
                static_cast<double>(sum) / count, static_cast<double>(octets_.size()) / count);
    std::printf("  search  hs_scan %.0f, ours %.0f, ratio %.2f\n", ns(windows), ns(searched), windows / searched);
    std::printf("  stream  hs_scan %.0f, ours %.0f, ratio %.2f\n", ns(octets), ns(engine), octets / engine);
  }

 private:
  using Scans = std::vector<std::pair<const hs_database*, Bytes>>;
  struct Search {  // of one segment, as the engine finds it in its memory of the flow
    const detect::PortIndex* index;
    detect::PortIndex::Route route;
  };

  void add_scans(const Segment& segment) {
    const auto& [client, client_port, server, server_port] = streams_.flows[segment.flow];
    const bool forth = segment.way == Direction::to_server;
    const detect::Tables& tables = rules_->tables();
    const detect::PortIndex& index = tables.streams[static_cast<std::size_t>(segment.way)][tables.zones.of(
        forth ? &client : &server, forth ? &server : &client)];
    const auto route = index.route(forth ? client_port : server_port, forth ? server_port : client_port);
    searches_.push_back({&index, route});
    const std::size_t overlap = overlap_of(searches_.back());
    for (const std::uint16_t number : {route.everywhere, route.by_destination, route.by_source}) {
      const detect::ScanGroup& group = index.group(number);
      for (const detect::LiteralDatabase* database : {group.database.get(), group.more.get()}) {
        if (!database) continue;
        windows_.push_back({database->handle(), streams_.octets(segment, overlap)});
        octets_.push_back({database->handle(), streams_.octets(segment)});
      }
    }
  }
  static std::size_t overlap_of(const Search& search) {
    std::uint32_t overlap = 0;
    for (const std::uint16_t number : {search.route.everywhere, search.route.by_destination, search.route.by_source})
      overlap = std::max(overlap, search.index->group(number).overlap);
    return overlap;
  }
  void scan(const Scans& scans) {
    const auto found = [](unsigned, unsigned long long, unsigned long long, unsigned, void*) { return 0; };
    for (const auto& [handle, octets] : scans)
      hs_scan(handle, reinterpret_cast<const char*>(octets.data()), static_cast<unsigned>(octets.size()), 0,
              scratch_.get(), found, nullptr);
  }
  void search() {
    for (std::size_t i = 0; i < searches_.size(); ++i) {
      const Search& it = searches_[i];
      const Segment& segment = streams_.segments[i];
      const Bytes window = streams_.octets(segment, overlap_of(it));
      candidates_.start();
      for (const std::uint16_t number : {it.route.everywhere, it.route.by_destination, it.route.by_source})
        if (number)
          candidates_.scan(it.index->group(number), window, past_the_start, window.size() - segment.size, nullptr);
    }
  }
  void inspect() {
    for (const Segment& segment : streams_.segments) {
      engine_.begin({&headers_[segment.flow], 1, 1});
      engine_.inspect_stream(*flows_[segment.flow], segment.way, {streams_.octets(segment), 0, 0, false, false});
    }
  }
  template <class Pass>
  double time(Pass pass) {
    const double start = cpu_seconds();
    pass();
    return cpu_seconds() - start;
  }

  const Streams& streams_;
  std::shared_ptr<const detect::RuleSet> rules_;
  Deaf deaf_;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  detect::Engine engine_;
  std::vector<decode::Headers> headers_;
  std::vector<flow::Flow*> flows_;
  detect::ScanScratch scratch_;
  detect::Candidates candidates_;
  Scans windows_, octets_;
  std::vector<Search> searches_;
};

int run(int count, char** words) {
  const Streams streams(words[1]);
  if (streams.segments.empty()) return std::fprintf(stderr, "%s: no TCP octets, or no capture\n", words[1]), 1;
  for (int i = 2; i < count; ++i) {
    std::ifstream file(words[i]);
    std::stringstream text;
    text << file.rdbuf();
    const detect::RuleText rules{words[i], text.str()};
    detect::RuleSources sources;
    sources.addresses = {{"HOME_NET", {"10.0.0.0/8"}}, {"EXTERNAL_NET", {"!$HOME_NET"}}};
    sources.ports = {{"HTTP_PORTS", {"80", "81", "3128", "8000", "8008", "8080", "8888"}}};
    const detect::Compiled compiled = detect::compile(sources, {&rules, 1});
    if (!file || compiled.report.loaded == 0) return std::fprintf(stderr, "%s: no rules\n", words[i]), 1;
    Bench(streams, compiled.rules).report(words[i], compiled.report.loaded);
  }
  return 0;
}

}  // namespace
}  // namespace langyan

int main(int count, char** words) {
  if (count < 3) return std::fputs("usage: scan_bench CAPTURE RULES…\n", stderr), 2;
  return langyan::run(count, words);
}
