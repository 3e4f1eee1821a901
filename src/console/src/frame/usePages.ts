// The pages there are for who has signed in, in the rail's order, as their routes name themselves.
import { useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { rolesQuery, sessionQuery } from '../api/session';
import type { Schemas } from '../api/client';
import { type May, mayOf } from '../logic/roles';
import type { PageEntry } from '../router';

export interface Page extends PageEntry {
  to: '/alerts'; // or another page: the type of links takes no list
}

export function pagesFor(routes: object, tier: Schemas['Session']['tier'], may: May): Page[] {
  return Object.values(routes as Record<string, { fullPath: string; options: unknown }>).flatMap(({ fullPath, options }) => {
    const page = (options as { staticData?: { page?: PageEntry } }).staticData?.page;
    return page && (page.tiers?.includes(tier) ?? true) && [page.needs].flat().some((one) => may(one)) ? [{ ...page, to: fullPath as '/alerts' }] : [];
  });
}

export function useMay(): May {
  const { roles } = useSuspenseQuery(sessionQuery).data;
  const table = useSuspenseQuery(rolesQuery).data;
  return useMemo(() => mayOf(roles, table), [roles, table]);
}

export function usePages(): Page[] {
  const router = useRouter();
  const { tier } = useSuspenseQuery(sessionQuery).data;
  const may = useMay();
  return useMemo(() => pagesFor(router.routesById, tier, may), [router, tier, may]);
}
