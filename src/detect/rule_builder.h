// RuleBuilder: a rule while it is read; what keywords write to.
//
// A keyword's parse function gets its value as a view into the rule's text, so refuse() can say the
// column by pointing. The first refusal ends the rule. Compile time only, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "detect/classification.h"
#include "detect/groups.h"
#include "detect/keyword.h"
#include "detect/program.h"
#include "detect/rule.h"
#include "detect/rule_lines.h"

namespace langyan::detect {

// Which flowbit a number stands for: numbers are hashes of names, and two names may not share one.
class BitNames {
 public:
  bool claim(std::uint32_t number, std::string_view name) {  // false: another name has it
    return names_.try_emplace(number, name).first->second == name;
  }
  std::string_view name(std::uint32_t number) const {
    const auto at = names_.find(number);
    return at == names_.end() ? std::string_view{} : std::string_view(at->second);
  }

 private:
  std::map<std::uint32_t, std::string> names_;
};

class RuleFiles;
class Reputations;
class Datasets;
class Countries;

struct Environment {
  std::span<const Protocol* const> protocols;
  const Classification& classification;
  Groups& groups;
  BitNames& bits;
  RuleFiles* files = nullptr;        // null: rules name none
  Reputations* reputations = nullptr;  // likewise
  Datasets* datasets = nullptr;        // likewise
  std::string folder = {};           // of the rule file at hand
  std::shared_ptr<const Countries> countries = nullptr;  // null: no database was given
};

class RuleBuilder {
 public:
  RuleBuilder(const Environment& surroundings, const LogicalRule& source)
      : environment(surroundings), text(source) {}

  const Environment& environment;
  const LogicalRule& text;
  Rule rule;
  Program program;
  bool has_sid = false, has_message = false, has_rev = false;
  bool read_anew = false;  // at each reload: it depends on more than its text, as on another file
  std::optional<std::uint8_t> priority;     // of the keyword
  std::optional<Direction> way;             // the only one in which what is looked at goes
  std::set<std::string, std::less<>> seen;  // keywords that may stand once

  // Always false, so that a parse function can return it. `where` points into the rule's text.
  bool refuse(std::string_view where, std::string reason);
  bool refuse_unknown(std::string_view where, std::string reason, std::string_view keyword);
  void warn(std::string_view where, std::string reason);
  bool refused() const { return refusal_.has_value(); }
  // The rule asks for what this program is not (requires): left out without being wrong.
  void skip(std::string reason) { skipped_ = std::move(reason); }
  const std::string& skipped() const { return skipped_; }  // empty: it is not
  RuleNote note(std::string_view file) const;  // of the refusal
  std::vector<RuleNote> take_warnings(std::string_view file);

  // What payload keywords add to: the sticky buffer that stands, else the raw octets.
  std::vector<PayloadCondition>& conditions();
  void look_into(Level level, std::uint8_t field);  // a sticky buffer
  bool names_buffer() const { return buffer_.has_value(); }
  void look_into_raw();                             // pkt_data
  // Takes the content that was written last to a buffer of its own, as `content:"…"; http_uri;` asks.
  bool move_content(std::string_view where, Level level, std::uint8_t field);
  // base64_data: what comes out of the base64_decode before; false: there is none.
  bool look_into_decoded();
  BufferMatch* buffer();  // the sticky buffer that stands; null: raw octets, or decoded ones
  // For a condition that names its own buffer: what stood is put back afterwards.
  class Elsewhere {
   public:
    explicit Elsewhere(RuleBuilder& rule)
        : rule_(rule), buffer_(rule.buffer_), decoded_(rule.decoded_) {}
    ~Elsewhere() { rule_.buffer_ = buffer_, rule_.decoded_ = decoded_; }
    Elsewhere(const Elsewhere&) = delete;
    Elsewhere& operator=(const Elsewhere&) = delete;

   private:
    RuleBuilder& rule_;
    std::optional<std::size_t> buffer_;
    std::shared_ptr<Decoded> decoded_;
  };

  // A variable of the octets at hand; nothing (and refused): no such name, or none to be had.
  std::optional<Variable> make_variable(std::string_view name);
  std::optional<Variable> find_variable(std::string_view name);
  // The content before a modifier; null (and refused) where there is none.
  Content* content_before(std::string_view where);

  const Protocol* find_protocol(std::string_view name) const;

 private:
  struct Said {
    const char* at;
    std::string message, keyword;
  };
  RuleNote note(std::string_view file, const Said& said) const;
  std::uint32_t sid() const;

  std::optional<Said> refusal_;
  std::string skipped_;
  std::vector<Said> warnings_;
  std::vector<PayloadCondition>& standing();
  BufferMatch& old_buffer(Level level, std::uint8_t field);

  std::optional<std::size_t> buffer_;  // index of the sticky buffer; none: raw
  std::optional<std::size_t> moved_;   // of the buffer that has the content written last
  std::vector<std::size_t> old_;       // buffers that modifiers moved contents to
  struct NamedVariable {
    std::string name;
    std::optional<std::size_t> buffer;  // in which it is made
  };
  bool same_octets(std::optional<std::size_t> one, std::optional<std::size_t> other) const;

  std::shared_ptr<Decoded> decoded_;   // of base64_data, if that stands
  std::vector<NamedVariable> variables_;
};

// Readers of values. Each refuses in the builder and returns nothing where the text does not fit.
std::optional<std::int64_t> read_integer(RuleBuilder& rule, std::string_view text,
                                         std::int64_t least, std::int64_t most);
// The same, or the name of a variable: then the number stays as it is.
bool read_integer(RuleBuilder& rule, std::string_view text, std::int64_t least, std::int64_t most,
                  std::int64_t& number, Variable& variable);
std::optional<std::uint64_t> read_unsigned(std::string_view text);  // decimal or 0x…; says nothing
// "…" with \" \; \\ \: inside; nothing else may be escaped.
std::optional<std::string> read_quoted(RuleBuilder& rule, std::string_view text);
// As read_quoted, with |hex| inside.
std::optional<std::string> read_octets(RuleBuilder& rule, std::string_view text);
// Cut at commas outside quotes; trimmed; an empty text has no part.
std::vector<std::string_view> split(std::string_view text, char separator = ',');

}  // namespace langyan::detect
