// What the sensor's tables call protocols, operations, fields and their values in the language that is shown; a word they do not have is
// its own name. Who shows one draws anew when the language changes (useTranslation).
import i18next from 'i18next';
import { columns, fields, protocols, verbs } from './generated/fields';
import { language } from './i18n';

type Said = { en: string; zh: string };
type Table = Readonly<Record<string, Said>>;

const called = (table: Table, word: string): string => table[word]?.[language()] ?? word;
export const verbLabel = (verb: string): string => called(verbs, verb);
export const protocolLabel = (protocol: string): string => called(protocols, protocol);
// Words of the console by their value, such as `severity.1`.
const worded = (group: string) => (value: string): string => i18next.t(`${group}.${value}` as never, { defaultValue: value });

// A column by any of its names: ECS, EVE or short.
const column_of = new Map(Object.entries(columns).flatMap(([name, row]) => [name, ...row.names].map((each): [string, string] => [each, name])));

export function fieldLabel(field: string): string {
  if (field === 'count') return i18next.t('hunt.events');
  const column = column_of.get(field);
  return column ? called(columns, column) : (fields as Table)[field.replace(/^eve\./, '')]?.[language()] ?? field;
}

const value_labels: Readonly<Record<string, (value: string) => string>> = {
  'event.action': verbLabel, 'network.protocol': protocolLabel, 'event.dataset': protocolLabel,
  'event.outcome': worded('results'), 'event.severity': worded('severity'), 'alert.state': worded('state'),
};
export const valueLabel = (field: string, value: string): string => value_labels[column_of.get(field) ?? '']?.(value) ?? value;
