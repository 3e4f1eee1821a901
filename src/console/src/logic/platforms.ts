// Lower centers in the order in which they need to be looked at.
import type { Schemas } from '../api/client';

export type Platform = Schemas['Platform'];
export type Link = Platform['link'];
export const links: readonly Link[] = ['silent', 'lagging', 'never', 'ok'];

export const beatOf = (platform: Platform): Schemas['Heartbeat'] => platform.heartbeat ?? {};

// Of the lane that is further behind, in seconds.
export function lagOf(platform: Platform): number | undefined {
  const { behind } = beatOf(platform);
  return behind && Math.max(behind.alert ?? 0, behind.bulk ?? 0);
}

export function byLink(platforms: readonly Platform[]): Platform[] {
  return [...platforms].sort((a, b) => links.indexOf(a.link) - links.indexOf(b.link) || a.organisation.localeCompare(b.organisation) || a.name.localeCompare(b.name));
}
