// StixBundle: alerts and notices as a STIX 2.1 bundle (OASIS STIX Version 2.1, 10 June 2021).
//
//   StixBundle bundle(center); bundle.add(item); bundle.add(report); bundle.text();
//
// The same events and notices give the same octets wherever and whenever they are asked for: every id is a
// UUID of version 5 of what the object is about (observables by the namespace and properties the
// standard names, 2.9; the others by a namespace of the project), and times are the events' own. An
// object that several alerts share is in it once. One thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "outputs/item.h"

namespace langyan::outputs {

std::string uuid5(std::string_view space, std::string_view name);  // RFC 9562 5.5; space: a UUID as text

struct StixReport {
  std::string id;  // what makes it different from all others
  std::string title, text, kind;  // kind: warning, vulnerability, incident
  std::string issuer, addressee;  // organisations
  Time created = 0, changed = 0;
};

class StixBundle {
 public:
  explicit StixBundle(std::string_view center);

  // The alert as observed-data of its traffic, an indicator of that traffic, the sighting of it by its
  // sensor, its ATT&CK techniques, and a note of what was done.
  void add(const Item& item);
  void add(const StixReport& report);  // last: it refers to all before it
  std::string text() const;

 private:
  std::string identity(std::string_view name, std::string_view kind);
  std::string traffic(const store::EventRow& row, std::vector<std::string>& refs);
  std::string address(const IpAddress& ip);
  std::string indicator(const Item& item, const std::string& created_by);
  void techniques(const Item& item, const std::string& created_by, const std::string& indicator);
  void keep(const std::string& id, std::string json);

  std::string center_;  // id of its identity
  std::string seed_;    // of the bundle's id
  std::vector<std::string> order_;
  std::map<std::string, std::string> objects_;  // by id
};

}  // namespace langyan::outputs
