#include "center/packs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/json.h"
#include "center/json_object.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

constexpr std::string_view label_kind = "pack", text_kind = "pack_text", owner = "center";

std::string body_of(const PackLabel& label) {
  std::string body;
  JsonWriter json(body);
  json.open()
      .field("version", label.version)
      .field("organisation", label.organisation)
      .field("bytes", label.bytes)
      .field("sha256", label.sha256);
  json.field("key", label.key)
      .field("issued", label.issued)
      .field("issuer", label.issuer)
      .field("note_en", label.note_en)
      .field("note_zh", label.note_zh);
  json.key("files").open_list();
  for (const std::string& file : label.files) json.text(file);
  json.close_list().field("from_above", label.from_above).field("by", label.by).close();
  return body;
}

Result<PackLabel> label_of(const store::Document& document) {
  const auto body = JsonObject::parse(document.body);
  if (!body) return within("pack " + document.id, body.error());
  const auto text = [&](std::string_view name) { return body->text(name).value_or(""); };
  PackLabel label;
  label.name = document.id, label.taken = document.changed;
  label.version = body->number("version").value_or(0), label.bytes = body->number("bytes").value_or(0);
  label.organisation = text("organisation"), label.sha256 = text("sha256"), label.key = text("key"),
  label.issued = text("issued"), label.issuer = text("issuer");
  label.note_en = text("note_en"), label.note_zh = text("note_zh"), label.by = text("by");
  label.files = body->texts("files").value_or(std::vector<std::string>());
  label.from_above = body->flag("from_above").value_or(false);
  return label;
}

store::DocumentChange change_of(std::string_view kind, const PackLabel& label) {
  store::DocumentChange change;
  change.kind = kind, change.id = label.name, change.organisation = owner, change.by = label.by;
  change.keep_history = false;
  return change;
}

}  // namespace

bool reaches(const PackLabel& label, const store::Scope& scope) {
  if (label.organisation.empty() || scope.covers(label.organisation)) return true;
  const auto whole = store::Scope::of(label.organisation);
  return whole && whole->covers(scope.root());
}

Result<std::unique_ptr<Packs>> Packs::open(store::DocumentStore& documents, Disk& disk, std::string keys_file) {
  std::unique_ptr<Packs> packs(new Packs(documents, disk, std::move(keys_file)));
  const auto page = documents.list(store::Scope::all(), label_kind, "", store::document_page);
  if (!page) return page.error();
  for (const store::Document& document : page->documents) {
    auto label = label_of(document);
    if (!label) return label.error();
    packs->labels_.push_back(label.take());
  }
  return packs;
}

Result<std::vector<TrustedKey>> Packs::keys() const {
  if (keys_file_.empty())
    return Error{ErrorKind::invalid,
                 "This center trusts no key; name a file of keys as packs.keys in center.yaml and start it again."};
  auto keys = read_trusted_keys(disk_, keys_file_);
  if (!keys)
    return Error{ErrorKind::invalid, "The keys this center trusts cannot be read: " + keys.error().message + "."};
  return keys;
}

const PackLabel* Packs::label(std::string_view name) const {
  const auto at = std::ranges::find(labels_, name, &PackLabel::name);
  return at == labels_.end() ? nullptr : &*at;
}

void Packs::count(PackCount which) {
  const std::lock_guard lock(mutex_);
  counters_.add(which);
}

std::vector<PackLabel> Packs::list(const store::Scope& scope) const {
  std::vector<PackLabel> found;
  const std::lock_guard lock(mutex_);
  std::ranges::copy_if(labels_, std::back_inserter(found),
                       [&](const PackLabel& label) { return reaches(label, scope); });
  return found;
}

Result<PackLabel> Packs::find(const store::Scope& scope, std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const PackLabel* found = label(name);
  if (!found || !reaches(*found, scope)) return Error{ErrorKind::missing, fmt::format("There is no pack {}.", name)};
  return *found;
}

Result<std::string> Packs::text(const store::Scope& scope, std::string_view name) {
  if (const auto found = find(scope, name); !found) return found.error();
  const auto document = documents_.get(store::Scope::all(), text_kind, name);
  if (!document) return document.error();
  const auto body = JsonObject::parse(document->body);
  if (!body) return body.error();
  count(PackCount::handed);
  return body->text("pack").value_or("");
}

