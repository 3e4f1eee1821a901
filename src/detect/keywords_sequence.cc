// sequence: operations that come one after another, or one that comes without another before it.
//
//   sequence := step { "then" step } "by" key { "," key }  |  step "without" step "by" key { "," key }
//   step     := verb { "|" verb } [ outcome ] [ "x" count ] [ "within" span ]
//   span     := number "s" | "m" | "h"
#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/suggest.h"
#include "detect/rule_builder.h"

namespace langyan::detect {
namespace {

struct OutcomeRow {
  std::string_view name;
  Outcome outcome;
};
constexpr OutcomeRow outcomes[] = {
    {"ok", Outcome::ok}, {"refused", Outcome::refused}, {"no_answer", Outcome::no_answer}};

struct KeyRow {
  std::string_view name;
  Sequence::Key key;
};
constexpr KeyRow keys[] = {{"src", Sequence::source}, {"dst", Sequence::destination}, {"pair", Sequence::pair},
                           {"unit", Sequence::unit},  {"object", Sequence::object},   {"flow", Sequence::flow}};
constexpr std::string_view joints[] = {"then", "without", "by", "within"};

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

// The words of the text, each a view into it.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) { next(); }
  bool done() const { return word_.empty(); }
  std::string_view word() const { return word_; }  // empty, at the end of the text: done
  std::string_view rest() const { return {word_.data(), word_.size() + rest_.size()}; }
  bool is(std::string_view word) const { return word_ == word; }
  std::string_view take() {
    const std::string_view word = word_;
    next();
    return word;
  }

 private:
  void next() {
    const std::size_t from = std::min(rest_.find_first_not_of(" \t"), rest_.size());
    rest_.remove_prefix(from);
    const std::size_t size = std::min(rest_.find_first_of(" \t"), rest_.size());
    word_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }
  std::string_view word_, rest_;
};

template <class Rows>
std::string suggestion(std::string_view word, const Rows& rows) {
  std::vector<std::string_view> names(std::begin(joints), std::end(joints));
  for (const auto& row : rows) names.push_back(row.name);
  const std::string_view near = nearest(word, names);
  return near.empty() ? std::string{} : "; did you mean " + quoted(near) + "?";
}

bool read_verbs(RuleBuilder& rule, std::string_view text, SequenceStep& step) {
  for (std::string_view rest = text;;) {
    const std::size_t bar = rest.find('|');
    const std::string_view word = rest.substr(0, bar);
    const auto names = verb_names();
    const auto name = std::ranges::find(names, word, &Name::word);
    if (name == names.end()) {
      std::vector<std::string_view> known;
      for (const Name& each : names) known.push_back(each.word);
      const std::string_view near = nearest(word, known);
      return rule.refuse(word, (word.empty() ? std::string("a verb is missing here") : quoted(word) + " is no verb") +
                                   (near.empty() ? std::string{} : "; did you mean " + quoted(near) + "?"));
    }
    step.verbs |= 1u << name->value;
    if (bar == rest.npos) return true;
    rest.remove_prefix(bar + 1);
  }
}

bool read_span(RuleBuilder& rule, Words& words, Duration& span) {
  const std::string_view text = words.take();
  const char unit = text.empty() ? '\0' : text.back();
  const Duration one = unit == 's' ? second : unit == 'm' ? minute : unit == 'h' ? hour : 0;
  const auto number = one ? read_unsigned(text.substr(0, text.size() - 1)) : std::nullopt;
  if (!number || *number == 0 || *number > static_cast<std::uint64_t>(longest_sequence / one))
    return rule.refuse(text, quoted(text) + " is no span; write 30s, 10m or 2h, at most 24h");
  span = static_cast<Duration>(*number) * one;
  return true;
}

bool read_step(RuleBuilder& rule, Words& words, SequenceStep& step) {
  if (!read_verbs(rule, words.take(), step)) return false;
  bool counted = false;
  while (!words.done() && !words.is("then") && !words.is("without") && !words.is("by")) {
    const std::string_view word = words.take();
    const auto outcome = std::ranges::find(outcomes, word, &OutcomeRow::name);
    if (outcome != std::end(outcomes)) {
      if (step.on_result) return rule.refuse(word, "a step has one outcome, and one stands already");
      step.outcomes = static_cast<std::uint8_t>(1u << static_cast<unsigned>(outcome->outcome));
      step.on_result = true;
    } else if (word == "within") {
      if (step.within) return rule.refuse(word, "\"within\" stands already behind this step");
      if (!read_span(rule, words, step.within)) return false;
    } else if (word.size() > 1 && word.front() == 'x' && word.find_first_not_of("0123456789", 1) == word.npos) {
      if (counted) return rule.refuse(word, "a step has one count, and one stands already");
      const auto count = read_integer(rule, word.substr(1), 1, most_step_count);
      if (!count) return false;
      step.count = static_cast<std::uint32_t>(*count), counted = true;
    } else {
      return rule.refuse(word, quoted(word) +
                                   " is none of ok, refused, no_answer, x and a count, within, then, without, by" +
                                   suggestion(word, outcomes));
    }
  }
  return true;
}

bool read_keys(RuleBuilder& rule, std::string_view text, unsigned& mask) {
  for (const std::string_view word : split(text)) {
    const auto row = std::ranges::find(keys, word, &KeyRow::name);
    if (row == std::end(keys)) {
      std::string reason = quoted(word) + " is none of src, dst, pair, unit, object, flow" + suggestion(word, keys);
      if (word.find_first_of(" \t") != word.npos)
        reason = "\"by\" stands last, and its keys are parted by commas: by src,dst";
      return rule.refuse(word, std::move(reason));
    }
    if (mask & row->key) return rule.refuse(word, quoted(word) + " stands twice");
    mask |= row->key;
  }
  if (!mask) return rule.refuse(text, "what the operations share is missing: by src, dst, pair, unit, object or flow");
  if ((mask & Sequence::pair) && (mask & (Sequence::source | Sequence::destination)))
    return rule.refuse(text, "pair is both ends, whichever of them acts; src and dst beside it say nothing more");
  return true;
}

// A step without a span has that of the next one behind it that has one.
void settle_spans(Sequence& sequence) {
  Duration span = longest_sequence;
  for (auto step = sequence.steps.rbegin(); step != sequence.steps.rend(); ++step) {
    if (step->within) span = step->within;
    step->within = span;
  }
}

bool check(RuleBuilder& rule, std::string_view text, const Sequence& sequence) {
  const auto& steps = sequence.steps;
  if (sequence.without && (steps[0].count > 1 || steps[1].count > 1))
    return rule.refuse(text, "\"without\" takes no count; detection_filter counts what a rule finds");
  if (steps.size() == 1 && steps[0].count == 1)
    return rule.refuse(text, "one operation is no sequence; write ot.verb, or say what comes before with \"then\"");
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (steps[i].within < steps[i - 1].within && !sequence.without)
      return rule.refuse(text,
                         "each \"within\" counts from the first operation, so a later step cannot have a shorter one");
  }
  constexpr unsigned cyclic = 1u << static_cast<unsigned>(Verb::read) | 1u << static_cast<unsigned>(Verb::report) |
                              1u << static_cast<unsigned>(Verb::heartbeat);
  if (steps[0].verbs & cyclic) {
    rule.warn(
        text,
        "every read, report and heartbeat is remembered for this first step; one that seldom comes costs far less");
  }
  constexpr unsigned places = Sequence::destination | Sequence::pair | Sequence::flow;
  if ((sequence.keys & (Sequence::unit | Sequence::object)) && !(sequence.keys & places))
    rule.warn(text, "units and objects of different devices count as one; add dst");
  return true;
}

