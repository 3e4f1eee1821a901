#include "detect/build_tables.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>

#include "detect/classify.h"
#include "detect/kept_groups.h"
#include "detect/literal_choice.h"
#include "detect/message_choice.h"

namespace langyan::detect {
namespace {

constexpr std::size_t most_fixed_tables = 12;   // of a group: each costs a comparison a packet
// Rules of one place and value in a table: more say that the value is an ordinary one, as "GET " is,
// so those with a literal elsewhere are found by that.
constexpr std::size_t most_alike = 8;
constexpr double few_addresses = 65'536;        // of a header's end that is worth an index

double size_of(const AddressSet* set) {
  if (!set) return INFINITY;
  double sum = 0;
  for (const AddressSet::Range& range : set->ranges()) {
    sum += std::ldexp(static_cast<double>(range.high.high - range.low.high), 64) +
           (static_cast<double>(range.high.low) - static_cast<double>(range.low.low)) + 1;
  }
  return sum;
}

// Addresses of IPv4 as numbers, so that they are found as other numbers of a packet are.
std::optional<std::uint64_t> source_v4(const decode::Headers& headers) {
  if (headers.ip_version != 4) return {};
  return AddressNumber::of(headers.source).low;
}
std::optional<std::uint64_t> destination_v4(const decode::Headers& headers) {
  if (headers.ip_version != 4) return {};
  return AddressNumber::of(headers.destination).low;
}

// Few addresses, all of IPv4.
bool is_narrow(const AddressSet* set) {
  constexpr std::uint64_t first = 0xffff'0000'0000, last = first + 0xffff'ffff;  // v4-mapped
  return set && size_of(set) <= few_addresses &&
         std::ranges::all_of(set->ranges(), [](const AddressSet::Range& range) {
           return range.low.high == 0 && range.high.high == 0 && range.low.low >= first &&
                  range.high.low <= last;
         });
}

bool goes(const Program& program, Direction way) {
  return program.as_asked || !program.flow.direction || *program.flow.direction == way;
}

struct Numbered {  // a rule and its place in the order of evaluation
  std::uint32_t index;
  const Program* program;
  unsigned zones = Zones::all, turned_zones = Zones::all;  // whose packets can meet it; with <> read from right to left
};

// Whether the rule is looked for in packets or streams.
bool is_raw(const Program& program) {
  using Kind = Program::Kind;
  return program.kind == Kind::packet || program.kind == Kind::stream || program.kind == Kind::both;
}

class Builder {
 public:
  Builder(Tables& tables, const Tables* before) : tables_(tables), kept_(before, tables.rules) {
    rules_.reserve(tables.rules.size());
    for (const auto& rule : tables.rules)
      rules_.push_back({static_cast<std::uint32_t>(rules_.size()), rule->program.get()});
  }

  Result<void> build() {
    divide();
    tables_.protocol_numbers.build(tables_.protocols);
    tables_.messages.resize(tables_.protocols.size() * directions);
    for (const Numbered& rule : rules_) {
      if (rule.program->kind == Program::Kind::protocol)
        tables_.protocol_rules.push_back(rule.index);
      for (const std::uint32_t event : rule.program->events)
        tables_.events.push_back({event, rule.index});
      tables_.any_extent |= std::ranges::any_of(rule.program->flow_numbers, &FlowCondition::extent);
    }
    std::ranges::sort(tables_.events, {}, [](const EventRule& it) {
      return std::pair(it.event, it.rule);
    });
    for (std::size_t carrier = 0; carrier < carrier_count; ++carrier) {
      build_flow_rules(static_cast<Carrier>(carrier));
      for (std::size_t way = 0; way < directions; ++way) {
        build_packets(static_cast<Carrier>(carrier), static_cast<Direction>(way));
      }
    }
    for (std::size_t way = 0; way < directions; ++way) {
      build_streams(static_cast<Direction>(way), GroupFor::stream);
      build_streams(static_cast<Direction>(way), GroupFor::stream_start);
    }
    const std::vector<std::vector<Numbered>> by_protocol = message_rules();
    for (std::size_t i = 0; i < tables_.messages.size(); ++i) use_messages(by_protocol[i / directions], i);
    if (failure_) return *failure_;
    return build_scratch();
  }

