// Variables as reads, writes and reports share them: their names, their rows, what came of them.
#pragma once

#include "parsers/mms/pdu.h"

namespace langyan::mms {

struct Result {  // an AccessResult: a value, or why there is none
  std::uint16_t error = 0;
  Datum datum;
};

// A VariableSpecification and what of it is selected.
Bytes read_variable(Call& call, const Tlv& entry);
// What an object's name shows of the application holds for the whole association.
void learn_application(Call& call, const Meaning& meaning);
Record& start_variable(Call& call, Bytes name);
void put_value(Record& row, const Datum& datum);
Result read_result(Call& call, const Tlv& result, Record& row);
std::uint16_t access_error(Call& call, const Tlv& failure);
void settle(Operation& operation, const Result& result);
// {ctlVal, [operTm], origin {orCat, orIdent}, ctlNum, T, Test, [Check]}: IEC 61850-8-1 20.2
void control_fields(Call& call, const Tlv& data);

}  // namespace langyan::mms
