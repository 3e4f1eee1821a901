#include "fields/fact.h"

#include <algorithm>
#include <iterator>

namespace langyan {
namespace {

constexpr Name words[] = {
    {0, "vendor"}, {1, "series"}, {2, "model"}, {3, "order_number"}, {4, "firmware"}, {5, "hardware"},
    {6, "serial"}, {7, "name"}, {8, "role"}, {9, "location"}, {10, "description"}};
constexpr Text labels[] = {
    {"Vendor", "厂商"}, {"Series", "系列"}, {"Model", "型号"}, {"Order number", "订货号"},
    {"Firmware", "固件版本"}, {"Hardware", "硬件版本"}, {"Serial number", "序列号"}, {"Name", "名称"},
    {"Role", "角色"}, {"Location", "位置"}, {"Description", "描述"}};
static_assert(std::size(words) == std::size(labels));
static_assert(std::size(words) == static_cast<std::size_t>(Trait::description) + 1);

std::size_t index(Trait trait) {
  return std::min(static_cast<std::size_t>(trait), std::size(words) - 1);
}

}  // namespace

std::span<const Name> trait_names() { return words; }
std::string_view trait_name(Trait trait) { return words[index(trait)].word; }
Text trait_label(Trait trait) { return labels[index(trait)]; }

}  // namespace langyan