bool parse_sequence(RuleBuilder& rule, std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"')
    return rule.refuse(value, "a sequence stands in double quotes: \"download then start within 10m by dst\"");
  const std::string_view text = value.substr(1, value.size() - 2);
  auto sequence = std::make_shared<Sequence>();
  Words words(text);
  for (std::string_view joint;;) {
    if (sequence->steps.size() == most_steps) return rule.refuse(joint, "a sequence has at most 4 steps");
    if (!read_step(rule, words, sequence->steps.emplace_back())) return false;
    if (sequence->without && !words.is("by"))
      return rule.refuse(words.word(), "\"without\" joins two steps, and behind the second stands \"by\"");
    if (words.is("by")) break;
    joint = words.take();
    if (joint.empty())
      return rule.refuse(joint, "what the operations share is missing: by src, dst, pair, unit, object or flow");
    if (joint != "without") continue;
    if (sequence->steps.size() > 1) return rule.refuse(joint, "\"without\" joins two steps alone; this is the third");
    sequence->without = true;
  }
  words.take();
  if (!read_keys(rule, words.rest(), sequence->keys)) return false;
  if (sequence->without) {  // its span may stand behind either; what must be missing comes before
    std::swap(sequence->steps[0], sequence->steps[1]);
    Duration& span = sequence->steps[1].within;
    span = std::max(span, sequence->steps[0].within);
    sequence->steps[0].within = 0;
  }
  settle_spans(*sequence);
  if (!check(rule, text, *sequence)) return false;
  sequence->number = hash(bytes_of(text));
  const SequenceStep& last = sequence->steps.back();
  OperationNeeds& needs = rule.program.operation;
  needs.used = true;
  needs.verbs = last.verbs, needs.outcomes = last.outcomes, needs.on_result = needs.on_result || last.on_result;
  rule.program.as_asked = true;
  rule.rule.step = static_cast<std::uint8_t>(sequence->steps.size() - 1);
  rule.rule.sequence = std::move(sequence);
  return true;
}

// clang-format off
constexpr Keyword rows[] = {
    {"sequence", Value::needed, parse_sequence, true, "operation",
     "\"verb|verb … [ok|refused|no_answer] [x count] [within span] then|without … by src,dst,pair,unit,object,flow\"",
     {"Operations that come one after another, or one that comes without another before it; the rule fires on the last, for which its other conditions hold.",
      "依次出现的操作，或缺少前置操作的操作；规则在最后一步触发，其余条件针对最后一步。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> sequence_keywords() {
  return rows;
}

}  // namespace langyan::detect
