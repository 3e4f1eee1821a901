// All pages. A page is one route here: where it is, what it reads from the URL, which file draws it
// (loaded when first wanted), and, in `staticData`, how the rail, the palette and the keys name it.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { Refused, type Schemas } from './api/client';
import { cache, sessionQuery } from './api/session';
import { readEnterprises } from './enterprises/search';
import { Failure } from './frame/Failure';
import { Frame } from './frame/Frame';
import { AlertsIcon, AssetsIcon, EnterprisesIcon, HuntIcon, NoticesIcon, OperationsIcon, PlatformsIcon, SensorsIcon, SituationIcon } from './frame/icons';
import { NotFound } from './frame/NotFound';
import { SignInPage } from './frame/SignInPage';
import { readAssets } from './assets/search';
import { readHunt } from './hunt/search';
import { readSearch } from './logic/filters';
import { readNotices } from './notices/search';
import { readOperations } from './operations/search';
import { readPlatforms } from './platforms/search';
import { readSituation } from './situation/search';
import type { en } from './words/en';

export interface PageEntry {
  name: Exclude<keyof (typeof en)['nav'], 'label' | 'skip'>;
  Icon: ComponentType;
  key: string; // pressed after g
  tiers?: readonly Schemas['Session']['tier'][]; // of the centers that have it; all when left out
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    page?: PageEntry;
  }
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (raw: Record<string, unknown>): { next?: string; expired?: '1' } => ({
    ...(typeof raw.next === 'string' && /^\/[^/\\]/.test(raw.next) && { next: raw.next }),
    ...(raw.expired === '1' && { expired: '1' as const }),
  }),
});

// Everything behind the sign-in.
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Frame,
  errorComponent: ({ error, reset }) => <Failure error={error} again={reset} />,
  beforeLoad: async ({ location }) => {
    try {
      await cache.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: async () => {
    const { tier } = await cache.ensureQueryData(sessionQuery);
    throw redirect({ to: tier === 'enterprise' ? '/alerts' : '/situation', replace: true });
  },
});
const situation = createRoute({
  getParentRoute: () => inside, path: '/situation', validateSearch: readSituation,
  component: lazyRouteComponent(() => import('./situation/SituationPage'), 'SituationPage'),
  staticData: { page: { name: 'situation', Icon: SituationIcon, key: 't' } },
});
const alerts = createRoute({
  getParentRoute: () => inside, path: '/alerts', validateSearch: readSearch,
  component: lazyRouteComponent(() => import('./alerts/AlertsPage'), 'AlertsPage'),
  staticData: { page: { name: 'alerts', Icon: AlertsIcon, key: 'a' } },
});
const hunt = createRoute({
  getParentRoute: () => inside, path: '/hunt', validateSearch: readHunt,
  component: lazyRouteComponent(() => import('./hunt/HuntPage'), 'HuntPage'),
  staticData: { page: { name: 'hunt', Icon: HuntIcon, key: 'h' } },
});
const operations = createRoute({
  getParentRoute: () => inside, path: '/operations', validateSearch: readOperations,
  component: lazyRouteComponent(() => import('./operations/OperationsPage'), 'OperationsPage'),
  staticData: { page: { name: 'operations', Icon: OperationsIcon, key: 'o' } },
});
const assets = createRoute({
  getParentRoute: () => inside, path: '/assets', validateSearch: readAssets,
  component: lazyRouteComponent(() => import('./assets/AssetsPage'), 'AssetsPage'),
  staticData: { page: { name: 'assets', Icon: AssetsIcon, key: 'd' } },
});
const notices = createRoute({
  getParentRoute: () => inside, path: '/notices', validateSearch: readNotices,
  component: lazyRouteComponent(() => import('./notices/NoticesPage'), 'NoticesPage'),
  staticData: { page: { name: 'notices', Icon: NoticesIcon, key: 'n' } },
});
const enterprises = createRoute({
  getParentRoute: () => inside, path: '/enterprises', validateSearch: readEnterprises,
  component: lazyRouteComponent(() => import('./enterprises/EnterprisesPage'), 'EnterprisesPage'),
  staticData: { page: { name: 'enterprises', Icon: EnterprisesIcon, key: 'e', tiers: ['province', 'nation'] } },
});
const platforms = createRoute({
  getParentRoute: () => inside, path: '/platforms', validateSearch: readPlatforms,
  component: lazyRouteComponent(() => import('./platforms/PlatformsPage'), 'PlatformsPage'),
  staticData: { page: { name: 'platforms', Icon: PlatformsIcon, key: 'p', tiers: ['province', 'nation'] } },
});
const sensors = createRoute({
  getParentRoute: () => inside, path: '/sensors',
  component: lazyRouteComponent(() => import('./sensors/SensorsPage'), 'SensorsPage'),
  staticData: { page: { name: 'sensors', Icon: SensorsIcon, key: 's' } },
});

// In the rail's order. The query string is what the center's API takes, not JSON.
export const router = createRouter({
  routeTree: root.addChildren([signIn, inside.addChildren([home, situation, alerts, hunt, operations, assets, notices, enterprises, platforms, sensors])]),
  defaultPreload: 'intent',
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(
      Object.entries(search).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    )
      .toString()
      .replaceAll('%2C', ',')
      .replaceAll('%3A', ':')
      .replaceAll('%2F', '/');
    return text ? `?${text}` : '';
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
