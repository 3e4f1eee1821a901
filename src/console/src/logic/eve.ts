// What of an event line the console reads. Everything may be missing: sensors of other versions write, too.
export interface Operation {
  verb?: string;
  object?: string;
  space?: string;
  count?: number;
  unit?: number;
  value?: unknown;
  result?: string;
  code?: number;
  function?: number;
  function_name?: string;
  [more: string]: unknown;
}

export interface CarriedPacket {
  timestamp?: string;
  pcap_cnt?: number;
  direction?: 'to_server' | 'to_client';
  packet?: string; // base64
  packet_info?: { linktype?: number; length?: number }; // length: on the wire, where less of it is here
}

export interface Eve extends CarriedPacket {
  src_ip?: string;
  src_port?: number;
  dest_ip?: string;
  dest_port?: number;
  proto?: string;
  app_proto?: string;
  flow_id?: number;
  community_id?: string;
  in_iface?: string;
  alert?: {
    gid?: number;
    signature_id?: number;
    rev?: number;
    signature?: string;
    category?: string;
    severity?: number;
    metadata?: { technique?: string[] };
  };
  ot?: Operation;
  match?: { offset: number; length: number };
  packets_before?: CarriedPacket[]; // of the same flow, oldest first
  ether?: { src_mac?: string; dest_mac?: string };
  [more: string]: unknown;
}

export type Severity = 1 | 2 | 3 | 4 | 5;

// Rules may have other numbers than the five there are.
export const levelOf = (severity: number): Severity => Math.min(Math.max(severity, 1), 5) as Severity;

export function severityOf(eve: Eve): Severity {
  const value = eve.alert?.severity ?? 5;
  return value >= 1 && value <= 5 ? (value as Severity) : 5;
}

export function place(ip?: string, port?: number): string {
  if (!ip) return '–';
  if (port === undefined) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

// What was carried of the flow, oldest first; the event's own packet is the last.
export function packetsOf(eve: Eve): CarriedPacket[] {
  const before = Array.isArray(eve.packets_before) ? eve.packets_before.filter((each) => typeof each?.packet === 'string') : [];
  return [...before, eve];
}
