// The decoded fields of an event as rows to show: code and name in one, items as a table.
import type { Eve } from './eve';

export interface FieldRow {
  name: string; // "type_id"
  value: string; // "122 f_sc_na_1"
}
export interface Part {
  part: 'request' | 'response' | 'alone';
  rows: FieldRow[];
  items: FieldRow[][];
  itemsTotal: number;
}

type Fields = Record<string, unknown>;
const is_fields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(', ');
  return is_fields(value) ? JSON.stringify(value) : String(value);
}

// A field with names is two members, `x` and `x_name`.
function rowsOf(fields: Fields): FieldRow[] {
  return Object.entries(fields)
    .filter(([name]) => name !== 'items' && name !== 'items_total' && !(name.endsWith('_name') && name.slice(0, -5) in fields))
    .map(([name, value]) => {
      const word = fields[`${name}_name`];
      return { name, value: typeof word === 'string' ? `${text(value)} ${word}` : text(value) };
    });
}

function partOf(part: Part['part'], fields: Fields): Part {
  const items = Array.isArray(fields.items) ? fields.items.filter(is_fields) : [];
  const total = typeof fields.items_total === 'number' ? fields.items_total : items.length;
  return { part, rows: rowsOf(fields), items: items.map(rowsOf), itemsTotal: total };
}

export function decodedParts(eve: Eve): Part[] {
  const fields = eve.app_proto ? eve[eve.app_proto] : undefined;
  if (!is_fields(fields)) return [];
  const parts: Part[] = [];
  for (const part of ['request', 'response'] as const) {
    const inner = fields[part];
    if (is_fields(inner)) parts.push(partOf(part, inner));
  }
  return parts.length ? parts : [partOf('alone', fields)];
}