 private:
  struct Wanted {  // a rule in a group that is being made
    std::uint32_t rule;
    std::optional<LiteralChoice> literal;
    std::uint32_t look_back = 0;
    std::optional<FixedOctets> fixed = {};
    bool of_packet = false;   // the packet's own header is at hand
    std::uint32_t until = 0;  // of a stream's start: up to where the literal is looked for
  };

  // The condition on the packet that the fewest numbers meet.
  static const PacketCondition* best_number(const Program& program) {
    const PacketCondition* best = nullptr;
    for (const PacketCondition& condition : program.packet) {
      if (!best || condition.numbers.count() < best->numbers.count()) best = &condition;
    }
    return best;
  }

  // The tables of the places that most rules look at; what finds no table is scanned for.
  static void make_fixed(std::vector<Wanted>& members, ScanGroup& group) {
    using Places = std::pair<std::uint32_t, std::uint64_t>;  // offset and mask
    std::map<std::pair<Places, std::uint64_t>, std::size_t> alike;
    for (const Wanted& member : members)
      if (member.fixed) ++alike[{{member.fixed->offset, member.fixed->mask}, member.fixed->value}];
    for (Wanted& member : members) {
      if (!member.fixed || !member.literal || member.literal->most_end <= member.fixed->end) continue;
      const FixedOctets& fixed = *member.fixed;
      if (alike[{{fixed.offset, fixed.mask}, fixed.value}] > most_alike) member.fixed.reset();
    }
    std::map<Places, std::map<std::uint64_t, std::vector<std::uint32_t>>> tables;
    std::map<Places, std::uint32_t> ends;
    for (const Wanted& member : members) {
      if (!member.fixed) continue;
      tables[{member.fixed->offset, member.fixed->mask}][member.fixed->value].push_back(
          member.rule);
      ends[{member.fixed->offset, member.fixed->mask}] = member.fixed->end;
    }
    std::vector<std::pair<std::size_t, Places>> sizes;
    for (const auto& [places, values] : tables) {
      std::size_t rules = 0;
      for (const auto& [value, list] : values) rules += list.size();
      sizes.push_back({rules, places});
    }
    std::ranges::sort(sizes, std::greater<>());
    if (sizes.size() > most_fixed_tables) sizes.resize(most_fixed_tables);
    std::set<std::uint32_t> placed;  // the others have their literal, or are always looked at
    for (const auto& [size, places] : sizes) {
      FixedTable& table = group.fixed.emplace_back();
      table.offset = places.first, table.mask = places.second, table.end = ends[places];
      group.fixed_end = std::max(group.fixed_end, table.end);
      for (const auto& [value, list] : tables[places]) {
        table.values.push_back(value);
        table.first.push_back(static_cast<std::uint32_t>(table.rules.size()));
        table.rules.insert(table.rules.end(), list.begin(), list.end());
        placed.insert(list.begin(), list.end());
      }
      table.first.push_back(static_cast<std::uint32_t>(table.rules.size()));
    }
    std::erase_if(members, [&](const Wanted& member) {
      return member.fixed && placed.contains(member.rule);
    });
  }

  using NumbersRead =
      std::map<PacketCondition::Read, std::vector<IntervalIndex<std::uint64_t>::Entry>>;

  // Lists of known hosts are rules on few addresses and on nothing that tells packets apart ("flags:S"):
  // they are found by the narrower end. False: neither end is narrow.
  bool by_address(std::uint32_t rule, NumbersRead& numbers) const {
    const Header& header = rules_[rule].program->header;
    const bool by_source = is_narrow(header.source) &&
                           (!is_narrow(header.destination) ||
                            size_of(header.source) <= size_of(header.destination));
    if (!by_source && !is_narrow(header.destination)) return false;
    const AddressSet& set = by_source ? *header.source : *header.destination;
    for (const AddressSet::Range& range : set.ranges()) {
      if (by_source || header.both_ways)
        numbers[source_v4].push_back({range.low.low, range.high.low, rule});
      if (!by_source || header.both_ways)
        numbers[destination_v4].push_back({range.low.low, range.high.low, rule});
    }
    return true;
  }

