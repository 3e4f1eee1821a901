#include "detect/groups.h"

#include <bit>
#include <charconv>
#include <optional>

#include "base/suggest.h"
#include "detect/rule_lines.h"

namespace langyan::detect {
namespace {

constexpr std::size_t deepest_nesting = 16;  // brackets and variables; also ends a variable's cycle

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > 0xffff) return {};
  return static_cast<std::uint16_t>(value);
}

// 10.0.0.0/8, and 10.0.0.0/255.0.0.0 as older rules have it.
std::optional<IpNetwork> parse_masked(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos || text.find('.', slash) == text.npos) return parse_network(text);
  const auto address = parse_ip(text.substr(0, slash)), mask = parse_ip(text.substr(slash + 1));
  if (!address || !mask || !address->is_v4() || !mask->is_v4()) return {};
  const auto bits = static_cast<std::uint32_t>(AddressNumber::of(*mask).low);
  const int ones = std::countl_one(bits);
  if (ones != std::popcount(bits)) return {};  // the mask has a hole
  return parse_network(std::string(text.substr(0, slash)) + "/" + std::to_string(ones));
}

struct AddressElement {
  using Set = AddressSet;
  static constexpr std::string_view kind = "address", a_kind = "an address";

  static std::string read(std::string_view text, Set& set) {
    const std::size_t dash = text.find('-');
    if (dash != text.npos) {
      const auto low = parse_ip(trim(text.substr(0, dash)));
      const auto high = parse_ip(trim(text.substr(dash + 1)));
      if (!low || !high || low->is_v4() != high->is_v4()) return refusal(text);
      if (*high < *low) return "the range \"" + std::string(text) + "\" ends before it starts";
      set = AddressSet({{AddressNumber::of(*low), AddressNumber::of(*high)}});
      return {};
    }
    const auto network = parse_masked(text);
    if (!network) return refusal(text);
    set = AddressSet({{range_of(*network).low, range_of(*network).high}});
    return {};
  }
  static std::string refusal(std::string_view text) {
    return "\"" + std::string(text) +
           "\" is no address, network, range, list or variable; write it " +
           "like 10.0.0.0/8, 10.0.0.1-10.0.0.9, [10.0.0.1,!10.0.0.2] or $HOME_NET";
  }
};

struct PortElement {
  using Set = PortSet;
  static constexpr std::string_view kind = "port", a_kind = "a port";

  static std::string read(std::string_view text, Set& set) {
    const std::size_t colon = text.find(':');
    const std::string_view first = trim(text.substr(0, colon));
    const std::string_view last = colon == text.npos ? first : trim(text.substr(colon + 1));
    const auto low = first.empty() && colon != text.npos ? 0 : parse_port(first);
    const auto high = last.empty() && colon != text.npos ? 0xffff : parse_port(last);
    if (!low || !high || (first.empty() && last.empty())) {
      return "\"" + std::string(text) +
             "\" is no port, range, list or variable; write it like 502, " +
             "1024:, 8000:8080, [80,!8080] or $HTTP_PORTS";
    }
    if (*high < *low) return "the range \"" + std::string(text) + "\" ends before it starts";
    set = PortSet({{PortNumber{*low}, PortNumber{*high}}});
    return {};
  }
};

template <class Element>
class Reader {
 public:
  using Set = typename Element::Set;
  Reader(const Variables& variables, GroupError& error) : variables_(variables), error_(error) {}

  bool read(std::string_view text, Set& set, std::size_t depth = 0) {
    text = trim(text);
    bool negated = false;
    const char* const start = text.data();
    while (text.starts_with('!')) negated = !negated, text = trim(text.substr(1));
    if (depth > deepest_nesting) {
      return refuse(start, "it nests deeper than " + std::to_string(deepest_nesting) +
                               " brackets and variables, or a variable names itself");
    }
    if (text.empty()) return refuse(start, std::string(Element::a_kind) + " is missing here");
    if (!plain(text, set, depth)) return false;
    if (negated) {
      Set rest = Set::all();
      rest.subtract(set);
      set = std::move(rest);
    }
    return true;
  }

