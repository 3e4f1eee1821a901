// A deviation from learned habits: what it says, and the command by which a person on the sensor's host calls it normal
// (docs/baseline.md).
import type { Detection } from '../api/session';
import type { Eve } from './eve';

const first_behaviour = 9107700; // sids from here on are of scans and sweeps

export interface Deviation {
  client?: string;
  server?: string;
  protocol?: string;
  unit?: number;
  verb?: string;
  object?: string;
  explanation?: string;
  explanation_zh?: string;
}

export function deviationOf(eve: Eve): Deviation | undefined {
  const body = eve['baseline'];
  return typeof body === 'object' && body !== null && 'client' in body ? (body as Deviation) : undefined;
}

// Names of objects come from the wire, and the command is pasted into a shell.
const quoted = (text: string) => (/^[\w.:/@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
// eslint-disable-next-line no-control-regex
const pastes = (text: string) => !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text);

export function approveCommand(deviation: Deviation, sid: number | undefined): string | undefined {
  const scope = (['client', 'server', 'protocol', 'unit', 'verb', 'object'] as const).flatMap((name) => {
    const value = deviation[name];
    return value === undefined || value === '' ? [] : [{ name: name as string, value: String(value) }];
  });
  if (sid !== undefined) scope.push({ name: 'sid', value: String(sid) });
  if (!scope.every(({ value }) => pastes(value))) return undefined;
  return `langyan baseline approve /var/lib/langyan-sensor/spool/baseline.json ${scope.map(({ name, value }) => `--${name} ${quoted(value)}`).join(' ')} --reason ''`;
}

// Deviations from habits among what sensors detect, by the names of the catalogue; scans and sweeps are no habits.
export function deviationKinds(catalogue: ReadonlyMap<string, Detection> | undefined): Detection[] {
  return [...(catalogue?.values() ?? [])].filter((row) => row.name?.startsWith('baseline.') && row.sid < first_behaviour).sort((a, b) => a.sid - b.sid);
}
