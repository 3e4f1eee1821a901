#include "sensor/book_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/caps.h"
#include "base/log.h"
#include "baseline/object_notation.h"
#include "baseline/rule_book.h"
#include "baseline/settle.h"
#include "baseline/state_file.h"
#include "baseline/volume.h"
#include "uplink/book.h"

namespace langyan::sensor {
namespace {

using baseline::Habit;
using baseline::Relation;
using uplink::BookRow;

// Room is left for what is not rows: the zones.
const Cap book_cap{"uplink.book_bytes", 4u << 20, 64u << 10, uplink::largest_book - (1u << 20), 3,
                   "Bytes of learned habits that the center is told at most."};

constexpr Duration counts_every = hour;
constexpr std::size_t mark_bytes = 128;    // of the file's last line, which has its checksum
constexpr std::size_t share_of_volumes = 4;  // of the room one in so many

// Statistics are kept as floats; as a decimal, the shortest that is the same float.
double decimal(double value) {
  const auto narrow = static_cast<float>(value);
  if (static_cast<double>(narrow) != value) return value;
  const std::string text = fmt::format("{}", narrow);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "value step": deviations that were said of it and are not settled.
std::string said_of(const Habit& habit) {
  constexpr std::string_view prefix = "said_";
  std::string text;
  for (const baseline::FlagWord& each : baseline::flag_words())
    if (each.word.starts_with(prefix) && habit.is(each.flag))
      text.append(text.empty() ? "" : " ").append(each.word.substr(prefix.size()));
  return text;
}

BookRow row_of(const Habit& habit) {
  BookRow row;
  row.client = to_string(habit.client), row.server = to_string(habit.server);
  if (habit.protocol) row.protocol = habit.protocol->name;
  row.transport = transport_name(habit.transport), row.port = habit.port, row.unit = habit.unit;
  row.verb = verb_name(habit.verb), row.function = habit.function;
  row.object = baseline::notation_of(habit), row.anything = habit.any_name();
  row.hours = baseline::hour_list(habit.hours), row.days = baseline::day_list(habit.hours), row.said = said_of(habit);
  row.count = habit.count, row.since = habit.since, row.last = habit.last;
  row.valued = habit.is(Relation::valued), row.limit = habit.is(Relation::judged);
  if (row.valued) row.least = decimal(habit.least), row.most = decimal(habit.most), row.step = decimal(habit.step);
  row.period = static_cast<double>(habit.period) / second, row.steady = habit.is(Relation::regular);
  row.given = habit.is(Relation::given), row.fresh = habit.is(Relation::pending);
  return row;
}

BookRow row_of(const baseline::VolumeHabit& volume) {
  BookRow row;
  row.client = to_string(volume.client), row.server = to_string(volume.server);
  row.octets = decimal(volume.most), row.hours_seen = volume.hours;
  row.given = volume.flags & baseline::Volume::given;
  if (volume.flags & baseline::Volume::said) row.peak = decimal(volume.peak), row.said = "volume";
  return row;
}

// Takes what is learned and keeps the weightiest of it, so much as there is room for.
class Collector final : public baseline::Visitor {
 public:
  Collector(const baseline::Settings& settings, std::size_t room)
      : settings_(settings), zones_(settings), room_(room) {}

  void zone(const baseline::ZoneState& each) override { zones_.restore(each); }
  void habit(const Habit& each) override {
    const std::size_t octets = octets_of(placed(row_of(each), each));
    kept_.push_back({(each.flags & baseline::unsettled) != 0, changes_process(each.verb), each.since, octets, each});
    std::ranges::push_heap(kept_, weightier);
    habit_octets_ += octets;
    while (habit_octets_ + volume_octets_ > room_) {
      std::ranges::pop_heap(kept_, weightier);
      habit_octets_ -= kept_.back().octets, ++left_out_;
      kept_.pop_back();
    }
  }
  void volume(const baseline::VolumeHabit& each) override {
    BookRow row = placed(row_of(each), each);
    if (row.octets <= 0 && row.peak <= 0) return;
    const std::size_t octets = octets_of(row);
    if (volume_octets_ + octets > room_ / share_of_volumes || habit_octets_ + volume_octets_ + octets > room_)
      return void(++left_out_);
    volume_octets_ += octets;
    volumes_.push_back(std::move(row));
  }

  uplink::Book take() {
    uplink::Book book;
    book.file = settings_.file, book.left_out = left_out_;
    for (const baseline::ZoneState& each : zones_.states()) {
      const Duration left =
          each.mode == baseline::Mode::learn ? std::max<Duration>(settings_.learn_for - each.watched, 0) : 0;
      book.zones.push_back({each.name, std::string(mode_name(each.mode)),
                            static_cast<std::uint64_t>(each.watched / second),
                            static_cast<std::uint64_t>(left / second)});
    }
    baseline::Learned ordered;
    for (Kept& each : kept_) ordered.habits.push_back(std::move(each.habit));
    ordered.sort();
    for (const Habit& each : ordered.habits) book.rows.push_back(placed(row_of(each), each));
    std::ranges::move(volumes_, std::back_inserter(book.rows));
    return book;
  }

 private:
  struct Kept {
    bool waits, changes;
    Time since;
    std::size_t octets;
    Habit habit;
  };
  static bool weightier(const Kept& one, const Kept& other) {
    return std::tuple(one.waits, one.changes, one.since) > std::tuple(other.waits, other.changes, other.since);
  }
  template <class Each>
  BookRow placed(BookRow row, const Each& each) const {
    row.zone = settings_.zones[zones_.of(each.client, each.server)].name;
    return row;
  }
  std::size_t octets_of(const BookRow& row) {
    scratch_.clear();
    JsonWriter json(scratch_);
    uplink::write_row(json.open(), row);
    return scratch_.size() + 2;  // its end and the comma behind it
  }

  const baseline::Settings& settings_;
  baseline::Zones zones_;
  const std::size_t room_;
  std::size_t habit_octets_ = 0, volume_octets_ = 0, left_out_ = 0;
  std::vector<Kept> kept_;  // a heap: the least weighty in front
  std::vector<BookRow> volumes_;
  std::string scratch_;
};

}  // namespace

// Another content has another mark. Nothing: there is no file yet.
std::optional<std::string> BookSource::mark() const {
  const auto file = disk_.open(settings_.file, OpenMode::read);
  if (!file) return {};
  const auto size = (*file)->size();
  if (!size) return {};
  std::string end(std::min<std::uint64_t>(*size, mark_bytes), '\0');
  const auto octets = (*file)->read(*size - end.size(), {reinterpret_cast<std::uint8_t*>(end.data()), end.size()});
  if (!octets || *octets != end.size()) return {};
  return std::to_string(*size) + end;
}

std::optional<std::string> BookSource::another(bool last) {
  const Time now = clock_.monotonic();
  if (now < look_at_ && !last) return {};
  look_at_ = now + every_;
  const auto found = mark();
  if (!found || *found == seen_) return {};
  seen_ = *found;
  Collector collector(settings_, book_cap.value());
  if (const auto done = baseline::load(disk_, settings_.file, collector); !done) {
    logging::warn("the center is not told what was learned: " + done.error().message);
    return {};
  }
  const uplink::Book book = collector.take();
  const std::uint64_t digest = digest_of(book);
  if (digest == digest_ && now < counts_at_ && !last) return {};
  digest_ = digest, counts_at_ = now + counts_every;
  return write_book(book);
}

}  // namespace langyan::sensor
