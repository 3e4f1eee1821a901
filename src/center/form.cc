#include "center/form.h"

#include <boost/beast/http/rfc7230.hpp>

#include "center/http.h"

namespace langyan::center {
namespace {

constexpr std::size_t longest_boundary = 70;  // RFC 2046 5.1.1

// Of "form-data; name=\"rules\"": the parameter, where the value's kind is the wanted one.
std::optional<std::string> parameter_of(std::string_view value, std::string_view kind, std::string_view name) {
  const auto end = std::min(value.find(';'), value.size());
  auto first = value.substr(0, end);
  while (first.ends_with(' ')) first.remove_suffix(1);
  if (!same_word(first, kind)) return {};
  const std::string_view rest = value.substr(end);
  for (const auto& [key, text] : boost::beast::http::param_list({rest.data(), rest.size()}))
    if (same_word({key.data(), key.size()}, name)) return std::string(text.data(), text.size());
  return {};
}

std::optional<std::string> name_of(std::string_view header) {
  constexpr std::string_view field = "content-disposition:";
  while (!header.empty()) {
    const auto end = std::min(header.find("\r\n"), header.size());
    std::string_view line = header.substr(0, end);
    header.remove_prefix(std::min(end + 2, header.size()));
    if (!same_word(line.substr(0, field.size()), field)) continue;
    line.remove_prefix(field.size());
    while (line.starts_with(' ')) line.remove_prefix(1);
    return parameter_of(line, "form-data", "name");
  }
  return {};
}

Error broken(std::string_view what) {
  return {ErrorKind::invalid, "The form is not well-formed: " + std::string(what) + "."};
}

}  // namespace

Result<Form> Form::parse(std::string_view content_type, std::string_view body) {
  const auto boundary = parameter_of(content_type, "multipart/form-data", "boundary");
  if (!boundary || boundary->empty() || boundary->size() > longest_boundary)
    return Error{ErrorKind::usage, "Send a form, with Content-Type: multipart/form-data and its boundary."};
  const std::string mark = "\r\n--" + *boundary;
  // The first one may stand at the very beginning.
  const bool at_once = body.starts_with(std::string_view(mark).substr(2));
  const auto first = at_once ? 0 : body.find(mark);
  if (first == body.npos) return broken("its boundary is not in it");
  body.remove_prefix(first + mark.size() - (at_once ? 2 : 0));
  Form form;
  while (!body.starts_with("--")) {
    if (!body.starts_with("\r\n")) return broken("a boundary does not end its line");
    body.remove_prefix(2);
    const auto header_end = body.substr(0, longest_part_header).find("\r\n\r\n");
    if (header_end == body.npos)
      return broken("the header of a part has no end within " + std::to_string(longest_part_header) + " octets");
    const auto name = name_of(body.substr(0, header_end));
    if (!name) return broken("a part has no Content-Disposition: form-data with a name");
    body.remove_prefix(header_end + 4);
    const auto end = body.find(mark);
    if (end == body.npos) return broken("the part `" + *name + "` has no end; the body was cut off");
    if (form.parts_.size() == most_parts) return broken("it has more than " + std::to_string(most_parts) + " parts");
    if (!form.parts_.emplace(*name, body.substr(0, end)).second)
      return broken("the part `" + *name + "` is there twice");
    body.remove_prefix(end + mark.size());
  }
  return form;
}

std::optional<std::string_view> Form::part(std::string_view name) const {
  const auto found = parts_.find(name);
  if (found == parts_.end()) return {};
  return found->second;
}

}  // namespace langyan::center
