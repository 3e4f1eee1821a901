import { expect, test } from 'vitest';
import { byLink, lagOf, type Platform } from './platforms';

const platform = (name: string, link: Platform['link'], behind?: { alert: number; bulk: number }): Platform => ({
  name, organisation: 'cn', direct: true, link, last_heard: null, received: {}, heartbeat: behind ? { behind } : null, heartbeat_time: null,
});

test('the lane that is further behind counts', () => {
  expect(lagOf(platform('a', 'lagging', { alert: 4, bulk: 900 }))).toBe(900);
  expect(lagOf(platform('a', 'ok'))).toBeUndefined(); // no heartbeat yet
});

test('those in trouble come first', () => {
  const all = [platform('well', 'ok'), platform('never', 'never'), platform('silent', 'silent'), platform('late', 'lagging')];
  expect(byLink(all).map((one) => one.name)).toEqual(['silent', 'late', 'never', 'well']);
});
