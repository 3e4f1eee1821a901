// What places of the organisation tree are called: provinces, and enterprises of the registry that the asker sees.
#include <algorithm>
#include <map>
#include <optional>

#include "base/json.h"
#include "center/center.h"
#include "center/handlers.h"
#include "center/situation.h"

namespace langyan::center {
namespace {

constexpr std::string_view country = "cn";  // of whose tree the second step is a province

struct Name {
  std::string en, zh;
};

class Names {
 public:
  Names(Center& center, const store::Scope& scope) : center_(center), scope_(scope) {}

  // Of exactly this place.
  Result<std::optional<Name>> of(std::string_view place) {
    const auto slash = place.find('/');
    if (place.substr(0, slash) == country && slash != place.npos && place.find('/', slash + 1) == place.npos)
      if (const Words* province = province_named(place.substr(slash + 1)))
        return std::optional(Name{std::string(province->en), std::string(province->zh)});
    if (!scope_.covers(place)) return std::optional<Name>();
    const auto known = known_.find(place);
    if (known != known_.end()) return known->second;
    // One page: a place below which there are more is no enterprise's.
    EnterpriseFilter filter;
    filter.organisation = place;
    const auto page = center_.enterprises().list(scope_, filter, "", store::document_page);
    if (!page) return page.error();
    const auto found = std::ranges::find(page->enterprises, place, &Enterprise::organisation);
    std::optional<Name> name;
    if (found != page->enterprises.end()) name = Name{found->name, found->name};
    return known_.emplace(place, name).first->second;
  }

 private:
  Center& center_;
  const store::Scope& scope_;
  std::map<std::string, std::optional<Name>, std::less<>> known_;
};

}  // namespace

Response place_names(Center& center, Call& call) {
  Names names(center, call.scope());
  std::vector<std::string> places = call.parameters.list("organisation");
  std::ranges::sort(places);
  places.erase(std::unique(places.begin(), places.end()), places.end());
  if (places.size() > most_named_places)
    return Problem(Code::bad_parameter, "`organisation` may name " + std::to_string(most_named_places) +
                                            " places; ask for the others in another request.");
  std::string body;
  JsonWriter json(body);
  json.open().key("places").open_list();
  for (const std::string& place : places) {
    // The nearest place at or above it that has a name; the rest of the path is told beside.
    for (std::size_t end = place.size(); end != place.npos && end > 0; end = place.rfind('/', end - 1)) {
      const auto name = names.of(std::string_view(place).substr(0, end));
      if (!name) return problem_of(name.error());
      if (!*name) continue;
      json.open().field("organisation", place).key("name").open();
      json.field("en", (*name)->en).field("zh", (*name)->zh).close();
      json.field("rest", std::string_view(place).substr(std::min(end + 1, place.size()))).close();
      break;
    }
  }
  json.close_list().close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
