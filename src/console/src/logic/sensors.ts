// What a sensor's counters say: how fast packets come, what was lost and why, how fresh it is.
import type { Schemas } from '../api/client';

export type Sensor = Schemas['Sensor'];

// A lower center's heartbeat comes as a sensor's counters do.
export const isCenter = (sensor: Sensor): boolean => 'center' in countersOf(sensor.stats);

// A sensor writes its counters each minute; three missed reports are silence.
export const stale_seconds = 180;

export type Counters = Record<string, Record<string, number>>;

export interface StatsEvent {
  timestamp?: string;
  program?: { version?: string; rules?: number };
  stats?: Counters;
}

export function countersOf(stats: unknown): Counters {
  const counters = (stats as StatsEvent | null)?.stats;
  return counters && typeof counters === 'object' ? counters : {};
}

export function counter(counters: Counters, name: string): number {
  const dot = name.indexOf('.');
  const value = counters[name.slice(0, dot)]?.[name.slice(dot + 1)];
  return typeof value === 'number' ? value : 0;
}

// The first are packets that were on the wire and are not in the events; the rest tell of the mirror
// and of caps.
const dropped = ['capture.kernel_drop', 'capture.interface_drop'];
export const causes = [
  ...dropped, 'capture.snapped', 'capture.cut_files', 'decode.invalid', 'flow.tcp_missing_bytes', 'flow.closed_evicted',
  'flow.tcp_store_full', 'flow.fragment_dropped_evicted', 'dissect.pending_refused', 'dissect.buffer_refused',
  'detect.match_limit', 'summary.conversations_refused', 'events.refused_alerts', 'events.refused_operations',
  'events.refused_summaries', 'events.refused_flows', 'file.lost',
] as const;

export function lossesOf(counters: Counters): { cause: string; count: number }[] {
  return causes.map((cause) => ({ cause, count: counter(counters, cause) })).filter((loss) => loss.count > 0);
}

export function dropShare(counters: Counters): number {
  const lost = dropped.reduce((sum, name) => sum + counter(counters, name), 0);
  const seen = counter(counters, 'capture.packets');
  return lost === 0 ? 0 : lost / (lost + seen);
}

export interface Rate {
  time: number; // of the later report, milliseconds
  packets: number; // a second
  bits: number;
}

// Between each two reports, oldest first. A counter that went back is a restart: no rate across it.
export function ratesOf(reports: StatsEvent[]): Rate[] {
  const points = reports
    .map((report) => ({
      time: Date.parse(report.timestamp ?? ''),
      packets: counter(countersOf(report), 'capture.packets'),
      bytes: counter(countersOf(report), 'capture.bytes'),
    }))
    .filter((point) => !Number.isNaN(point.time))
    .sort((a, b) => a.time - b.time || a.packets - b.packets);
  const rates: Rate[] = [];
  for (let i = 1; i < points.length; ++i) {
    const [before, after] = [points[i - 1]!, points[i]!];
    const seconds = (after.time - before.time) / 1000;
    if (seconds <= 0 || after.packets < before.packets || after.bytes < before.bytes) continue;
    rates.push({ time: after.time, packets: (after.packets - before.packets) / seconds, bits: ((after.bytes - before.bytes) * 8) / seconds });
  }
  return rates;
}

export type Health = 'stale' | 'losing' | 'ok';

export function healthOf(sensor: Sensor, now: number): Health {
  if ((now - Date.parse(sensor.last_seen)) / 1000 > stale_seconds) return 'stale';
  const counters = countersOf(sensor.stats);
  const lost = dropShare(counters) > 0 || causes.some((cause) => cause.startsWith('events.refused') && counter(counters, cause) > 0);
  return lost ? 'losing' : 'ok';
}

const worst_first: Health[] = ['stale', 'losing', 'ok'];

export function byTrouble(sensors: Sensor[], now: number): Sensor[] {
  const rank = (sensor: Sensor) => worst_first.indexOf(healthOf(sensor, now));
  return [...sensors].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
