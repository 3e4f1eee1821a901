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

}  // namespace
}  // namespace langyan::dissect
