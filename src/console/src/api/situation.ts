// The situation of a place: its figures, what lies below it, and where they come from over the day.
import { queryOptions } from '@tanstack/react-query';
import { type MapFault, type MapPack, readMap } from '../logic/map';
import { ask, client, type Schemas } from './client';

export type Unit = Schemas['SituationUnit'];
export const refresh = 30_000; // milliseconds; figures thrice as old are shown as stale
const most_units = 200;
const day = { from: '-24h' };
const usual = { refetchInterval: refresh, staleTime: refresh / 2 };
// One after another: the center works on few costly questions at a time, and has others to answer.
let asked: Promise<unknown> = Promise.resolve();
function inTurn<T>(question: () => Promise<T>): Promise<T> {
  const mine = asked.then(question, question);
  asked = mine;
  return mine;
}
const at = (organisation: string | undefined) => (organisation === undefined ? {} : { organisation });

export const kpiQuery = (organisation: string | undefined) =>
  queryOptions({ queryKey: ['situation', 'kpi', organisation], queryFn: () => inTurn(() => ask(client.GET('/api/v1/situation/kpi', { params: { query: at(organisation) } }))), ...usual });

export const unitsQuery = (organisation: string | undefined) =>
  queryOptions({
    queryKey: ['situation', 'units', organisation],
    queryFn: () => inTurn(() => ask(client.GET('/api/v1/situation/units', { params: { query: { ...at(organisation), limit: most_units } } }))),
    ...usual,
  });

export const disposalQuery = (organisation: string | undefined) =>
  queryOptions({ queryKey: ['situation', 'disposal', organisation], queryFn: () => inTurn(() => ask(client.GET('/api/v1/situation/disposal', { params: { query: at(organisation) } }))), ...usual });

export const trendQuery = (organisation: string | undefined) =>
  queryOptions({
    queryKey: ['situation', 'trend', organisation],
    queryFn: () => inTurn(() => ask(client.GET('/api/v1/counts', { params: { query: { ...at(organisation), ...day, class: ['alert'], bucket: '1h', by: 'severity' } } }))),
    ...usual,
  });

export const topQuery = (organisation: string | undefined, what: 'app_proto' | 'sid') =>
  queryOptions({
    queryKey: ['situation', 'top', organisation, what],
    queryFn: () => inTurn(() => ask(client.GET('/api/v1/top', { params: { query: { ...at(organisation), ...day, dimension: what, n: 10, ...(what === 'sid' && { class: ['alert' as const] }) } } }))),
    ...usual,
  });

// The map pack of the console's folder (docs/console.md): null where none is installed.
export const mapQuery = queryOptions({
  queryKey: ['map'],
  queryFn: async (): Promise<MapPack | MapFault | null> => {
    const read = async (name: string): Promise<unknown> => (await fetch(`/map/${name}`)).json().catch(() => undefined);
    const meta = await read('meta.json');
    if (!meta || Object.keys(meta).length === 0) return null;
    return readMap(meta, await read('china.geojson'));
  },
  staleTime: Infinity,
});

export const gravestQuery = (organisation: string | undefined) =>
  queryOptions({
    queryKey: ['situation', 'ticker', organisation],
    queryFn: () => ask(client.GET('/api/v1/alerts', { params: { query: { ...at(organisation), ...day, severity: ['1', '2'], limit: 12 } } })),
    ...usual,
  });
