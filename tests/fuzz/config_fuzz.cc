// Configuration: any octets as the file of the sensor or of the center.
//
// The first octet picks the table of keys; the rest is the file.
// Promises: no exception passes the border; a tree stays within its limits however often its
// aliases multiply; a refusal names a place and a reason; what was accepted is printed as a file
// that is accepted and means the same; any text written as a scalar reads back the same.
#include "base/config.h"
#include "base/yaml.h"
#include "center/center_keys.h"
#include "pipeline/sensor_keys.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/frames.h"
#include "tests/fuzz/memory_file.h"

namespace langyan::fuzz {
namespace {

struct Extent {
  std::size_t nodes = 0, depth = 0;
};

Extent extent(const YamlNode& node) {
  Extent all{1, 0};
  for (const YamlNode& item : node.items) {
    const Extent inner = extent(item);
    all.nodes += inner.nodes, all.depth = std::max(all.depth, inner.depth);
  }
  all.depth += node.kind == YamlNode::Kind::list || node.kind == YamlNode::Kind::map;
  return all;
}

void check_tree(std::string_view text) {
  const YamlLimits limits{.depth = 8, .nodes = 2'000, .faults = 20};
  const YamlDocument document = read_yaml(text, limits);
  const Extent all = extent(document.root);
  require(all.nodes <= limits.nodes + 1 && all.depth <= limits.depth, "a tree is within its limits",
          text);
  require(document.faults.size() <= limits.faults, "faults are within their limit", text);
  for (const YamlFault& fault : document.faults)
    require(!fault.message.empty() && is_utf8(fault.message), "a fault has a reason in UTF-8",
            text);
}

void check_scalar(std::string_view text) {
  const std::string file = "key: " + yaml_scalar(text) + "\n";
  const YamlDocument document = read_yaml(file);
  require(document.faults.empty() && document.root.items.size() == 1 &&
              document.root.items[0].text == text,
          "a scalar reads back as it was written", file);
}

bool is_printable(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f;
         });
}

}  // namespace
}  // namespace langyan::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace langyan;
  using namespace langyan::fuzz;
  if (size == 0) return 0;
  const std::span<const Key> keys = data[0] & 1 ? std::span<const Key>(pipeline::sensor_keys)
                                                : std::span<const Key>(center::center_keys);
  const Bytes text{data + 1, size - 1};
  check_tree(text_of(text));
  if (is_printable(text_of(text))) check_scalar(text_of(text));

  const MemoryFile file(text);
  std::vector<ConfigError> errors;
  const auto config = Config::load(keys, {.file = file.path()}, &errors);
  if (!config) {
    require(!errors.empty() || size - 1 > largest_config_file, "a refusal says why", text_of(text));
    for (const ConfigError& error : errors)
      require(!error.message.empty() && is_utf8(render(error)), "an error is a text",
              render(error));
    return 0;
  }
  const std::string effective = config->render_effective();
  const MemoryFile again(bytes_of(effective));
  const auto same = Config::load(keys, {.file = again.path()});
  require(static_cast<bool>(same), "what is in effect is accepted as a file",
          same ? "" : same.error().message + "\n" + effective);
  auto changes = config->changes(*same);
  std::erase_if(changes, [&](const std::string& name) {  // what is secret is not printed
    const auto key = std::ranges::find(keys, name, &Key::name);
    return key != keys.end() && key->kind == KeyKind::secret_file;
  });
  require(changes.empty(), "what is in effect means the same as a file",
          changes.empty() ? "" : changes.front() + "\n" + effective);
  return 0;
}
