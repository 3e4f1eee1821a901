// The sensor's configuration: every key, its default, one sentence. config/sensor.yaml is printed
// from these rows (langyan-sensor --default-config) and a test compares.
#pragma once

#include "base/config.h"

namespace langyan::pipeline {

inline constexpr Key sensor_keys[] = {
    Key::text("sensor.name", "", "Name of this sensor in every event; the host's name when empty."),
    Key::list("capture.interfaces", "[]", "Interfaces to listen on; they never transmit."),
    Key::text("capture.filter", "", "BPF filter; packets it refuses are not looked at."),
    Key::integer("capture.snap_length", 262'144, {64, 262'144}, "Octets kept of each packet."),
    Key::size("capture.ring", 64 << 20, {1 << 20, 4ll << 30}, "Size of the kernel's ring for each interface."),
    Key::flag("capture.promiscuous", true, "Whether to take packets that are not addressed to this host."),
    Key::word(
        "capture.checksums", "none", "none|all",
        "Whether IP, TCP, UDP and ICMP checksums are verified; a packet with a wrong one is not decoded further."),
    Key::duration("capture.copies_within", millisecond, {0, second},
                  "How late the same packet may be seen once more to be taken for a copy that the mirror made, which is "
                  "counted and not looked at; 0: every packet is looked at."),
    Key::integer("pipeline.workers", 1, {1, 64}, "Threads that decode and inspect; each pair of hosts belongs to one."),
    Key::duration("flow.record_interval", 5 * minute, {0, 24 * hour},
                  "How often a flow that lasts is reported; 0 for never."),
    Key::duration("flow.tcp_opening", 60 * second, {second, hour},
                  "Silence after which an unanswered TCP connection is forgotten."),
    Key::duration("flow.tcp_established", hour, {second, 7 * day},
                  "Silence after which a TCP connection is forgotten."),
    Key::duration("flow.tcp_closing", 60 * second, {second, day},
                  "Silence after which a TCP connection that one side has ended is forgotten."),
    Key::duration("flow.tcp_closed", 10 * second, {0, hour},
                  "How long a closed TCP connection is kept for what trails."),
    Key::duration("flow.udp_opening", 30 * second, {second, hour},
                  "Silence after which a one-sided UDP flow is forgotten."),
    Key::duration("flow.udp_established", 5 * minute, {second, day}, "Silence after which a UDP flow is forgotten."),
    Key::duration("flow.icmp", 30 * second, {second, hour}, "Silence after which an ICMP exchange is forgotten."),
    Key::duration("flow.other_opening", 60 * second, {second, hour},
                  "Silence after which a one-sided flow of another IP protocol is forgotten."),
    Key::duration("flow.other_established", 5 * minute, {second, day},
                  "Silence after which a flow of another IP protocol is forgotten."),
    Key::duration("flow.layer2_opening", 60 * second, {second, hour},
                  "Silence after which a one-sided flow between MAC addresses is forgotten."),
    Key::duration("flow.layer2_established", 5 * minute, {second, day},
                  "Silence after which a flow between MAC addresses is forgotten."),
    Key::duration("flow.hole_wait", 2 * second, {10 * millisecond, minute},
                  "How long a TCP stream waits for octets that nobody acknowledged; then they are a gap."),
    Key::duration("flow.fragment_wait", 30 * second, {second, 2 * minute},
                  "How long the fragments of a datagram wait for the rest."),
    Key::list("rules.files", "[rules]", "Rule files, or folders whose *.rules are read by name."),
    Key::path("rules.classification", "", "classification.config; beside the first rule file when empty."),
    Key::path("rules.thresholds", "",
              "threshold.config, which suppresses and limits rules by number; beside the first rule file when empty."),
    Key::path("rules.countries", "",
              "MaxMind database of countries (.mmdb) for rules with geoip; without it they are refused."),
    Key::path("rules.cache", "",
              "Folder that keeps compiled rules for the next start; empty: they are compiled at each."),
    Key::path("rules.pack_keys", "",
              "File of the keys whose signature of a rule pack is trusted, a name and a key a line; empty: packs of "
              "the center are not taken."),
    Key::path("rules.packs", "", "Folder that keeps the packs of the center; empty: packs in spool.folder."),
    Key::map("rules.addresses",
             "{HOME_NET: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16], EXTERNAL_NET: [\"!$HOME_NET\"], MASTERS: "
             "[\"$HOME_NET\"]}",
             "Address variables of rules."),
    Key::map("rules.ports", "{MODBUS_PORTS: [\"502\"], S7_PORTS: [\"102\"], IEC104_PORTS: [\"2404\"]}",
             "Port variables of rules."),
    Key::path(
        "assets.file", "",
        "File that keeps the inventory over restarts; empty: assets.json in spool.folder, or none without a spool."),
    Key::path("assets.makers", "/usr/share/ieee-data",
              "Folder of the lists of MAC prefixes (oui.csv, mam.csv, oui36.csv of Debian's ieee-data); without it "
              "makers stay unknown."),
    Key::path(
        "assets.ledger", "",
        "CSV file of what should stand in the plant (docs/assets.md); what it does not have is an event; empty: none."),
    Key::path(
        "assets.vulnerabilities", "",
        "Signed feed of known vulnerabilities (docs/vulnerability-feed.md) that assets are matched with; empty: none."),
    Key::path("assets.vulnerability_keys", "",
              "File of the keys whose signature of that feed is trusted, a name and a key a line."),
    Key::duration("assets.silent_after", day, {0, 365 * day},
                  "Silence after which a device counts as gone silent; 0 for never."),
    Key::integer("baseline.connections_each", 12, {2, 65'535},
                 "Connections one host may hold to one port of a controller before that is told."),
    Key::word("baseline.mode", "learn", "off|learn|review|enforce",
              "What is done about habits where no zone says otherwise: learn them for baseline.learn_for and enforce "
              "them from then on; review: what is new is logged and learned; enforce: what is new is an alert."),
    Key::duration("baseline.learn_for", 7 * day, {minute, 365 * day},
                  "How much traffic a zone learns from, in packet time, before it enforces."),
    Key::map("baseline.zones", "{}",
             "Zones with a mode of their own: names to addresses and networks. A conversation belongs to its server's "
             "zone."),
    Key::map("baseline.zone_modes", "{}", "Modes of these zones; those not named have baseline.mode."),
    Key::path("baseline.file", "",
              "File that keeps the learned habits over restarts; empty: baseline.json in spool.folder, or none without "
              "a spool."),
    Key::path("baseline.maintenance", "",
              "File of maintenance windows (docs/baseline.md): deviations, scans and hits of rules on operations that "
              "they cover are logged, marked with the window's name, and are no alerts; empty: none."),
    Key::duration("baseline.save_every", 10 * minute, {0, day}, "How often that file is written; 0: only at the end."),
    Key::duration(
        "baseline.send_every", minute, {0, day},
        "How often at most the center is told what was learned, when that file says something new; 0: never."),
    Key::path("eve.file", "", "File that events are appended to; \"-\" is standard output; empty: none."),
    Key::flag("eve.strict", false, "Write nothing that Suricata's EVE schema does not know."),
    Key::flag("eve.packets", true, "Whether an alert carries its packet."),
    Key::integer("eve.packets_before", 8, {0, 32},
                 "How many packets of its flow from before its own an alert carries then, the first 284 octets of "
                 "each; 0 for none."),
    Key::flag("eve.flows", true, "Whether flows are reported."),
    Key::flag("eve.operations", true, "Whether operations and their summaries are reported."),
    Key::flag("eve.anomalies", true, "Whether what cannot be decoded is reported."),
    Key::flag("eve.assets", true, "Whether what is learned of hosts and devices is reported."),
    Key::duration("eve.stats_interval", 60 * second, {0, day}, "How often counters are reported; 0 for never."),
    Key::path("spool.folder", "", "Folder where events wait until the center has them; empty: no center."),
    Key::integer("spool.commit_records", 4'096, {1, 1 << 20}, "Events after which what is pending is made durable."),
    Key::duration("spool.commit_interval", 200 * millisecond, {millisecond, minute},
                  "Longest time an event waits to be made durable."),
    Key::text("uplink.url", "", "Address of the center, such as https://center.example:8443; empty: none."),
    Key::secret_file("uplink.token_file", "File that holds the token the center gave this sensor."),
    Key::path("uplink.ca_file", "",
              "PEM file of the authorities trusted to sign the center's certificate; the system's when empty."),
    Key::path("uplink.identity", "",
              "Folder of what `langyan-sensor enroll` makes, key and certificate (docs/enrolment.md); empty: enrolment "
              "in spool.folder."),
    Key::path("uplink.certificate_file", "",
              "PEM file of a certificate for mutual TLS that something else than enrolment keeps; then uplink.identity "
              "is not looked at."),
    Key::path("uplink.key_file", "", "PEM file of its key."),
    Key::word("log.level", "info", "debug|info|warn|error", "Least weight of a line written to the log."),
};
static_assert(key_fault(sensor_keys).empty());

using SensorConfig = ConfigOf<sensor_keys>;

}  // namespace langyan::pipeline