 private:
  bool plain(std::string_view text, Set& set, std::size_t depth) {
    if (text.front() == '[') return list(text, set, depth);
    if (text.front() == '$') return variable(text, set, depth);
    if (text == "any") return set = Set::all(), true;
    const std::string reason = Element::read(text, set);
    return reason.empty() || refuse(text.data(), reason);
  }

  bool list(std::string_view text, Set& set, std::size_t depth) {
    if (text.back() != ']') return refuse(text.data(), "the bracket \"[\" is not closed");
    std::string_view rest = text.substr(1, text.size() - 2);
    Set plain_members, negated_members;
    bool has_plain = false;
    while (true) {
      const std::size_t end = member_end(rest);
      if (end == rest.npos) return refuse(rest.data(), "brackets do not pair up");
      const std::string_view member = trim(rest.substr(0, end));
      const bool negated = member.starts_with('!');
      Set found;
      if (!read(negated ? member.substr(1) : member, found, depth + 1)) return false;
      (negated ? negated_members : plain_members).unite(found);
      has_plain |= !negated;
      if (end >= rest.size()) break;
      rest.remove_prefix(end + 1);
    }
    set = has_plain ? std::move(plain_members) : Set(Set::all());
    set.subtract(negated_members);
    return true;
  }

  // Of the comma that ends the first member, or the text's end; npos: unbalanced.
  static std::size_t member_end(std::string_view text) {
    std::size_t open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '[') ++open;
      if (text[i] == ']' && open-- == 0) return text.npos;
      if (text[i] == ',' && open == 0) return i;
    }
    return open == 0 ? text.size() : text.npos;
  }

  bool variable(std::string_view text, Set& set, std::size_t depth) {
    const std::string_view name = text.substr(1);
    const auto found = variables_.find(name);
    if (found == variables_.end()) return refuse(text.data(), unknown_variable(name));
    std::string joined = "[";
    for (const std::string& member : found->second) {
      if (joined.size() > 1) joined += ',';
      joined += member;
    }
    joined += ']';
    if (read(joined, set, depth + 1)) return true;
    error_.at = text.data();  // `joined` does not outlive this call
    if (!error_.reason.starts_with("$")) {
      error_.reason = "$" + std::string(name) + " of the configuration: " + error_.reason;
    }
    return false;
  }

  std::string unknown_variable(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const auto& [known, value] : variables_) names.push_back(known);
    std::string reason = "the configuration has no " + std::string(Element::kind) + " variable $" +
                         std::string(name);
    const std::string_view near = nearest(name, names);
    return near.empty() ? reason : reason + "; did you mean $" + std::string(near) + "?";
  }

  bool refuse(const char* at, std::string reason) {
    error_ = {at, std::move(reason)};
    return false;
  }

  const Variables& variables_;
  GroupError& error_;
};

template <class Element, class Known, class Stored>
const typename Element::Set* resolve(std::string_view text, const Variables& variables,
                                     Known& known, Stored& stored, GroupError& error) {
  if (const auto at = known.find(text); at != known.end()) return at->second;
  typename Element::Set set;
  if (!Reader<Element>(variables, error).read(text, set)) return nullptr;
  if (set.empty()) {
    error = {text.data(),
             "\"" + std::string(text) + "\" leaves no " + std::string(Element::kind) + " at all"};
    return nullptr;
  }
  return known.emplace(text, &*stored.insert(std::move(set)).first).first->second;
}

}  // namespace

const AddressSet* Groups::addresses(std::string_view text, GroupError& error) {
  return resolve<AddressElement>(text, address_variables_, known_addresses_, store_.addresses,
                                 error);
}

const PortSet* Groups::ports(std::string_view text, GroupError& error) {
  return resolve<PortElement>(text, port_variables_, known_ports_, store_.ports, error);
}

}  // namespace langyan::detect
