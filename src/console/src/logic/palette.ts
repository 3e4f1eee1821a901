// Where what is typed into the palette leads, beside the pages: addresses, ids of alerts, and what
// looks like a query.
export interface Destination {
  kind: 'alert' | 'alertsOf' | 'asset' | 'hunt';
  value: string;
  href: string;
}

const octet = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ipv4 = new RegExp(`^${octet}(\\.${octet}){3}(/\\d{1,2})?$`);
const ipv6 = /^(?=.*:.*:)[0-9a-f:.]+(\/\d{1,3})?$/i;
const alert_id = /^[\w.~-]{12,}$/; // as the center writes them; whether there is one it will say

export const isAddress = (text: string) => ipv4.test(text) || ipv6.test(text);

export function destinationsOf(typed: string): Destination[] {
  const value = typed.trim();
  const hunted: Destination = { kind: 'hunt', value, href: `/hunt?q=${encodeURIComponent(value)}` };
  if (isAddress(value)) {
    const word = encodeURIComponent(value);
    const asset: Destination[] = value.includes('/') ? [] : [{ kind: 'asset', value, href: `/assets?text=${word}` }]; // a network is none
    return [{ kind: 'alertsOf', value, href: `/alerts?ip=${word}` }, ...asset, hunted];
  }
  if (alert_id.test(value) && /\d/.test(value)) return [{ kind: 'alert', value, href: `/alerts?at=${encodeURIComponent(value)}&open=1` }];
  return value.includes(':') ? [hunted] : [];
}