  ScanGroup make_group(std::vector<Wanted> members) {
    ScanGroup group;
    for (const Wanted& member : members) group.keep = std::max(group.keep, member.look_back);
    make_fixed(members, group);
    group.until = group.fixed_end;
    for (const Wanted& member : members) group.until = std::max(group.until, member.until);
    std::map<Literal, std::vector<Watch>> literals;
    NumbersRead numbers;
    for (const Wanted& member : members) {
      const PacketCondition* number = best_number(*rules_[member.rule].program);
      if (member.literal) {
        literals[member.literal->literal].push_back(
            {member.rule, member.literal->least_end, member.literal->most_end});
      } else if (member.of_packet && by_address(member.rule, numbers)) {
        continue;
      } else if (number) {
        for (const KeyRange& range : number->numbers.ranges()) {
          numbers[number->read].push_back({range.low, range.high, member.rule});
        }
      } else {
        group.always.push_back(member.rule);
      }
    }
    for (auto& [read, entries] : numbers) {
      PacketIndex& index = group.numbers.emplace_back();
      index.read = read;
      index.rules.build(std::move(entries), ~std::uint64_t{0},
                        [](std::uint64_t n) { return n + 1; });
    }
    std::ranges::sort(group.always);
    if (literals.empty()) return group;
    std::vector<Literal> list;
    for (const auto& [literal, watches] : literals) list.push_back(literal);
    auto found = LiteralDatabase::compile_near(list);
    if (!found) {
      failure_ = found.error();
      return group;
    }
    group.database = found->whole, group.more = found->rest;
    for (const LiteralDatabase* database : {group.database.get(), group.more.get()}) {
      if (!database) continue;
      for (const Literal& literal : database->literals()) {  // none of ours: of another group alone
        group.first.push_back(static_cast<std::uint32_t>(group.watches.size()));
        if (const auto at = literals.find(literal); at != literals.end())
          group.watches.insert(group.watches.end(), at->second.begin(), at->second.end());
      }
      group.overlap = std::max(group.overlap, static_cast<std::uint32_t>(database->longest() - 1));
      databases_.insert(database);
    }
    group.first.push_back(static_cast<std::uint32_t>(group.watches.size()));
    return group;
  }

  void note_databases(const ScanGroup& group) {
    for (const auto& database : {group.database, group.more})
      if (database) databases_.insert(database.get());
  }

  ScanGroup make_raw_group(std::span<const std::uint32_t> rules, GroupFor what) {
    if (auto kept = kept_.find(what, rules)) return note_databases(*kept), std::move(*kept);
    std::vector<Wanted> members;
    for (const std::uint32_t index : rules) {
      const Program& program = *rules_[index].program;
      Wanted wanted{index, {}};
      wanted.of_packet = what == GroupFor::packet && program.kind != Program::Kind::flow;
      if (const BufferMatch* raw = program.raw()) {
        if (what != GroupFor::packet) wanted.look_back = program.look_back;
        if (what == GroupFor::stream_start) {
          const auto start = stream_start(*raw);
          wanted.fixed = start->fixed, wanted.literal = start->literal, wanted.until = start->until;
        } else {
          wanted.fixed = choose_fixed(*raw);
          wanted.literal = choose_literal(program, true);
        }
      }
      members.push_back(std::move(wanted));
    }
    ScanGroup group = make_group(std::move(members));
    group.rules.assign(rules.begin(), rules.end());
    return group;
  }

  void divide() {
    std::vector<const Header*> headers;
    for (const Numbered& rule : rules_)
      if (is_raw(*rule.program)) headers.push_back(&rule.program->header);
    tables_.zones = Zones::choose(headers);
    if (tables_.zones.count() == 1) return;
    std::map<std::pair<const AddressSet*, const AddressSet*>, unsigned> known;
    const auto zones_of = [&](const AddressSet* source, const AddressSet* destination) {
      const auto [at, is_new] = known.try_emplace({source, destination});
      if (is_new) at->second = tables_.zones.met_by(source, destination);
      return at->second;
    };
    for (Numbered& rule : rules_) {
      const Header& header = rule.program->header;
      if (!is_raw(*rule.program)) continue;
      rule.zones = zones_of(header.source, header.destination);
      if (header.both_ways) rule.turned_zones = zones_of(header.destination, header.source);
    }
  }

