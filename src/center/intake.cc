#include "center/intake.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "center/inflate.h"
#include "center/notices.h"

namespace langyan::center {
namespace {

constexpr std::uint64_t retry_when_full = 60;  // seconds; the disk does not empty by itself
constexpr std::uint64_t retry_when_away = 5;

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = !text.empty() && error == std::errc() && last == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

Problem header_problem(std::string_view name, std::string_view allowed) {
  return {Code::bad_parameter,
          std::string(name) + " is missing or is not " + std::string(allowed) + "."};
}

// What a well-formed line must not say, depending on who delivers it.
std::string forgery_in(const store::EventRow& row, const Principal& principal) {
  if (row.lane == store::Lane::state || row.event_type == "alert_state") {
    return "only the center makes alert_state events";
  }
  if (row.event_type == notice_event && !(principal.relay && row.sensor == principal.source)) {
    return "only a lower center makes notice events";
  }
  if (!principal.relay) {
    if (!row.via.empty()) return "only a lower center's events have via";
    return row.sensor == principal.source ? "" : "origin.sensor is not the source";
  }
  const bool its_own = row.via.empty() && row.sensor == principal.source;
  if (!its_own && row.via != principal.source) return "via does not end with the source";
  return {};
}

// A lower center says whose an event is; it is believed within its own part of the tree.
void place(store::EventRow& row, const Principal& principal) {
  if (!principal.relay) return;
  row.via = principal.source;
  if (row.claimed.empty() || !store::check_organisation(row.claimed)) return;
  const auto own = store::Scope::of(principal.organisation);
  if (own && own->covers(row.claimed)) row.organisation = row.claimed;
}

Problem refused_problem(const std::vector<store::Refusal>& refused, std::uint64_t first) {
  std::string list;
  JsonWriter json(list);
  json.open_list();
  for (const store::Refusal& line : refused) {
    json.open().field("index", std::uint64_t{line.index}).field("position", first + line.offset);
    json.field("reason", line.reason).close();
  }
  json.close_list();
  return Problem(Code::bad_line, std::to_string(refused.size()) +
                                     " lines are malformed; nothing of the batch was stored.")
      .member("refused", list);
}

}  // namespace

struct Intake::Position {
  std::uint64_t epoch = 0;
  store::Lane lane = store::Lane::bulk;
  std::uint64_t first = 0, count = 0;
};

void Intake::count(IntakeCount which, std::uint64_t amount) {
  const std::lock_guard lock(mutex_);
  counters_.add(which, amount);
}

std::unique_ptr<store::EventParser> Intake::parser() {
  const std::lock_guard lock(mutex_);
  if (parsers_.empty()) return std::make_unique<store::EventParser>();
  auto parser = std::move(parsers_.back());
  parsers_.pop_back();
  return parser;
}

std::variant<Intake::Position, Problem> Intake::position_of(const Call& call) const {
  const Request& request = call.request;
  const auto source = request.header("Langyan-Source");
  if (source.empty()) return header_problem("Langyan-Source", "the name of the sensor");
  if (source != call.principal->source) {
    return Problem(Code::forbidden,
                   "This credential delivers for `" + call.principal->source + "` only.");
  }
  const auto epoch = store::parse_epoch(request.header("Langyan-Epoch"));
  if (!epoch) return header_problem("Langyan-Epoch", "16 hexadecimal digits");
  const auto lane = store::lane_of(request.header("Langyan-Lane"));
  if (!lane || *lane == store::Lane::state) return header_problem("Langyan-Lane", "alert or bulk");
  const auto first = number_in(request.header("Langyan-First"));
  if (!first || *first == 0)
    return header_problem("Langyan-First", "the position of the first line, from 1");
  const auto count = number_in(request.header("Langyan-Count"));
  if (!count || *count == 0 || *count > UINT64_MAX - *first) {
    return header_problem("Langyan-Count", "the number of positions the lines cover, from 1");
  }
  return Position{*epoch, *lane, *first, *count};
}

std::variant<std::string, Problem> Intake::text_of(Request& request) const {
  return inflated_body(request, limits_.inflated_bytes);
}

Response Intake::accept(Call& call) {
  const auto refused = [&](const Problem& problem) {
    count(IntakeCount::refused_batches);
    return problem.response();
  };
  const auto position = position_of(call);
  if (const auto* problem = std::get_if<Problem>(&position)) return refused(*problem);
  count(IntakeCount::body_bytes, call.request.body.size());
  auto text = text_of(call.request);
  if (const auto* problem = std::get_if<Problem>(&text)) return refused(*problem);
  count(IntakeCount::inflated_bytes, std::get<std::string>(text).size());
  return take(call, std::get<Position>(position), std::move(std::get<std::string>(text)));
}

Response Intake::take(const Call& call, const Position& position, std::string text) {
  auto reader = parser();
  store::ParsedLines lines = reader->parse_lines(std::move(text), position.epoch);
  {
    const std::lock_guard lock(mutex_);
    parsers_.push_back(std::move(reader));
  }
  std::size_t index = 0, refusal = 0;
  std::vector<store::Refusal> refused;
  // Rows and refusals are both in order of their lines, so that walking them together numbers the
  // rows.
  for (store::EventRow& row : lines.rows) {
    while (refusal < lines.refused.size() && lines.refused[refusal].index == index) {
      refused.push_back(lines.refused[refusal++]);
      ++index;
    }
    if (auto reason = forgery_in(row, *call.principal); !reason.empty()) {
      refused.push_back({index, row.offset, std::move(reason)});
    }
    place(row, *call.principal);
    ++index;
  }
  refused.insert(refused.end(), lines.refused.begin() + static_cast<std::ptrdiff_t>(refusal),
                 lines.refused.end());
  if (!refused.empty()) {
    count(IntakeCount::refused_lines, refused.size());
    return refused_problem(refused, position.first);
  }
  if (lines.covers != position.count) {
    count(IntakeCount::refused_batches);
    return Problem(Code::bad_body, "The lines cover " + std::to_string(lines.covers) +
                                       " positions and Langyan-Count says " +
                                       std::to_string(position.count) + ".");
  }
  store::Batch batch;
  batch.source = call.principal->source;
  batch.epoch = position.epoch;
  batch.lane = position.lane;
  batch.first = position.first;
  batch.count = position.count;
  batch.organisation = call.principal->organisation;
  batch.received = clock_.now();
  batch.rows = lines.rows;
  const auto accepted = events_.append(call.scope(), batch);
  if (!accepted) {
    count(IntakeCount::refused_batches);
    // A disk or another server failed; the batch is as good as before.
    if (accepted.error().kind == ErrorKind::io)
      return Problem(Code::not_ready, accepted.error().message).retry_after(retry_when_away);
    Problem problem = problem_of(accepted.error());
    if (accepted.error().kind == ErrorKind::full) problem.retry_after(retry_when_full);
    return problem;
  }
  if (accepted->ahead) {
    count(IntakeCount::ahead);
    return Problem(Code::positions_missing, "Go on at the position `expected`.")
        .member("expected", accepted->watermark + 1);
  }
  if (std::ranges::any_of(lines.rows, [](const store::EventRow& row) { return row.event_type == notice_event; }))
    ++notices_;
  count(IntakeCount::batches);
  count(IntakeCount::stored, accepted->stored);
  count(IntakeCount::skipped, accepted->skipped);
  std::string body;
  JsonWriter json(body);
  json.open().field("acked", accepted->watermark).field("stored", accepted->stored).field("skipped", accepted->skipped);
  if (const std::string packs = packs_ ? packs_(call.scope()) : std::string(); !packs.empty())
    json.field("packs", packs);
  json.close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
