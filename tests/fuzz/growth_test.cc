// No traffic grows a flow past its cap: for every protocol of the registry, what its captures in
// pcaps/<protocol>/ say is said again endlessly by one side, cut in the middle and gone on with
// filler, and in segments of one octet. Meanwhile nothing is allocated, a flow holds at most a
// buffer and an assembly each way and most_requests requests, the work asked of the parsers is
// linear in the octets, and when the flow ends all is given back.
#include <gtest/gtest.h>

#include <new>

#include "tests/fuzz/talks.h"

namespace {
std::size_t allocations = 0;
void* allocate(std::size_t size) {
  if (langyan::fuzz::in_dissect) ++allocations;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new[](std::size_t size) {
  return allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace langyan::fuzz {
namespace {

constexpr std::size_t most_buffers = 4, most_requests = 64;  // of a flow (dissect/dissector.cc)
constexpr std::size_t endless = 3 * most_message_bytes;      // octets: past every buffer's end
constexpr std::size_t most_repeats = 3'000, filler_size = 1'000;
constexpr std::size_t most_talks = 4, most_turns_tried = 4, most_turns_said = 40;

class Growth : public testing::TestWithParam<const Protocol*> {
 protected:
  Growth() {
    allocations = 0;
    // Some from each end of the list, so that several captures have their word.
    std::vector<Talk> all = talks_of(LANGYAN_SOURCE_DIR "/pcaps", *GetParam(), 2);
    for (std::size_t i = 0; i < std::min(most_talks, all.size()); ++i)
      talks_.push_back(all[i * all.size() / std::min(most_talks, all.size())]);
  }

  void SetUp() override {
    if (talks_.empty()) GTEST_SKIP() << "no capture of its own";
  }
  static Rig& rig() {
    static Rig* made = (use_small_caps(), new Rig(Writes::nothing));
    return *made;
  }
  void begin(const Talk& talk, std::size_t piece) {
    work = {};
    octets_ = pieces_ = 0, piece_ = piece;
    const Start start = Start::of(start_octet(*GetParam(), talk, talk.from_the_start), GetParam());
    rig().begin(start.transport, start.port, piece);
    if (start.transport == Transport::tcp && start.from_the_start) rig().handshake();
  }
  void say(bool to_client, Bytes octets) {
    octets_ += octets.size(), pieces_ += 1 + (piece_ ? octets.size() / piece_ : 0);
    rig().say(to_client ? Direction::to_client : Direction::to_server, octets);
    ASSERT_LE(rig().dissector().buffers_in_use(), most_buffers);
    ASSERT_LE(rig().dissector().requests_waiting(), most_requests);
    ASSERT_EQ(allocations, 0u) << "the parsers and dissect allocate nothing";
  }
  void opening(const Talk& talk) {  // so that the flow is known for what it is
    for (std::size_t i = 0; i < std::min<std::size_t>(2, talk.turns.size()); ++i)
      say(talk.turns[i].to_client, talk.turns[i].octets);
  }
  void finish() {
    rig().finish();
    check_work(octets_, pieces_);
    EXPECT_EQ(rig().dissector().buffers_in_use(), 0u);
    EXPECT_EQ(rig().dissector().requests_waiting(), 0u);
  }
  // Some turns of the talk, from all over it.
  template <class Try>
  void each_turn(Try attempt) {
    for (const Talk& talk : talks_) {
      const std::size_t count = std::min(most_turns_tried, talk.turns.size());
      for (std::size_t i = 0; i < count && !HasFatalFailure(); ++i)
        attempt(talk, talk.turns[i * talk.turns.size() / count]);
    }
  }

  std::vector<Talk> talks_;
  std::uint64_t octets_ = 0, pieces_ = 0;
  std::size_t piece_ = 0;
};

TEST_P(Growth, OneSideOverAndOver) {
  each_turn([&](const Talk& talk, const Turn& turn) {
    begin(talk, 0);
    opening(talk);
    for (std::size_t i = 0; i < most_repeats && octets_ < endless && !HasFatalFailure(); ++i)
      say(turn.to_client, turn.octets);
    finish();
  });
}

TEST_P(Growth, CutAndNeverEnding) {
  each_turn([&](const Talk& talk, const Turn& turn) {
    for (const std::uint8_t octet : {0x00, 0xff}) {
      const std::vector<std::uint8_t> filler(filler_size, octet);
      begin(talk, 0);
      opening(talk);
      say(turn.to_client, Bytes{turn.octets}.first((turn.octets.size() + 1) / 2));
      while (octets_ < endless && !HasFatalFailure()) say(turn.to_client, filler);
      finish();
    }
  });
}

TEST_P(Growth, OneOctetAtATime) {
  for (const Talk& talk : talks_) {
    begin(talk, 1);
    for (std::size_t i = 0; i < std::min(most_turns_said, talk.turns.size()) && !HasFatalFailure();
         ++i)
      say(talk.turns[i].to_client, talk.turns[i].octets);
    finish();
  }
}

INSTANTIATE_TEST_SUITE_P(Protocols, Growth,
                         testing::ValuesIn(dissect::protocols().begin(),
                                           dissect::protocols().end()),
                         [](const auto& tested) { return std::string(tested.param->name); });

}  // namespace
}  // namespace langyan::fuzz
