import { QueryClient, queryOptions } from '@tanstack/react-query';
import { ask, client, Refused } from './client';

export const cache = new QueryClient({
  defaultOptions: {
    // A browser that thinks it is offline may still reach its center: a plant has no way out.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => !(error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 429) && count < 2,
    },
  },
});

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => ask(client.GET('/api/v1/auth/session')),
  staleTime: 60_000,
  retry: false,
});

// What each role may do, by the center's own table of routes.
export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: () => ask(client.GET('/api/v1/roles')), staleTime: Infinity });

export const detectionsQuery = queryOptions({
  queryKey: ['detections'],
  queryFn: async () => {
    try {
      return byNumber(await ask(client.GET('/api/v1/detections')));
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return new Map<string, Detection>(); // none delivered yet
      throw error;
    }
  },
  staleTime: 60_000,
});

export type Text = { en: string; zh: string };
export interface Detection {
  gid?: number;
  sid: number;
  name?: string; // of what the sensor says on its own
  technique?: string;
  title: Text;
  meaning: Text;
  advice: Text;
}

function byNumber(answer: { catalogue: unknown }): Map<string, Detection> {
  const list = (answer.catalogue as { detections?: Detection[] }).detections ?? [];
  return new Map(list.map((row) => [`${row.gid ?? 1}:${row.sid}`, row]));
}
