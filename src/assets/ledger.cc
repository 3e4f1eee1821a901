#include "assets/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "assets/words.h"
#include "base/csv.h"
#include "base/suggest.h"

namespace langyan::assets {
namespace {

constexpr std::size_t largest_ledger = 64u << 20;  // octets; a plant of 10,000 devices has 2 MB
constexpr std::size_t most_rows = 1'000'000;
constexpr std::size_t most_cell_octets = 1'024;
constexpr std::size_t most_errors = 50;            // told; the rest is counted
constexpr int highest_level = 5;

using Is = LedgerColumn::Is;

constexpr LedgerColumn columns[] = {
    {Is::address, "address"}, {Is::mac, "MAC"}, {Is::role, "role"}, {Is::level, "level"}, {Is::attack, "ATT&CK asset"},
    {Is::trait, "vendor", Trait::vendor}, {Is::trait, "series", Trait::series}, {Is::trait, "model", Trait::model},
    {Is::trait, "order number", Trait::order_number}, {Is::trait, "firmware", Trait::firmware},
    {Is::trait, "hardware", Trait::hardware}, {Is::trait, "serial", Trait::serial}, {Is::trait, "name", Trait::name},
    {Is::trait, "location", Trait::location}, {Is::note, "protocols"},
};

// What plants call the columns, without case, spaces and marks (bare).
struct Heading {
  std::string_view word;
  Is is;
  Trait trait = Trait::vendor;
};
constexpr Heading headings[] = {
    {"address", Is::address},
    {"ip", Is::address},
    {"ipaddress", Is::address},
    {"ip地址", Is::address},
    {"地址", Is::address},
    {"id", Is::address},
    {"网络地址", Is::address},
    {"设备地址", Is::address},
    {"mac", Is::mac},
    {"macaddress", Is::mac},
    {"mac地址", Is::mac},
    {"物理地址", Is::mac},
    {"role", Is::role},
    {"角色", Is::role},
    {"设备角色", Is::role},
    {"设备类型", Is::role},
    {"类型", Is::role},
    {"type", Is::role},
    {"level", Is::level},
    {"purdue", Is::level},
    {"purduelevel", Is::level},
    {"层级", Is::level},
    {"级别", Is::level},
    {"purdue层级", Is::level},
    {"attack", Is::attack},
    {"attckasset", Is::attack},
    {"attackasset", Is::attack},
    {"attck资产", Is::attack},
    {"资产种类", Is::attack},
    {"vendor", Is::trait, Trait::vendor},
    {"manufacturer", Is::trait, Trait::vendor},
    {"maker", Is::trait, Trait::vendor},
    {"厂商", Is::trait, Trait::vendor},
    {"厂家", Is::trait, Trait::vendor},
    {"制造商", Is::trait, Trait::vendor},
    {"品牌", Is::trait, Trait::vendor},
    {"series", Is::trait, Trait::series},
    {"family", Is::trait, Trait::series},
    {"系列", Is::trait, Trait::series},
    {"model", Is::trait, Trait::model},
    {"型号", Is::trait, Trait::model},
    {"设备型号", Is::trait, Trait::model},
    {"ordernumber", Is::trait, Trait::order_number},
    {"partnumber", Is::trait, Trait::order_number},
    {"catalognumber", Is::trait, Trait::order_number},
    {"订货号", Is::trait, Trait::order_number},
    {"部件号", Is::trait, Trait::order_number},
    {"物料号", Is::trait, Trait::order_number},
    {"firmware", Is::trait, Trait::firmware},
    {"firmwareversion", Is::trait, Trait::firmware},
    {"version", Is::trait, Trait::firmware},
    {"固件", Is::trait, Trait::firmware},
    {"固件版本", Is::trait, Trait::firmware},
    {"版本", Is::trait, Trait::firmware},
    {"hardware", Is::trait, Trait::hardware},
    {"hardwareversion", Is::trait, Trait::hardware},
    {"硬件", Is::trait, Trait::hardware},
    {"硬件版本", Is::trait, Trait::hardware},
    {"serial", Is::trait, Trait::serial},
    {"serialnumber", Is::trait, Trait::serial},
    {"序列号", Is::trait, Trait::serial},
    {"出厂编号", Is::trait, Trait::serial},
    {"name", Is::trait, Trait::name},
    {"hostname", Is::trait, Trait::name},
    {"tag", Is::trait, Trait::name},
    {"名称", Is::trait, Trait::name},
    {"设备名称", Is::trait, Trait::name},
    {"主机名", Is::trait, Trait::name},
    {"位号", Is::trait, Trait::name},
    {"location", Is::trait, Trait::location},
    {"位置", Is::trait, Trait::location},
    {"安装位置", Is::trait, Trait::location},
    {"地点", Is::trait, Trait::location},
    {"parent", Is::note},
    {"protocols", Is::note},
    {"note", Is::note},
    {"notes", Is::note},
    {"remark", Is::note},
    {"备注", Is::note},
    {"说明", Is::note},
    {"协议", Is::note},
    {"description", Is::note},
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// "00-1B-1B-01-02-03" and "001b.1b01.0203" too, as switches and label printers write it.
std::optional<Mac> read_mac(std::string_view text) {
  std::string digits;
  for (const char c : lower(text)) {
    if (c == ':' || c == '-' || c == '.') continue;
    digits += c;
  }
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (digits.size() != 12 || fault != std::errc{} || end != digits.data() + digits.size()) return {};
  return Mac::from_number(number);
}

// As the inventory writes it; empty: it is no address.
std::string read_id(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const std::string rest = slash == text.npos ? std::string() : lower(text.substr(slash));
  if (slash != text.npos && std::ranges::count(rest, '/') != 2) return {};
  if (const auto ip = parse_ip(host)) return to_string(*ip) + rest;
  if (const auto mac = read_mac(host)) return to_string(*mac) + rest;
  return {};
}

std::optional<HostRole> read_role(std::string_view text) {
  const auto& roles = host_roles();
  for (std::size_t i = 0; i < roles.size(); ++i)
    if (bare(roles[i].name) == bare(text) || bare(roles[i].label.en) == bare(text) || roles[i].label.zh == text)
      return static_cast<HostRole>(i);
  return {};
}

}  // namespace

std::span<const LedgerColumn> ledger_columns() {
  return columns;
}

std::string LedgerEntry::shown() const {
  if (!ids.empty()) return ids[0];
  if (!macs.empty()) return to_string(macs[0]);
  return (*this)[Trait::name];
}

class LedgerReader {
 public:
  LedgerReader(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  Result<Ledger> read() {
    if (text_.size() > largest_ledger) return refuse("is larger than a ledger may be; keep one line a device");
    if (const auto bad = begin_csv(text_)) {
      line_ = bad->line;
      return refuse(bad->reason);
    }
    CsvReader csv(text_);
    line_ = 1;
    if (!csv.next() || !heading(csv)) return outcome();
    while (csv.next()) {
      line_ = csv.line();
      if (std::ranges::all_of(csv.cells(), [](std::string_view cell) { return trimmed(cell).empty(); })) continue;
      if (ledger_.entries_.size() == most_rows) {
        fault("more rows than a ledger may have");
        break;
      }
      if (csv.too_wide()) fault(fmt::format("a row has at most {} cells", CsvReader::most_cells));
      row(csv);
    }
    if (csv.broken()) line_ = csv.line(), fault("a quote is opened and never closed");
    return outcome();
  }

 private:
  Result<Ledger> refuse(std::string_view what) const {
    return Error{ErrorKind::invalid,
                 line_ ? fmt::format("{}:{}: {}", file_, line_, what) : fmt::format("{} {}", file_, what)};
  }
  void fault(std::string what) {
    ++faults_;
    if (errors_.size() < most_errors) errors_.push_back(fmt::format("{}:{}: {}", file_, line_, what));
  }
  Result<Ledger> outcome() {
    if (!faults_) return std::move(ledger_);
    std::string all;
    for (const std::string& error : errors_) all += (all.empty() ? "" : "\n") + error;
    if (faults_ > errors_.size()) all += fmt::format("\n{}: {} more errors", file_, faults_ - errors_.size());
    return Error{ErrorKind::invalid, all};
  }

  bool heading(const CsvReader& csv) {
    bool has_identity = false;
    for (const std::string_view cell : csv.cells()) {
      std::string word = bare(trimmed(cell));
      const auto at = std::ranges::find(headings, word, &Heading::word);
      headings_.push_back(at == std::end(headings) ? nullptr : at);
      if (at == std::end(headings)) {
        if (!word.empty())
          ledger_.notes_.push_back(fmt::format("{}:1: the column \"{}\" is not used", file_, trimmed(cell)));
        continue;
      }
      has_identity = has_identity || at->is == Is::address || at->is == Is::mac;
      const auto same = [&](const Heading* each) {
        return each && at->is != Is::note && each->is == at->is && each->trait == at->trait;
      };
      if (std::ranges::count_if(headings_, same) > 1)
        fault(fmt::format("the column \"{}\" says what another column says already", trimmed(cell)));
    }
    if (!has_identity)
      fault("the first line names no column for the address (address, IP, IP地址) or the MAC (MAC, MAC地址)");
    return faults_ == 0;
  }

  void row(const CsvReader& csv) {
    LedgerEntry entry;
    entry.line = line_;
    const std::size_t before = faults_;
    for (std::size_t i = 0; i < std::min(csv.cells().size(), headings_.size()); ++i) {
      std::string_view cell = trimmed(csv.cells()[i]);
      // What a spreadsheet would run as a formula was written with a quote in front.
      if (cell.size() > 1 && cell[0] == '\'' && std::string_view("=+-@").find(cell[1]) != std::string_view::npos)
        cell.remove_prefix(1);
      if (cell.size() > most_cell_octets) fault("a cell is longer than a device's data can be");
      else if (headings_[i] && !cell.empty()) take(*headings_[i], cell, entry);
    }
    if (entry.ids.empty() && entry.macs.empty() && faults_ == before)
      fault("the row has neither address nor MAC, so nothing on the wire can be it");
    index(std::move(entry));
  }

  void take(const Heading& heading, std::string_view cell, LedgerEntry& entry) {
    switch (heading.is) {
      case Is::address:
        return each_word(cell, [&](std::string_view word) {
          std::string id = read_id(word);
          if (const auto mac = id.find('/') == id.npos ? read_mac(word) : std::nullopt; mac && !parse_ip(word))
            entry.macs.push_back(*mac);
          else if (!id.empty()) entry.ids.push_back(std::move(id));
          else
            fault(fmt::format(
                "\"{}\" is no address; write 10.20.0.5, a MAC, or 10.20.0.5/modbus/3 for a device behind it", word));
        });
      case Is::mac:
        return each_word(cell, [&](std::string_view word) {
          const auto mac = read_mac(word);
          if (!mac) return fault(fmt::format("\"{}\" is no MAC; write 00:1b:1b:01:02:03", word));
          if (std::ranges::find(entry.macs, *mac) == entry.macs.end()) entry.macs.push_back(*mac);
        });
      case Is::role: {
        entry.role = read_role(cell);
        std::vector<std::string_view> known;
        for (const HostRoleRow& each : host_roles()) known.push_back(each.name);
        if (!entry.role) fault(fmt::format("\"{}\" is no role; the roles are {}", cell, fmt::join(known, ", ")));
        else if (*entry.role == HostRole::unknown) entry.role.reset();
        return;
      }
      case Is::level: {
        std::string_view digits = cell.starts_with('L') || cell.starts_with('l') ? cell.substr(1) : cell;
        if (digits.size() == 1 && digits[0] >= '0' && digits[0] <= '0' + highest_level) entry.level = digits[0] - '0';
        else fault(fmt::format("\"{}\" is no level of the Purdue model; write 0 to {}", cell, highest_level));
        return;
      }
      case Is::attack:
        entry.attack = attack_kind(cell);
        if (!entry.attack) fault(fmt::format("\"{}\" is no asset of ATT&CK for ICS; write A0001 to A0018", cell));
        return;
      case Is::trait: entry.traits[static_cast<std::size_t>(heading.trait)] = cell; return;
      case Is::note: return;
    }
  }

  template <class Visit>
  static void each_word(std::string_view cell, Visit visit) {
    while (!cell.empty()) {
      const std::size_t end = std::min(cell.find_first_of(" ,;|\n"), cell.size());
      if (end > 0) visit(cell.substr(0, end));
      cell.remove_prefix(std::min(end + 1, cell.size()));
    }
  }

  void index(LedgerEntry entry) {
    const auto at = static_cast<std::uint32_t>(ledger_.entries_.size());
    const auto twice = [&](std::string_view what, std::uint32_t other) {
      fault(fmt::format("{} stands in line {} too; one device is one row", what, ledger_.entries_[other].line));
    };
    for (const Mac& mac : entry.macs)
      if (const auto [found, fresh] = ledger_.by_mac_.try_emplace(mac.number(), at); !fresh && found->second != at)
        twice(to_string(mac), found->second);
    for (const std::string& id : entry.ids) {
      if (const auto [found, fresh] = ledger_.by_id_.try_emplace(id, at); !fresh && found->second != at)
        twice(id, found->second);
      if (const std::size_t slash = id.find('/'); slash != id.npos)
        ledger_.hosts_with_devices_.try_emplace(id.substr(0, slash), at);
    }
    ledger_.entries_.push_back(std::move(entry));
  }

  std::string_view text_, file_;
  std::size_t line_ = 0, faults_ = 0;
  std::vector<std::string> errors_;
  std::vector<const Heading*> headings_;  // by column; null: not used
  Ledger ledger_;
};

Result<Ledger> Ledger::parse(std::string_view text, std::string_view file) {
  return LedgerReader(text, file).read();
}

Result<Ledger> Ledger::read(Disk& disk, const std::string& path) {
  const auto text = read_file(disk, path, largest_ledger);
  if (!text) return text.error();
  return parse(*text, path);
}

const LedgerEntry* Ledger::find(const Asset& asset, const Asset* parent) const {
  const auto by_id = [&](const std::string& id) -> const LedgerEntry* {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : &entries_[at->second];
  };
  if (parent) {  // the host may have been met by another of its addresses than the ledger has
    const std::string_view whole = asset.id;
    const std::string behind(whole.substr(std::min(whole.find('/'), whole.size())));
    if (const LedgerEntry* found = by_id(asset.id)) return found;
    for (const IpAddress& ip : parent->addresses)
      if (const LedgerEntry* found = by_id(to_string(ip) + behind)) return found;
    for (const Mac& mac : parent->macs)
      if (const LedgerEntry* found = by_id(to_string(mac) + behind)) return found;
    return nullptr;
  }
  for (const Mac& mac : asset.macs)
    if (const auto at = by_mac_.find(mac.number()); at != by_mac_.end()) return &entries_[at->second];
  for (const IpAddress& ip : asset.addresses)
    if (const LedgerEntry* found = by_id(to_string(ip))) return found;
  return nullptr;
}

bool Ledger::lists_devices_behind(const LedgerEntry& host) const {
  return std::ranges::any_of(host.ids, [&](const std::string& id) { return hosts_with_devices_.contains(id); }) ||
         std::ranges::any_of(host.macs, [&](const Mac& mac) { return hosts_with_devices_.contains(to_string(mac)); });
}

}  // namespace langyan::assets
