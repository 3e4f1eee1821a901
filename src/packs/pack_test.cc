#include <gmock/gmock.h>

#include "base/memory_disk.h"
#include "packs/refusal.h"
#include "packs/shelf.h"

namespace langyan::packs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const SigningKeyPair ours = make_signing_key("cert"), others = make_signing_key("other");

Pack pack_of(std::uint64_t version, std::string rules = "alert tcp any any -> any any (msg:\"x\"; sid:1;)\n") {
  Pack pack;
  pack.name = "cn-ot", pack.version = version, pack.issued = "2026-11-29", pack.issuer = "示例中心", pack.note_zh = "试验";
  pack.files = {{"cn-ot.rules", std::move(rules)}, {"bad.lst", "10.0.0.1\n"}};
  return pack;
}

std::vector<TrustedKey> trusted() { return read_trusted_keys(ours.trusted, "keys").take(); }

std::string said(const Result<Pack>& result) { return result ? "opened" : result.error().message; }

TEST(Pack, WhatIsSignedIsOpenedAsItWas) {
  const std::string text = sign_pack(pack_of(7), ours.secret).take();
  const auto pack = open_pack(text, "f", trusted());
  ASSERT_TRUE(pack) << pack.error().message;
  EXPECT_EQ(pack->name, "cn-ot");
  EXPECT_EQ(pack->version, 7u);
  EXPECT_EQ(pack->issuer, "示例中心");
  EXPECT_EQ(pack->note_zh, "试验");
  EXPECT_EQ(pack->key, "cert");
  ASSERT_THAT(pack->files, SizeIs(2));
  EXPECT_EQ(pack->files[0].text, pack_of(7).files[0].text);
}

TEST(Pack, EveryOctetIsUnderTheSignature) {
  const std::string text = sign_pack(pack_of(7), ours.secret).take();
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] ^= 1;
    ASSERT_NE(said(open_pack(changed, "f", trusted())), "opened") << at;
  }
  for (std::size_t size = 0; size < text.size(); ++size)
    ASSERT_NE(said(open_pack(text.substr(0, size), "f", trusted())), "opened") << size;
  EXPECT_THAT(said(open_pack(sign_pack(pack_of(7), others.secret).take(), "f", trusted())),
              HasSubstr("not among the trusted ones"));
  // A signature made for another kind of file does not fit, though the key is trusted.
  const SignedKind feed{"langyan vulnerabilities", "", "", 1};
  std::string feed_text = sign_text(feed, text.substr(text.find('\n') + 1), ours.secret).take();
  feed_text.replace(feed_text.find("langyan vulnerabilities"), 23, "langyan pack");
  EXPECT_THAT(said(open_pack(feed_text, "f", trusted())), HasSubstr("does not fit"));
}

TEST(Pack, WhatCannotBeUsedIsNotSigned) {
  const auto refused = [](auto change) {
    Pack pack = pack_of(1);
    change(pack);
    const auto text = sign_pack(pack, ours.secret);
    return text ? std::string("signed") : text.error().message;
  };
  EXPECT_THAT(refused([](Pack& p) { p.name = "Cn OT"; }), HasSubstr("small letters"));
  EXPECT_THAT(refused([](Pack& p) { p.version = 0; }), HasSubstr("version must be 1"));
  for (const char* name : {"", "../x.rules", "a/b.rules", ".hidden", "-x", "a b"})
    EXPECT_THAT(refused([&](Pack& p) { p.files[0].name = name; }), HasSubstr("no name of a file")) << name;
  EXPECT_THAT(refused([](Pack& p) { p.files[1].name = p.files[0].name; }), HasSubstr("there twice"));
  EXPECT_THAT(refused([](Pack& p) { p.files[0].text = "\xff"; }), HasSubstr("not UTF-8"));
  EXPECT_THAT(refused([](Pack& p) { p.files.resize(most_pack_files + 1); }), HasSubstr("at most 64 fit"));
  EXPECT_THAT(refused([](Pack& p) { p.files[0].text.assign(largest_pack, 'x'); }), HasSubstr("divide it"));
}

class ShelfTest : public testing::Test {
 protected:
  ShelfTest() {
    EXPECT_TRUE(disk_.make_folder("d").ok());
    keys(ours.trusted);
  }
  void keys(const std::string& text) { EXPECT_TRUE(replace_file(disk_, "d/keys", bytes_of(text)).ok()); }
  std::string put(const Pack& pack, const SigningKeyPair& key = ours) {
    const auto done = shelf_.put(sign_pack(pack, key.secret).take());
    return done ? "put" : done.error().message;
  }
  std::vector<std::uint64_t> versions() {
    std::vector<std::uint64_t> all;
    for (const auto& [name, version] : shelf_.versions()) all.push_back(version);
    return all;
  }
  MemoryDisk disk_;
  Shelf shelf_{disk_, "d/packs", "d/keys"};
};

TEST_F(ShelfTest, ANewerVersionReplacesAndNothingStepsBack) {
  EXPECT_THAT(shelf_.read().packs, IsEmpty());
  EXPECT_EQ(put(pack_of(7)), "put");
  EXPECT_EQ(put(pack_of(7)), "put") << "the same once more";
  EXPECT_THAT(put(pack_of(7, "# other\n")), HasSubstr("another content"));
  EXPECT_THAT(put(pack_of(6)), HasSubstr("a step back"));
  EXPECT_THAT(versions(), ElementsAre(7));
  EXPECT_EQ(put(pack_of(8)), "put");
  EXPECT_THAT(versions(), ElementsAre(8));
  EXPECT_THAT(put(pack_of(9), others), HasSubstr("not among the trusted"));
  EXPECT_THAT(versions(), ElementsAre(8));
}

