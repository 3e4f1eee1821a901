// The rule engine: a set with every keyword (the cases of tests/rules/language/), met by any conversation.
//
// Input: as of parsers_fuzz.cc, so that it shares its seeds; the third octet also says which part of the
// packets comes in a second batch.
// Promises: a hit is one of the set's rules; every line is right; the same packets raise the same alerts
// again, whether or not they come in two batches.
#include "detect/engine.h"
#include "detect/rule_set.h"
#include "dissect/registry.h"
#include "pipeline/worker.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/frames.h"
#include "tests/fuzz/lines.h"
#include "tests/fuzz/rig.h"

namespace langyan::fuzz {
namespace {

constexpr std::size_t most_frames = 1'024;

std::shared_ptr<const detect::RuleSet> rules() {
  static const detect::Compiled compiled = [] {
    detect::RuleSources sources;
    sources.paths = {LANGYAN_LANGUAGE_RULES};
    sources.classification = LANGYAN_SOURCE_DIR "/rules/classification.config";
    sources.addresses = {{"HOME_NET", {"10.0.0.0/8"}}, {"EXTERNAL_NET", {"!$HOME_NET"}}};
    auto made = detect::compile(sources);
    for (const detect::RuleNote& note : made.report.errors) std::fprintf(stderr, "%s\n", detect::render(note).c_str());
    require(made.report.loaded > 500, "the rules of the language load");
    return made;
  }();
  return compiled.rules;
}

Frames conversation(fuzz::Input& input) {
  const auto all = dissect::protocols();
  const std::size_t choice = input.octet() % (all.size() + 1);
  const Start start = Start::of(input.octet(), choice < all.size() ? all[choice] : nullptr);
  const std::size_t piece = piece_sizes[input.octet() % std::size(piece_sizes)];
  Frames frames(start.port);
  if (start.transport == Transport::tcp && start.from_the_start) frames.handshake();
  while (!input.empty() && frames.size() < most_frames) {
    const std::uint8_t control = input.octet();
    const Direction way = control & 1 ? Direction::to_client : Direction::to_server;
    if (control & 2) frames.lose(way, 8);
    if (control & 4) frames.pass(second * (1 + (control >> 4) * 8));
    Bytes said = input.run((control >> 4) * 256u + input.octet());
    if (start.transport == Transport::udp) frames.datagram(said, way);
    if (start.transport == Transport::layer2) frames.layer2(said, start.port, way);
    if (start.transport != Transport::tcp) continue;
    for (; !said.empty() && frames.size() < most_frames;
         said = said.subspan(std::min(piece ? piece : said.size(), said.size())))
      frames.say(way, said.first(std::min(piece ? piece : said.size(), said.size())));
    if (control & 8) frames.finish();
  }
  return frames;
}

using Hits = std::vector<std::pair<std::uint32_t, std::uint64_t>>;  // sid, packet

Hits run(const Frames& frames, std::size_t cut) {
  static LineCheck lines;
  pipeline::Worker worker(pipeline::WorkerOptions{}, rules());
  Hits hits;
  for (const auto& [from, to] : {std::pair{std::size_t{0}, cut}, std::pair{cut, frames.size()}}) {
    pipeline::Batch batch;
    pipeline::Block block;
    frames.into(batch, from, to);
    worker.process(batch, block);
    for (const detect::Hit& hit : block.hits) {
      require(rules()->find(hit.rule->gid, hit.rule->sid) != nullptr, "a hit is a rule of the set");
      hits.push_back({hit.rule->sid, hit.packet_number});
    }
    for (const pipeline::Candidate& candidate : block.candidates)  // those of assets the merger writes
      if (const std::string_view line = block.line(candidate); !line.empty()) lines.check(std::string(line));
  }
  std::ranges::sort(hits);
  return hits;
}

}  // namespace
}  // namespace langyan::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace langyan;
  using namespace langyan::fuzz;
  [[maybe_unused]] static const bool small = (use_small_caps(), true);
  fuzz::Input input(data, size);
  const Frames frames = conversation(input);
  const Hits hits = run(frames, frames.size());
  if (size % 4 == 0) require(run(frames, size % (frames.size() + 1)) == hits, "the same packets raise the same alerts");
  return 0;
}
