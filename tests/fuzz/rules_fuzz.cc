// Rules: their text parsed and compiled, then matched against octets as stream, datagram and
// layer 2 payload.
//
// The input is the text of a rule file up to the first octet 0, then the payload; the payload's
// first octet says where the stream is cut.
// Promises: every rule is either loaded or refused, a refusal names a place inside the text and a
// reason; what compiled matches without a fault; a hit is one of the set's rules; what a packet
// costs is bounded by rules and octets.
#include <cstring>

#include "detect/engine.h"
#include "detect/rule_set.h"
#include "pipeline/worker.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/frames.h"
#include "tests/fuzz/lines.h"

namespace langyan::fuzz {
namespace {

constexpr std::size_t most_text = 8'192;  // a compile of more takes long and shows nothing new

void check_report(const detect::RuleReport& report, std::string_view text,
                  const detect::RuleSet& rules) {
  const auto lines = static_cast<std::uint32_t>(std::ranges::count(text, '\n') + 1);
  require(report.loaded == rules.rules().size(), "every rule loaded is in the set", text);
  require(report.refused <= report.errors.size(), "every refusal has its reason", text);
  for (const auto* notes : {&report.errors, &report.warnings}) {
    for (const detect::RuleNote& note : *notes) {
      const std::string shown = detect::render(note);
      require(!note.message.empty() && note.line <= lines, "a note names a line of the file",
              shown);
      require(is_utf8(shown), "a note is UTF-8 whatever the file is", shown);
    }
  }
}

}  // namespace
}  // namespace langyan::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace langyan;
  using namespace langyan::fuzz;
  [[maybe_unused]] static const bool small = (use_small_caps(), true);
  static LineCheck lines;
  const auto* end = static_cast<const std::uint8_t*>(std::memchr(data, 0, size));
  const std::size_t length = end ? static_cast<std::size_t>(end - data) : size;
  if (length > most_text) return 0;
  const detect::RuleText file{"input.rules", std::string(text_of({data, length}))};
  detect::RuleSources sources;
  sources.addresses = {{"HOME_NET", {"10.0.0.0/8"}}, {"EXTERNAL_NET", {"!$HOME_NET"}}};
  sources.ports = {{"MODBUS_PORTS", {"502"}}};
  const detect::Compiled compiled = detect::compile(sources, {&file, 1});
  require(compiled.rules != nullptr, "a set comes of any text");
  check_report(compiled.report, file.text, *compiled.rules);
  if (compiled.rules->empty() || !end) return 0;

  fuzz::Input payload(end + 1, size - length - 1);
  const std::size_t cut = payload.octet();
  const Bytes octets = payload.rest();
  pipeline::WorkerOptions options;
  pipeline::Worker worker(options, compiled.rules);
  pipeline::Batch batch;
  pipeline::Block block;
  Frames frames;
  frames.handshake();
  frames.say(Direction::to_server, octets.first(std::min(cut, octets.size())));
  frames.say(Direction::to_server, octets.subspan(std::min(cut, octets.size())));
  frames.say(Direction::to_client, octets);
  frames.datagram(octets);
  frames.layer2(octets);
  frames.into(batch);
  worker.process(batch, block);
  for (const detect::Hit& hit : block.hits) {
    require(compiled.rules->find(hit.rule->gid, hit.rule->sid) != nullptr,
            "a hit is a rule of the set", file.text);
  }
  for (const pipeline::Candidate& candidate : block.candidates)  // those of assets the merger writes
    if (const std::string_view line = block.line(candidate); !line.empty()) lines.check(std::string(line));
  return 0;
}
