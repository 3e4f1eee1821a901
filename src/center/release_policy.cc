#include "center/release_policy.h"

#include <simdjson.h>

#include <algorithm>

#include "base/json.h"
#include "base/utf8.h"
#include "store/event_row.h"

namespace langyan::center {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view always[] = {"timestamp",    "event_type",  "origin.sensor",
                                       "origin.epoch", "origin.lane", "origin.seq"};
// Written by the center that passes an event on, never copied.
constexpr std::string_view own[] = {"via", "organisation"};
constexpr std::size_t longest_path = 256;

// The allow list as a tree.
struct Node {
  std::map<std::string, Node, std::less<>> members;
  bool value = false;  // what stands here goes, unless it is an object
  bool all = false;    // and everything below
};

void add(Node& root, std::string_view path) {
  Node* node = &root;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string_view part = path.substr(0, dot);
    path = dot == path.npos ? std::string_view() : path.substr(dot + 1);
    if (part == "*") {
      node->all = true;
      return;
    }
    node = &node->members[std::string(part)];
  }
  node->value = true;
}

void append_text(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

// Copies what the tree allows. A field's path is put together only where it is asked for.
class Copy {
 public:
  Copy(std::string& out, ReleasePolicy::Held* held) : out_(out), held_(held) {}

  // Whether anything was written; if not, `out` is as it was.
  bool value(const dom::element& value, const Node& node) {
    dom::object object;
    if (value.get(object) == simdjson::SUCCESS) return members(object, node, false);
    dom::array array;
    if (value.get(array) == simdjson::SUCCESS) return items(array, node);
    if (!node.value) return held(), false;
    out_ += simdjson::minify(value);
    return true;
  }

  // The members of the event itself; the object stays open.
  void event(const dom::object& object, const Node& node) { members(object, node, true); }

 private:
  bool members(const dom::object& object, const Node& node, bool top) {
    const std::size_t start = out_.size();
    out_ += '{';
    for (const auto field : object) {
      if (top && std::ranges::find(own, field.key) != std::end(own)) continue;
      const std::size_t before = out_.size(), path = path_.size();
      if (held_) path_.append(path_.empty() ? "" : ".").append(field.key);
      const auto found = node.members.find(field.key);
      if (before > start + 1) out_ += ',';
      append_text(out_, field.key);
      out_ += ':';
      const bool written = found != node.members.end() ? value_or_all(field.value, found->second, node.all)
                           : node.all                  ? value(field.value, everything())
                                                       : (held(), false);
      if (!written) out_.resize(before);
      path_.resize(path);
    }
    if (top) return true;
    const bool written = out_.size() > start + 1 || (node.all && object.size() == 0);
    if (!written) return out_.resize(start), false;
    out_ += '}';
    return true;
  }
  bool items(const dom::array& array, const Node& node) {
    const std::size_t start = out_.size();
    out_ += '[';
    for (const auto item : array) {
      const std::size_t before = out_.size();
      if (before > start + 1) out_ += ',';
      if (!value(item, node)) out_.resize(before);
    }
    const bool empty = out_.size() == start + 1;
    if (empty && !(array.size() == 0 && node.value)) return out_.resize(start), false;
    out_ += ']';
    return true;
  }
  bool value_or_all(const dom::element& what, const Node& node, bool all) {
    return value(what, all ? everything() : node);
  }
  static const Node& everything() {
    static const Node node{{}, true, true};
    return node;
  }
  void held() {
    if (held_) ++(*held_)[path_];
  }

  std::string& out_;
  ReleasePolicy::Held* held_;
  std::string path_;
};

}  // namespace

std::string_view check_released_type(std::string_view type) {
  if (type == "alert_state") return "another type: a state belongs to the center that set it";
  const bool good = !type.empty() && type.size() <= store::name_bytes &&
                    std::ranges::all_of(type, [](char c) { return c > ' ' && c != '"' && c != '\\'; });
  return good ? "" : "an event type such as alert";
}

std::string_view check_released_field(std::string_view path) {
  constexpr std::string_view allowed = "a path such as alert.signature, or rollup.* for all below";
  if (path.empty() || path.size() > longest_path || path == "*") return allowed;
  for (;;) {
    const std::size_t dot = path.find('.');
    const std::string_view part = path.substr(0, dot);
    const bool last = dot == path.npos;
    if (part.empty() || (part == "*" ? !last : part.find('*') != part.npos)) return allowed;
    if (!std::ranges::all_of(part, [](char c) { return static_cast<unsigned char>(c) > ' '; })) return allowed;
    if (last) return "";
    path.remove_prefix(dot + 1);
  }
}

struct ReleasePolicy::Inside {
  Node root;
  std::unique_ptr<dom::parser> parser = std::make_unique<dom::parser>();
};

ReleasePolicy::ReleasePolicy(Release release)
    : release_(std::move(release)), inside_(std::make_unique<Inside>()) {
  for (const std::string_view path : always) add(inside_->root, path);
  for (const std::string& path : release_.fields) add(inside_->root, path);
}
ReleasePolicy::ReleasePolicy(ReleasePolicy&&) noexcept = default;
ReleasePolicy& ReleasePolicy::operator=(ReleasePolicy&&) noexcept = default;
ReleasePolicy::~ReleasePolicy() = default;

Result<ReleasePolicy> ReleasePolicy::of(const Release& release) {
  const auto refuse = [](std::string_view what, const std::string& value, std::string_view allowed) {
    return Error{ErrorKind::invalid,
                 std::string(what) + ": \"" + value + "\" must be " + std::string(allowed)};
  };
  for (const std::string& type : release.types)
    if (const auto allowed = check_released_type(type); !allowed.empty())
      return refuse("uplink.release.types", type, allowed);
  for (const std::string& path : release.fields)
    if (const auto allowed = check_released_field(path); !allowed.empty())
      return refuse("uplink.release.fields", path, allowed);
  return ReleasePolicy(release);
}

bool ReleasePolicy::releases(std::string_view type) const {
  return std::ranges::find(release_.types, type) != release_.types.end();
}

bool ReleasePolicy::release(std::string_view line, const Passage& passage, std::string& out,
                            Held* held) {
  out.clear();
  dom::element event;
  const auto code = inside_->parser->parse(line.data(), line.size()).get(event);
  if (code == simdjson::MEMALLOC) {  // this parser would crash in its next parse (simdjson 3.0)
    inside_->parser = std::make_unique<dom::parser>();
    throw std::bad_alloc();
  }
  dom::object object;
  std::string_view type;
  if (code || event.get(object) != simdjson::SUCCESS ||
      object["event_type"].get(type) != simdjson::SUCCESS || !releases(type))
    return false;
  std::string via;
  dom::array centers;
  if (object["via"].get(centers) == simdjson::SUCCESS) {
    if (centers.size() >= store::most_via) return false;
    for (const auto center : centers) {
      std::string_view name;
      if (center.get(name) != simdjson::SUCCESS || name == passage.center) return false;
      append_text(via, name);
      via += ',';
    }
  }
  Copy(out, held).event(object, inside_->root);
  out += ",\"organisation\":";
  append_text(out, passage.organisation);
  out.append(",\"via\":[").append(via);
  append_text(out, passage.center);
  out += "]}";
  return true;
}

}  // namespace langyan::center