  // With <> a rule is a member for both readings of its header.
  static void add_members(const Numbered& rule, std::size_t zone, std::vector<PortIndex::Member>& members) {
    const Header& header = rule.program->header;
    const bool ports = header.source_port || header.destination_port;
    const bool straight = rule.zones >> zone & 1, turned = header.both_ways && (rule.turned_zones >> zone & 1);
    if (straight || (turned && !ports)) members.push_back({rule.index, header.source_port, header.destination_port});
    if (turned && ports) members.push_back({rule.index, header.destination_port, header.source_port});
  }

  void build_packets(Carrier carrier, Direction way) {
    std::vector<Numbered> looking;
    for (const Numbered& rule : rules_)
      if (looks_at_packets(*rule.program, carrier) && goes(*rule.program, way)) looking.push_back(rule);
    auto& by_zone = tables_.packets[static_cast<std::size_t>(carrier)][static_cast<std::size_t>(way)];
    const bool divided = carrier != Carrier::link;  // without addresses all is zone 0
    for (std::size_t zone = 0; zone < (divided ? tables_.zones.count() : 1); ++zone) {
      std::vector<PortIndex::Member> members;
      for (Numbered rule : looking) {
        if (!divided) rule.zones = rule.turned_zones = Zones::all;
        add_members(rule, zone, members);
      }
      by_zone[zone].build(members, [&](std::span<const std::uint32_t> rules) {
        return make_raw_group(rules, GroupFor::packet);
      });
      tables_.any_packet |= !by_zone[zone].empty();
    }
  }

  void build_streams(Direction way, GroupFor what) {
    std::vector<Numbered> looking;
    for (const Numbered& rule : rules_) {
      if (!looks_at_streams(*rule.program) || !goes(*rule.program, way)) continue;
      if (stream_start(*rule.program->raw()).has_value() == (what == GroupFor::stream_start)) looking.push_back(rule);
    }
    auto& by_zone = (what == GroupFor::stream ? tables_.streams : tables_.stream_starts)[static_cast<std::size_t>(way)];
    for (std::size_t zone = 0; zone < tables_.zones.count(); ++zone) {
      std::vector<PortIndex::Member> members;
      for (const Numbered& rule : looking) add_members(rule, zone, members);
      PortIndex& index = by_zone[zone];
      index.build(members, [&](std::span<const std::uint32_t> rules) { return make_raw_group(rules, what); });
      tables_.any_stream |= !index.empty();
      if (what == GroupFor::stream) continue;
      for (const ScanGroup& group : index.groups())
        tables_.start_until = std::max(tables_.start_until, group.until);
    }
  }

  void build_flow_rules(Carrier carrier) {
    using Entries = std::vector<IntervalIndex<AddressNumber>::Entry>;
    Entries by_source, by_destination;
    std::vector<PortIndex::Member> members;
    const auto add = [](Entries& entries, const AddressSet& set, std::uint32_t rule) {
      for (const AddressSet::Range& range : set.ranges())
        entries.push_back({range.low, range.high, rule});
    };
    for (const Numbered& rule : rules_) {
      const Header& header = rule.program->header;
      if (rule.program->kind != Program::Kind::flow || !(header.carriers & bit(carrier))) continue;
      const double source = size_of(header.source), destination = size_of(header.destination);
      const AddressSet* narrow = source <= destination ? header.source : header.destination;
      if (std::min(source, destination) > few_addresses) {
        add_members(rule, 0, members);
      } else {
        add(source <= destination ? by_source : by_destination, *narrow, rule.index);
        if (header.both_ways)
          add(source <= destination ? by_destination : by_source, *narrow, rule.index);
      }
    }
    FlowRules& rules = tables_.flows[static_cast<std::size_t>(carrier)];
    const auto after = [](const AddressNumber& number) { return number.next(); };
    rules.by_source.build(std::move(by_source), AddressNumber::last(), after);
    rules.by_destination.build(std::move(by_destination), AddressNumber::last(), after);
    rules.by_port.build(members, [&](std::span<const std::uint32_t> list) {
      return make_raw_group(list, GroupFor::packet);
    });
    tables_.any_flow |=
        !rules.by_source.empty() || !rules.by_destination.empty() || !rules.by_port.empty();
  }

