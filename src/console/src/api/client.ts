// The center's API: typed by its own description, failing with what it says.
import createClient from 'openapi-fetch';
import type { components, operations, paths } from './schema';

export type Schemas = components['schemas'];
export type AlertRow = Schemas['Event'];
export type AlertState = Schemas['AlertState'];
export type Record_ = Schemas['Record'];
export type AlertGroup = Schemas['AlertGroup'];
export type Mute = Schemas['Mute'];
export type Action = Schemas['Action']['action'];
export type { operations };

export class Refused extends Error {
  constructor(
    readonly status: number, // 0: no answer
    readonly code: string,
    detail: string,
    readonly why?: { en: string; zh: string }, // the same as words of both languages, where the center has them
  ) {
    super(detail);
  }
}

// The header shows that a page of this origin sends it; a form of another site cannot.
export const headers = { 'Langyan-Request': 'console' };
const client = createClient<paths>({ baseUrl: '/', headers });

type Answer<T> = { data?: T; error?: unknown; response: Response };

export async function ask<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch {
    throw new Refused(0, 'offline', '');
  }
  if (answer.response.ok) return answer.data as T;
  throw refusedBy(answer.response.status, answer.error);
}

export function refusedBy(status: number, said: unknown): Refused {
  const problem = said as Partial<Schemas['Problem']> | null | undefined;
  return new Refused(status, problem?.code ?? 'unknown', problem?.detail ?? '', problem?.why);
}

export { client };
