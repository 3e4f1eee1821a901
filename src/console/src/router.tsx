// All pages. A page is one route here: where it is, what it reads from the URL, which file draws it
// (loaded when first wanted), and, in `staticData`, how the rail, the palette and the keys name it.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { readAccounts, readAudit, readEnrolments, readOutputs, readRelease, readRoles, readTokens } from './administration/search';
import { type operations, Refused, type Schemas } from './api/client';
import { cache, rolesQuery, sessionQuery } from './api/session';
import { readEnterprises } from './enterprises/search';
import { Failure } from './frame/Failure';
import { Frame } from './frame/Frame';
import {
  AccountsIcon, AlertsIcon, AssetsIcon, AuditIcon, BaselineIcon, EnrolmentsIcon, EnterprisesIcon, HuntIcon, NoticesIcon, OperationsIcon, OutputsIcon, PacksIcon, PlatformsIcon, ReleaseIcon, RolesIcon, RulesIcon, SensorsIcon, SettingsIcon, SituationIcon, TokensIcon,
} from './frame/icons';
import { NoRole } from './frame/NoRole';
import { NotFound } from './frame/NotFound';
import { SignInPage } from './frame/SignInPage';
import { WallPage } from './frame/WallPage';
import { pagesFor } from './frame/usePages';
import { readAssets } from './assets/search';
import { readBaseline } from './baseline/search';
import { readHunt } from './hunt/search';
import { readSearch } from './logic/filters';
import { mayOf } from './logic/roles';
import { readNotices } from './notices/search';
import { readOperations } from './operations/search';
import { readPacks } from './packs/search';
import { readPlatforms } from './platforms/search';
import { readRules } from './rules/search';
import { readSituation } from './situation/search';
import type { en } from './words/en';

