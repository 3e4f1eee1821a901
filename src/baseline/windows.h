// Windows: announced work. What a window covers is no alert but stays in the log, marked with the window's name.
//
//   windows:
//     - name: work order 2026-0317, filter 2
//       zone: filters                      # who is touched: a zone of the settings, or `to` with addresses
//       who: [10.3.3.15]                   # who acts: addresses or networks; left away: anybody
//       verbs: [download, stop, start]     # left away: every verb
//       from: 2026-03-17T10:00:00+08:00
//       to: 2026-03-17T12:00:00+08:00      # at most a year later
//     - name: weekly backup of programs
//       to_hosts: [10.3.1.21, 10.3.1.22]
//       who: [10.3.3.15]
//       verbs: [upload]
//       weekly: {days: mon, from: "02:00", until: "03:00", offset: "+08:00"}   # until before from: over midnight
//
//     - name: yearly inventory
//       who: [10.3.3.20]                   # needed where a scan is announced
//       verbs: [scan, identify, read]      # scan: it searches addresses, ports, units, objects (behaviour.kind)
//       from: 2026-03-20T08:00:00+08:00
//       to: 2026-03-20T18:00:00+08:00
//
// A window with a fault is none: the text is refused as a whole, each fault with file, line and what to do.
// covers() is asked by the merge thread in packet time; it is constant, a reload replaces it as a whole.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/result.h"
#include "baseline/relation.h"

namespace langyan::baseline {

constexpr std::size_t most_windows = 1000;
constexpr std::size_t most_window_networks = 256;  // of one window, on each side
constexpr std::size_t largest_windows_file = 1u << 20;  // octets
constexpr Duration longest_window = 366 * day;

struct NamedNetworks {  // a zone, as a window may name it
  std::string name;
  std::vector<IpNetwork> networks;  // empty: everything
};

class Windows final : public Maintenance {
 public:
  static langyan::Result<Windows> read(std::string_view text, std::string_view name,
                                       std::span<const NamedNetworks> zones);
  // A missing file is an error: a window that is not there would alarm.
  static langyan::Result<Windows> load(Disk& disk, const std::string& path, std::span<const NamedNetworks> zones);

  std::string_view covers(Time time, const Station& client, const Station& server, Verb verb) const override;
  std::string_view covers_search(Time time, const Station& source, std::span<const IpAddress> targets) const override;
  std::size_t size() const { return windows_.size(); }

 private:
  friend class WindowsReader;
  struct Window {
    std::string name;
    std::vector<IpNetwork> who, touched;  // empty: anybody
    std::uint32_t verbs = ~std::uint32_t{0};
    bool scans = false;
    bool weekly = false;
    Time from = 0, until = 0;            // once: [from, until)
    std::uint8_t days = 0x7f;            // weekly: of the day it begins, Monday first
    Duration begin = 0, length = 0;      // from midnight
    Duration offset = 0;                 // of the local clock from UTC
    bool holds(Time time) const;
  };
  std::vector<Window> windows_;
};

}  // namespace langyan::baseline
