#include "baseline/order.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "base/json.h"
#include "base/json_members.h"
#include "baseline/ledger.h"
#include "baseline/state_file.h"

namespace langyan::baseline {
namespace {

constexpr std::string_view order_ending = ".order", outcome_ending = ".outcome";
constexpr std::size_t longest_id = 64, largest_outcome = 64u << 10;

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'; });
}

Error broken(std::string_view what) {
  return {ErrorKind::invalid, fmt::format("{}; nothing was changed, give it again with `langyan baseline`", what)};
}

Result<void> whole(const Order& order, std::string_view id) {
  if (order.note.id.empty()) return broken("the order does not say what it is");
  if (order.note.id != id) return broken("the order has another name than its file");
  if (std::max({order.note.by.size(), order.note.reason.size(), order.note.scope.size()}) > longest_reason)
    return broken(fmt::format("who gives the order, why, or its scope has more than {} octets", longest_reason));
  if (order.note.kind == OrderKind::import) return {};
  if (order.book.approvals.size() != 1 || !order.book.habits.empty()) return broken("the order has not one scope");
  if (lies_within(Approval{}, order.book.approvals[0]))
    return broken("the order names no scope; all at once is no review");
  return {};
}

}  // namespace

std::string orders_folder(const std::string& file) {
  return file + ".orders";
}

std::string lock_file(const std::string& file) {
  return file + ".lock";
}

std::string order_path(const std::string& folder, std::string_view id) {
  return fmt::format("{}/{}{}", folder, id, order_ending);
}

std::string outcome_path(const std::string& folder, std::string_view id) {
  return fmt::format("{}/{}{}", folder, id, outcome_ending);
}

std::optional<std::string_view> order_id(std::string_view name) {
  if (!name.ends_with(order_ending)) return {};
  name.remove_suffix(order_ending.size());
  return is_id(name) ? std::optional(name) : std::nullopt;
}

std::string make_order_id(Clock& clock, Random& random) {
  return fmt::format("{:016}-{:08x}", clock.now() / millisecond, random.number() & 0xffffffff);
}

Result<void> write_order(Disk& disk, const std::string& folder, const Order& order) {
  StateWriter writer(disk, order_path(folder, order.note.id));
  writer.order(order.note);
  if (order.note.kind == OrderKind::import) {
    order.book.visit(writer);
  } else {
    writer.approval(order.scope);
  }
  return writer.finish();
}

Result<Order> read_order(Disk& disk, const std::string& folder, std::string_view id) {
  const std::string path = order_path(folder, id);
  const auto text = read_file(disk, path, largest_order);
  if (!text) return text.error();
  Order order;
  if (const auto done = restore(*text, order.book); !done)
    return within(path, broken("the order is cut or was changed by hand"));
  // A book brings notes of earlier orders with it; its own stands first.
  if (!order.book.orders.empty()) order.note = order.book.orders.front();
  order.book.orders.clear();
  if (const auto done = whole(order, id); !done) return within(path, done.error());
  if (order.note.kind != OrderKind::import) order.scope = order.book.approvals[0], order.book = {};
  return order;
}

Result<void> write_outcome(Disk& disk, const std::string& folder, const Outcome& outcome) {
  std::string text;
  JsonWriter json(text);
  const OrderNote& note = outcome.note;
  json.open().field("outcome", outcome.refused.empty() ? "taken" : "refused").field("changed", note.changed);
  json.field("stay", note.stay).field("withdrawn", note.withdrawn);
  if (!outcome.refused.empty()) json.field("why", outcome.refused);
  json.close();
  text += '\n';
  return replace_file(disk, outcome_path(folder, note.id), bytes_of(text));
}

Result<std::optional<Outcome>> read_outcome(Disk& disk, const std::string& folder, std::string_view id) {
  const std::string path = outcome_path(folder, id);
  const auto text = read_file(disk, path, largest_outcome);
  if (!text && text.error().kind == ErrorKind::missing) return std::optional<Outcome>{};
  if (!text) return text.error();
  simdjson::dom::parser parser;
  simdjson::dom::element from;
  if (parser.parse(simdjson::padded_string(*text)).get(from) != simdjson::SUCCESS)
    return Error{ErrorKind::invalid,
                 path + ": the outcome is no JSON; `langyan baseline show` says whether the order was carried out"};
  Outcome outcome;
  outcome.note.id = id;
  outcome.note.changed = json::number_of<std::uint64_t>(from, "changed"),
  outcome.note.stay = json::number_of<std::uint64_t>(from, "stay");
  outcome.note.withdrawn = json::number_of<std::uint64_t>(from, "withdrawn");
  if (json::text_of(from, "outcome") != "taken") outcome.refused = json::text_of(from, "why");
  return std::optional(outcome);
}

std::string scope_text(const Approval& scope) {
  std::string text;
  const auto add = [&](std::string_view word, std::string_view value) {
    if (!value.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", word, value);
  };
  add("client", station_text(scope.client)), add("server", station_text(scope.server));
  add("protocol", scope.protocol);
  if (scope.unit != Approval::any_unit) add("unit", std::to_string(scope.unit));
  add("verb", scope.verb), add("object", scope.object);
  if (scope.sid) add("sid", std::to_string(scope.sid));
  if (scope.until) add("until", timestamp(scope.until));
  return text;
}

void carry_out(Order& order, Learned& learned) {
  OrderNote& note = order.note;
  switch (note.kind) {
    case OrderKind::approve:
      note.changed = approve(learned, order.scope);
      break;
    case OrderKind::forget: {
      const Forgotten gone = forget(learned, order.scope);
      note.changed = gone.habits, note.withdrawn = gone.approvals;
      break;
    }
    case OrderKind::import: {
      auto before = std::move(learned.orders);
      learned = order.book;
      learned.orders = std::move(before);
      note.changed = learned.habits.size();
      break;
    }
  }
  note.stay = learned.habits.size();
}

}  // namespace langyan::baseline
