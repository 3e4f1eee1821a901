// Fact: what a message says of a device's identity (vendor, model, serial number …), for the
// inventory of assets. A view: the text lives until the call that handed it out returns.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "fields/field.h"

namespace langyan {

enum class Trait : std::uint8_t {
  vendor, series, model, order_number, firmware, hardware, serial, name, role, location, description,
};
std::span<const Name> trait_names();  // by value, in the order above
std::string_view trait_name(Trait trait);
Text trait_label(Trait trait);

struct Fact {
  Trait trait = Trait::vendor;
  bool of_receiver = false;  // else of the message's sender
  std::uint32_t unit = 0;    // device behind the address, as of an Operation
  Bytes text = {};           // UTF-8; in the message, in scratch, or constant
};

constexpr std::size_t most_facts = 32;        // of one message; more are not kept
constexpr std::size_t most_fact_octets = 128;  // of a text; longer ones are cut

}  // namespace langyan
