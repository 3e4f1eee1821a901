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

export interface Eve {
  src_ip?: string;
  src_port?: number;
  dest_ip?: string;
  dest_port?: number;
  proto?: string;
  direction?: 'to_server' | 'to_client';
  app_proto?: string;
  flow_id?: number;
  community_id?: string;
  pcap_cnt?: number;
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
  packet?: string;
  packet_info?: { linktype?: number };
  ether?: { src_mac?: string; dest_mac?: string };
  [more: string]: unknown;
}

export type Severity = 1 | 2 | 3 | 4 | 5;

export function severityOf(eve: Eve): Severity {
  const value = eve.alert?.severity ?? 5;
  return value >= 1 && value <= 5 ? (value as Severity) : 5;
}

export function place(ip?: string, port?: number): string {
  if (!ip) return '–';
  if (port === undefined) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
