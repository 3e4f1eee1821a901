#include "capture/filter.h"

#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

#include "base/suggest.h"
#include "capture/record.h"

namespace langyan::capture {
namespace {

// The words of pcap-filter(7) that a person types; only for suggestions.
constexpr std::string_view known_words[] = {
    "and",    "or",      "not",      "host",  "net",       "port",      "portrange",
    "src",    "dst",     "proto",    "ether", "ip",        "ip6",       "arp",
    "tcp",    "udp",     "sctp",     "icmp",  "icmp6",     "vlan",      "mpls",
    "pppoes", "less",    "greater",  "len",   "broadcast", "multicast", "gateway",
    "mask",   "inbound", "outbound", "rarp",  "igmp",      "ah",        "esp"};

struct Word {
  std::size_t begin, end;
};

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  std::size_t at = 0;
  while (at < text.size()) {
    if (std::isspace(static_cast<unsigned char>(text[at]))) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && !std::isspace(static_cast<unsigned char>(text[at]))) ++at;
    words.push_back({begin, at});
  }
  return words;
}

bool compiles(pcap_t* handle, const std::string& text) {
  bpf_program program{};
  if (pcap_compile(handle, &program, text.c_str(), 0, PCAP_NETMASK_UNKNOWN) != 0) return false;
  pcap_freecode(&program);
  return true;
}

bool is_name(std::string_view word) {
  for (char c : word) {
    if (!std::isalpha(static_cast<unsigned char>(c))) return false;
  }
  return word.size() > 2;
}

// libpcap does not say where a syntax error is; the longest beginning that is a filter does.
std::string where(pcap_t* handle, const std::string& text) {
  constexpr std::size_t most_words = 64;
  const auto words = words_of(text);
  if (words.empty() || words.size() > most_words) return {};
  std::size_t good = words.size();
  while (good > 0 && !compiles(handle, text.substr(0, words[good - 1].end))) --good;
  std::string out = good == 0 ? ", from the first word on"
                              : ", after \"" + text.substr(0, words[good - 1].end) + "\"";
  out += " (column " + std::to_string((good < words.size() ? words[good].begin : text.size()) + 1);
  out += ")";
  for (std::size_t i = good; i < words.size(); ++i) {
    const auto word = std::string_view(text).substr(words[i].begin, words[i].end - words[i].begin);
    const auto known = is_name(word) ? nearest(word, known_words) : std::string_view();
    if (known.empty() || known == word) continue;
    return out + "; did you mean \"" + std::string(known) + "\" for \"" + std::string(word) + "\"?";
  }
  return out;
}

}  // namespace

Result<Filter> Filter::compile(pcap_t* handle, const std::string& text) {
  Filter filter;
  constexpr int optimize = 1;
  if (pcap_compile(handle, &filter.program_, text.c_str(), optimize, PCAP_NETMASK_UNKNOWN) == 0) {
    return filter;
  }
  std::string reason = pcap_geterr(handle);
  if (reason.find("syntax error") != reason.npos) reason = "syntax error" + where(handle, text);
  return Error{ErrorKind::usage, "filter \"" + text + "\": " + reason};
}

Result<Filter> Filter::compile(int link_type, const std::string& text) {
  const Handle handle(pcap_open_dead(link_type, largest_packet));
  if (!handle) return Error{ErrorKind::full, "filter \"" + text + "\": out of memory"};
  return compile(handle.get(), text);
}

Filter::Filter(Filter&& other) noexcept : program_(std::exchange(other.program_, {})) {}

Filter& Filter::operator=(Filter&& other) noexcept {
  std::swap(program_, other.program_);
  return *this;
}

}  // namespace langyan::capture
