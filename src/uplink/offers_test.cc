// What goes beside the lanes: catalogues up, packs down.
#include "uplink/test_rig.h"

namespace langyan::uplink {
namespace {

TEST_F(ShipperTest, CataloguesGoUpOnceAndNeverHoldUpTheLanes) {
  shipper->offer_catalogue("fields", "{\"fields\":[]}");
  shipper->offer_catalogue("detections", "{\"detections\":[]}");
  rig.put_many(Lane::alert, 1);
  rig.commit();
  drain();
  EXPECT_EQ(center.requests.front().url, "http://center.example:8443/api/v1/ingest");
  ASSERT_EQ(center.catalogues.size(), 2u);
  EXPECT_EQ(center.catalogues["01f2f9c28aa1d4d36a81ff042620b6677d25bf07c2bf4acc37b58658778a4fca"],
            "{\"fields\":[]}");
  EXPECT_EQ(count(ShipperCount::catalogues), 2u);
  start();
  shipper->offer_catalogue("fields", "{\"fields\":[]}");
  const std::size_t before = center.requests.size();
  drain();
  EXPECT_EQ(center.requests.size(), before + 1);  // asked, there, not sent again

  shipper->offer_catalogue("fields", "{\"fields\":[1]}");
  center.always = CenterDouble::Fault{.status = 500};
  shipper->step();
  center.always.reset();
  rig.put_many(Lane::bulk, 5);
  rig.commit();
  drain();
  expect_all();
}

TEST_F(ShipperTest, CataloguesThatCameFromBelowAreOfferedAsTheyChange) {
  std::optional<std::string> fields;
  std::vector<std::string> asked;
  shipper->follow_catalogues([&](const std::string& name, const std::string& known) -> std::optional<std::string> {
    asked.push_back(name + (known.empty() ? "" : " known"));
    return name == "fields" && known.empty() ? fields : std::nullopt;
  });
  drain();
  EXPECT_TRUE(center.catalogues.empty());
  fields = R"({"fields":[]})";
  rig.clock.advance(minute);
  drain();
  EXPECT_EQ(center.catalogues.size(), 1u);
  rig.clock.advance(minute);
  drain();
  EXPECT_EQ(asked.back(), "fields known") << "and not offered again";
  EXPECT_EQ(center.catalogues.size(), 1u);
}

TEST_F(ShipperTest, PacksAreAskedForOnceTheCenterSaysThatThereAreNewOnes) {
  packs::Versions held;
  std::vector<std::string> taken, refused;
  bool willing = true;
  const auto follow = [&] {
    shipper->follow_packs({[&] { return held; },
                           [&](const std::string& text, const std::string& organisation) -> Result<void> {
                             taken.push_back(text + " for " + organisation);
                             if (!willing) return Error{ErrorKind::invalid, "the signature does not fit"};
                             held[text.substr(0, text.find(' '))] = std::stoull(text.substr(text.find(' ') + 1));
                             return {};
                           },
                           [&](const packs::Refusal& refusal) {
                             refused.push_back(refusal.name + std::to_string(refusal.version) + ": " + refusal.reason);
                           }});
  };
  const auto batch = [&] {
    const std::size_t before = center.requests.size();
    rig.put_many(Lane::bulk, 3);
    rig.commit();
    drain();
    return center.requests.size() - before;
  };
  follow();
  EXPECT_EQ(batch(), 1u) << "no packs, no questions";
  center.packs = {{"a", {7, "a 7"}}, {"b", {1, "b 1"}}};
  EXPECT_EQ(batch(), 4u) << "the batch, the list, two packs";
  EXPECT_EQ(taken, (std::vector<std::string>{"a 7 for cn/js", "b 1 for cn/js"}));
  EXPECT_EQ(batch(), 1u);
  center.packs["a"] = {8, "a 8"};
  EXPECT_EQ(batch(), 3u) << "only what is newer";
  EXPECT_EQ(taken.back(), "a 8 for cn/js");
  willing = false;
  center.packs["b"] = {2, "b 2"};
  EXPECT_EQ(batch(), 3u);
  EXPECT_EQ(batch(), 1u) << "what was refused is not asked for again";
  EXPECT_EQ(refused, std::vector<std::string>{"b2: the signature does not fit"});
  EXPECT_EQ(count(ShipperCount::packs_taken), 3u);
  EXPECT_EQ(count(ShipperCount::packs_refused), 1u);
  start();  // as a new process: it asks for the list, and has all but what it refused
  follow();
  willing = true;
  EXPECT_EQ(batch(), 3u);
  EXPECT_EQ(taken.back(), "b 2 for cn/js");
  expect_all();
}

}  // namespace
}  // namespace langyan::uplink
