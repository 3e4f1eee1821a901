import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Detection } from '../api/session';
import { verbs } from '../generated/fields';
import { en } from '../words/en';
import { zh } from '../words/zh';
import { approveCommand, deviationOf, diffCommand, forgetCommand, type Habit, habitSentence, settleCommand, waits } from './habit';
import type { Say } from './sentence';

describe('a deviation', () => {
  it('is what has a client in its baseline', () => {
    expect(deviationOf({ baseline: { client: '10.0.0.2', verb: 'write' } })?.verb).toBe('write');
    expect(deviationOf({})).toBeUndefined();
    expect(deviationOf({ baseline: 'x' })).toBeUndefined();
  });
  it('gives the command that calls it normal', () => {
    expect(approveCommand({ client: '10.0.0.2', server: '10.0.0.7', protocol: 'modbus', unit: 1, verb: 'write', object: '40001..40004' }, 9107606)).toBe(
      "langyan baseline approve /var/lib/langyan-sensor/spool/baseline.json --client 10.0.0.2 --server 10.0.0.7 --protocol modbus --unit 1 --verb write --object 40001..40004 --sid 9107606 --reason ''",
    );
  });
  it('lets no name from the wire out of its quotes', () => {
    expect(approveCommand({ client: '10.0.0.2', object: "x'; rm -rf / #" }, undefined)).toContain("--object 'x'\\''; rm -rf / #' --reason");
    expect(approveCommand({ object: '$(id)' }, undefined)).toContain("--object '$(id)'");
    expect(approveCommand({ object: 'a\nreboot\n' }, undefined)).toBeUndefined();
    expect(approveCommand({ object: '\u001b[201~' }, undefined)).toBeUndefined();
  });
});

describe('a habit', () => {
  beforeAll(async () => {
    await i18next.init({
      lng: 'en', resources: { en: { translation: en }, zh: { translation: zh } }, interpolation: { escapeValue: false }, showSupportNotice: false,
    } as Parameters<typeof i18next.init>[0]);
  });
  const say = (lng: string): Say => (key, values) => String(i18next.t(key as never, { ...values, lng } as never));
  const write: Habit = {
    client: '10.3.2.12', server: '10.3.1.14', zone: 'plant', protocol: 'modbus', transport: 'tcp', port: 502, unit: 1, verb: 'write', function: 6, object: '40001',
    valued: true, limit: true, least: 200, most: 1200, step: 10, period: 3480, hours: '6-14 22', days: 'mon-fri sun', count: 84,
  };
  const volume: Habit = { client: '10.3.3.11', server: '10.3.2.20', octets: 250_000, hours_seen: 168, said: 'volume', peak: 5e6 };

  it('is said in one sentence', () => {
    expect(habitSentence(write, say('en'))).toBe('10.3.2.12 may write 40001 on 10.3.1.14 (unit 1) (modbus 6), with 200..1200, steps up to 10, about every 58 min, hours 6-14 22 UTC, Mon-Fri, Sun');
    expect(habitSentence(write, say('zh'))).toBe('10.3.2.12 可以向 10.3.1.14（单元 1）写入 40001（modbus 6），取值 200..1200，单步不超过 10，约每 58 min 一次，时段 6-14 22 UTC，周一-周五，周日');
    expect(habitSentence({ client: '10.0.0.2', server: '10.0.0.7', protocol: 'opcua', verb: 'read', anything: true, valued: true, least: 7, most: 7, period: 0.02, steady: true }, say('en'))).toBe('10.0.0.2 may read anything from 10.0.0.7 (opcua), seen 7, every 20 ms');
    expect(habitSentence({ client: '10.0.0.2', server: '10.0.0.7', transport: 'udp', port: 4712, verb: 'other' }, say('en'))).toBe('10.0.0.2 may do something else with 10.0.0.7 (udp 4712)');
    expect(habitSentence(volume, say('en'))).toBe('10.3.3.11 and 10.3.2.20 exchange at most 0.25 MB an hour');
  });
  it('has words for every verb there is', () => {
    for (const verb of Object.keys(verbs)) for (const lng of ['en', 'zh']) expect(habitSentence({ ...write, verb }, say(lng)), verb).not.toMatch(/verbs\.|\{\{/);
  });
  it('waits while it is new or differs', () => {
    expect([write, { ...write, new: true }, volume].map(waits)).toEqual([false, true, true]);
  });
  it('has commands for the very file of its sensor', () => {
    const scope = '--client 10.3.2.12 --server 10.3.1.14 --protocol modbus --unit 1 --verb write --object 40001';
    expect(settleCommand(write, '/srv/a b/baseline.json', undefined)).toBe(`langyan baseline approve '/srv/a b/baseline.json' ${scope} --reason ''`);
    expect(forgetCommand(write, '/srv/baseline.json')).toBe(`langyan baseline forget /srv/baseline.json ${scope} --reason ''`);
    expect(diffCommand('/srv/baseline.json')).toBe('langyan baseline diff /srv/baseline.json');
    expect(diffCommand('/srv/\nreboot')).toBeUndefined();
  });
  it('settles a volume by its kind alone', () => {
    const catalogue = new Map([['9107618', { sid: 9107618, name: 'baseline.volume' } as Detection]]);
    expect(settleCommand(volume, '/srv/b.json', catalogue)).toBe("langyan baseline approve /srv/b.json --client 10.3.3.11 --server 10.3.2.20 --sid 9107618 --reason ''");
    expect(settleCommand(volume, '/srv/b.json', undefined)).toBeUndefined();
  });
});
