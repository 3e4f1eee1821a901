// The learned habits as a plant's rule book: YAML that people read, compare and change.
//
//   langyan-baseline: 1
//   zones:
//     - {name: plant, mode: enforce, since: 2026-03-02T00:00:00Z, watched: 43200}
//   hosts:
//     - {address: 10.3.1.14, does: [answers], since: …, last: …}
//   habits:
//     - client: 10.3.2.12
//       server: 10.3.1.14
//       protocol: modbus
//       unit: 1
//       may:
//         - {verb: write, function: 6, object: 40010..40020, value: 0..1200, step: 100, every: 1s, learned: {count: 84, …}}
//   volumes:
//     - {client: 10.3.2.12, server: 10.3.1.14, octets_an_hour: 1250000, learned: {hours: 168}}
//   approvals:
//     - {sid: 9107606, client: 10.3.2.12, reason: new recipe, by: wang, at: …}
//
// A person needs verb and object; value and step are limits of what is written or, once a person says so, read (`seen` is
// what was seen without being a limit); every is a steady period, whose absence is worth a word, about one that is not steady;
// hours ("6-14 22") and days ("mon-fri") are those at which it comes, in UTC; none means any. `learned` is the monitor's own
// bookkeeping and may be left out: then the line is a person's word (Relation::given), its hours too.
// `octets_an_hour` is what two hosts exchange within an hour at most; without `learned` it is taken exactly.
// `as` stands where the object's notation says not all of it; name is that of an object addressed by name, name_hex its
// octets where they are no text, any_name that all names are usual. port and transport say which service.
//
// write_rule_book sorts, so the same habits give the same text; what it writes is read back as the same habits, but for
// periods, which keep three digits behind the point of a second (six below a second).
// read_rule_book reports every fault it finds, each with file, line and what to do, and gives nothing when there is one.
// Which thread: any.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "baseline/relation.h"

namespace langyan::baseline {

constexpr std::size_t largest_rule_book = 64u << 20;  // octets
constexpr std::size_t most_rule_book_nodes = 8'000'000;  // of its tree: some 400,000 habits

std::string write_rule_book(Learned learned);
Result<Learned> read_rule_book(std::string_view text, std::string_view name);

std::string hour_list(std::uint32_t hours);                      // "6-14 22"; all or none: empty
std::string day_list(std::uint32_t hours);                       // "mon-fri"; all or none: empty
bool parse_hours(std::string_view text, std::uint32_t& hours);    // sets bits 0 to 23
bool parse_days(std::string_view text, std::uint32_t& hours);     // sets bits 24 to 30

}  // namespace langyan::baseline