export interface PageEntry {
  name: Exclude<keyof (typeof en)['nav'], 'label' | 'skip'>;
  Icon: ComponentType;
  key: string; // pressed after g
  needs: keyof operations | readonly (keyof operations)[]; // what it asks of the center, or one of these: who may not has no such page
  tiers?: readonly Schemas['Session']['tier'][]; // of the centers that have it; all when left out
  part?: 'administration'; // apart from the rest in the rail
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

const wall = createRoute({ getParentRoute: () => root, path: '/wall', component: WallPage });

// Everything behind the sign-in.
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Frame,
  errorComponent: ({ error, reset }) => <Failure error={error} again={reset} />,
  beforeLoad: async ({ location }) => {
    try {
      // Both at once: one way to the center and back less before anything is drawn.
      await Promise.all([cache.ensureQueryData(sessionQuery), cache.ensureQueryData(rolesQuery)]);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: NoRole,
  beforeLoad: async () => {
    const { tier, roles } = await cache.ensureQueryData(sessionQuery);
    const pages = pagesFor(router.routesById, tier, mayOf(roles, await cache.ensureQueryData(rolesQuery)));
    const usual = tier === 'enterprise' ? '/alerts' : '/situation';
    const to = (pages.find((page) => page.to === usual) ?? pages[0])?.to;
    if (to) throw redirect({ to, replace: true });
  },
});
const situation = createRoute({
  getParentRoute: () => inside, path: '/situation', validateSearch: readSituation,
  component: lazyRouteComponent(() => import('./situation/SituationPage'), 'SituationPage'),
  staticData: { page: { name: 'situation', Icon: SituationIcon, key: 't', needs: 'get_situation_kpi' } },
});
const alerts = createRoute({
  getParentRoute: () => inside, path: '/alerts', validateSearch: readSearch,
  component: lazyRouteComponent(() => import('./alerts/AlertsPage'), 'AlertsPage'),
  staticData: { page: { name: 'alerts', Icon: AlertsIcon, key: 'a', needs: 'get_alert-groups' } },
});
const hunt = createRoute({
  getParentRoute: () => inside, path: '/hunt', validateSearch: readHunt,
  component: lazyRouteComponent(() => import('./hunt/HuntPage'), 'HuntPage'),
  staticData: { page: { name: 'hunt', Icon: HuntIcon, key: 'h', needs: 'get_search' } },
});
const operations = createRoute({
  getParentRoute: () => inside, path: '/operations', validateSearch: readOperations,
  component: lazyRouteComponent(() => import('./operations/OperationsPage'), 'OperationsPage'),
  staticData: { page: { name: 'operations', Icon: OperationsIcon, key: 'o', needs: 'get_operations_writers' } },
});
const assets = createRoute({
  getParentRoute: () => inside, path: '/assets', validateSearch: readAssets,
  component: lazyRouteComponent(() => import('./assets/AssetsPage'), 'AssetsPage'),
  staticData: { page: { name: 'assets', Icon: AssetsIcon, key: 'd', needs: 'get_assets' } },
});
const baseline = createRoute({
  getParentRoute: () => inside, path: '/baseline', validateSearch: readBaseline,
  component: lazyRouteComponent(() => import('./baseline/BaselinePage'), 'BaselinePage'),
  staticData: { page: { name: 'baseline', Icon: BaselineIcon, key: 'b', needs: 'get_alert-groups' } },
});
const notices = createRoute({
  getParentRoute: () => inside, path: '/notices', validateSearch: readNotices,
  component: lazyRouteComponent(() => import('./notices/NoticesPage'), 'NoticesPage'),
  staticData: { page: { name: 'notices', Icon: NoticesIcon, key: 'n', needs: 'get_notices' } },
});
const enterprises = createRoute({
  getParentRoute: () => inside, path: '/enterprises', validateSearch: readEnterprises,
  component: lazyRouteComponent(() => import('./enterprises/EnterprisesPage'), 'EnterprisesPage'),
  staticData: { page: { name: 'enterprises', Icon: EnterprisesIcon, key: 'e', needs: 'get_enterprises', tiers: ['province', 'nation'] } },
});
const platforms = createRoute({
  getParentRoute: () => inside, path: '/platforms', validateSearch: readPlatforms,
  component: lazyRouteComponent(() => import('./platforms/PlatformsPage'), 'PlatformsPage'),
  staticData: { page: { name: 'platforms', Icon: PlatformsIcon, key: 'p', needs: 'get_platforms', tiers: ['province', 'nation'] } },
});
const sensors = createRoute({
  getParentRoute: () => inside, path: '/sensors',
  component: lazyRouteComponent(() => import('./sensors/SensorsPage'), 'SensorsPage'),
  staticData: { page: { name: 'sensors', Icon: SensorsIcon, key: 's', needs: 'get_sensors' } },
});
const rules = createRoute({
  getParentRoute: () => inside, path: '/rules', validateSearch: readRules,
  component: lazyRouteComponent(() => import('./rules/RulesPage'), 'RulesPage'),
  staticData: { page: { name: 'rules', Icon: RulesIcon, key: 'r', needs: 'get_top' } },
});
const packs = createRoute({
  getParentRoute: () => inside, path: '/packs', validateSearch: readPacks,
  component: lazyRouteComponent(() => import('./packs/PacksPage'), 'PacksPage'),
  staticData: { page: { name: 'packs', Icon: PacksIcon, key: 'i', needs: ['get_pack-usage', 'post_packs'] } },
});
const audit = createRoute({
  getParentRoute: () => inside, path: '/audit', validateSearch: readAudit,
  component: lazyRouteComponent(() => import('./administration/AuditPage'), 'AuditPage'),
  staticData: { page: { name: 'audit', Icon: AuditIcon, key: 'l', needs: 'get_audit', part: 'administration' } },
});
const accounts = createRoute({
  getParentRoute: () => inside, path: '/accounts', validateSearch: readAccounts,
  component: lazyRouteComponent(() => import('./administration/AccountsPage'), 'AccountsPage'),
  staticData: { page: { name: 'accounts', Icon: AccountsIcon, key: 'u', needs: 'get_users', part: 'administration' } },
});
const tokens = createRoute({
  getParentRoute: () => inside, path: '/tokens', validateSearch: readTokens,
  component: lazyRouteComponent(() => import('./administration/TokensPage'), 'TokensPage'),
  staticData: { page: { name: 'tokens', Icon: TokensIcon, key: 'k', needs: 'get_tokens', part: 'administration' } },
});
const enrolments = createRoute({
  getParentRoute: () => inside, path: '/enrolments', validateSearch: readEnrolments,
  component: lazyRouteComponent(() => import('./administration/EnrolmentsPage'), 'EnrolmentsPage'),
  staticData: { page: { name: 'enrolments', Icon: EnrolmentsIcon, key: 'm', needs: 'get_enrolments', part: 'administration' } },
});
const roles = createRoute({
  getParentRoute: () => inside, path: '/roles', validateSearch: readRoles,
  component: lazyRouteComponent(() => import('./administration/RolesPage'), 'RolesPage'),
  staticData: { page: { name: 'roles', Icon: RolesIcon, key: 'y', needs: 'get_roles', part: 'administration' } },
});
const outputs = createRoute({
  getParentRoute: () => inside, path: '/outputs', validateSearch: readOutputs,
  component: lazyRouteComponent(() => import('./administration/OutputsPage'), 'OutputsPage'),
  staticData: { page: { name: 'outputs', Icon: OutputsIcon, key: 'x', needs: 'get_outputs', part: 'administration' } },
});
const release = createRoute({
  getParentRoute: () => inside, path: '/release', validateSearch: readRelease,
  component: lazyRouteComponent(() => import('./administration/ReleasePage'), 'ReleasePage'),
  staticData: { page: { name: 'release', Icon: ReleaseIcon, key: 'v', needs: 'post_policy_preview', tiers: ['enterprise', 'province'], part: 'administration' } },
});
const settings = createRoute({
  getParentRoute: () => inside, path: '/settings',
  component: lazyRouteComponent(() => import('./administration/SettingsPage'), 'SettingsPage'),
  staticData: { page: { name: 'settings', Icon: SettingsIcon, key: 'c', needs: 'get_storage', part: 'administration' } },
});

// In the rail's order. The query string is what the center's API takes, not JSON.
export const router = createRouter({
  routeTree: root.addChildren([signIn, wall, inside.addChildren([home, situation, alerts, hunt, operations, assets, baseline, notices, enterprises, platforms, sensors, rules, packs, audit, accounts, tokens, enrolments, roles, outputs, release, settings])]),
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
