// ClickHouse for the suites, where LANGYAN_CLICKHOUSE names its nodes ("http://127.0.0.1:8123,…"),
// LANGYAN_CLICKHOUSE_CLUSTER their cluster and LANGYAN_CLICKHOUSE_REPLICAS how many make a shard;
// tests/store/clickhouse_test.py starts them. Each store of a test is a database of its own.
#include <cstdlib>
#include <sstream>

#include "store/clickhouse/clickhouse_event_store.h"
#include "tests/store/event_store_suite.h"

namespace langyan::store {
namespace {

std::vector<std::string> nodes() {
  const char* listed = std::getenv("LANGYAN_CLICKHOUSE");
  std::istringstream in(listed ? listed : "");
  std::vector<std::string> nodes;
  for (std::string node; std::getline(in, node, ',');) nodes.push_back(node);
  return nodes;
}

}  // namespace

ClickHouseOptions clickhouse_options(const EngineSetup& setup) {
  ClickHouseOptions options;
  options.nodes = nodes();
  if (const char* replicas = std::getenv("LANGYAN_CLICKHOUSE_REPLICAS")) options.replicas = std::stoul(replicas);
  if (const char* cluster = std::getenv("LANGYAN_CLICKHOUSE_CLUSTER")) options.cluster = cluster;
  options.database = "t";
  for (const char c : setup.folder)
    if (std::isalnum(static_cast<unsigned char>(c))) options.database += c;
  options.query_time = setup.query_time, options.dedup_off = setup.dedup_off;
  return options;
}

std::vector<Engine> clickhouse_engines() {
  const auto open = [](const EngineSetup& setup) { return open_clickhouse(*setup.clock, clickhouse_options(setup)); };
  return nodes().empty() ? std::vector<Engine>{} : std::vector{Engine{"clickhouse", open, 40}};
}

}  // namespace langyan::store
