// Userdata: services beside the jobs. Parameters name group, subfunction and whether they ask,
// answer or are sent unasked; data have a head of return code, type and length ([SNAP7] TS7Params7;
// [PLC4X] S7ParameterUserDataItemCPUFunctions, S7PayloadUserDataItem).
#include "parsers/s7comm/pdu.h"

namespace langyan::s7comm {
namespace {

constexpr std::uint8_t mode_transition = 1, variable_specification = 0x12;
constexpr std::uint8_t longer_parameters = 8;  // with the reference of the data unit and an error

int decimal(std::uint8_t coded) {  // binary coded
  return (coded >> 4) < 10 && (coded & 15) < 10 ? (coded >> 4) * 10 + (coded & 15) : -1;
}

// [PLC4X] DateAndTime: coded year to second, milliseconds in three digits, weekday. Two digits of a
// year mean 1990 to 2089. A face that no clock shows is not written.
void date_and_time(Pdu& pdu, Reader& in) {
  const int year = decimal(in.u8()), month = decimal(in.u8()), day_of_month = decimal(in.u8());
  const int hours = decimal(in.u8()), minutes = decimal(in.u8()), seconds = decimal(in.u8());
  const int hundredths = decimal(in.u8()), rest = in.u8() >> 4;
  if (!in.ok() || year < 0 || month < 1 || month > 12 || day_of_month < 1 || day_of_month > 31 ||
      hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59 ||
      hundredths < 0 || rest > 9) {
    return;
  }
  const std::int64_t days =
      days_from_civil(year < 90 ? 2000 + year : 1900 + year, static_cast<unsigned>(month),
                      static_cast<unsigned>(day_of_month));
  pdu.pen(in).set<"controller_time">(days * day + hours * hour + minutes * minute +
                                     seconds * second + (hundredths * 10 + rest) * millisecond);
}

void clock(Pdu& pdu) {
  pdu.operate(pdu.function->verb);
  if (pdu.data.left() == 0) return;
  pdu.data.skip(2);  // reserved, and a century that controllers do not keep
  date_and_time(pdu, pdu.data);
}

// [PLC4X] S7PayloadUserDataItemCpuFunctionMsgSubscriptionRequest
void subscription(Pdu& pdu) {
  pdu.operate(Verb::subscribe);
  Reader& in = pdu.data;
  if (!pdu.asks() || in.left() == 0) return static_cast<void>(in.rest());
  Pen pen = pdu.pen(in);
  pen.set<"subscribed_events">(in.u8());
  in.skip(1);
  pen.set<"user_name">(trimmed(in.take(8)));
  in.rest();
}

// [PLC4X] S7PayloadDiagnosticMessage
void diagnostic(Pdu& pdu) {
  Reader& in = pdu.data;
  Operation& operation = pdu.operate(Verb::alarm);
  if (in.left() == 0) return;
  const std::uint32_t event = in.be16();
  pdu.pen(in).set<"event_id">(event);
  in.skip(10);  // priority, block, data id, additional information
  date_and_time(pdu, in);
  if (in.ok())
    operation.object = {
        .space = static_cast<std::uint8_t>(Place::alarm), .address = event, .count = 1};
}

// [PLC4X] AlarmMessagePushType, AlarmMessageAckType: time where it is sent unasked, a function, how
// many, and each alarm by its number. Values that belong to an alarm stand between; what follows
// them is left.
void alarm(Pdu& pdu) {
  Reader& in = pdu.data;
  if (pdu.answers() || in.left() == 0) {
    pdu.operate(pdu.function->verb);
    in.rest();
    return;
  }
  if (pdu.output.role == Role::event) date_and_time(pdu, in);
  in.skip(1);
  const std::uint8_t count = in.u8();
  Pen pen = pdu.pen(in);
  pen.set<"item_count">(std::uint16_t{count});
  for (int i = 0; i < count && in.ok(); ++i) {
    in.skip(1);
    Reader object = in.part(in.u8());
    object.skip(1);
    const std::uint8_t values = object.u8();
    const std::uint32_t event = object.be32();
    if (!object.ok()) break;
    pdu.operate(pdu.function->verb).object = {
        .space = static_cast<std::uint8_t>(Place::alarm), .address = event, .count = 1};
    if (i == 0) {
      pen.set<"event_id">(event);
      if (object.left() > 0) pdu.pen(object).set<"event_state">(object.u8());
    }
    if (values > 0) break;
  }
  if (pdu.output.operations_total == 0) pdu.operate(pdu.function->verb);
  if (in.ok()) in.rest();
}

// [SNAP7] TBsendRequestData: a block that one controller sends to its partner.
void partner(Pdu& pdu) {
  Operation& operation = pdu.operate(Verb::write);
  Reader& in = pdu.data;
  if (!pdu.asks() || in.left() == 0) return static_cast<void>(in.rest());
  in.skip(4);
  const std::uint32_t id = in.be32();
  const Bytes octets = in.rest();
  if (!in.ok()) return;
  operation.object = {
      .space = static_cast<std::uint8_t>(Place::partner), .address = id, .count = 1};
  pdu.pen(in).set<"data">(octets);
}

void opaque(Pdu& pdu) {
  const bool reports = pdu.output.role == Role::event && pdu.function->verb != Verb::alarm;
  if (!pdu.function->silent) pdu.operate(reports ? Verb::report : pdu.function->verb);
  if (pdu.data.left() > 0) pdu.pen(pdu.data).set<"data">(pdu.data.rest());
}

void unsubscribe(Pdu& pdu) {
  pdu.operate(Verb::subscribe);
  Reader& in = pdu.data;
  if (!pdu.asks() || in.left() == 0) return static_cast<void>(in.rest());
  in.skip(1);
  pdu.pen(in).set<"job_id">(in.u8());
}

void body(Pdu& pdu) {
  switch (pdu.function->body) {
    case Body::table: return table_of_variables(pdu);
    case Body::cyclic: return cyclic(pdu);
    case Body::unsubscribe: return unsubscribe(pdu);
    case Body::block_counts: return block_counts(pdu);
    case Body::block_list: return block_list(pdu);
    case Body::block_info: return block_info(pdu);
    case Body::status_list: return status_list(pdu);
    case Body::subscription: return subscription(pdu);
    case Body::diagnostic: return diagnostic(pdu);
    case Body::alarm: return alarm(pdu);
    case Body::secret:
      pdu.operate(Verb::auth);
      return static_cast<void>(pdu.data.rest());  // never written down
    case Body::clock: return clock(pdu);
    case Body::partner: return partner(pdu);
    default: return opaque(pdu);
  }
}

Role role_of(std::uint8_t type) {
  switch (type) {
    case type_request:
    case type_nc_request: return Role::request;
    case type_response:
    case type_nc_response: return Role::answer;
    default: return Role::event;
  }
}

// The head of the data. Services without data send a return code and zeros.
void data_head(Pdu& pdu, bool has_error) {
  Reader& in = pdu.data;
  if (in.left() == 0) return;
  const std::uint8_t result = in.u8(), type = in.u8();
  const std::uint16_t length = in.be16();
  pdu.pen(in).set<"return_code">(result);
  if (!in.ok()) return;
  if (pdu.answers() && !has_error && result != result_ok) pdu.error = result;
  Reader rest = in.part(data_bytes(type, length));
  if (!in.ok()) return pdu.blame(Wrong::value);
  if (length % 2 && in.left() == 1) in.skip(1);
  if (in.left() > 0) pdu.blame(Wrong::trailing);
  in = rest;
}

}  // namespace

void userdata(Pdu& pdu) {
  Reader& in = pdu.parameters;
  const std::uint8_t kind = in.u8();
  Pen pen = pdu.pen(in);
  if (kind == mode_transition)
    in.skip(3);
  else
    in.skip(1);  // how many, which is always one
  if (kind != mode_transition && in.u8() != variable_specification) pdu.blame(Wrong::address);
  const std::uint8_t length = kind == mode_transition ? std::uint8_t{4} : in.u8();
  in.skip(1);  // method: again whether it asks
  const std::uint8_t type_and_group = in.u8(), subfunction = in.u8(), sequence = in.u8();
  const auto group = static_cast<std::uint8_t>(type_and_group & 15);
  const auto type = static_cast<std::uint8_t>(type_and_group >> 4);
  if (!in.ok()) return pdu.blame(Wrong::truncated);
  pdu.code = userdata_code(group, subfunction);
  pdu.function = &function_row(pdu.code);
  pdu.output.role = role_of(type);
  pdu.by_server = (pdu.direction == Direction::to_client) == pdu.asks();
  if (pdu.output.role != Role::event) pen.set<"asked_by_server">(pdu.by_server);
  pen.set<"function">(pdu.code);
  pen.set<"function_group">(group);
  pen.set<"subfunction">(subfunction);
  pen.set<"request_type">(type);
  pen.set<"sequence_number">(sequence);
  pdu.sequence = sequence;
  const bool has_error = length >= longer_parameters;
  if (has_error) {
    pdu.data_unit = in.u8();
    pdu.more_follows = in.u8() != 0;
    const std::uint16_t error = in.be16();
    pen.set<"data_unit_reference">(pdu.data_unit);
    pen.set<"more_follows">(pdu.more_follows);
    if (!pdu.asks()) pen.set<"error">(error);
    if (in.ok() && !pdu.asks()) pdu.error = error;
  }
  data_head(pdu, has_error);
  body(pdu);
}

}  // namespace langyan::s7comm
