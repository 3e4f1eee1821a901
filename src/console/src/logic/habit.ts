// Learned habits and deviations from them: what each says, and the commands by which a person on the sensor's host calls it
// normal or takes it out (docs/baseline.md).
import type { Schemas } from '../api/client';
import type { Detection } from '../api/session';
import type { Eve } from './eve';
import { deed, type Say, tidy } from './sentence';

export type Habit = Schemas['BookRow'];
export const usual_file = '/var/lib/langyan-sensor/spool/baseline.json';

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

function command(action: 'approve' | 'forget', file: string, scope: Deviation, sid?: number): string | undefined {
  const options = (['client', 'server', 'protocol', 'unit', 'verb', 'object'] as const).flatMap((name) => {
    const value = scope[name];
    return value === undefined || value === '' ? [] : [{ name: name as string, value: String(value) }];
  });
  if (sid !== undefined) options.push({ name: 'sid', value: String(sid) });
  if (![file, ...options.map(({ value }) => value)].every(pastes)) return undefined;
  return `langyan baseline ${action} ${quoted(file)} ${options.map(({ name, value }) => `--${name} ${quoted(value)}`).join(' ')} --reason ''`;
}

export const approveCommand = (scope: Deviation, sid: number | undefined, file = usual_file): string | undefined => command('approve', file, scope, sid);
export const forgetCommand = (scope: Deviation, file: string): string | undefined => command('forget', file, scope);
export const diffCommand = (file: string): string | undefined => (pastes(file) ? `langyan baseline diff ${quoted(file)}` : undefined);

const volume_name = 'baseline.volume'; // of the catalogue

// What to say of a habit that waits. How much two hosts exchange is settled by its kind: their habits are others.
export function settleCommand(habit: Habit, file: string, catalogue: ReadonlyMap<string, Detection> | undefined): string | undefined {
  if (habit.verb) return approveCommand(habit, undefined, file);
  const volume = [...(catalogue?.values() ?? [])].find((row) => row.name === volume_name);
  return volume && approveCommand(habit, volume.sid, file);
}

export const waits = (habit: Habit): boolean => !!habit.new || !!habit.said;

const spanOf = (seconds: number): string => (seconds < 1 ? `${Math.round(seconds * 1000)} ms` : seconds < 600 ? `${Number(seconds.toPrecision(3))} s` : `${Number((seconds / 60).toPrecision(3))} min`);
export const megabytes = (octets: number): string => String(Number((octets / 1e6).toPrecision(3)));

// "10.3.2.12 may write 40001 on 10.3.1.14 (unit 1) (modbus 6), with 200..1200, steps up to 10, about every 58 min"
export function habitSentence(habit: Habit, say: Say): string {
  if (!habit.verb) return say('habit.volume', { who: habit.client, whom: habit.server, most: megabytes(habit.octets ?? 0) });
  const by = habit.protocol ? [habit.protocol, habit.function ?? ''].join(' ').trim() : `${habit.transport ?? ''} ${habit.port ?? 0}`;
  const object = habit.anything ? say('habit.anything') : habit.object;
  const does = deed(1, habit.verb, { address: habit.server, unit: habit.unit, object }, say);
  const range = habit.least === habit.most ? String(habit.least ?? 0) : `${habit.least ?? 0}..${habit.most ?? 0}`;
  const parts = [
    say('habit.may', { who: habit.client, do: does, by }),
    habit.valued && say(habit.limit ? 'habit.limit' : 'habit.seen', { range }),
    habit.valued && habit.step && say('habit.steps', { step: habit.step }),
    habit.period && say(habit.steady ? 'habit.every' : 'habit.about', { span: spanOf(habit.period) }),
    habit.hours && say('habit.hours', { hours: habit.hours }),
    habit.days?.replace(/[a-z]+/g, (day) => say(`habit.days.${day}`)).replaceAll(' ', say('habit.comma')),
  ];
  return tidy(parts.filter(Boolean).join(say('habit.comma')));
}

// Deviations from habits among what sensors detect, by the names of the catalogue; scans and sweeps are no habits.
export function deviationKinds(catalogue: ReadonlyMap<string, Detection> | undefined): Detection[] {
  return [...(catalogue?.values() ?? [])].filter((row) => row.name?.startsWith('baseline.') && row.sid < first_behaviour).sort((a, b) => a.sid - b.sid);
}
