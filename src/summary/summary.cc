#include "summary/summary.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/caps.h"
#include "base/pages.h"

namespace langyan::summary {
namespace {

constexpr std::uint32_t none = ~std::uint32_t{0};
constexpr std::size_t most_text = 40;  // octets of an object's name a fold keeps
constexpr std::uint8_t changed_budget = 10, first_budget = 60, weighty_budget = 60;
constexpr Duration forgotten_after = 15 * minute;

constexpr Detection own[] = {
    {9100010,
     "summary.flood",
     Severity::medium,
     "T0806",
     {"Flood of operations", "操作泛滥"},
     {"More operations of one kind a minute than a person or a regular program makes; the rest is "
      "only counted.",
      "一分钟内同类操作远超人员或正常程序的数量；其余仅计数。"},
     {"See which host sends them; sweeps, brute force and fuzzing look like this.",
      "查看由哪台主机发出；扫描、暴力尝试和模糊测试常呈此状。"}},
};

}  // namespace

std::span<const Detection> detections() {
  return own;
}

struct Summary::Fold {
  std::uint64_t key = 0;  // 0: free
  std::uint64_t value_key = 0;
  Time last = 0;
  double period_sum = 0, period_squares = 0;
  std::uint32_t count = 0;                         // in the window
  std::uint32_t periods = 0;                       // measured in the window
  std::uint32_t conversation = none, next = none;  // of the same conversation
  Verb verb = Verb::other;
  Outcome outcome = Outcome::pending;
  std::uint16_t code = 0;
  std::uint32_t unit = 0, function = 0;
  Object object;
  std::uint8_t text_size = 0, range = 0, ranges = 0;
  std::array<std::uint8_t, most_text> text{};
};

struct Summary::Conversation {
  const Protocol* protocol = nullptr;
  std::uint64_t key = 0;
  IpAddress client_ip, server_ip;
  flow::Kind kind = flow::Kind::tcp;
  std::uint16_t server_port = 0;
  std::uint32_t folds = none;  // list, newest first
  std::uint32_t older = none, newer = none;
  bool queued = false, flood_said = false;
  std::uint8_t changed = 0, firsts = 0, reports = 0, weighty = 0;  // spent in the window
  std::uint8_t ranges_used = 0;
  std::uint64_t operations = 0, held_back = 0;
  Time window_start = 0, first = 0, last = 0;
  std::array<Range, most_listed> ranges;
};

const Cap conversations{"summary.conversations",
                        8'192,
                        16,
                        1 << 22,
                        1'404,
                        "Client, server and protocol whose operations are folded."};
const Cap folds{"summary.operations",
                65'536,
                64,
                1 << 24,
                172,
                "Different operations of these conversations that are folded."};

const CapShare flow_price{"flow.flows", sizeof(std::uint32_t)};

struct Summary::Memory {
  Memory(std::size_t flow_slots, std::size_t conversation_slots, std::size_t fold_slots)
      : of_flow(flow_slots),
        all(conversation_slots),
        index(std::bit_ceil(conversation_slots * 2), none),
        fold_pool(fold_slots),
        fold_index(std::bit_ceil(fold_slots * 2), none) {
    for (std::size_t i = conversation_slots; i-- > 0;)
      free.push_back(static_cast<std::uint32_t>(i));
    for (std::size_t i = fold_slots; i-- > 0;) free_folds.push_back(static_cast<std::uint32_t>(i));
    repeats.reserve(most_listed);
  }

  // Linear probing with backward-shift removal: no tombstones, so probes stay short for ever.
  template <class Keys>
  static std::uint32_t* slot(std::vector<std::uint32_t>& table, std::uint64_t key,
                             const Keys& key_of) {
    const std::size_t mask = table.size() - 1;
    for (std::size_t at = key & mask;; at = (at + 1) & mask)
      if (table[at] == none || key_of(table[at]) == key) return &table[at];
  }
  template <class Keys>
  static void remove(std::vector<std::uint32_t>& table, std::uint64_t key, const Keys& key_of) {
    const std::size_t mask = table.size() - 1;
    auto hole = static_cast<std::size_t>(slot(table, key, key_of) - table.data());
    for (std::size_t at = (hole + 1) & mask; table[at] != none; at = (at + 1) & mask) {
      const std::size_t home = key_of(table[at]) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      table[hole] = table[at];
      hole = at;
    }
    table[hole] = none;
  }
  auto keys() {
    return [this](std::uint32_t i) { return all[i].key; };
  }
  auto fold_keys() {
    return [this](std::uint32_t i) { return fold_pool[i].key; };
  }

