// Rule packs: what the center has, who uses which, a new version issued.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, client, type Schemas } from './client';
import { cache } from './session';

export type Pack = Schemas['Pack'];
export type Usage = Schemas['PackUsage'];
export type UsageRow = Usage['rows'][number];
const every = 15_000, most_rows = 1000;
const media_type = 'application/x-langyan-pack';

export const packsQuery = queryOptions({ queryKey: ['packs', 'list'], queryFn: () => ask(client.GET('/api/v1/packs')), refetchInterval: every });

export const usageQuery = (name: string | undefined, state: UsageRow['state']['word'] | undefined) =>
  queryOptions({
    queryKey: ['packs', 'usage', name, state],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/v1/pack-usage', { params: { query: { limit: most_rows, ...(name && { name: [name] }), ...(state && { state: [state as 'behind'] }) } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: every,
  });

// The octets are those that were signed, so they go as they are.
export async function issuePack(text: string, organisation: string): Promise<Pack> {
  const pack = await ask(client.POST('/api/v1/packs', {
    params: { query: organisation ? { organisation } : {} }, headers: { 'Content-Type': media_type }, body: text as never, bodySerializer: (body: unknown) => body as string,
  }));
  await cache.invalidateQueries({ queryKey: ['packs'] });
  return pack;
}