  static Required required_by(const Numbered& rule) {
    Required required{0, rule.program->items_used != 0, rule.index};
    const auto add = [&](Level level, std::uint8_t field) {
      if (level == Level::message) required.fields |= std::uint64_t{1} << field;
    };
    for (const FieldCondition& condition : rule.program->fields)
      if (!std::holds_alternative<Missing>(condition.accepts)) add(condition.level, condition.field);
    for (const BufferMatch& buffer : rule.program->buffers)
      if (buffer.absent == Absent::no) add(buffer.level, buffer.field);
    return required;
  }

  // An operation's index by number; the last verb: of any verb.
  using NumberEntries = std::map<std::pair<std::size_t, OperationIndex::What>,
                                 std::vector<IntervalIndex<std::uint64_t>::Entry>>;
  struct VerbEntries {
    NumberEntries numbers;
    std::vector<Wanted> objects;
  };

  // Rules that name few addresses, units, functions or names are found by these, so that a write does not
  // bring up every rule about writes.
  static void add_verbs(const Numbered& rule, VerbLists& lists, VerbEntries& entries) {
    const OperationNeeds& needs = rule.program->operation;
    constexpr std::uint32_t all = static_cast<std::uint32_t>((std::uint64_t{1} << verb_count) - 1);
    const OperationPick found = pick_operation(needs);
    const auto add_numbers_of = [&](std::size_t verb) {
      for (const KeyRange& range : found.numbers->ranges())
        entries.numbers[{verb, found.what}].push_back({range.low, range.high, rule.index});
    };
    if (found.object) {
      for (const std::string& glob : needs.object->globs)
        entries.objects.push_back({rule.index, literal_of_glob(glob)});
      lists.object_verbs |= needs.verbs;
    } else if (found.numbers && (needs.verbs & all) == all) {
      add_numbers_of(verb_count);
    } else {
      for (std::size_t i = 0; i < verb_count; ++i) {
        if (!(needs.verbs >> i & 1)) continue;
        if (found.numbers)
          add_numbers_of(i);
        else
          lists.rules[i].push_back(rule.index);
      }
    }
    lists.verbs |= needs.verbs;
  }

  void add_entries(VerbEntries& entries, VerbLists& lists) {
    for (auto& [place, list] : entries.numbers) {
      OperationIndex& index = lists.numbers.emplace_back();
      index.any_verb = place.first == verb_count;
      if (!index.any_verb) index.verb = static_cast<Verb>(place.first);
      index.what = place.second;
      index.rules.build(std::move(list), ~std::uint64_t{0}, [](std::uint64_t n) { return n + 1; });
    }
    if (!entries.objects.empty()) lists.objects = make_group(std::move(entries.objects));
  }

  static void add_by_verb(const Numbered& rule, MessageGroup& group, VerbEntries& asked,
                          VerbEntries& answered) {
    const OperationNeeds& needs = rule.program->operation;
    const bool pending = needs.outcomes >> static_cast<unsigned>(Outcome::pending) & 1;
    // A result may stand in what needs no answer, so a rule on it also looks at what asks or tells.
    add_verbs(rule, group.asked, asked);
    if (needs.on_result || needs.on_value() || !pending)
      add_verbs(rule, group.answered, answered);
  }

  // For each protocol the rules that its messages can meet.
  std::vector<std::vector<Numbered>> message_rules() const {
    std::vector<std::vector<Numbered>> lists(tables_.protocols.size());
    std::map<const Protocol*, std::size_t> places;
    for (std::size_t i = 0; i < lists.size(); ++i) places[tables_.protocols[i]] = i;
    for (const Numbered& rule : rules_) {
      if (rule.program->kind != Program::Kind::message) continue;
      const Protocol* wanted = protocol_of(*rule.program);
      if (!wanted) {
        for (auto& list : lists) list.push_back(rule);
      } else if (const auto place = places.find(wanted); place != places.end()) {
        lists[place->second].push_back(rule);
      }
    }
    return lists;
  }

