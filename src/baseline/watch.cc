#include "baseline/watch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/caps.h"
#include "base/hash.h"
#include "baseline/learn.h"

namespace langyan::baseline {
namespace {

const CapShare flow_price{"flow.flows", 64};  // Slot

constexpr Duration sweep_every = minute;
constexpr Duration hours_from = 2 * day, days_from = 6 * day;  // watched, before hours and days of the week are judged
constexpr std::uint32_t hours_of_changes = 30; // writes by which their hours are known
constexpr std::size_t most_measured = 128;     // elements of one operation
constexpr std::uint16_t first_dynamic_port = 32'768;  // Linux' range; what listens there is agreed on anew each time

constexpr std::uint8_t no_zone = 255;

constexpr std::uint32_t bit_of(Verb verb) {
  return 1u << static_cast<unsigned>(verb);
}
std::uint32_t verbs_where(bool (*holds)(Verb)) {
  std::uint32_t verbs = 0;
  for (const Name& name : verb_names())
    if (holds(static_cast<Verb>(name.value))) verbs |= bit_of(static_cast<Verb>(name.value));
  return verbs;
}
std::uint32_t changing_verbs() {
  static const std::uint32_t verbs = verbs_where(changes_process);
  return verbs;
}
std::uint32_t programming_verbs() {
  static const std::uint32_t verbs = verbs_where(programs);
  return verbs;
}

// Whose values are a matter of habit. A clock's never come again; a program is no number.
bool has_usual_values(Verb verb) {
  return verb == Verb::write || verb == Verb::control || verb == Verb::force || verb == Verb::mode ||
         verb == Verb::select || verb == Verb::read || verb == Verb::report;
}
bool is_rare_kind(Verb verb) {
  return changes_process(verb) || is_weighty(verb);
}
// Who asks for an address has none; who answers all, no name of its own.
bool is_host(const Station& station) {
  if (station.is_mac) return !station.mac().is_group();
  constexpr std::uint32_t broadcast = 0xffffffff;
  if (station.ip == IpAddress{} || station.ip.is_multicast()) return false;
  return !station.ip.is_v4() || (station.ip.v4_number() != 0 && station.ip.v4_number() != broadcast);
}
bool is_enforced(Mode mode) {
  return mode == Mode::enforce;
}

// What of an operation is a habit: of protocols of offices the verb alone, for names and pages have no end.
Operation habitual(const Operation& operation, const Protocol& protocol) {
  Operation result = operation;
  if (!protocol.industrial) {
    result.unit = 0, result.function = no_function, result.object = {}, result.value = {};
  } else if (result.object.none()) {
    result.object = {};
  }
  return result;
}

}  // namespace

Watch::Watch(const Settings& settings, std::size_t flows, std::size_t workers, NoticeSink& sink)
    : sink_(sink), zones_(settings), book_(workers), slots_(flows), due_(book_.capacity() / places_a_due + 1) {
  overdue_.reserve(most_overdue);
}

void Watch::opened(const flow::Flow& flow) {
  Slot& slot = slots_[flow.slot()];
  slot.conversation = slot.next = none;
  slot.used = slot.at = slot.side = slot.goes_on = slot.detailed = 0;
  slot.counted = 0;
}

void Watch::prefetch(std::uint32_t slot) const {
  if (slot < slots_.size()) __builtin_prefetch(&slots_[slot]);
}

void Watch::prefetch_relation(std::uint32_t number) const {
  if (number >= slots_.size()) return;
  const Slot& slot = slots_[number];
  if (!slot.goes_on && !slot.used) return;
  const Index index = slot.goes_on ? slot.next : slot.relation[slot.at + 1 >= slot.used ? 0 : slot.at + 1];
  book_.prefetch(index);
  if (slot.detailed) book_.prefetch_detail(index);
}

void Watch::message(const flow::Flow& flow, const Message& message, Time now, std::uint64_t number) {
  if (message.role != Role::request) take(flow, message, now, number);
}

void Watch::unanswered(const flow::Flow& flow, const Message& request, Time now, std::uint64_t number) {
  take(flow, request, now, number);
}

void Watch::take(const flow::Flow& flow, const Message& message, Time now, std::uint64_t number) {
  if (message.operations.empty()) return;
  Slot& slot = slots_[flow.slot()];
  const auto side = static_cast<std::uint8_t>(1 + flow.side(Direction::to_server));
  if (slot.side != side) {  // or client and server changed places
    slot.side = side & 3;
    forget(slot), slot.conversation = none;
    const Now here{&flow, &message, &slot, now, number, Mode::off};
    const Ends ends = ends_of(here, message.operations[0]);
    slot.zone = is_host(ends.client) ? zones_.of(ends.client, ends.server) : no_zone;
  }
  if (slot.zone == no_zone) return;
  const Now here{&flow, &message, &slot, now, number, zones_.mode(slot.zone)};
  if (here.mode == Mode::off) return;
  for (const Operation& each : message.operations) operation(here, habitual(each, *message.protocol));
}

void Watch::operation(const Now& now, const Operation& operation) {
  const bool named = !operation.object.text.empty();
  const std::uint64_t first = named ? name_key(text_of(operation.object.text)) : operation.object.address;
  const std::uint32_t span = named ? 0 : operation.object.count;
  const std::uint64_t key =
      combine(std::uint64_t{operation.unit} << 32 | operation.function, std::uint64_t{operation.object.area} << 16 |
                                                                            std::uint64_t{operation.object.space} << 8 |
                                                                            static_cast<std::uint64_t>(operation.verb));
  const Print print{static_cast<std::uint32_t>(key >> 32),
                    static_cast<std::uint32_t>(combine(key, first ^ std::uint64_t{span} << 40) >> 32)};
  Index index = known(now, operation, first, span, print);
  if (index != none) return again(now, index, operation);
  index = enter(now, operation);
  if (index != none) note(*now.slot, print, index);
}

// Where the flow's poll goes on, or in what it did last.
Index Watch::remembered(Slot& slot, std::uint64_t first, std::uint32_t span, Print print) const {
  if (slot.generation != book_.generation())
    forget(slot), slot.conversation = none, slot.generation = book_.generation();
  const auto is_it = [&](Index index) {
    const Relation& relation = book_.relation(index);
    return relation.first == first && relation.span() == span;
  };
  if (slot.next != none && slot.deed == print.deed && is_it(slot.next)) {
    slot.goes_on = 1;
    return slot.next;
  }
  for (std::uint8_t i = 0; i < slot.used; ++i) {
    if (slot.print[i] != print.all) continue;
    if (!(book_.relation(slot.relation[i]).flags & Relation::folded) && !is_it(slot.relation[i])) continue;
    slot.at = i, slot.goes_on = 0;
    return slot.relation[i];
  }
  return none;
}

// In what is remembered of the flow; else in the book.
Index Watch::known(const Now& now, const Operation& operation, std::uint64_t first, std::uint32_t span, Print print) {
  Slot& slot = *now.slot;
  if (const Index index = remembered(slot, first, span, print); index != none) {
    follow(slot, print, index);
    return index;
  }
  const Index conversation = conversation_of(now, operation);
  if (conversation == none) return none;
  const Index deed = book_.find_deed(conversation, operation.verb, operation.function, operation.object);
  if (deed == none) return none;
  Index index = book_.find_relation(deed, first, span);
  if (index == none) {
    index = book_.find_covering(deed, first, span, !operation.object.text.empty());
    // Side by side they cover it: another way to ask for what is known.
    if (index != none && !(book_.relation(index).flags & Relation::folded)) {
      const Index more = book_.add_relation(deed, operation.object, false);
      if (more != none)
        begin(book_.relation(more), book_.detail(more), now.time), book_.relation(more).count = 0, index = more;
    }
  }
  if (index != none) note(slot, print, index);
  return index;
}

void Watch::forget(Slot& slot) {
  slot.used = slot.at = slot.goes_on = 0, slot.next = none;
}

void Watch::follow(Slot& slot, Print print, Index relation) const {
  slot.deed = print.deed, slot.next = book_.relation(relation).next;
}

void Watch::note(Slot& slot, Print print, Index relation) const {
  if (slot.generation != book_.generation()) forget(slot), slot.generation = book_.generation();
  if (slot.used < recent) slot.at = slot.used++;
  else slot.at = static_cast<std::uint8_t>(slot.at + 1 == recent ? 0 : slot.at + 1);
  slot.print[slot.at] = print.all, slot.relation[slot.at] = relation;
  follow(slot, print, relation);
}

Ends Watch::ends_of(const Now& now, const Operation& operation) const {
  const flow::Flow& flow = *now.flow;
  Ends ends;
  if (flow.kind() == flow::Kind::layer2) {
    ends.client = Station::of(flow.client_mac()), ends.server = Station::of(flow.server_mac());
    ends.transport = Transport::layer2, ends.port = flow.ethertype();
  } else {
    ends.client = Station::of(flow.client_ip()), ends.server = Station::of(flow.server_ip());
    ends.transport = flow.kind() == flow::Kind::udp ? Transport::udp : Transport::tcp;
    ends.port = flow.server_port();
  }
  ends.protocol = now.message ? now.message->protocol : nullptr;
  ends.unit = operation.unit;
  return ends;
}

Index Watch::conversation_of(const Now& now, const Operation& operation) {
  const Index last = now.slot->conversation;
  if (last != none) {
    const Conversation& conversation = book_.conversation(last);
    if (conversation.unit == operation.unit && conversation.protocol == now.message->protocol) return last;
  }
  const Index found = book_.find_conversation(ends_of(now, operation));
  if (found != none) {
    now.slot->conversation = found;
    if (!book_.conversation(found).is(Conversation::met)) meet(now, found, operation);
  }
  return found;
}

// For who keeps what spans pairs: once a conversation and run, and again with each verb more.
void Watch::meet(const Now& now, Index index, const Operation& operation) {
  Conversation& conversation = book_.conversation(index);
  conversation.flags |= Conversation::met;
  if (conversation.is(Conversation::pending)) return;
  Notice notice;
  notice.what = Notice::What::met;
  notice.ends = conversation.ends();
  notice.verbs = conversation.verbs;
  notice.verb = operation.verb;
  notice.asks = !now.message || now.message->role != Role::event;
  notice.time = now.time, notice.packet_number = now.number, notice.tie = conversation.key;
  sink_.accept(notice);
}

bool Watch::function_known(const Conversation& conversation, std::uint32_t function) const {
  for (Index i = conversation.deeds; i != none; i = book_.deed(i).next)
    if (book_.deed(i).function == function) return true;
  return false;
}

// What this client does to this unit, in whatever protocol: usual, or said already.
std::uint32_t Watch::verbs_of_unit(const Ends& ends, bool said) const {
  std::uint32_t verbs = 0;
  for (Index i = book_.first_of_pair(ends.client, ends.server); i != none; i = book_.conversation(i).next_of_pair) {
    const Conversation& each = book_.conversation(i);
    if (each.unit == ends.unit) verbs |= said ? each.verbs_said : each.verbs;
  }
  return verbs;
}

// The one thing to say of an operation that is not in the book; Kind::last: nothing, it is part of what was said.
Kind Watch::kind_of(const Ends& ends, Index index, const Operation& operation, bool& peer_is_new) const {
  const Index of_pair = book_.first_of_pair(ends.client, ends.server);
  peer_is_new = of_pair == none || (of_pair == index && book_.conversation(of_pair).is(Conversation::pending));
  const bool industrial = ends.protocol && ends.protocol->industrial;
  if (industrial && changes_process(operation.verb)) {
    const std::uint32_t usual = verbs_of_unit(ends, false), said = verbs_of_unit(ends, true);
    if (programs(operation.verb) && !(usual & programming_verbs()))
      return said & programming_verbs() ? Kind::last : Kind::new_programmer;
    if (!(usual & changing_verbs())) return said & changing_verbs() ? Kind::last : Kind::new_writer;
  }
  if (index == none) {
    if (of_pair == none) return Kind::new_peer;
    if (!ends.protocol) return book_.conversation(of_pair).is(Conversation::pending) ? Kind::last : Kind::new_service;
    bool spoken = false, usual = false;
    for (Index i = of_pair; i != none; i = book_.conversation(i).next_of_pair) {
      const Conversation& each = book_.conversation(i);
      spoken |= each.protocol == ends.protocol;
      usual |= !each.is(Conversation::pending);
    }
    // Units one after the other of a peer or protocol that is new itself are part of that.
    if (!usual) return spoken ? Kind::last : Kind::new_protocol;
    return spoken ? Kind::new_unit : Kind::new_protocol;
  }
  const Conversation& conversation = book_.conversation(index);
  if (conversation.is(Conversation::pending)) return Kind::last;
  if (!(conversation.verbs & bit_of(operation.verb)))
    return conversation.verbs_said & bit_of(operation.verb) ? Kind::last : Kind::new_verb;
  if (!function_known(conversation, operation.function)) return Kind::new_function;
  const Index deed = book_.find_deed(index, operation.verb, operation.function, operation.object);
  if (deed == none) {
    // Of a function that was new itself and said, another object space is part of that.
    for (Index i = conversation.deeds; i != none; i = book_.deed(i).next)
      if (book_.deed(i).function == operation.function && !book_.deed(i).is(Deed::pending)) return Kind::new_object;
    return Kind::last;
  }
  return book_.deed(deed).is(Deed::pending) ? Kind::last : Kind::new_object;
}

Index Watch::enter(const Now& now, const Operation& operation) {
  const Ends ends = ends_of(now, operation);
  Index at = conversation_of(now, operation);
  bool peer_is_new = false;
  const bool speaks = now.mode != Mode::learn;
  const Kind kind = speaks ? kind_of(ends, at, operation, peer_is_new) : Kind::last;
  const bool pending = is_enforced(now.mode);
  // Described before it is entered: what was usual until now.
  Notice said;
  if (kind != Kind::last) {
    said = notice(now, kind, ends, operation);
    said.peer_is_new = peer_is_new;
    if (at != none) {
      said.verbs = book_.conversation(at).verbs;
      if (!book_.conversation(at).is(Conversation::pending))
        said.since = static_cast<Time>(book_.conversation(at).since) * second;
      if (const Index deed = book_.find_deed(at, operation.verb, operation.function, operation.object); deed != none)
        describe(said, book_.deed(deed).relations);
      said.count = 0;  // of one range; what is new has none
    }
  }
  Index relation = none;
  if (at == none) at = book_.add_conversation(ends, pending);
  if (at != none) {
    Conversation& conversation = book_.conversation(at);
    if (conversation.since == 0) conversation.since = static_cast<std::uint32_t>(std::max<Time>(now.time, 0) / second);
    now.slot->conversation = at;
    Index deed = book_.find_deed(at, operation.verb, operation.function, operation.object);
    if (deed == none) deed = book_.add_deed(at, operation.verb, operation.function, operation.object, pending);
    if (deed != none) relation = book_.add_relation(deed, operation.object, pending);
    std::uint32_t& verbs = pending ? conversation.verbs_said : conversation.verbs;
    const bool more = !(verbs & bit_of(operation.verb));
    verbs |= bit_of(operation.verb);
    // Without room it cannot be remembered as said, and saying it each time would be a flood.
    const bool remembered = relation != none || deed == none || kind != Kind::new_object;
    // First what was usual until now, then that it is.
    if (kind != Kind::last && remembered) sink_.accept(said);
    if (more || !conversation.is(Conversation::met)) meet(now, at, operation);
  }
  if (relation == none) return none;
  Relation& fresh = book_.relation(relation);
  Detail& detail = book_.detail(relation);
  begin(fresh, detail, now.time);
  if (has_usual_values(operation.verb)) {
    const std::size_t count = operation.value.elements(std::max<std::uint32_t>(operation.object.count, 1));
    for (std::size_t i = 0; i < std::min(count, most_measured); ++i) measure(fresh, detail, operation.value.element(i));
    detail.step = 0;  // between elements is no step
  }
  if (!pending && is_rare_kind(operation.verb)) learn_hours(book_.deed_of(relation), now.time);
  if (is_sent(operation.verb)) heard(now, book_.deed_of(relation));
  return relation;
}

void Watch::learn_hours(Deed& deed, Time now) {
  ++deed.count, deed.hours |= hour_bits(now);
  if (!changes_process(deed.verb)) return;
  Conversation& conversation = book_.conversation(deed.conversation);
  ++conversation.changes, conversation.change_hours |= hour_bits(now);
}

// What is sent unasked comes when it comes: how long a sender is silent at most is the habit, over all its objects.
void Watch::heard(const Now& now, Deed& deed) {
  const auto at = static_cast<std::uint32_t>(std::max<Time>(now.time, 0) / second);
  if (!is_enforced(now.mode)) {
    if (deed.last != 0 && at > deed.last) deed.longest_pause = std::max(deed.longest_pause, at - deed.last);
    ++deed.count;
  }
  deed.last = at;
  if (deed.is(Deed::silent_said)) {
    deed.flags &= static_cast<std::uint16_t>(~Deed::silent_said);
    Conversation& conversation = book_.conversation(deed.conversation);
    conversation.flags &= static_cast<std::uint8_t>(~Conversation::stopped_said);
  }
}

void Watch::again(const Now& now, Index index, const Operation& operation) {
  Relation& relation = book_.relation(index);
  now.slot->detailed = !is_enforced(now.mode) || is_sent(operation.verb);
  if (now.mode != Mode::learn && !(relation.flags & Relation::pending)) judge(now, index, operation);
  if (is_sent(operation.verb)) heard(now, book_.deed_of(index));
  if (is_enforced(now.mode)) {
    const Duration pause = now.time - last_of(relation);
    if (recount(relation, now.time) && !(relation.flags & (Relation::pending | Relation::said_stopped))) {
      Conversation& conversation = book_.conversation(book_.deed_of(index).conversation);
      const bool first = !conversation.is(Conversation::period_said);  // of all that this client asks, one word
      conversation.flags |= Conversation::period_said;
      Notice changed = notice(now, Kind::period_changed, conversation.ends(), operation);
      describe(changed, index);
      changed.pause = pause;
      if (first) sink_.accept(changed);
    }
  } else {
    observe(relation, book_.detail(index), now.time);
    if (now.mode == Mode::review) due_[index / places_a_due] = 0;
    if (is_rare_kind(operation.verb)) learn_hours(book_.deed_of(index), now.time);
  }
  if (operation.value.none() || !has_usual_values(operation.verb)) return;
  const std::size_t count = operation.value.elements(std::max<std::uint32_t>(operation.object.count, 1));
  if (is_enforced(now.mode)) {
    if (count) relation.set_latest(static_cast<float>(operation.value.element(count - 1)));
    return;
  }
  Detail& detail = book_.detail(index);
  const float step = detail.step;
  for (std::size_t i = 0; i < std::min(count, most_measured); ++i)
    measure(relation, detail, operation.value.element(i));
  if (count > 1 || (relation.flags & Relation::folded)) detail.step = step;
}

bool Watch::wrong_hour(Index index, const Deed& deed, const Conversation& conversation, std::uint8_t zone, Time now) {
  const Relation& relation = book_.relation(index);
  if (relation.flags & Relation::hours_set) return hour_is_unusual(book_.detail(index).hours, now, true);
  if (!is_rare_kind(deed.verb) || (relation.flags & Relation::regular) || deed.is(Deed::hour_said)) return false;
  if (zones_.watched(zone) < hours_from || deed.count == 0) return false;
  if (!is_weighty(deed.verb))
    return conversation.changes >= hours_of_changes && hour_is_unusual(conversation.change_hours, now, false);
  if (deed.count >= hours_of_changes) return hour_is_unusual(deed.hours, now, false);
  // Rare: a pattern is where few hours hold them all.
  const auto distinct = static_cast<unsigned>(std::popcount(deed.hours & 0xffffffu));
  if (deed.count > 3 && distinct * 2 > deed.count) return false;
  return hour_is_unusual(deed.hours, now, zones_.watched(zone) >= days_from);
}

// A usual operation: with a usual value, at a usual hour?
void Watch::judge(const Now& now, Index index, const Operation& operation) {
  Relation& relation = book_.relation(index);
  if (!is_rare_kind(operation.verb) && !(relation.flags & (Relation::judged | Relation::hours_set))) return;
  now.slot->detailed = 1;
  const Detail& detail = book_.detail(index);
  Deed& deed = book_.deed(detail.deed);
  const Conversation& conversation = book_.conversation(deed.conversation);
  const auto tell = [&](Kind kind, double value) {
    Notice said = notice(now, kind, conversation.ends(), operation);
    describe(said, index);
    said.value = value;
    if (kind == Kind::unusual_hour && !(relation.flags & Relation::hours_set)) {
      said.hours = is_weighty(deed.verb) ? deed.hours : conversation.change_hours;
      said.count = is_weighty(deed.verb) ? deed.count : conversation.changes;
    }
    sink_.accept(said);
  };
  if (!(relation.flags & Relation::said_hour) &&
      wrong_hour(index, deed, conversation, now.slot->zone, now.time)) {
    // Another function of the same act is no further deviation.
    bool said = false;
    for (Index i = conversation.deeds; i != none; i = book_.deed(i).next)
      said |= book_.deed(i).verb == deed.verb && book_.deed(i).is(Deed::hour_said);
    if (is_enforced(now.mode)) relation.flags |= Relation::said_hour, deed.flags |= Deed::hour_said;
    if (!said) tell(Kind::unusual_hour, 0);
  }
  if (!has_usual_values(operation.verb) || operation.value.none()) return;
  const std::size_t count = operation.value.elements(std::max<std::uint32_t>(operation.object.count, 1));
  if (!(relation.flags & Relation::said_value)) {
    for (std::size_t i = 0; i < std::min(count, most_measured); ++i) {
      const double value = operation.value.element(i);
      if (!value_is_outside(relation, detail, value)) continue;
      if (is_enforced(now.mode)) relation.flags |= Relation::said_value;
      return tell(Kind::value_range, value);
    }
  }
  if (count != 1 || (relation.flags & (Relation::said_step | Relation::folded | Relation::said_value))) return;
  if (!step_is_larger(relation, detail, operation.value.element(0))) return;
  if (is_enforced(now.mode)) relation.flags |= Relation::said_step;
  tell(Kind::value_step, operation.value.element(0));
}

Notice Watch::notice(const Now& now, Kind kind, const Ends& ends, const Operation& operation) const {
  Notice notice;
  notice.kind = kind;
  notice.severity = severity_of(kind, operation.verb, ends.protocol && ends.protocol->industrial);
  notice.mode = now.mode, notice.zone = now.slot->zone;
  notice.asks = now.message && now.message->role != Role::event;
  notice.ends = ends;
  notice.verb = operation.verb, notice.function = operation.function;
  const Object& object = operation.object;
  notice.space = object.space, notice.width = object.width, notice.area = object.area;
  notice.first = object.address, notice.elements = object.count;
  notice.name_size = static_cast<std::uint8_t>(std::min(object.text.size(), most_name));
  if (notice.name_size) std::memcpy(notice.name, object.text.data(), notice.name_size);
  if (operation.value.elements(1)) notice.value = operation.value.element(0);
  notice.time = now.time, notice.packet_number = now.number;
  notice.since = zones_.states()[notice.zone].since;
  return notice;
}

void Watch::describe(Notice& notice, Index index) const {
  if (index == none) return;
  const Relation& relation = book_.relation(index);
  const Detail& detail = book_.detail(index);
  const Deed& deed = book_.deed(detail.deed);
  const Conversation& conversation = book_.conversation(deed.conversation);
  notice.verbs = conversation.verbs;
  notice.count = relation.count;
  notice.since = since_of(detail), notice.last = last_of(relation);
  if (relation.flags & Relation::valued) {
    notice.least = detail.least, notice.most = detail.most, notice.step = detail.step;
  }
  notice.period = static_cast<Duration>(relation.period * static_cast<float>(second));
  notice.pause = notice.time - notice.last;
  notice.hours = detail.hours;
  notice.ranges = deed.ranges;
  bool any = false;
  book_.each_of(deed, [&](Index i) {
    const Relation& each = book_.relation(i);
    if ((each.flags & (Relation::pending | Relation::named)) || each.span() == 0) return false;
    notice.usual_first = any ? std::min(notice.usual_first, each.first) : each.first;
    notice.usual_end = any ? std::max(notice.usual_end, each.first + each.span()) : each.first + each.span();
    any = true;
    return false;
  });
}

// A service no decoder knows: that it is used is all there is to learn.
void Watch::unidentified(const flow::Flow& flow, Time now, std::uint64_t number) {
  if (flow.kind() != flow::Kind::tcp || flow.certainty() != flow::Certainty::seen ||
      flow.server_port() >= first_dynamic_port)
    return;
  Slot& slot = slots_[flow.slot()];
  Now here{&flow, nullptr, &slot, now, number, Mode::off};
  Operation session;
  session.verb = Verb::session;
  const Ends ends = ends_of(here, session);
  slot.zone = zones_.of(ends.client, ends.server);
  here.mode = zones_.mode(slot.zone);
  slot.side = 0;
  if (here.mode == Mode::off) return;
  Index at = book_.find_conversation(ends);
  if (at != none) return;
  bool peer_is_new = false;
  const Kind kind = here.mode == Mode::learn ? Kind::last : kind_of(ends, none, session, peer_is_new);
  at = book_.add_conversation(ends, is_enforced(here.mode));
  if (at == none) return;
  book_.conversation(at).since = static_cast<std::uint32_t>(std::max<Time>(now, 0) / second);
  const Index deed = book_.add_deed(at, session.verb, session.function, session.object, is_enforced(here.mode));
  const Index relation = deed == none ? none : book_.add_relation(deed, session.object, is_enforced(here.mode));
  if (relation != none) begin(book_.relation(relation), book_.detail(relation), now);
  if (!is_enforced(here.mode)) book_.conversation(at).verbs |= bit_of(session.verb);
  if (kind != Kind::last) {
    Notice said = notice(here, kind, ends, session);
    said.asks = true, said.peer_is_new = peer_is_new;
    sink_.accept(said);
  }
  meet(here, at, session);
}

void Watch::tick(Time now) {
  if (started_ == 0) started_ = now, next_sweep_ = now + sweep_every;
  if (zones_.tick(now)) restored();
  if (now < next_sweep_) return;
  next_sweep_ = now + sweep_every;
  sweep(now);
}

void Watch::restore(const Habit& habit) {
  book_.restore(habit);  // what finds no room is counted there
}

// From here on intervals count that do not keep to the period.
void Watch::restored() {
  std::ranges::fill(due_, 0);
  for (std::size_t i = 0; i < book_.capacity(); ++i) {
    if (!book_.used(static_cast<Index>(i))) continue;
    Relation& relation = book_.relation(static_cast<Index>(i));
    if (!(relation.flags & (Relation::regular | Relation::said_hour | Relation::said_stopped | Relation::said_period)))
      continue;
    Deed& deed = book_.deed_of(static_cast<Index>(i));
    Conversation& conversation = book_.conversation(deed.conversation);
    if (relation.flags & Relation::said_hour) deed.flags |= Deed::hour_said;
    if (relation.flags & Relation::said_stopped) conversation.flags |= Conversation::stopped_said;
    if (relation.flags & Relation::said_period) conversation.flags |= Conversation::period_said;
    if (zones_.mode(zones_.of(conversation.client, conversation.server)) == Mode::enforce) relation.steady = 0;
  }
}

void Watch::visit_zones(Visitor& visitor) const {
  for (const ZoneState& zone : zones_.states()) visitor.zone(zone);
}

void Watch::visit_habits(Visitor& visitor) const {
  std::size_t at = 0;
  while (!visit_some(at, book_.capacity(), visitor)) {}
}

// All relations, then all conversations: what pairs say is told after who they are.
bool Watch::visit_some(std::size_t& at, std::size_t habits, Visitor& visitor) const {
  constexpr std::size_t step = 8;  // each_used's
  const std::size_t relations = book_.capacity(), all = relations + book_.conversations();
  std::size_t visited = 0;
  for (; at < relations && visited < habits; at += step)
    book_.each_used(static_cast<Index>(at), static_cast<Index>(at + step),
                    [&](Index index) { visitor.habit(book_.habit(index)), ++visited; });
  for (; at >= relations && at < all && visited < habits; ++at)
    if (const auto volume = book_.volume_habit(static_cast<Index>(at - relations))) visitor.volume(*volume), ++visited;
  return at >= all;
}

}  // namespace langyan::baseline
