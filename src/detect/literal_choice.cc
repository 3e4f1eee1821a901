#include "detect/literal_choice.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <utility>

namespace langyan::detect {
namespace {

// Octets that industrial traffic is full of say little; each further different octet says more.
unsigned weight(unsigned char octet) {
  return octet == 0x00 || octet == 0x01 || octet == 0xff ? 2 : 4;
}

unsigned strength(std::string_view literal) {
  std::array<bool, 256> seen{};
  unsigned sum = 0;
  for (const char c : literal) {
    const auto octet = static_cast<unsigned char>(c);
    sum += seen[octet] ? 1 : weight(octet);
    seen[octet] = true;
  }
  return sum;
}

// Whether the content can stand at one place only.
bool is_fixed(const Content& content) {
  return !content.negated && content.latest_end() && *content.depth == content.size();
}

using Octets = std::map<std::uint32_t, std::uint8_t>;  // by place

void add_fixed(const Content& content, Octets& octets) {
  if (!is_fixed(content) || content.nocase) return;
  for (std::uint32_t i = 0; i < content.size(); ++i) {
    octets[content.offset.value_or(0) + i] = static_cast<std::uint8_t>(content.bytes[i]);
  }
}

void add_fixed(const ByteTest& test, Octets& octets) {
  const NumberAt& number = test.number;
  const bool plain = !number.relative && number.offset >= 0 && number.base == 0 &&
                     number.mask == ~std::uint64_t{0} && !number.variable() && !number.by_message &&
                     test.value_variable == no_variable;
  if (!plain || test.negated || test.compare != ByteTest::Operator::equal) return;
  for (std::uint32_t i = 0; i < number.size; ++i) {
    const unsigned shift = 8 * (number.little ? i : number.size - 1u - i);
    octets[static_cast<std::uint32_t>(number.offset) + i] =
        static_cast<std::uint8_t>(test.value >> shift);
  }
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
  if (const auto end = content.latest_end()) choice.most_end = *end - after;
  return choice;
}

// The literal of a buffer that says most, or that the rule names.
std::optional<LiteralChoice> best_literal(const BufferMatch& buffer, std::size_t number) {
  std::optional<LiteralChoice> best;
  for (const PayloadCondition& condition : buffer.conditions) {
    const Content* content = std::get_if<Content>(&condition);
    if (!content || content->negated) continue;
    LiteralChoice choice = literal_of(*content, number);
    choice.value = strength(choice.literal.bytes);
    if (is_fixed(*content)) choice.value /= 2;  // a protocol's own first word, as "GET ", is in all its traffic
    if (content->fast) choice.value = ~0u;
    if (!best || choice.value > best->value) best = std::move(choice);
  }
  return best;
}

// The eight octets that say most; weight 0: there are none.
std::pair<FixedOctets, unsigned> best_octets(const BufferMatch& raw) {
  Octets octets;
  for (const PayloadCondition& condition : raw.conditions) {
    if (const auto* content = std::get_if<Content>(&condition)) add_fixed(*content, octets);
    if (const auto* test = std::get_if<ByteTest>(&condition)) add_fixed(*test, octets);
  }
  FixedOctets best;
  unsigned best_weight = 0;
  for (const auto& [start, ignored] : octets) {
    FixedOctets window{start, start, 0, 0};
    std::array<std::uint8_t, 8> mask{}, value{};
    unsigned sum = 0;
    for (auto at = octets.lower_bound(start); at != octets.end() && at->first < start + 8; ++at) {
      mask[at->first - start] = 0xff;
      value[at->first - start] = at->second;
      window.end = at->first + 1;
      sum += weight(at->second);
    }
    std::memcpy(&window.mask, mask.data(), mask.size());
    std::memcpy(&window.value, value.data(), value.size());
    if (sum > best_weight) best = window, best_weight = sum;
  }
  return {best, best_weight};
}

}  // namespace

std::optional<FixedOctets> choose_fixed(const BufferMatch& raw) {
  const auto [best, best_weight] = best_octets(raw);
  if (best_weight == 0) return {};
  for (const PayloadCondition& condition : raw.conditions) {
    const auto* content = std::get_if<Content>(&condition);
    if (!content || content->negated || is_fixed(*content)) continue;
    if (content->fast || strength(content->bytes) > best_weight) return {};
  }
  return best;
}

std::optional<StreamStart> stream_start(const BufferMatch& raw) {
  const Content* first = nullptr;  // the bounded content that ends first
  const auto end_of = [](const Content& content) { return *content.latest_end(); };
  for (const PayloadCondition& condition : raw.conditions) {
    const auto* content = std::get_if<Content>(&condition);
    if (!content || content->negated || !content->latest_end()) continue;
    if (!first || end_of(*content) < end_of(*first)) first = content;
  }
  if (!first) return {};
  // A start as common as "GET " would bring up every rule that has it; what says more is looked for
  // instead, as far as a window that still holds the start can reach.
  StreamStart start{choose_fixed(raw), *best_literal(raw, 0)};
  const std::uint64_t reach = end_of(*first) + 2 * stream_tail;
  start.until = static_cast<std::uint32_t>(std::min(start.literal.most_end, reach));
  return start;
}

std::uint64_t settled_at(const BufferMatch& raw) {
  std::uint64_t settled = 0, position = 0;  // where, at the latest, relative conditions count from
  for (const PayloadCondition& condition : raw.conditions) {
    std::uint64_t end = never_settled;
    if (const auto* content = std::get_if<Content>(&condition)) {
      if (content->variables.any) return never_settled;
      if (content->relative() && content->within) {
        end = position + static_cast<std::uint64_t>(std::max(0, content->distance.value_or(0))) +
              static_cast<std::uint64_t>(*content->within);
      } else if (!content->relative() && content->depth) {
        end = content->offset.value_or(0) + std::uint64_t{*content->depth};
      }
      if (!content->negated) position = end;
    } else if (const auto* test = std::get_if<ByteTest>(&condition)) {
      if (test->number.variable()) return never_settled;
      const std::uint64_t from = test->number.relative ? position : 0;
      end = from + static_cast<std::uint64_t>(std::max(0, test->number.offset)) + test->number.size;
    } else if (const auto* data = std::get_if<DataAt>(&condition)) {
      if (data->variable != no_variable) return never_settled;
      end = (data->relative ? position : 0) + data->offset + 1;
    }
    if (end >= never_settled / 2) return never_settled;  // a sum with it, or it itself
    settled = std::max(settled, end);
  }
  return settled;
}

std::optional<LiteralChoice> choose_literal(const Program& program, bool raw) {
  std::optional<LiteralChoice> best;
  for (std::size_t i = 0; i < program.buffers.size(); ++i) {
    if ((program.buffers[i].level == Level::raw) != raw) continue;
    if (program.buffers[i].level == Level::header) continue;  // is not scanned
    if (program.buffers[i].absent != Absent::no) continue;  // the rule may hold without it
    auto choice = best_literal(program.buffers[i], i);
    if (choice && (!best || choice->value > best->value)) best = std::move(choice);
  }
  return best;
}

std::uint32_t look_back(const BufferMatch& raw) {
  const Content* only =
      raw.conditions.size() == 1 ? std::get_if<Content>(&raw.conditions[0]) : nullptr;
  return only && !only->negated ? only->size() - 1 : stream_tail;
}

}  // namespace langyan::detect
