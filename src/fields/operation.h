// Operation: what was done to which thing, in the same words for every protocol.
//
// Rules, habits, the Operations page, roles and ATT&CK tags read Operations, so a new protocol needs
// none of them changed. The engineer's notation ("40001", "DB10.DBW4", "IOA 1001") is rendered by
// the protocol only when an event is written.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/hash.h"
#include "fields/field.h"

namespace langyan {

enum class Verb : std::uint8_t {
  identify, browse, read, subscribe, report, write, control, select, start, stop, reset, mode, force,
  time, download, upload, firmware, configure, file, auth, session, diagnose, alarm, heartbeat, other,
};
std::span<const Name> verb_names();            // by value, in the order above
std::string_view verb_name(Verb verb);
Text verb_label(Verb verb);
// start … auth: what changes the plant or who rules it; never folded below 60 a minute.
bool is_weighty(Verb verb);
// write, control, force, time and the weighty ones: what a newly seen writer is a writer of.
bool changes_process(Verb verb);

struct Object {
  std::uint8_t space = 0;     // index into the protocol's spaces (coil, holding register, DB, …)
  std::uint8_t width = 0;     // the protocol's own code of an element's size, for the notation
  std::uint32_t area = 0;     // DB number, class, file; 0 where the protocol has none
  std::uint64_t address = 0;  // first element
  std::uint32_t count = 0;    // elements; 0: the message touches no object
  Bytes text = {};            // the name, where the protocol addresses by name

  bool none() const { return count == 0 && text.empty(); }
  std::uint64_t key() const {
    std::uint64_t state = combine(std::uint64_t{space} << 40 | std::uint64_t{width} << 32 | area, address);
    state = combine(state, count);
    return text.empty() ? state : hash(text, state);
  }
};

struct Value {
  enum class Kind : std::uint8_t {
    none, number, integer, real, boolean,
    text,   // run of UTF-8
    bytes,  // run of octets, shown as hex
    words,  // run of big-endian u16: one value an element
    bits,   // run of octets, lowest bit first: one value an element
  };
  Kind kind = Kind::none;
  bool has_quality = false;
  std::uint8_t quality = 0;   // as the protocol codes it; 0 good
  std::uint64_t number = 0;   // number, integer, real (bit pattern), boolean
  Bytes run = {};             // text, bytes, words, bits
  bool answered = false;      // of a paired answer: it came with it, the request had none

  bool none() const { return kind == Kind::none; }
  std::uint64_t key() const {
    const std::uint64_t state = combine(static_cast<std::uint64_t>(kind) << 8 | quality, number);
    return run.empty() ? state : hash(run, state);
  }
  // Element `index` of a list as a number (words, bits), else the number itself.
  double element(std::size_t index) const;
  std::size_t elements(std::size_t count) const;  // how many of an object's `count` are carried

  static Value of(std::uint64_t number) { return {Kind::number, false, 0, number, {}}; }
  static Value of_integer(std::int64_t number) {
    return {Kind::integer, false, 0, static_cast<std::uint64_t>(number), {}};
  }
  static Value of_real(double number) { return {Kind::real, false, 0, std::bit_cast<std::uint64_t>(number), {}}; }
  static Value of_boolean(bool on) { return {Kind::boolean, false, 0, on, {}}; }
  static Value of_run(Kind kind, Bytes run) { return {kind, false, 0, 0, run}; }
};

enum class Outcome : std::uint8_t {
  pending,    // asked, not answered yet
  ok,
  refused,    // with the protocol's code
  no_answer,  // nothing came in time
  one_way,    // the protocol or the mirror shows no answer
};
std::span<const Name> outcome_names();
std::string_view outcome_name(Outcome outcome);

constexpr std::uint32_t no_function = ~std::uint32_t{0};

struct Operation {
  Verb verb = Verb::other;
  Outcome outcome = Outcome::pending;
  std::uint16_t code = 0;      // of a refusal, the protocol's
  std::uint32_t unit = 0;      // device behind the address: unit id, common address, rack and slot
  std::uint32_t function = no_function;  // the protocol's that did it, where it numbers them
  Object object;
  Value value;
};

}  // namespace langyan
