#include "store/sqlite/day_schema.h"

namespace langyan::store {
namespace {

const char* const steps[] = {
    // Names (types, sensors, organisations, verbs, …) are numbers in the rows: rows and indices are
    // a
    // third of the size, and equal texts are compared once a question instead of once a row.
    // events is narrow and lines holds the JSON: a search reads a hundred bytes a row.
    // Every list is an index on (what is asked for, time): alerts by five ways, everything else by
    // its type, operations by verb, and all by either address. IPv4 addresses are integers and IPv6
    // ones blobs: SQLite orders all integers before all blobs, so a network is one range of either.
    R"sql(
CREATE TABLE file(
  one INTEGER PRIMARY KEY CHECK(one = 1),
  day INTEGER NOT NULL, serial INTEGER NOT NULL, created INTEGER NOT NULL,
  rollups INTEGER NOT NULL, uncertain_until INTEGER NOT NULL, purged INTEGER NOT NULL);
CREATE TABLE names(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE signatures(
  id INTEGER PRIMARY KEY, sid INTEGER NOT NULL, signature TEXT NOT NULL, category INTEGER NOT NULL,
  UNIQUE(sid, signature, category));
CREATE TABLE origins(
  id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, epoch INTEGER NOT NULL, lane INTEGER NOT NULL,
  UNIQUE(sensor, epoch, lane));
CREATE TABLE events(
  n INTEGER PRIMARY KEY,
  time INTEGER NOT NULL, received INTEGER NOT NULL,
  class INTEGER NOT NULL, type INTEGER NOT NULL, organisation INTEGER NOT NULL,
  sensor INTEGER NOT NULL, origin INTEGER NOT NULL, seq INTEGER NOT NULL,
  src, dst, src_port INTEGER, dst_port INTEGER, proto INTEGER, app_proto INTEGER,
  flow_id INTEGER, community TEXT,
  severity INTEGER, sid INTEGER, signature INTEGER, state INTEGER,
  verb INTEGER, object TEXT, value REAL, result INTEGER, function INTEGER);
CREATE TABLE lines(n INTEGER PRIMARY KEY, json TEXT NOT NULL);
CREATE INDEX alerts_state ON events(state, time) WHERE class = 0;
CREATE INDEX alerts_severity ON events(severity, time) WHERE class = 0;
CREATE INDEX alerts_sid ON events(sid, time) WHERE class = 0;
CREATE INDEX alerts_organisation ON events(organisation, time) WHERE class = 0;
CREATE INDEX events_type ON events(type, time) WHERE class > 0;
CREATE INDEX operations_verb ON events(verb, time) WHERE class = 1;
CREATE INDEX events_src ON events(src, time) WHERE src IS NOT NULL;
CREATE INDEX events_dst ON events(dst, time) WHERE dst IS NOT NULL;
CREATE TABLE facts(
  hour INTEGER NOT NULL, class INTEGER NOT NULL, type INTEGER NOT NULL,
  organisation INTEGER NOT NULL, sensor INTEGER NOT NULL, severity INTEGER NOT NULL,
  sid INTEGER NOT NULL, state INTEGER NOT NULL, verb INTEGER NOT NULL, proto INTEGER NOT NULL,
  app_proto INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY(hour, class, type, organisation, sensor, severity, sid, state, verb, proto, app_proto)
) WITHOUT ROWID;
CREATE TABLE hosts(
  address NOT NULL, side INTEGER NOT NULL, hour INTEGER NOT NULL, class INTEGER NOT NULL,
  type INTEGER NOT NULL, organisation INTEGER NOT NULL, severity INTEGER NOT NULL,
  verb INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY(address, side, hour, class, type, organisation, severity, verb)
) WITHOUT ROWID;
CREATE TABLE watermarks(
  source TEXT NOT NULL, epoch INTEGER NOT NULL, lane INTEGER NOT NULL, organisation TEXT NOT NULL,
  position INTEGER NOT NULL, uncertain INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  first_file INTEGER NOT NULL, first_n INTEGER NOT NULL,
  PRIMARY KEY(source, epoch, lane)) WITHOUT ROWID;
CREATE TABLE sensors(
  sensor TEXT NOT NULL, organisation TEXT NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, last_event INTEGER NOT NULL,
  events INTEGER NOT NULL, alerts INTEGER NOT NULL, stats TEXT NOT NULL,
  PRIMARY KEY(sensor, organisation)) WITHOUT ROWID;
CREATE VIEW event_view AS
  SELECT e.n, e.time, e.received, e.class, t.name AS event_type, o.name AS organisation,
         s.name AS sensor, printf('%016x', g.epoch) AS epoch,
         CASE g.lane WHEN 0 THEN 'alert' WHEN 1 THEN 'bulk' ELSE 'state' END AS lane, e.seq,
         e.src_port, e.dst_port, e.severity, e.sid, e.state, v.name AS verb, e.object, e.value,
         l.json
  FROM events e JOIN lines l USING(n) JOIN names t ON t.id = e.type
  JOIN names o ON o.id = e.organisation JOIN names s ON s.id = e.sensor
  JOIN origins g ON g.id = e.origin
  LEFT JOIN names v ON v.id = e.verb;
)sql",
    // via: the lower center that delivered the event.
    R"sql(
ALTER TABLE events ADD COLUMN via INTEGER;
ALTER TABLE sensors ADD COLUMN via TEXT NOT NULL DEFAULT '';
DROP VIEW event_view;
CREATE VIEW event_view AS
  SELECT e.n, e.time, e.received, e.class, t.name AS event_type, o.name AS organisation,
         s.name AS sensor, printf('%016x', g.epoch) AS epoch,
         CASE g.lane WHEN 0 THEN 'alert' WHEN 1 THEN 'bulk' ELSE 'state' END AS lane, e.seq,
         e.src_port, e.dst_port, e.severity, e.sid, e.state, v.name AS verb, e.object, e.value,
         c.name AS via, l.json
  FROM events e JOIN lines l USING(n) JOIN names t ON t.id = e.type
  JOIN names o ON o.id = e.organisation JOIN names s ON s.id = e.sensor
  JOIN origins g ON g.id = e.origin
  LEFT JOIN names v ON v.id = e.verb LEFT JOIN names c ON c.id = e.via;
)sql"};

}  // namespace

const FileKind day_file{events_application, "day file", steps};

}  // namespace langyan::store
