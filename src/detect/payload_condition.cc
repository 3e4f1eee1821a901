#define PCRE2_CODE_UNIT_WIDTH 8
#include "detect/payload_condition.h"

#include <pcre2.h>

namespace langyan::detect {
namespace {

template <class... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};
template <class... Cases>  // clang 14 does not deduce aggregates without it
Overload(Cases...)->Overload<Cases...>;

// Knuth, Morris and Pratt: the longest border of each prefix.
std::vector<std::uint16_t> borders(const std::string& bytes) {
  std::vector<std::uint16_t> result(bytes.size(), 0);
  std::uint16_t border = 0;
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    while (border && bytes[i] != bytes[border]) border = result[border - 1u];
    if (bytes[i] == bytes[border]) ++border;
    result[i] = border;
  }
  return result;
}

// Whether the condition moves the position on its own account, so that what follows counts from it.
bool sets_position(const PayloadCondition& condition) {
  return std::visit(
      Overload{[](const ByteTest&) { return false; }, [](const DataAt&) { return false; },
               [](const InDataset&) { return false; }, [](const BufferSize&) { return false; },
               [](const Base64Decode&) { return false; },
               [&](const auto&) { return !is_negated(condition); }},
      condition);
}

bool leads(const std::vector<PayloadCondition>& conditions, std::size_t from) {
  for (std::size_t i = from + 1; i < conditions.size(); ++i) {
    if (is_relative(conditions[i])) return true;
    if (sets_position(conditions[i])) return false;
  }
  return false;
}

}  // namespace

void RegexFree::operator()(pcre2_real_code_8* code) const {
  pcre2_code_free(code);
}

bool is_relative(const PayloadCondition& condition) {
  return std::visit(
      Overload{[](const Content& it) { return it.relative(); },
               [](const Regex& it) { return it.relative; },
               [](const ByteTest& it) { return it.number.relative; },
               [](const ByteJump& it) {
                 return it.number.relative ||
                        (it.number.size == 0 && it.from == ByteJump::From::here);
               },
               [](const DataAt& it) { return it.relative; }, [](const InDataset&) { return false; },
               [](const ByteExtract& it) { return it.number.relative; },
               [](const ByteMath& it) { return it.number.relative; },
               [](const BufferSize&) { return false; },
               // Decodes behind the first match only, as in Suricata.
               [](const Base64Decode&) { return false; }},
      condition);
}

bool is_negated(const PayloadCondition& condition) {
  return std::visit(
      Overload{[](const Content& it) { return it.negated; },
               [](const Regex& it) { return it.negated; },
               [](const DataAt& it) { return it.negated; }, [](const auto&) { return false; }},
      condition);
}

void prepare(std::vector<PayloadCondition>& conditions) {
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    if (auto* content = std::get_if<Content>(&conditions[i])) {
      content->leads = leads(conditions, i);
      if (content->nocase) content->restart = borders(content->bytes);
    } else if (auto* regex = std::get_if<Regex>(&conditions[i])) {
      regex->leads = leads(conditions, i);
    } else if (auto* base64 = std::get_if<Base64Decode>(&conditions[i])) {
      prepare(base64->decoded->conditions);
    }
  }
}

}  // namespace langyan::detect
