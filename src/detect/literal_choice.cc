#include "detect/literal_choice.h"

#include <algorithm>
#include <array>

namespace langyan::detect {
namespace {

// Octets that industrial traffic is full of say little; each further different octet says more.
unsigned strength(std::string_view literal) {
  std::array<bool, 256> seen{};
  unsigned sum = 0;
  for (const char c : literal) {
    const auto octet = static_cast<unsigned char>(c);
    const bool common = octet == 0x00 || octet == 0x01 || octet == 0xff;
    sum += seen[octet] ? 1 : common ? 2 : 4;
    seen[octet] = true;
  }
  return sum;
}

LiteralChoice literal_of(const Content& content, std::size_t buffer) {
  LiteralChoice choice{buffer, {content.bytes, content.nocase}};
  std::uint64_t before = 0, after = 0;  // octets of the content that are not scanned for
  if (content.chop_length) {
    choice.literal.bytes = content.bytes.substr(content.chop_offset, content.chop_length);
    before = content.chop_offset;
  }
  if (choice.literal.bytes.size() > longest_literal) {  // its end, with which the content is there
    const std::size_t dropped = choice.literal.bytes.size() - longest_literal;
    choice.literal.bytes.erase(0, dropped);
    before += dropped;
  }
  after = content.size() - before - choice.literal.bytes.size();
  choice.ends_content = after == 0;
  choice.least_end = content.offset.value_or(0) + before + choice.literal.bytes.size();
  if (content.depth)
    choice.most_end = content.offset.value_or(0) + std::uint64_t{*content.depth} - after;
  return choice;
}

}  // namespace

std::optional<LiteralChoice> choose_literal(const Program& program, bool raw) {
  std::optional<LiteralChoice> best;
  unsigned best_strength = 0;
  for (std::size_t i = 0; i < program.buffers.size(); ++i) {
    if ((program.buffers[i].level == Level::raw) != raw) continue;
    for (const PayloadCondition& condition : program.buffers[i].conditions) {
      const Content* content = std::get_if<Content>(&condition);
      if (!content || content->negated) continue;
      LiteralChoice choice = literal_of(*content, i);
      const unsigned value = content->fast ? ~0u : strength(choice.literal.bytes);
      if (best && value <= best_strength) continue;
      best = std::move(choice);
      best_strength = value;
    }
  }
  return best;
}

std::uint32_t look_back(const BufferMatch& raw) {
  const Content* only =
      raw.conditions.size() == 1 ? std::get_if<Content>(&raw.conditions[0]) : nullptr;
  return only && !only->negated ? only->size() - 1 : stream_tail;
}

}  // namespace langyan::detect
