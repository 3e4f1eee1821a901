// Mutes: what analysts do not want to see for a while.
import { queryOptions } from '@tanstack/react-query';
import { ask, client, type Schemas } from './client';
import { cache } from './session';

export type MuteScope = Schemas['MuteScope'];

export const mutesQuery = queryOptions({ queryKey: ['mutes'], queryFn: () => ask(client.GET('/api/v1/mutes')) });

export const previewQuery = (scope: MuteScope) =>
  queryOptions({ queryKey: ['mute-preview', scope], queryFn: () => ask(client.POST('/api/v1/mutes/preview', { body: scope })) });

const changed = () => Promise.all(['mutes', 'alert'].map((key) => cache.invalidateQueries({ queryKey: [key] })));

export async function makeMute(wish: Schemas['NewMute']): Promise<Schemas['Mute']> {
  const mute = await ask(client.POST('/api/v1/mutes', { body: wish }));
  await changed();
  return mute;
}
// As though it had never been.
export async function takeMuteBack(id: string): Promise<void> {
  await ask(client.DELETE('/api/v1/mutes/{id}', { params: { path: { id } } }));
  await changed();
}
// From now on; what it hid stays hidden.
export async function endMute(id: string): Promise<void> {
  await ask(client.PATCH('/api/v1/mutes/{id}', { params: { path: { id } }, body: { until: 'now' } }));
  await changed();
}
