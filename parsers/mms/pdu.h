// Call: one MMS message being decoded; what the decoders of layers and services share.
#pragma once

#include <charconv>

#include "parsers/mms/faults.h"
#include "parsers/mms/memory.h"
#include "parsers/mms/table.h"
#include "parsers/wire/ber.h"

namespace langyan::mms {

namespace ber = wire::ber;
using ber::Tlv;

constexpr std::size_t most_value_text = 400;  // of a value or a type as text
constexpr std::size_t most_name = 260;        // of "domain/item" and what is selected of it
constexpr std::size_t most_list = 1'024;      // variables of one message that are looked at
constexpr std::size_t most_messages = 4;      // of MMS in one presentation unit
constexpr std::size_t deepest_type = 10;  // structures within structures in a type's description

inline const Reader sound{Bytes{}};  // for pens that write what was read whole before
using Pen = Fill<fields>;
using VariablePen = Fill<variable_fields>;
using NamePen = Fill<name_fields>;

// Text that is put together on the stack and then kept in the scratch area; what does not fit is
// cut.
template <std::size_t N>
class Text {
 public:
  void add(char c) { size_ < N ? void(octets_[size_++] = c) : void(cut_ = true); }
  void add(std::string_view more) {
    const std::size_t fit = std::min(more.size(), N - size_);
    std::copy_n(more.data(), fit, octets_.data() + size_);
    size_ += fit;
    cut_ = cut_ || fit < more.size();
  }
  void add(Bytes more) { add(text_of(more)); }
  template <class Number>
  void number(Number value) {
    std::array<char, 32> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    add(std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  bool cut() const { return cut_; }
  char last() const { return size_ ? octets_[size_ - 1] : '\0'; }
  std::string_view view() const { return {octets_.data(), size_}; }
  Bytes keep(Scratch& scratch) const { return scratch.copy(bytes_of(view())); }

 private:
  std::array<char, N> octets_;
  std::size_t size_ = 0;
  bool cut_ = false;
};
using ValueText = Text<most_value_text>;
using NameText = Text<most_name>;

struct Call {
  Output& output;
  Memory& memory;
  const Context& context;
  std::uint32_t invoke_id = 0;
  std::uint16_t code = unknown_service.code;
  const Service* service = &unknown_service;
  Fault found = Fault::none;

  Pen pen() { return Pen{output.record, sound}; }
  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  bool from_server() const { return context.direction == Direction::to_client; }
  bool asks() const { return output.role == Role::request; }
  bool answers() const { return output.role == Role::answer; }
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.function = code;
    operation.outcome = asks() ? Outcome::pending : Outcome::ok;
    return operation;
  }
  Operation& operate(Verb verb, Place place, Bytes text) {
    Operation& operation = operate(verb);
    operation.object = {
        .space = static_cast<std::uint8_t>(place), .count = text.empty() ? 0u : 1u, .text = text};
    return operation;
  }
  void serve(std::uint16_t wanted) {
    code = wanted;
    service = &service_row(code);
    pen().set<"service">(code);
  }
  // Of what has no number of its own, so that its answer finds it.
  void serve(std::uint16_t wanted, std::uint8_t exchange) {
    serve(wanted);
    pen().set<"exchange">(exchange);
  }
};

// A value of type Data ([MMS] 14.4.2): its text and what an operation can carry of it.
struct Datum {
  std::uint8_t type = 0;
  Bytes text;
  Value value;
};
Datum read_datum(Call& call, const Tlv& data);
// The first plain value within, where structures only wrap it.
Tlv innermost(const Tlv& data);
// The type's description as text, its components by name.
Bytes read_type(Call& call, const Tlv& type);

// An ObjectName ([MMS] 7.5.2) as "domain/item", "item" of the whole device, "@item" of the
// association; empty when the value is none.
Bytes read_name(Call& call, const Tlv& name);
// GraphicStrings of a FileName, joined by slashes where there are several.
Bytes read_file_name(Call& call, Bytes content);

// What a name says in IEC 61850 or TASE.2.
struct Meaning {
  std::uint8_t application = application_unknown;
  std::string_view constraint;  // the functional constraint, "CO"
  std::string_view service;     // of a control: "Oper", "SBO", "SBOw", "Cancel"
  std::string_view object;      // of a control, the name up to its service
  std::string_view attribute;   // behind the last separator
};
Meaning meaning_of(std::string_view name);
Verb verb_of_write(const Meaning& meaning);

void associate(Call& call, const Tlv& apdu);  // an ACSE unit
void message(Call& call, const Tlv& pdu);     // an MMS PDU

void read(Call& call, Bytes body);
void write(Call& call, Bytes body);
void information_report(Call& call, Bytes body);
void refused(Call& call);  // the request with this invoke id was
void other_service(Call& call, const Tlv& body);
std::uint16_t service_error(Call& call, Bytes content);  // of a ServiceError; 0xffff: none there

}  // namespace langyan::mms
