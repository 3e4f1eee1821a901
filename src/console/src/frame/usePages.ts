// The pages this center's tier has, in the rail's order, as their routes name themselves.
import { useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { sessionQuery } from '../api/session';
import type { PageEntry } from '../router';

export interface Page extends PageEntry {
  to: '/alerts'; // or another page: the type of links takes no list
}

export function usePages(): Page[] {
  const router = useRouter();
  const { tier } = useSuspenseQuery(sessionQuery).data;
  return useMemo(
    () =>
      Object.values(router.routesById).flatMap(({ fullPath, options }) => {
        const page = (options as { staticData?: { page?: PageEntry } }).staticData?.page;
        return page && (page.tiers?.includes(tier) ?? true) ? [{ ...page, to: fullPath as '/alerts' }] : [];
      }),
    [router, tier],
  );
}
