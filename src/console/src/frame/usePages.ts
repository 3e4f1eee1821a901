// The pages there are, in the rail's order, as their routes name themselves.
import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { PageEntry } from '../router';

export interface Page extends PageEntry {
  to: '/alerts'; // or another page: the type of links takes no list
}

export function usePages(): Page[] {
  const router = useRouter();
  return useMemo(
    () =>
      Object.values(router.routesById).flatMap(({ fullPath, options }) => {
        const page = (options as { staticData?: { page?: PageEntry } }).staticData?.page;
        return page ? [{ ...page, to: fullPath as '/alerts' }] : [];
      }),
    [router],
  );
}
