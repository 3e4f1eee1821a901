// What the roles of who has signed in come to. The center decides; this only spares clicks that it would refuse.
import type { operations, Schemas } from '../api/client';

type Role = Schemas['Role'];
export type ShownRole = Role | 'none';

export const shownRoles = (roles: readonly Role[]): ShownRole[] => (roles.length > 0 ? [...roles] : ['none']);
// The center lists them from the least to the most.
export const mainRole = (roles: readonly Role[]): ShownRole => roles.at(-1) ?? 'none';
export const mayJudge = (roles: readonly Role[]) => roles.includes('analyst') || roles.includes('engineer');

// Operations of the API; what they come to is the union over the roles.
export type May = (operation: keyof operations) => boolean;
export function mayOf(roles: readonly Role[], table: Schemas['RoleTable']): May {
  const all = new Set(table.roles.filter((row) => roles.includes(row.role)).flatMap((row) => row.may));
  return (operation) => all.has(operation);
}

// What belongs in different hands where administrators are separated.
export const administrators: readonly Role[] = ['system', 'security', 'audit'];
export const joinsAdministrators = (roles: readonly Role[]) => administrators.filter((role) => roles.includes(role)).length > 1;
