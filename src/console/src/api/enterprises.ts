// The registry of enterprises: pages of it, the words its filters offer, and a table taken in.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { filled } from '../logic/pages';
import { ask, client, type operations, type Schemas } from './client';
import { cache } from './session';

export type Enterprise = Schemas['Enterprise'];
export type EnterpriseFilter = Pick<NonNullable<operations['get_enterprises']['parameters']['query']>, 'text' | 'type' | 'supervisor' | 'level' | 'region' | 'industry'>;
export type ImportReport = Schemas['EnterpriseImport'];
const page_rows = 200;
const while_looked_at = 60_000;

export const registryQuery = queryOptions({
  queryKey: ['enterprises', 'overview'],
  queryFn: () => ask(client.GET('/api/v1/enterprises/overview', {})),
  staleTime: while_looked_at,
});

export const enterprisesQuery = (filter: EnterpriseFilter) =>
  infiniteQueryOptions({
    queryKey: ['enterprises', 'list', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      filled(pageParam, (cursor) => ask(client.GET('/api/v1/enterprises', { params: { query: { ...filter, limit: page_rows, ...(cursor && { cursor }) } }, signal })),
        (page) => page.enterprises),
    getNextPageParam: (page: Schemas['Enterprises']) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const enterpriseQuery = (uscc: string) =>
  queryOptions({ queryKey: ['enterprises', 'one', uscc], queryFn: () => ask(client.GET('/api/v1/enterprises/{uscc}', { params: { path: { uscc } } })) });

// Of a spreadsheet in Chinese that was not saved as UTF-8, too.
export async function textOf(file: Blob): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

export async function importTable(table: string, trial: boolean): Promise<ImportReport> {
  const report = await ask(client.POST('/api/v1/enterprises/import', {
    params: { query: { trial } }, headers: { 'Content-Type': 'text/csv' }, body: table as never, bodySerializer: (body: unknown) => body as string,
  }));
  if (!trial) await cache.invalidateQueries({ queryKey: ['enterprises'] });
  return report;
}
