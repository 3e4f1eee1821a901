#include "dissect/pending.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace langyan::dissect {
namespace {

constexpr Field rows[] = {
    {"number", Kind::u8, log, {"Number", "数"}, "A number.", "none"},
};
constexpr auto fields = table("test", rows);
constexpr Schema schema = fields.schema();

struct Kept {
  PendingPool pool{4, 4};
  std::unique_ptr<Scratch> scratch = std::make_unique<Scratch>();
  std::unique_ptr<Output> output = std::make_unique<Output>(*scratch, nullptr);

  Kept() { output->reset(schema, {}); }
  void name(const std::string& text) {
    output->operate(Verb::read).object = {.count = 1, .text = scratch->copy(bytes_of(text))};
  }
  std::span<Operation> operations() {
    Message message;
    message.record = output->record.view();
    message.operations = output->operations();
    message.operations_total = output->operations_total;
    return pool[pool.keep(message, 1)].operations();
  }
};

TEST(Pending, KeepsNamesThatWerePutTogether) {
  Kept kept;
  for (int i = 0; i < 12; ++i)
    kept.name("AA1C1Q01FP1LD0/XCBR" + std::to_string(i) + "$ST$Pos$stVal" + std::string(60, 'x'));
  const auto operations = kept.operations();
  ASSERT_EQ(operations.size(), 12u);
  for (std::size_t i = 0; i < operations.size(); ++i)
    EXPECT_EQ(text_of(operations[i].object.text),
              "AA1C1Q01FP1LD0/XCBR" + std::to_string(i) + "$ST$Pos$stVal" + std::string(60, 'x'));
}

TEST(Pending, ANameThatDoesNotFitIsNoName) {
  Kept kept;
  for (int i = 0; i < 200; ++i) kept.name(std::string(120, 'a') + std::to_string(i));
  std::size_t whole = 0;
  for (const Operation& operation : kept.operations()) {
    if (operation.object.none()) continue;
    EXPECT_EQ(text_of(operation.object.text), std::string(120, 'a') + std::to_string(whole++));
  }
  EXPECT_GT(whole, 10u);
}

// A request may name many objects, each where it stands in the message.
TEST(Pending, KeepsNamesThatStandFarBehind) {
  const std::string message(3'000, 'n');
  const Bytes octets = bytes_of(message);
  Kept kept;
  kept.output->reset(schema, octets);
  for (std::size_t i = 0; i < 30; ++i)
    kept.output->operate(Verb::read).object = {.count = 1, .text = octets.subspan(i * 90, 40)};
  for (const Operation& operation : kept.operations()) EXPECT_EQ(operation.object.text.size(), 40u);
}

constexpr Field item_rows[] = {
    {"name", Kind::text, log, {"Name", "名"}, "A name.", "none"},
};
constexpr auto item_fields = table("test.item", item_rows);
constexpr Schema item_schema = item_fields.schema();

TEST(Pending, KeepsWhatItemsSayInScratch) {
  Kept kept;
  for (int i = 0; i < 8; ++i) {
    kept.output->items.start(item_schema).put(0, kept.scratch->copy(bytes_of("item " + std::to_string(i))));
    kept.output->items.emit();
  }
  Message message;
  message.record = kept.output->record.view();
  message.items = &kept.output->items;
  const Request& request = kept.pool[kept.pool.keep(message, 1)].request;
  ASSERT_EQ(request.items.size(), 8u);
  for (std::size_t i = 0; i < 8; ++i) {
    ASSERT_TRUE(request.items[i].has(0)) << i;
    EXPECT_EQ(text_of(request.items[i].bytes(0)), "item " + std::to_string(i));
  }
}

}  // namespace
}  // namespace langyan::dissect