  HugePages<std::uint32_t> of_flow;  // conversation of a flow, by slot; set by opened()
  Pages<Conversation> all;
  std::vector<std::uint32_t> index, free;
  Pages<Fold> fold_pool;
  std::vector<std::uint32_t> fold_index, free_folds;
  std::vector<Repeat> repeats;
  std::uint32_t oldest = none, newest = none;  // queue of conversations by window start
};

Summary::Summary(std::size_t flows, std::size_t workers, Sink& sink)
    : sink_(sink),
      memory_(std::make_unique<Memory>(flows, conversations.share(workers), folds.share(workers))) {
  constexpr std::size_t of_indices = 3 * sizeof(std::uint32_t);  // index twice as large, free list
  static_assert(sizeof(Conversation) + of_indices == 1'404 && sizeof(Fold) + of_indices == 172,
                "the caps state the price");
}

Summary::~Summary() = default;

void Summary::opened(const flow::Flow& flow) {
  memory_->of_flow[flow.slot()] = none;
}

void Summary::prefetch(std::uint32_t slot) const {
  if (slot < memory_->of_flow.size()) __builtin_prefetch(&memory_->of_flow[slot]);
}

void Summary::prefetch_conversation(std::uint32_t slot) const {
  if (slot >= memory_->of_flow.size()) return;
  const std::uint32_t index = memory_->of_flow[slot];
  if (index >= memory_->all.size()) return;
  const auto* at = reinterpret_cast<const char*>(&memory_->all[index]);
  __builtin_prefetch(at), __builtin_prefetch(at + 64);
}

void Summary::message(flow::Flow& flow, const Message& message, Time now) {
  if (message.role == Role::request) return;
  add(flow, message, now);
}

void Summary::unanswered(flow::Flow& flow, const Message& request, Time now) {
  add(flow, request, now);
}

void Summary::add(flow::Flow& flow, const Message& message, Time now) {
  counters_.add(Count::operations, message.operations.size());
  if (everything_) {
    counters_.add(Count::written, message.operations.size());
    return sink_.event(flow, message, Why::first);
  }
  if (message.operations.empty()) {  // nothing was done; what is wrong with it is said by its fault
    if (message.fault != Fault::none) sink_.event(flow, message, Why::flagged);
    return;
  }
  const std::uint32_t index = conversation_of(flow, *message.protocol, now);
  if (index == none) return counters_.add(Count::conversations_refused);
  Conversation& conversation = memory_->all[index];
  if (!conversation.queued) enqueue(index), conversation.window_start = now;
  if (conversation.operations == 0) conversation.first = now;
  conversation.last = now;

  bool write = false;
  Why why = Why::first;
  const std::uint64_t held_before = conversation.held_back;
  for (const Operation& operation : message.operations) {
    Why reason = Why::first;
    if (notable(conversation, operation, now, reason) && !write) write = true, why = reason;
  }
  if (write) {
    counters_.add(Count::written, message.operations.size());
    return sink_.event(flow, message, why);
  }
  counters_.add(Count::folded, message.operations.size());
  conversation.operations += message.operations.size();
  if (conversation.held_back > held_before && !conversation.flood_said &&
      (conversation.firsts >= first_budget || conversation.weighty >= weighty_budget)) {
    conversation.flood_said = true;
    counters_.add(Count::floods);
    sink_.flood(flow, message, own[0]);
  }
}

bool Summary::spend(Conversation& conversation, std::uint8_t& spent, std::uint8_t budget) {
  if (spent < budget) return ++spent, true;
  ++conversation.held_back;
  return false;
}

bool Summary::notable(Conversation& conversation, const Operation& operation, Time now, Why& why) {
  bool fresh = false;
  Fold* fold = fold_of(conversation, operation, fresh);
  if (!fold) {
    counters_.add(Count::folds_refused);
    return spend(conversation, conversation.firsts, first_budget);
  }
  const std::uint64_t value_key = operation.value.none() ? fold->value_key : operation.value.key();
  const bool value_changed =
      !fresh && !operation.value.none() && fold->value_key != 0 && value_key != fold->value_key;
  const bool outcome_changed =
      !fresh && (operation.outcome != fold->outcome || operation.code != fold->code);
  if (!fresh && fold->last != 0 && now > fold->last) {
    const double period = static_cast<double>(now - fold->last) / second;
    fold->period_sum += period, fold->period_squares += period * period;
    ++fold->periods;
  }
  if (fresh || value_changed || fold->count == 0) measure(conversation, *fold, operation);
  fold->value_key = value_key;
  fold->outcome = operation.outcome;
  fold->code = operation.code;
  fold->last = now;
  ++fold->count;

  if (is_weighty(operation.verb)) {
    why = Why::weighty;
    return spend(conversation, conversation.weighty, weighty_budget);
  }
  if (fresh || outcome_changed) {
    why = fresh ? Why::first : Why::outcome_changed;
    std::uint8_t& spent =
        operation.verb == Verb::report || !conversation.protocol->industrial ? conversation.reports
                                                                             : conversation.firsts;
    return spend(conversation, spent, first_budget);
  }
  if (!value_changed) return false;
  why = Why::value_changed;
  return changes_process(operation.verb) &&
         spend(conversation, conversation.changed, changed_budget);
}

void Summary::measure(Conversation& conversation, Fold& fold, const Operation& operation) {
  const std::size_t elements =
      operation.value.elements(std::max<std::uint32_t>(operation.object.count, 1));
  if (elements == 0) return;
  const bool starts = fold.ranges == 0;
  if (starts) {
    const std::size_t room = most_listed - conversation.ranges_used;
    fold.range = conversation.ranges_used;
    fold.ranges = static_cast<std::uint8_t>(std::min(elements, room));
    conversation.ranges_used = static_cast<std::uint8_t>(conversation.ranges_used + fold.ranges);
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(fold.ranges, elements); ++i) {
    Range& range = conversation.ranges[fold.range + i];
    const double value = operation.value.element(i);
    if (starts) range = {operation.object.address + i, value, value, value, value};
    range.last = value;
    range.least = std::min(range.least, value);
    range.most = std::max(range.most, value);
  }
}

std::uint32_t Summary::conversation_of(const flow::Flow& flow, const Protocol& protocol, Time now) {
  std::uint32_t& cached = memory_->of_flow[flow.slot()];
  const auto matches = [&](const Conversation& each) {
    return each.protocol == &protocol && each.client_ip == flow.client_ip() &&
           each.server_ip == flow.server_ip();
  };
  if (cached != none && matches(memory_->all[cached])) return cached;
  std::uint64_t key = hash(bytes_of(protocol.name), static_cast<std::uint64_t>(flow.kind()));
  key = hash(flow.client_ip().octets, key);
  key = hash(flow.server_ip().octets, key);
  std::uint32_t* at = Memory::slot(memory_->index, key, memory_->keys());
  if (*at != none) return cached = *at;
  if (memory_->free.empty()) return none;
  const std::uint32_t index = memory_->free.back();
  memory_->free.pop_back();
  Conversation& fresh = memory_->all[index];
  fresh = Conversation{};
  fresh.protocol = &protocol;
  fresh.key = key;
  fresh.client_ip = flow.client_ip(), fresh.server_ip = flow.server_ip();
  fresh.kind = flow.kind();
  fresh.server_port = flow.server_port();
  fresh.window_start = now;
  *at = index;
  counters_.add(Count::conversations_opened);
  return cached = index;
}

Summary::Fold* Summary::fold_of(Conversation& conversation, const Operation& operation,
                                bool& fresh) {
  std::uint64_t key = combine(conversation.key, operation.object.key());
  key = combine(key, std::uint64_t{operation.unit} << 32 ^ std::uint64_t{operation.function} << 8 ^
                         static_cast<std::uint64_t>(operation.verb));
  key |= 1;  // 0 stands for a free one
  std::uint32_t* at = Memory::slot(memory_->fold_index, key, memory_->fold_keys());
  if (*at != none) return &memory_->fold_pool[*at];
  if (memory_->free_folds.empty()) return nullptr;
  const std::uint32_t index = memory_->free_folds.back();
  memory_->free_folds.pop_back();
  Fold& fold = memory_->fold_pool[index];
  fold = Fold{};
  fold.key = key;
  fold.conversation = static_cast<std::uint32_t>(&conversation - memory_->all.data());
  fold.next = conversation.folds;
  conversation.folds = index;
  fold.verb = operation.verb, fold.unit = operation.unit, fold.function = operation.function;
  fold.object = operation.object;
  fold.text_size = static_cast<std::uint8_t>(std::min(operation.object.text.size(), most_text));
  if (fold.text_size) std::memcpy(fold.text.data(), operation.object.text.data(), fold.text_size);
  *at = index;
  fresh = true;
  counters_.add(Count::folds_opened);
  return &fold;
}

void Summary::report(Conversation& conversation, Time now) {
  auto& repeats = memory_->repeats;
  repeats.clear();
  std::uint64_t total = 0;
  for (std::uint32_t i = conversation.folds; i != none; i = memory_->fold_pool[i].next) {
    Fold& fold = memory_->fold_pool[i];
    if (fold.count == 0) continue;
    ++total;
    if (repeats.size() == most_listed && repeats.back().count >= fold.count) continue;
    const double mean = fold.periods ? fold.period_sum / fold.periods : 0;
    const double variance = fold.periods ? fold.period_squares / fold.periods - mean * mean : 0;
    Repeat repeat{fold.verb,
                  fold.unit,
                  fold.function,
                  fold.object,
                  fold.outcome,
                  fold.code,
                  fold.count,
                  mean,
                  variance > 0 ? std::sqrt(variance) : 0,
                  std::span(conversation.ranges).subspan(fold.range, fold.ranges)};
    repeat.object.text = {fold.text.data(), fold.text_size};
    if (repeats.size() == most_listed) repeats.pop_back();
    // Most frequent first; among equals by key, which is the same for any worker count.
    const auto before = [](const Repeat& a, const Repeat& b) {
      return a.count != b.count ? a.count > b.count
                                : std::pair(a.object.address, a.object.key()) <
                                      std::pair(b.object.address, b.object.key());
    };
    repeats.insert(std::ranges::upper_bound(repeats, repeat, before), repeat);
  }
  if (conversation.operations > 0) {
    counters_.add(Count::summaries);
    Mac client, server;  // on layer 2 a flow keeps them where the addresses stand
    std::copy_n(conversation.client_ip.octets.begin(), 6, client.octets.begin());
    std::copy_n(conversation.server_ip.octets.begin(), 6, server.octets.begin());
    sink_.report(
        {conversation.protocol, conversation.client_ip, conversation.server_ip, client, server,
         conversation.kind, conversation.server_port, conversation.key, conversation.first,
         conversation.last, conversation.operations, conversation.held_back, repeats, total},
        now);
  }
  for (std::uint32_t i = conversation.folds; i != none; i = memory_->fold_pool[i].next) {
    Fold& fold = memory_->fold_pool[i];
    fold.count = fold.periods = 0;
    fold.period_sum = fold.period_squares = 0;
    fold.range = fold.ranges = 0;
  }
  conversation.operations = conversation.held_back = 0;
  conversation.changed = conversation.reports = conversation.firsts = conversation.weighty = 0;
  conversation.ranges_used = 0;
  conversation.flood_said = false;
}

void Summary::tick(Time now) {
  while (memory_->oldest != none) {
    const std::uint32_t index = memory_->oldest;
    Conversation& conversation = memory_->all[index];
    const bool silent = conversation.last + forgotten_after <= now;
    if (conversation.window_start + window > now) return;
    report(conversation, now);
    dequeue(index);
    if (silent) {
      forget(index);
      continue;
    }
    conversation.window_start = now;
    enqueue(index);
  }
}

void Summary::finish(Time now) {
  for (; memory_->oldest != none; dequeue(memory_->oldest))
    report(memory_->all[memory_->oldest], now);
}

void Summary::forget(std::uint32_t index) {
  Conversation& conversation = memory_->all[index];
  for (std::uint32_t i = conversation.folds; i != none;) {
    Fold& fold = memory_->fold_pool[i];
    const std::uint32_t next = fold.next;
    Memory::remove(memory_->fold_index, fold.key, memory_->fold_keys());
    fold.key = 0;
    memory_->free_folds.push_back(i);
    counters_.add(Count::folds_closed);
    i = next;
  }
  Memory::remove(memory_->index, conversation.key, memory_->keys());
  conversation.protocol = nullptr;
  memory_->free.push_back(index);
  counters_.add(Count::conversations_closed);
}

void Summary::enqueue(std::uint32_t index) {
  Conversation& conversation = memory_->all[index];
  conversation.queued = true;
  conversation.older = memory_->newest, conversation.newer = none;
  (memory_->newest == none ? memory_->oldest : memory_->all[memory_->newest].newer) = index;
  memory_->newest = index;
}

void Summary::dequeue(std::uint32_t index) {
  Conversation& conversation = memory_->all[index];
  conversation.queued = false;
  (conversation.older == none ? memory_->oldest : memory_->all[conversation.older].newer) =
      conversation.newer;
  (conversation.newer == none ? memory_->newest : memory_->all[conversation.newer].older) =
      conversation.older;
  conversation.older = conversation.newer = none;
}

}  // namespace langyan::summary