  void use_messages(std::span<const Numbered> rules, std::size_t place) {
    MessageGroup& group = tables_.messages[place];
    std::vector<std::uint32_t> numbers;
    for (const Numbered& rule : rules) numbers.push_back(rule.index);
    if (auto kept = kept_.find_messages(place, numbers)) {
      group = std::move(*kept);
      for (const BufferScan& buffer : group.buffers) note_databases(buffer.group);
      note_databases(group.asked.objects), note_databases(group.answered.objects);
    } else {
      build_messages(*tables_.protocols[place / directions], rules, static_cast<Direction>(place % directions), group);
      group.rules = std::move(numbers);
    }
    tables_.any_message |= !group.empty;
  }

  void build_messages(const Protocol& protocol, std::span<const Numbered> rules, Direction way, MessageGroup& group) {
    using Entries = std::vector<IntervalIndex<std::uint64_t>::Entry>;
    std::map<std::pair<Level, std::uint8_t>, std::pair<Kind, Entries>> fields;
    struct Members {
      const BufferMatch* place = nullptr;
      std::vector<Wanted> wanted;
    };
    std::map<std::tuple<Level, std::uint8_t, std::string_view>, Members> buffers;
    const auto add_by_number = [&](const FieldCondition& condition, std::uint32_t rule) {
      auto& [kind, entries] = fields[{condition.level, condition.field}];
      kind = condition.kind;
      for (const KeyRange& range : std::get<NumberSet>(condition.accepts).ranges())
        entries.push_back({range.low, range.high, rule});
    };
    VerbEntries asked, answered;
    for (const Numbered& rule : rules) {
      const Program& program = *rule.program;
      if (!goes(program, way)) continue;
      group.empty = false;
      const MessageIndex index = choose_message_index(program);
      if (index.kind == MessageIndex::Kind::verb) {
        add_by_verb(rule, group, asked, answered);
      } else if (index.kind == MessageIndex::Kind::field) {
        add_by_number(*index.field, rule.index);
      } else if (index.kind == MessageIndex::Kind::any_of) {
        for (const auto& all : index.any_of->alternatives)
          add_by_number(cheapest(all, protocol), rule.index);
      } else if (index.kind == MessageIndex::Kind::literal) {
        const BufferMatch& buffer = program.buffers[index.literal->buffer];
        const std::string_view chain = buffer.chain ? std::string_view(buffer.chain->key) : "";
        Members& members = buffers[{buffer.level, buffer.field, chain}];
        members.place = &buffer;
        members.wanted.push_back({rule.index, index.literal});
      } else if (const Required required = required_by(rule); required.fields || required.items) {
        group.required.push_back(required);
      } else {
        group.always.push_back(rule.index);
      }
    }
    add_entries(asked, group.asked), add_entries(answered, group.answered);
    for (auto& [place, content] : fields) {
      FieldIndex& index = group.fields.emplace_back();
      index.level = place.first, index.field = place.second, index.kind = content.first;
      index.rules.build(std::move(content.second), ~std::uint64_t{0},
                        [](std::uint64_t key) { return key + 1; });
    }
    for (const auto& [place, members] : buffers) {
      group.buffers.push_back({members.place->level, members.place->field, members.place->chain,
                               make_group(members.wanted)});
    }
  }

  Result<void> build_scratch() {
    const std::vector<const LiteralDatabase*> databases(databases_.begin(), databases_.end());
    auto scratch = make_scratch(databases);
    if (!scratch) return scratch.error();
    tables_.scratch = scratch.take();
    tables_.databases = databases.size();
    for (const LiteralDatabase* database : databases) tables_.database_bytes += database->bytes();
    return {};
  }

  Tables& tables_;
  const KeptGroups kept_;
  std::vector<Numbered> rules_;
  std::set<const LiteralDatabase*> databases_;
  std::optional<Error> failure_;
};

}  // namespace

Result<void> build_tables(Tables& tables, const Tables* before) {
  return Builder(tables, before).build();
}

}  // namespace langyan::detect
