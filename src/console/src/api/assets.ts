// The inventory, as the Assets page asks for it.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AssetsAsked } from '../assets/search';
import { ask, client, type Schemas } from './client';
import { cache } from './session';

export type Asset = Schemas['Asset'];
export type AssetInFull = Schemas['AssetInFull'];

const page_rows = 200, lane_rows = 1000, newest_alerts = 5;
const every = 15_000;

export const assetsQuery = (asked: AssetsAsked) =>
  infiniteQueryOptions({
    queryKey: ['assets', 'list', asked],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => ask(client.GET('/api/v1/assets', { params: { query: { ...asked, limit: page_rows, ...(pageParam && { cursor: pageParam }) } }, signal })),
    getNextPageParam: (page: Schemas['Assets']) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: every,
  });

export const lanesQuery = (asked: AssetsAsked) =>
  queryOptions({
    queryKey: ['assets', 'lanes', asked],
    queryFn: ({ signal }) => ask(client.GET('/api/v1/assets', { params: { query: { ...asked, is: [...(asked.is ?? []), 'host' as const], sort: 'address', limit: lane_rows } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: every,
  });

export const assetCountsQuery = (text: string | undefined) =>
  queryOptions({
    queryKey: ['assets', 'counts', text],
    queryFn: ({ signal }) => ask(client.GET('/api/v1/assets/counts', { params: { query: { ...(text && { text }) } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: every,
  });

export const rolesQuery = queryOptions({ queryKey: ['assets', 'roles'], queryFn: () => ask(client.GET('/api/v1/assets/roles')), staleTime: Infinity });

// Whose address or MAC this is; null: of none, or of several.
export const hostQuery = (address: string, organisation?: string) =>
  queryOptions({
    queryKey: ['assets', 'host', address, organisation],
    queryFn: async (): Promise<Asset | null> => {
      const { assets } = await ask(client.GET('/api/v1/assets', { params: { query: { text: address, is: ['host'], sort: 'address', limit: page_rows, ...(organisation && { organisation }) } } }));
      const own = assets.filter((asset) => asset.ips.includes(address) || asset.macs.includes(address));
      return own.length === 1 ? own[0]! : null;
    },
    staleTime: 60_000,
  });

const of = (id: string) => ({ params: { path: { id } } });
export const assetQuery = (id: string) => queryOptions({ queryKey: ['assets', 'one', id], queryFn: () => ask(client.GET('/api/v1/assets/{id}', of(id))), refetchInterval: every });
export const peersQuery = (id: string) =>
  queryOptions({ queryKey: ['assets', 'peers', id], queryFn: () => ask(client.GET('/api/v1/assets/{id}/peers', of(id))), staleTime: 60_000 });
export const assetAlertsQuery = (id: string) =>
  queryOptions({
    queryKey: ['assets', 'alerts', id],
    queryFn: () => ask(client.GET('/api/v1/assets/{id}/alerts', { params: { path: { id }, query: { limit: newest_alerts } } })),
  });
export const assetHistoryQuery = (id: string) => queryOptions({ queryKey: ['assets', 'history', id], queryFn: () => ask(client.GET('/api/v1/assets/{id}/history', of(id))) });

// The lists are asked again; the answer is shown at once.
export async function changeAsset(id: string, change: Schemas['AssetChange']): Promise<AssetInFull> {
  const full = await ask(client.PATCH('/api/v1/assets/{id}', { params: { path: { id } }, body: change }));
  cache.setQueryData(assetQuery(id).queryKey, full);
  for (const part of ['list', 'lanes', 'counts', 'history']) void cache.invalidateQueries({ queryKey: ['assets', part] });
  return full;
}
