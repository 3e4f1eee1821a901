// Scope: how much of the organisation tree a caller may see. No store can be asked without one.
//
// Organisations are paths, "nation/province/enterprise/plant". A scope is a path and everything
// below it; "cn/jiangsu" covers "cn/jiangsu" and "cn/jiangsu/works-7", not "cn/jiangsu-north".
// There is no default scope: who means the whole tree says Scope::all(). What lies outside a scope
// does not exist for it (an event or document by id is missing, never forbidden).
// A value; any thread may use its own.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace langyan::store {

constexpr std::size_t organisation_depth = 8;     // levels; the tree in use has four
constexpr std::size_t organisation_segment = 64;  // bytes a level (20 Chinese characters)
constexpr std::size_t organisation_bytes = 255;

class Scope {
 public:
  static Scope all() { return Scope(""); }
  static Result<Scope> of(std::string_view organisation);

  bool covers(std::string_view organisation) const {
    if (root_.empty()) return true;
    return organisation.starts_with(root_) &&
           (organisation.size() == root_.size() || organisation[root_.size()] == '/');
  }
  bool is_all() const { return root_.empty(); }
  const std::string& root() const { return root_; }  // "" is the whole tree

 private:
  explicit Scope(std::string_view root) : root_(root) {}
  std::string root_;
};

// A path is one to eight segments joined by '/': UTF-8, no control characters, none empty, "." or
// "..".
Result<void> check_organisation(std::string_view path);

}  // namespace langyan::store
