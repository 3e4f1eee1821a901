#include "outputs/stix.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

namespace langyan::outputs {
namespace {

store::Event event_of(std::uint64_t seq, std::string signature = "Write by a stranger", std::string src = "10.3.9.77") {
  store::Event event;
  event.id = "01-1", event.organisation = "cn/js";
  event.json =
      nlohmann::json{{"timestamp", "2026-03-02T11:00:00.123456+0000"},
                     {"event_type", "alert"},
                     {"src_ip", std::move(src)},
                     {"src_port", 50'000},
                     {"dest_ip", "10.3.1.4"},
                     {"dest_port", 502},
                     {"proto", "TCP"},
                     {"app_proto", "modbus"},
                     {"alert",
                      {{"signature_id", 9'100'000},
                       {"severity", 1},
                       {"signature", std::move(signature)},
                       {"metadata", {{"technique", {"T0855", "T0836"}}}}}},
                     {"ot", {{"verb", "write"}, {"object", "40001"}}},
                     {"origin", {{"sensor", "s1"}, {"epoch", "00000000000000e1"}, {"lane", "alert"}, {"seq", seq}}}}
          .dump();
  return event;
}

std::string bundle_of(const std::vector<store::Event>& events, bool report = false) {
  ItemReader reader;
  StixBundle bundle("works-7");
  for (const store::Event& event : events) bundle.add(*reader.read(event));
  if (report)
    bundle.add(StixReport{"n1", "Mend it", "By Friday", "incident", "cn/js", "cn/js/works-7", second, 2 * second});
  return bundle.text();
}

// RFC 9562 A.4, and the standard's own namespace for an address (any other tool makes the same).
TEST(Stix, IdsAreThoseOfTheStandards) {
  EXPECT_EQ(uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_NE(bundle_of({event_of(1, "x", "198.51.100.3")})
                .find("ipv4-addr--" + uuid5("00abedb4-aa42-466c-9c01-fed23315a9b7", R"({"value":"198.51.100.3"})")),
            std::string::npos);
}

TEST(Stix, EveryReferenceIsInTheBundleAndEveryObjectHasWhatItMust) {
  const std::map<std::string, std::set<std::string>> required = {
      {"identity", {"created", "modified", "name", "identity_class"}},
      {"ipv4-addr", {"value"}},
      {"network-traffic", {"protocols", "src_ref", "dst_ref"}},
      {"observed-data", {"created", "modified", "first_observed", "last_observed", "number_observed", "object_refs"}},
      {"indicator", {"created", "modified", "pattern", "pattern_type", "valid_from"}},
      {"attack-pattern", {"created", "modified", "name"}},
      {"relationship", {"created", "modified", "relationship_type", "source_ref", "target_ref"}},
      {"sighting", {"created", "modified", "sighting_of_ref"}},
      {"note", {"created", "modified", "content", "object_refs"}},
      {"report", {"created", "modified", "name", "published", "object_refs"}}};
  const auto bundle = nlohmann::json::parse(bundle_of({event_of(1), event_of(2)}, true));
  EXPECT_EQ(bundle["type"], "bundle");
  std::set<std::string> ids, types;
  for (const auto& object : bundle["objects"]) EXPECT_TRUE(ids.insert(object["id"]).second) << object;
  const std::regex id("^([a-z0-9-]+)--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
  const std::regex time("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$");
  for (const auto& object : bundle["objects"]) {
    const std::string type = object["type"], own = object["id"];
    types.insert(type);
    std::smatch parts;
    ASSERT_TRUE(std::regex_match(own, parts, id)) << own;
    EXPECT_EQ(parts[1], type);
    EXPECT_EQ(object["spec_version"], "2.1");
    for (const std::string& name : required.at(type)) EXPECT_TRUE(object.contains(name)) << name << object;
    for (const auto& [name, value] : object.items()) {
      const bool is_time = name == "created" || name == "modified" || name == "published";
      EXPECT_TRUE(!name.ends_with("_ref") || ids.contains(value)) << name << object;
      EXPECT_TRUE(!is_time || std::regex_match(value.get<std::string>(), time)) << object;
      if (!name.ends_with("_refs")) continue;
      for (const auto& each : value) EXPECT_TRUE(ids.contains(each)) << name << object;
    }
  }
  EXPECT_EQ(types.size(), required.size());
}

TEST(Stix, TheSameIsTheSameAndAnotherIsNot) {
  EXPECT_EQ(bundle_of({event_of(1)}), bundle_of({event_of(1)}));
  const auto one = nlohmann::json::parse(bundle_of({event_of(1)})),
             other = nlohmann::json::parse(bundle_of({event_of(2)}));
  EXPECT_NE(one["id"], other["id"]);
}

TEST(Stix, TextsOfTrafficStayTexts) {
  const std::string hostile = "\"}],\"x\":[\n' AND [x";
  const auto bundle = nlohmann::json::parse(bundle_of({event_of(1, hostile)}));
  bool seen = false;
  for (const auto& object : bundle["objects"]) {
    if (object["type"] != "indicator") continue;
    seen = true;
    EXPECT_EQ(object["name"], hostile);
    EXPECT_EQ(object["pattern"],
              "[network-traffic:src_ref.value = '10.3.9.77' AND network-traffic:dst_ref.value = '10.3.1.4' AND "
              "network-traffic:dst_port = 502]");
  }
  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace langyan::outputs
