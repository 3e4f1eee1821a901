// What operations of the API are called: in English by the API's own summaries, in Chinese by words of the console.
import { queryOptions } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { acts } from '../words/zh/acts';
import { ask, client } from './client';

interface Described {
  paths: Record<string, Record<string, { operationId: string; summary: string }>>;
}
export interface ApiOperation {
  id: string;
  method: string;
  path: string;
  summary: string;
}

// The center's whole API, by operation, in its own order.
export const operationsQuery = queryOptions({
  queryKey: ['openapi'],
  queryFn: async () => {
    const { paths } = (await ask(client.GET('/openapi.json'))) as unknown as Described;
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId, summary }]): ApiOperation => ({ id: operationId, method: method.toUpperCase(), path, summary })));
  },
  staleTime: Infinity,
});
export function useActName(): (id: string, summary: string) => string {
  const { i18n } = useTranslation();
  return (id, summary) => (i18n.language === 'zh' && (acts as Record<string, string>)[id]) || summary || id;
}
