// Rules as they are written, and rules tried on a capture: the rows, their shapes, and what they do.
#include "center/rule_routes.h"

#include <semaphore>

#include "base/json.h"
#include "center/call.h"
#include "center/center.h"
#include "center/form.h"
#include "center/rule_text.h"
#include "center/rule_trial.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

using K = ParameterKind;

// Each holds a worker and a processor: with the four workers of the default, two are left for other questions.
constexpr int most_at_once = 2;
std::counting_semaphore<most_at_once> places(most_at_once);

class Place {
 public:
  Place() : taken_(places.try_acquire()) {}
  ~Place() {
    if (taken_) places.release();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  explicit operator bool() const { return taken_; }

 private:
  const bool taken_;
};

std::variant<TrialWish, Problem> wish_of(const Call& call) {
  const auto form = Form::parse(call.request.header("Content-Type"), call.request.body);
  if (!form)
    return Problem(form.error().kind == ErrorKind::usage ? Code::unsupported_type : Code::bad_body,
                   form.error().message);
  const auto capture = form->part("capture");
  if (!capture)
    return Problem(Code::bad_body, "The form has no part `capture`: the pcap or pcapng file to try rules on.");
  const TrialWish wish{form->part("rules").value_or(""), *capture, call.parameters.text("bundled") == "true"};
  if (wish.capture.size() > largest_tried_capture)
    return Problem(Code::too_large, "The capture may have " + std::to_string(largest_tried_capture) +
                                        " octets; cut out the packets that matter.");
  if (wish.rules.size() > most_tried_rules)
    return Problem(Code::too_large,
                   "The rules may have " + std::to_string(most_tried_rules) + " octets; try those that matter.");
  if (wish.rules.empty() && !wish.bundled)
    return Problem(Code::bad_body, "There is no rule to try: fill the part `rules`, or ask with bundled=true.");
  return wish;
}

Response try_rules_on_capture(Center& center, Call& call) {
  const auto asked = wish_of(call);
  if (const auto* problem = std::get_if<Problem>(&asked)) return *problem;
  const auto& wish = std::get<TrialWish>(asked);
  const Place place;
  if (!place)
    return Problem(Code::too_many_requests, "Other captures are being read; try again when they are done.")
        .retry_after(5);
  call.note.object = "capture " + sha256_hex(wish.capture);
  call.note.detail = "bytes=" + std::to_string(wish.capture.size()) +
                     " rules_bytes=" + std::to_string(wish.rules.size()) + " rules_sha256=" + sha256_hex(wish.rules) +
                     (wish.bundled ? " bundled=true" : "");
  const auto trial = try_rules(wish, [&] { return center.stopping() || call.request.abandoned(); });
  if (!trial && trial.error().kind == ErrorKind::missing) return Problem(Code::not_ready, trial.error().message);
  if (!trial) return problem_of(trial.error());
  call.note.detail += " end=" + std::string(words_of(trial->end).word);
  std::string body;
  JsonWriter json(body);
  write_trial(json, *trial);
  return json_answer(std::move(body));
}

Response rule_in_words(Center& center, Call& call) {
  const RuleNumber number{call.parameters.number("gid"), call.parameters.number("sid")};
  const auto found = texts_of_rule(center, call.scope(), number);
  if (!found) return problem_of(found.error());
  std::string body;
  JsonWriter json(body);
  write_rule_texts(json, number, *found);
  return json_answer(std::move(body));
}

// clang-format off
constexpr Parameter rule_rows[] = {{"sid", K::number, "Number of the rule.", false, 1, UINT32_MAX}, {"gid", K::number, "Group of the number.", false, 1, UINT32_MAX, {}, "1"}};
constexpr Parameter trial_rows[] = {{"bundled", K::flag, "Try the rules that come with the program, too.", false, 0, UINT64_MAX, {}, "false"}};
constexpr std::size_t form_bytes = 16u << 10;  // what a form needs beside its parts

const Route rows[] = {
    {Method::get, "/api/v1/rules/{sid}", Who::viewer, Lane::expensive, rule_in_words, "A rule as it is written, of the packs that reach what the asker sees and of the program", "RuleTexts", rule_rows},
    {Method::post, "/api/v1/rules/trial", Who::engineer, Lane::expensive, try_rules_on_capture, "Try rules on a capture; neither is kept", "RuleTrial", trial_rows, "RuleTrialForm", largest_tried_capture + most_tried_rules + form_bytes},
};

constexpr Schema shapes[] = {
    {"RuleText", R"({"type":"object","required":["origin","pack","version","file","line","rev","text","whole"],"properties":{"origin":{"$ref":"Words"},"pack":{"type":"string","description":"Its name; empty: it comes with the program"},"version":{"type":"string","description":"Of the pack, or of the center's program; a sensor may be of another one"},"file":{"type":"string"},"line":{"type":"integer","description":"Where it begins, from 1"},"rev":{"type":"integer"},"text":{"type":"string","description":"As it stands there; at most 65,536 octets"},"whole":{"type":"boolean"}},"additionalProperties":false})"},
    {"RuleTexts", R"({"type":"object","required":["gid","sid","state","texts"],"properties":{"gid":{"type":"integer"},"sid":{"type":"integer"},"state":{"$ref":"Words","description":"known, built-in (it has none), or elsewhere: the center was not told"},"texts":{"type":"array","description":"The highest revision first, which is the one that counts","items":{"$ref":"RuleText"}}},"additionalProperties":false})"},
    {"RuleTrialForm", R"({"type":"object","required":["capture"],"properties":{"rules":{"type":"string","description":"As in a rule file; at most 262,144 octets"},"capture":{"type":"string","contentMediaType":"application/vnd.tcpdump.pcap","description":"pcap or pcapng; at most 33,554,432 octets"}},"additionalProperties":false})"},
    {"TrialNote", R"({"type":"object","required":["file","line","column","sid","message","keyword"],"properties":{"file":{"type":"string","description":"Of the rules of the program; empty: the text that was given"},"line":{"type":"integer","description":"From 1; 0: the file as a whole"},"column":{"type":"integer"},"sid":{"type":"integer","description":"0: not known"},"message":{"type":"string"},"keyword":{"type":"string","description":"The one this version does not have, where that is the reason"}},"additionalProperties":false})"},
    {"RuleTrial", R"({"type":"object","required":["end","reason","loaded","refused","skipped","refusals","warnings","packets","bytes","seconds","found","protocols","rules","alerts"],"properties":{"end":{"$ref":"Words"},"reason":{"type":"string","description":"Why the capture was not read to its end"},"loaded":{"type":"integer"},"refused":{"type":"integer"},"skipped":{"type":"integer","description":"Rules that require what this program does not have"},"refusals":{"type":"array","description":"The first 200","items":{"$ref":"TrialNote"}},"warnings":{"type":"array","description":"Of rules that loaded, the first 200","items":{"$ref":"TrialNote"}},"packets":{"type":"integer"},"bytes":{"type":"integer","description":"Of these packets"},"seconds":{"type":"number","description":"That reading took"},"found":{"type":"integer","description":"Alerts"},"protocols":{"type":"array","description":"Seen in the capture","items":{"type":"object","required":["name","flows","messages","faults"],"properties":{"name":{"type":"string"},"flows":{"type":"integer"},"messages":{"type":"integer"},"faults":{"type":"integer"}},"additionalProperties":false}},"rules":{"type":"array","description":"That fired","items":{"type":"object","required":["gid","sid","severity","message","alerts"],"properties":{"gid":{"type":"integer"},"sid":{"type":"integer"},"severity":{"type":"integer"},"message":{"type":"string"},"alerts":{"type":"integer"}},"additionalProperties":false}},"alerts":{"type":"array","description":"The first 1,000","items":{"type":"object","required":["packet","time","src","sport","dst","dport","proto","app_proto","gid","sid","severity","message"],"properties":{"packet":{"type":"integer","description":"Number in the capture, from 1"},"time":{"$ref":"Time"},"src":{"type":"string","description":"IP address; of frames without one the MAC"},"sport":{"type":"integer"},"dst":{"type":"string"},"dport":{"type":"integer"},"proto":{"type":"string"},"app_proto":{"type":"string"},"gid":{"type":"integer"},"sid":{"type":"integer"},"severity":{"type":"integer"},"message":{"type":"string"}},"additionalProperties":false}}},"additionalProperties":false})"},
};
// clang-format on

}  // namespace

std::span<const Route> rule_routes() {
  return rows;
}

std::span<const Schema> rule_schemas() {
  return shapes;
}

}  // namespace langyan::center
