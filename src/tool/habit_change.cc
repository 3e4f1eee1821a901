#include "tool/habit_change.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "baseline/rule_book.h"
#include "baseline/state_file.h"
#include "tool/command.h"

namespace langyan::tool {
namespace {

using baseline::OrderKind;
using baseline::Outcome;

constexpr Duration asked_every = 50 * millisecond;
constexpr int not_yet = 75;  // EX_TEMPFAIL of sysexits.h

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == path.npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

// What root makes for a sensor that is somebody else would be closed to it: it belongs to whom the folder belongs.
void hand_over(const std::string& path) {
  struct stat folder {};
  if (::geteuid() != 0 || ::stat(folder_of(path).c_str(), &folder) != 0) return;
  if (::lchown(path.c_str(), folder.st_uid, folder.st_gid) != 0)
    fmt::print(stderr, "langyan: {} stays root's; give it to the user of the sensor\n", path);
}

Result<void> save(Disk& disk, const std::string& path, const baseline::Learned& learned, bool as_book) {
  if (as_book) return replace_file(disk, path, bytes_of(baseline::write_rule_book(learned)));
  baseline::StateWriter writer(disk, path);
  learned.visit(writer);
  auto done = writer.finish();
  if (done) hand_over(path);
  return done;
}

std::string told(const baseline::Order& order, const std::string& by) {
  const baseline::OrderNote& note = order.note;
  const std::string withdrawn =
      note.withdrawn ? fmt::format("; {} approvals of them withdrawn", note.withdrawn) : std::string{};
  switch (note.kind) {
    case OrderKind::approve:
      return fmt::format("{} habits are normal now{}; the approval is kept with its reason", note.changed, by);
    case OrderKind::forget:
      return fmt::format("{} habits forgotten{}, {} stay{}", note.changed, by, note.stay, withdrawn);
    case OrderKind::import: break;
  }
  return fmt::format("{} habits, {} hosts, {} approvals imported{}", note.changed, order.book.hosts.size(),
                     order.book.approvals.size(), by);
}

int edit(Disk& disk, const std::string& path, baseline::Order& order) {
  const auto text = read_file(disk, path, baseline::largest_state_file);
  const bool replaces = order.note.kind == OrderKind::import;
  if (!text && !(replaces && text.error().kind == ErrorKind::missing)) return refuse(text.error());
  baseline::Learned learned;
  if (!replaces) {
    auto read = read_habits(disk, path);
    if (!read) return refuse(read.error());
    learned = read.take();
  } else if (text && !is_rule_book(*text)) {
    (void)baseline::restore(*text, learned).ok();  // for the notes of orders; a broken file is what an import mends
  }
  carry_out(order, learned);
  if (const auto done = save(disk, path, learned, !replaces && is_rule_book(*text)); !done) return refuse(done.error());
  fmt::print("{}\n", told(order, ""));
  return 0;
}

int lay_down(Disk& disk, const std::string& path, const baseline::Order& order) {
  const std::string folder = baseline::orders_folder(path);
  if (const auto made = disk.make_folder(folder); !made) return refuse(made.error());
  hand_over(folder);
  const auto names = disk.list(folder);
  if (!names) return refuse(names.error());
  if (std::ranges::count_if(*names, [](const auto& name) { return baseline::order_id(name).has_value(); }) >=
      static_cast<std::ptrdiff_t>(baseline::most_orders_waiting))
    return refuse({ErrorKind::full, fmt::format("{}: {} orders wait already; see why the sensor does not take them",
                                                folder, baseline::most_orders_waiting)});
  if (const auto done = baseline::write_order(disk, folder, order); !done) return refuse(done.error());
  hand_over(baseline::order_path(folder, order.note.id));
  return 0;
}

int wait_for_outcome(Disk& disk, const std::string& path, baseline::Order& order, Duration wait) {
  SystemClock clock;
  const std::string folder = baseline::orders_folder(path);
  for (const Time end = clock.monotonic() + wait;; clock.sleep(asked_every)) {
    const auto outcome = baseline::read_outcome(disk, folder, order.note.id);
    if (!outcome) return refuse(outcome.error());
    if (*outcome) {
      (void)disk.remove(baseline::outcome_path(folder, order.note.id));
      if (!(*outcome)->refused.empty())
        return refuse({ErrorKind::failed, "the running sensor refused it: " + (*outcome)->refused});
      const baseline::OrderNote& note = (*outcome)->note;
      order.note.changed = note.changed, order.note.stay = note.stay, order.note.withdrawn = note.withdrawn;
      fmt::print("{}\n", told(order, " by the running sensor"));
      return 0;
    }
    if (clock.monotonic() >= end) break;
  }
  fmt::print("the sensor has not taken it yet and will: order {} waits; what comes of it will stand in {}\n",
             order.note.id, baseline::outcome_path(folder, order.note.id));
  return not_yet;
}

bool orders_wait(Disk& disk, const std::string& path) {
  const auto names = disk.list(baseline::orders_folder(path));
  return names && std::ranges::any_of(*names, [](const auto& name) { return baseline::order_id(name).has_value(); });
}

}  // namespace

bool is_rule_book(std::string_view text) {
  return !text.starts_with('{');
}

Result<baseline::Learned> read_habits(Disk& disk, const std::string& path) {
  auto text = read_file(disk, path, baseline::largest_state_file);
  if (!text) return text.error();
  if (is_rule_book(*text)) return baseline::read_rule_book(*text, path);
  baseline::Learned learned;
  if (const auto done = baseline::restore(*text, learned); !done) return within(path, done.error());
  return learned;
}

int change_habits(const std::string& path, OrderKind kind, baseline::Approval scope, baseline::Learned book,
                  Duration wait) {
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  baseline::Order order{{}, std::move(scope), std::move(book)};
  order.note.id = baseline::make_order_id(clock, random), order.note.kind = kind,
  order.note.at = order.scope.at = clock.now();
  order.note.by = order.scope.by, order.note.reason = order.scope.reason;
  order.note.scope = order.note.kind == OrderKind::import ? std::string{} : baseline::scope_text(order.scope);
  if (order.note.kind != OrderKind::import)  // a rule book is nobody's but the person's
    if (const auto text = read_file(disk, path, baseline::largest_state_file); !text || is_rule_book(*text))
      return edit(disk, path, order);
  const std::string lock = baseline::lock_file(path);
  struct stat before {};
  const bool is_new = ::stat(lock.c_str(), &before) != 0;
  const auto held = disk.lock(lock);
  if (held && is_new) hand_over(lock);
  const bool runs = !held && held.error().kind == ErrorKind::conflict;
  if (!held && !runs) return refuse(held.error());
  if (!runs && !orders_wait(disk, path)) return edit(disk, path, order);
  if (const int status = lay_down(disk, path, order); status != 0) return status;
  if (runs) return wait_for_outcome(disk, path, order, wait);
  fmt::print("orders given before wait for the sensor: this one is carried out after them when it starts\n");
  return not_yet;
}

}  // namespace langyan::tool