TEST_F(ShelfTest, AFileThatWasChangedOrWhoseKeyIsGoneIsLeftOutAndNamed) {
  ASSERT_EQ(put(pack_of(7)), "put");
  keys(others.trusted);  // the key that signed it is trusted no more
  Shelf::Content content = shelf_.read();
  EXPECT_THAT(content.packs, IsEmpty());
  EXPECT_THAT(content.faults, ElementsAre(HasSubstr("d/packs/cn-ot.pack: it is signed with the key")));
  EXPECT_EQ(put(pack_of(3), others), "put") << "what nobody trusts does not stand in the way";
  EXPECT_THAT(versions(), ElementsAre(3));
  ASSERT_TRUE(
      replace_file(disk_, "d/packs/wrong-name.pack", bytes_of(sign_pack(pack_of(9), others.secret).take())).ok());
  content = shelf_.read();
  EXPECT_THAT(content.packs, SizeIs(1));
  EXPECT_THAT(content.faults, ElementsAre(HasSubstr("wrong-name.pack holds the pack cn-ot")));
}

TEST_F(ShelfTest, WhatWasRefusedIsRememberedUntilAVersionLikeItIsThere) {
  ASSERT_TRUE(shelf_.put(sign_pack(pack_of(7), ours.secret).take()));
  ASSERT_TRUE(shelf_.refuse({"cn-ot", 8, "line 1: the signature\ndoes not fit"}));
  const auto content = shelf_.read();
  ASSERT_THAT(content.refused, SizeIs(1));
  EXPECT_EQ(content.refused[0].name, "cn-ot");
  EXPECT_EQ(content.refused[0].version, 8u);
  EXPECT_EQ(content.refused[0].reason, "line 1: the signature\ndoes not fit");
  EXPECT_THAT(content.packs, SizeIs(1)) << "the version of before stays";
  ASSERT_TRUE(shelf_.put(sign_pack(pack_of(8), ours.secret).take()));
  EXPECT_THAT(shelf_.read().refused, IsEmpty());
  ASSERT_TRUE(shelf_.refuse({"../x", 1, "no name of a pack"}));
  EXPECT_THAT(shelf_.read().refused, IsEmpty());
}

TEST_F(ShelfTest, NoMoreThanTheCapIsTaken) {
  for (std::size_t i = 0; i <= most_packs; ++i) {
    Pack pack = pack_of(1);
    pack.name = "p" + std::to_string(i);
    const std::string told = put(pack);
    if (i < most_packs) ASSERT_EQ(told, "put") << i;
    else EXPECT_THAT(told, HasSubstr("64 packs already"));
  }
}

std::string_view word(const std::string& sentence) { return why_refused(sentence).word; }

// Each sentence as it is made, not as it is remembered.
TEST(WhyRefused, KnowsWhatEachRefusalSays) {
  const std::string text = sign_pack(pack_of(7), ours.secret).take();
  const auto why = [&](const std::string& changed) { return word(said(open_pack(changed, "the pack", trusted()))); };
  EXPECT_EQ(why("x"), "not-a-pack");
  EXPECT_EQ(why("{\"file\":\"langyan pack\",\"version\":1}\n"), "not-a-pack");
  std::string newer = text;
  newer.replace(newer.find("\"version\":1"), 11, "\"version\":2");
  EXPECT_EQ(why(newer), "newer-form");
  EXPECT_EQ(why(sign_pack(pack_of(7), others.secret).take()), "key-not-trusted");
  EXPECT_EQ(why(text + " "), "changed");
  EXPECT_EQ(why(std::string(largest_pack + 1, 'x')), "too-large");
  const SignedKind kind{"langyan pack", "", "", 1};
  for (const char* body : {"x", "{}", "{\"pack\":\"a\",\"version\":1,\"files\":2}\n{}\n",
                           "{\"pack\":\"A\",\"version\":1,\"files\":0}\n"})
    EXPECT_EQ(why(sign_text(kind, body, ours.secret).take()), "malformed") << body;
  EXPECT_EQ(word(check_successor(pack_of(6), "a", 7, "b").error().message), "step-back");
  EXPECT_EQ(word(check_successor(pack_of(7), "a", 7, "b").error().message), "other-content");
}

TEST(WhyRefused, KnowsWhatTheShelfSays) {
  MemoryDisk disk;
  ASSERT_TRUE(disk.make_folder("d").ok());
  Shelf shelf(disk, "d/packs", "d/keys");
  EXPECT_EQ(word(shelf.put("x").error().message), "keys-unreadable");
  ASSERT_TRUE(replace_file(disk, "d/keys", bytes_of(ours.trusted)).ok());
  for (std::size_t i = 0; i <= most_packs; ++i) {
    Pack pack = pack_of(1);
    pack.name = "p" + std::to_string(i);
    const auto put = shelf.put(sign_pack(pack, ours.secret).take());
    ASSERT_EQ(put.ok(), i < most_packs) << i;
    if (put) continue;
    EXPECT_EQ(word(put.error().message), "full");
  }
}

TEST(WhyRefused, SaysOtherOfWhatItDoesNotKnowAndEveryRowInBothLanguages) {
  for (const char* sentence : {"", "disk is full", "a pack"}) EXPECT_EQ(word(sentence), "other") << sentence;
  EXPECT_EQ(why_not_loaded().word, "not-loaded");
  for (const Why& row : all_whys()) {
    EXPECT_FALSE(row.en.empty() || row.zh.empty()) << row.word;
    EXPECT_NE(row.en, row.zh);
  }
}

}  // namespace
}  // namespace langyan::packs
