// Lists of the controller: system status lists ([SSL]) and its blocks. What does not fit one answer
// comes in several, each asked for; the parts are joined by the reference of the data unit.
#include <utility>

#include "parsers/s7comm/pdu.h"

namespace langyan::s7comm {
namespace {

constexpr std::uint16_t list_number = 0xff;  // of an SZL id; [SSL] 33.3
constexpr std::uint16_t module_identification = 0x11, component_identification = 0x1c;
constexpr std::size_t identification_bytes = 28, component_bytes = 34;  // [SSL] 33.5, 33.11
enum Identification : std::uint16_t {
  of_module = 1,
  of_hardware = 6,
  of_firmware = 7
};  // [SSL] 33.5
constexpr std::string_view siemens = "Siemens";

// Which components of the identity are traits of the device ([SSL] 33.11).
constexpr std::pair<std::uint16_t, Trait> told_components[] = {{1, Trait::name},
                                                               {3, Trait::description},
                                                               {5, Trait::serial},
                                                               {7, Trait::model},
                                                               {11, Trait::location}};

// Siemens' order numbers of automation products begin so: 6ES7, 6AG1, 6GK7. Makers of compatible
// controllers mostly name themselves there.
bool is_siemens(Bytes number) {
  return number.size() > 4 && number[0] == '6' && number[1] >= 'A' && number[1] <= 'Z';
}

// The list once its last part is there, else nothing. A list whose start was not seen stays untold.
Bytes gathered(Pdu& pdu) {
  const Bytes part = pdu.data.rest();
  if (!pdu.more_follows && pdu.data_unit == 0) return part;
  Memory& memory = pdu.memory;
  Assembly* pieces = pdu.output.assembly;
  Pieces& held = memory.pieces[static_cast<std::size_t>(pdu.direction)];
  if (!pieces) return {};
  const bool starts = std::exchange(memory.list_asked, false);
  const bool goes_on =
      held == Pieces::list && memory.list_unit == pdu.data_unit && !pieces->bytes().empty();
  if (starts) pieces->clear();
  if ((!starts && !goes_on) || !pieces->append(part)) {
    pieces->clear();
    held = Pieces::none;
    return {};
  }
  held = Pieces::list;
  memory.list_unit = pdu.data_unit;
  if (pdu.more_follows) return {};
  const Bytes whole = pdu.output.scratch.copy(pieces->bytes());
  pieces->clear();
  held = Pieces::none;
  return whole;
}

Object status_object(std::uint16_t id, std::uint16_t index) {
  return {.space = static_cast<std::uint8_t>(Place::status_list),
          .area = id,
          .address = index,
          .count = 1};
}

Verb status_verb(std::uint16_t id) {
  const std::uint16_t list = id & list_number;
  return list == module_identification || list == component_identification ? Verb::identify
                                                                           : Verb::diagnose;
}

// "V3.2.11" where the version starts with a V, a plain number where it is one ([SSL] 33.5, Ausbg).
Bytes version_text(Pdu& pdu, Bytes octets) {
  if (octets[0] != 'V' && octets[0] != 0) return {};
  constexpr std::size_t longest = 12;  // "V255.255.255"
  const auto room = pdu.output.scratch.take(longest);
  if (room.size() < longest) return {};
  std::size_t size = 0;
  const auto number = [&](unsigned value) {
    if (value >= 100) room[size++] = static_cast<std::uint8_t>('0' + value / 100 % 10);
    if (value >= 10) room[size++] = static_cast<std::uint8_t>('0' + value / 10 % 10);
    room[size++] = static_cast<std::uint8_t>('0' + value % 10);
  };
  if (octets[0] != 'V') {
    number(octets[1]);
    return Bytes{room}.first(size);
  }
  room[size++] = 'V', number(octets[1]);
  room[size++] = '.', number(octets[2]);
  room[size++] = '.', number(octets[3]);
  return Bytes{room}.first(size);
}

void identification(Pdu& pdu, Reader& in) {
  const std::uint16_t index = in.be16();
  const Bytes order = in.take(20);
  in.skip(2);
  const Bytes version = in.take(4);
  if (!in.ok()) return;
  Fill<record_fields> pen{pdu.output.items.start(record_schema), in};
  pen.set<"identification">(index);
  const Bytes number = trimmed(order), stands = version_text(pdu, version);
  if (!number.empty()) pen.set<"order_number">(number);
  if (!stands.empty()) pen.set<"version">(stands);
  pdu.output.items.emit();
  Output& output = pdu.output;
  const std::uint32_t unit = pdu.memory.unit();
  if (index == of_module) {
    if (is_siemens(number)) output.tell(Trait::vendor, siemens, unit);
    output.tell(Trait::order_number, number, unit);
  }
  if (index == of_hardware) output.tell(Trait::hardware, stands, unit);
  if (index == of_firmware) output.tell(Trait::firmware, stands, unit);
}

void component(Pdu& pdu, Reader& in) {
  const std::uint16_t index = in.be16();
  const Bytes text = in.take(component_bytes - 2);
  if (!in.ok()) return;
  Fill<record_fields> pen{pdu.output.items.start(record_schema), in};
  pen.set<"component">(
      static_cast<std::uint16_t>(index & 0xff));  // above it stands the CPU of an H system
  pen.set<"component_text">(trimmed(text));
  pdu.output.items.emit();
  for (const auto& [component, trait] : told_components)
    if (component == (index & 0xff)) pdu.output.tell(trait, trimmed(text), pdu.memory.unit());
}

// [SSL] 33.19: index, level by switch, by parameters, in force, position of the switch.
void protection(Pdu& pdu, Reader& in) {
  in.skip(6);
  const std::uint16_t level = in.be16(), selector = in.be16();
  pdu.pen(in).set<"protection_level">(level);
  pdu.pen(in).set<"mode_selector">(selector);
}

void records(Pdu& pdu, std::uint16_t id, std::uint16_t index, std::uint16_t size,
             std::uint16_t count, Reader in) {
  const std::uint16_t list = id & list_number;
  constexpr std::uint16_t protection_list = 0x32, protection_index = 4;
  for (std::size_t i = 0; i < count && size > 0 && in.left() >= size; ++i) {
    Reader record = in.part(size);
    if (list == module_identification && size == identification_bytes) identification(pdu, record);
    if (list == component_identification && size == component_bytes) component(pdu, record);
    if (list == protection_list && index == protection_index && i == 0) protection(pdu, record);
  }
}

}  // namespace

void status_list(Pdu& pdu) {
  Memory& memory = pdu.memory;
  if (pdu.asks()) {
    if (pdu.sequence == 0 && pdu.data.left() > 0) {
      const std::uint16_t id = pdu.data.be16(), index = pdu.data.be16();
      pdu.pen(pdu.data).set<"szl_id">(id);
      pdu.pen(pdu.data).set<"szl_index">(index);
      if (!pdu.data.ok()) return static_cast<void>(pdu.operate(Verb::diagnose));
      memory.list_id = id, memory.list_index = index;
      memory.list_asked = memory.list_known = true;
      pdu.operate(status_verb(id)).object = status_object(id, index);
      return;
    }
    // The next part of the list asked for before.
    Operation& operation = pdu.operate(status_verb(memory.list_id));
    if (memory.list_known) operation.object = status_object(memory.list_id, memory.list_index);
    pdu.data.rest();
    return;
  }
  Reader in{gathered(pdu)};
  std::uint16_t id = memory.list_id;
  if (in.left() > 0) {
    id = in.be16();
    const std::uint16_t index = in.be16(), size = in.be16(), count = in.be16();
    Pen pen = pdu.pen(in);
    pen.set<"szl_id">(id);
    pen.set<"szl_index">(index);
    pen.set<"record_size">(size);
    pen.set<"record_count">(count);
    if (!in.ok()) return pdu.blame(Wrong::truncated);
    records(pdu, id, index, size, count, in);
  }
  pdu.operate(status_verb(id));
}

// [SNAP7] TResFunGetBlockItem: '0', the type's second digit, how many.
void block_counts(Pdu& pdu) {
  pdu.operate(Verb::browse);
  if (pdu.asks()) return static_cast<void>(pdu.data.rest());
  Reader in{pdu.data.rest()};
  while (in.left() > 0) {
    const Bytes type = in.take(2);
    const std::uint16_t count = in.be16();
    if (!in.ok()) return pdu.blame(Wrong::truncated);
    Fill<block_fields> pen{pdu.output.items.start(block_schema), in};
    const int digit = type[1] >= 'A' ? type[1] - 'A' + 10 : type[1] - '0';
    pen.set<"listed_type">(static_cast<std::uint8_t>(digit));
    pen.set<"listed_count">(count);
    pdu.output.items.emit();
  }
}

// [SNAP7] TReqDataBlockOfType, TDataFunGetBotItem: number, flags, language of each block of the
// type.
void block_list(Pdu& pdu) {
  pdu.operate(Verb::browse);
  if (pdu.asks()) {
    if (pdu.data.left() == 0) return;
    pdu.memory.list_asked = pdu.sequence == 0;
    const Bytes type = pdu.data.take(2);
    if (!pdu.data.ok()) return;
    const int digit = type[1] >= 'A' ? type[1] - 'A' + 10 : type[1] - '0';
    pdu.pen(pdu.data).set<"block_type">(static_cast<std::uint8_t>(digit));
    return;
  }
  Reader in{gathered(pdu)};
  while (in.left() > 0) {
    const std::uint16_t number = in.be16();
    const std::uint8_t flags = in.u8(), language = in.u8();
    if (!in.ok()) return pdu.blame(Wrong::truncated);
    Fill<block_fields> pen{pdu.output.items.start(block_schema), in};
    pen.set<"listed_number">(std::uint32_t{number});
    pen.set<"listed_flags">(flags);
    pen.set<"listed_language">(language);
    pdu.output.items.emit();
  }
}

// [SNAP7] TReqDataBlockInfo, TResDataBlockInfo; times are milliseconds of a day and days since
// 1984.
void block_info(Pdu& pdu) {
  Operation& operation = pdu.operate(Verb::browse);
  Reader& in = pdu.data;
  if (in.left() == 0) return;
  Pen pen = pdu.pen(in);
  if (pdu.asks()) {
    const BlockName name = read_block_name(in.take(8));
    if (!in.ok() || !name.known) return;
    pen.set<"block_type">(name.type);
    pen.set<"block_number">(name.number);
    pen.set<"file_system">(name.file_system);
    operation.object = block_object(name.type, name.number);
    return;
  }
  if (pdu.error) return static_cast<void>(in.rest());
  in.skip(8);  // kind and length of what follows, and the mark "pp"
  const std::uint8_t language = (in.be16(), in.u8()), type = in.u8();
  const std::uint32_t number = in.be16(), load = in.be32(), protection = in.be32(),
                      changed = in.be32();
  const std::uint16_t changed_day = in.be16();
  in.skip(12);  // when the interface changed; lengths of its parts
  const std::uint32_t code_size = in.be16();
  pen.set<"block_type">(type);
  pen.set<"block_number">(number);
  pen.set<"block_language">(language);
  pen.set<"load_size">(load);
  pen.set<"code_size">(code_size);
  pen.set<"block_protection">(protection);
  pen.set<"block_changed">((days_from_civil(1984, 1, 1) + changed_day) * day +
                           changed * millisecond);
  pen.set<"block_author">(trimmed(in.take(8)));
  pen.set<"block_family">(trimmed(in.take(8)));
  pen.set<"block_title">(trimmed(in.take(8)));
  pen.set<"block_version">(in.u8());
  in.skip(1);
  pen.set<"block_checksum">(in.be16());
  in.skip(in.left());
}

}  // namespace langyan::s7comm
