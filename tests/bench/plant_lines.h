// What the benches of the store and of the center feed: events of a plant as lines, in the bodies
// of batches, and the floor that both are held against.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/time.h"

namespace langyan::store {

constexpr std::size_t batch_rows = 2'000;
constexpr Time plant_start = 1'772'452'800 * second;

double cpu_seconds();  // of this process

// The shape of a plant: 200 hosts, 40 rules, one alert in ten events unless only alerts are asked
// for.
std::string plant_line(std::mt19937& chance, std::uint64_t seq, Time time, bool alerts_only);

// `rows` events over `span`, batch_rows to a body.
std::vector<std::string> plant_bodies(std::size_t rows, Duration span, bool alerts_only);

// CPU seconds of the floor: a loop over prepared statements with the store's tables and indices,
// every value at hand, one transaction a body. Parsing is not counted.
double bare_loop(const std::string& folder, const std::vector<std::string>& bodies);

}  // namespace langyan::store
