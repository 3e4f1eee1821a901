// The operation of an alert in one sentence: who did what to which device, and how it ended.
import { type Eve, place } from './eve';

// i18next's t, so far as it is needed: a key and what to put in.
export type Say = (key: string, values?: Record<string, unknown>) => string;

const known_ports = new Set([102, 502, 2404, 4840, 20000, 44818]);
const outcomes = new Set(['ok', 'pending', 'refused', 'no_answer', 'one_way']);
const most_value = 40; // characters; the decoded fields have the rest

export interface Ends {
  client: { ip?: string; port?: number };
  server: { ip?: string; port?: number };
}

// An alert about an answer is written in the answer's direction; who did it is the client.
export function endsOf(eve: Eve): Ends {
  const source = { ip: eve.src_ip, port: eve.src_port };
  const destination = { ip: eve.dest_ip, port: eve.dest_port };
  const answered =
    eve.direction === 'to_client' ||
    (eve.direction === undefined &&
      known_ports.has(eve.src_port ?? -1) && !known_ports.has(eve.dest_port ?? -1));
  return answered ? { client: destination, server: source } : { client: source, server: destination };
}

export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > most_value ? `${text.slice(0, most_value)}…` : text;
}

// What is done to whom: past (0) and infinitive (1).
export function deed(index: 0 | 1, verb: string, to: { address: string; unit?: number; object?: string; value?: string }, say: Say): string {
  const unit = to.unit === undefined ? '' : say('sentence.unit', { unit: to.unit });
  const thing = ['download', 'upload', 'file', 'configure'].includes(verb) ? verb : 'any';
  return say(`verbs.${verb}.${index}`, { whom: say('sentence.whom', { address: to.address, unit }), o: to.object ?? say(`things.${thing}`), v: to.value ?? '' });
}

// `nameOf`: what an address is called, where somebody knows.
export function sentence(eve: Eve, say: Say, nameOf: (ip: string) => string | undefined = () => undefined): string {
  const { client, server } = endsOf(eve);
  const named = (ip: string | undefined, mac: string | undefined) => [ip && nameOf(ip), ip ?? mac ?? say('sentence.nobody')].filter(Boolean).join(' ');
  const who = named(client.ip, eve.ether?.src_mac);
  const address = named(server.ip, eve.ether?.dest_mac);
  const operation = eve.ot;
  if (!operation?.verb) {
    return say('sentence.plain', {
      who: place(client.ip ?? who, client.port),
      whom: place(server.ip ?? address, server.port),
      what: eve.alert?.signature ?? '',
    });
  }
  const value = valueText(operation.value);
  const form = (index: 0 | 1) => deed(index, operation.verb!, { address, unit: operation.unit, object: operation.object, value: value && operation.object ? ` = ${value}` : '' }, say);
  const outcome = outcomes.has(operation.result ?? '') ? operation.result! : 'pending';
  const code = operation.code ? say('sentence.code', { code: operation.code }) : '';
  return tidy(say(`sentence.${outcome}`, { who, did: form(0), do: form(1), code }));
}

// Templates put blanks around what they take in; none stands double, beside a Chinese stop, or
// between two Chinese words.
export const tidy = (text: string) =>
  text.replace(/ +/g, ' ').replace(/ (?=[。，；：（）])|(?<=[（），：；]) |(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])/g, '').trim();

// For the list: "write 40005 = 9000".
export function operationShort(eve: Eve, verbLabel: (verb: string) => string): string {
  const operation = eve.ot;
  if (!operation?.verb) return '';
  const value = valueText(operation.value);
  return [verbLabel(operation.verb), operation.object ?? '', value && operation.object ? `= ${value}` : '']
    .filter((part) => part !== '')
    .join(' ');
}
