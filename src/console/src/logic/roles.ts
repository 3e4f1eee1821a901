// What the roles of who has signed in come to. The center decides; this only spares clicks that it would refuse.
import type { Schemas } from '../api/client';

type Role = Schemas['Role'];
export type ShownRole = Role | 'none';

export const shownRoles = (roles: readonly Role[]): ShownRole[] => (roles.length > 0 ? [...roles] : ['none']);
// The center lists them from the least to the most.
export const mainRole = (roles: readonly Role[]): ShownRole => roles.at(-1) ?? 'none';
export const mayJudge = (roles: readonly Role[]) => roles.includes('analyst') || roles.includes('engineer');