Result<void> Packs::each_holding(const store::Scope& scope, std::string_view digits,
                                 const std::function<void(const packs::Pack&)>& visit) const {
  const std::vector<PackLabel> labels = list(scope);
  if (labels.empty()) return {};
  const auto trusted = keys();
  if (!trusted) return {};
  for (const PackLabel& label : labels) {
    const auto document = documents_.get(store::Scope::all(), text_kind, label.name);
    if (!document) return document.error();
    if (document->body.find(digits) == std::string::npos) continue;
    const auto body = JsonObject::parse(document->body);
    if (!body) return within("pack " + label.name, body.error());
    if (const auto pack = packs::open_pack(body->text("pack").value_or(""), label.name, *trusted)) visit(*pack);
  }
  return {};
}

packs::Versions Packs::versions() const {
  packs::Versions versions;
  const std::lock_guard lock(mutex_);
  for (const PackLabel& label : labels_) versions[label.name] = label.version;
  return versions;
}

void Packs::note_refused(packs::Refusal refusal) {
  const std::lock_guard lock(mutex_);
  if (refused_.size() < packs::most_packs || refused_.contains(refusal.name))
    refused_[refusal.name] = std::move(refusal);
}

std::vector<packs::Refusal> Packs::refused() const {
  std::vector<packs::Refusal> all;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, refusal] : refused_) all.push_back(refusal);
  return all;
}

std::string Packs::revision(const store::Scope& scope) const {
  std::uint64_t sum = 0;
  const std::lock_guard lock(mutex_);
  for (const PackLabel& label : labels_)
    if (reaches(label, scope)) sum = hash(bytes_of(label.sha256), combine(sum, label.version));
  return sum == 0 ? std::string() : fmt::format("{:016x}", sum);
}

// What the pack would be here, if it may be.
Result<PackLabel> Packs::checked(std::string_view text, std::string_view organisation, bool from_above) {
  const auto trusted = keys();
  if (!trusted) return trusted.error();
  const auto pack = packs::open_pack(text, "The pack", *trusted);
  if (!pack) return pack.error();
  if (!organisation.empty())
    if (auto path = store::check_organisation(organisation); !path) return path.error();
  PackLabel label;
  label.name = pack->name, label.organisation = organisation, label.version = pack->version, label.bytes = text.size();
  label.sha256 = sha256_hex(text), label.key = pack->key, label.issued = pack->issued, label.issuer = pack->issuer;
  label.note_en = pack->note_en, label.note_zh = pack->note_zh;
  for (const packs::PackFile& file : pack->files) label.files.push_back(file.name);
  label.from_above = from_above;
  std::string held_text;
  const auto known = find(store::Scope::all(), pack->name);
  if (known && known->version == label.version)
    if (const auto document = documents_.get(store::Scope::all(), text_kind, label.name))
      if (const auto body = JsonObject::parse(document->body)) held_text = body->text("pack").value_or("");
  if (auto fits = packs::check_successor(*pack, text, known ? known->version : 0, held_text); !fits)
    return fits.error();
  if (known && known->from_above && !from_above)
    return Error{ErrorKind::conflict,
                 fmt::format("Pack {} is issued by the center above; give yours another name.", label.name)};
  const std::lock_guard lock(mutex_);
  if (!known && labels_.size() >= packs::most_packs)
    return Error{ErrorKind::full, fmt::format("There are {} packs, which is the most; put the rules into one of them.",
                                              packs::most_packs)};
  return label;
}

Result<PackLabel> Packs::put(std::string_view text, std::string_view organisation, std::string_view by,
                             bool from_above) {
  const std::lock_guard one(putting_);
  auto label = checked(text, organisation, from_above);
  if (!label) return count(PackCount::refused), label.error();
  label->by = by;
  std::vector<store::DocumentChange> changes{change_of(label_kind, *label), change_of(text_kind, *label)};
  changes[0].body = body_of(*label);
  JsonWriter(changes[1].body).open().field("pack", text).close();
  const auto written = documents_.transact(store::Scope::all(), changes);
  if (!written) return written.error();
  label->taken = written->front().changed;
  const std::lock_guard lock(mutex_);
  const auto at = std::ranges::lower_bound(labels_, label->name, {}, &PackLabel::name);
  if (at != labels_.end() && at->name == label->name) *at = *label;
  else labels_.insert(at, *label);
  if (const auto refusal = refused_.find(label->name);
      refusal != refused_.end() && refusal->second.version <= label->version)
    refused_.erase(refusal);
  counters_.add(PackCount::taken);
  return label;
}

}  // namespace langyan::center
