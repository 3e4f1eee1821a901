import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../generated/fields';
import { en } from '../words/en';
import { zh } from '../words/zh';
import type { Eve } from './eve';
import { endsOf, operationShort, type Say, sentence, valueText } from './sentence';

beforeAll(async () => {
  await i18next.init({
    lng: 'en', resources: { en: { translation: en }, zh: { translation: zh } }, interpolation: { escapeValue: false },
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
});
const say = (lng: string): Say => (key, values) => String(i18next.t(key as never, { ...values, lng } as never));

const write: Eve = {
  src_ip: '10.20.0.77', src_port: 41000, dest_ip: '10.20.0.11', dest_port: 502,
  ot: { verb: 'write', object: '40005', unit: 1, value: 9000, result: 'ok' },
};
const with_ot = (ot: Eve['ot']): Eve => ({ ...write, ot: { ...write.ot, ...ot } });

describe('the sentence', () => {
  it('says who wrote what on which device', () => {
    expect(sentence(write, say('en'))).toBe('10.20.0.77 wrote 40005 = 9000 on 10.20.0.11 (unit 1).');
    expect(sentence(write, say('zh'))).toBe('10.20.0.77 向 10.20.0.11（单元 1）写入了 40005 = 9000。');
  });
  it('calls a host by its name beside its address', () => {
    const name = (ip: string) => (ip === '10.20.0.11' ? 'PLC-104' : undefined);
    expect(sentence(write, say('en'), name)).toBe('10.20.0.77 wrote 40005 = 9000 on PLC-104 10.20.0.11 (unit 1).');
    expect(sentence(write, say('zh'), name)).toBe('10.20.0.77 向 PLC-104 10.20.0.11（单元 1）写入了 40005 = 9000。');
  });
  it('does not claim what was only asked', () => {
    expect(sentence(with_ot({ result: 'pending' }), say('en'))).toBe(
      '10.20.0.77 sent a command to write 40005 = 9000 on 10.20.0.11 (unit 1); the answer had not been seen yet.',
    );
    expect(sentence(with_ot({ result: 'refused', code: 2 }), say('en'))).toBe(
      '10.20.0.77 tried to write 40005 = 9000 on 10.20.0.11 (unit 1); it was refused (code 2).',
    );
    expect(sentence({ ...write, ot: { verb: 'stop', result: 'no_answer' } }, say('zh'))).toBe('10.20.0.77 试图停止 10.20.0.11，没有应答。');
    expect(sentence({ ...write, ot: { verb: 'download', result: 'ok' } }, say('zh'))).toBe('10.20.0.77 向 10.20.0.11 下装了程序。');
  });
  it('names the client where the alert is about an answer', () => {
    const answer: Eve = { ...write, src_ip: '10.20.0.11', src_port: 502, dest_ip: '10.20.0.77', dest_port: 41000 };
    expect(endsOf(answer).client.ip).toBe('10.20.0.77');
    expect(endsOf({ ...answer, direction: 'to_server' }).client.ip).toBe('10.20.0.11');
    expect(endsOf({ ...write, direction: 'to_client' }).client.ip).toBe('10.20.0.11');
  });
  it('does without an object, an operation, or addresses', () => {
    expect(sentence({ ...write, ot: { verb: 'download', result: 'ok' } }, say('en'))).toBe('10.20.0.77 downloaded a program to 10.20.0.11.');
    expect(sentence({ ...write, ot: undefined, alert: { signature: 'Overlap' } }, say('en'))).toBe('10.20.0.77:41000 → 10.20.0.11:502: Overlap.');
    expect(sentence({ ot: { verb: 'stop', result: 'ok' } }, say('en'))).toBe('an unknown host stopped an unknown host.');
  });
  it('has words for every verb in both languages', () => {
    for (const lng of ['en', 'zh'])
      for (const verb of Object.keys(verbs))
        for (const result of ['ok', 'pending', 'refused', 'no_answer', 'one_way', 'strange']) {
          const text = sentence(with_ot({ verb, result }), say(lng));
          expect(text, `${verb} ${result}`).toContain('10.20.0.11');
          expect(text).not.toMatch(/verbs\.|sentence\.|things\.|\{\{|undefined/);
        }
  });
});

describe('values', () => {
  it('are cut, never dropped', () => {
    expect(valueText([1, 2])).toBe('[1,2]');
    expect(valueText(0)).toBe('0');
    expect(valueText(false)).toBe('false');
    expect(valueText('x'.repeat(100))).toHaveLength(41);
  });
  it('stand with the object in the list', () => {
    expect(operationShort(write, (verb) => verb)).toBe('write 40005 = 9000');
    expect(operationShort({ ot: { verb: 'stop', value: 1 } }, (verb) => verb)).toBe('stop');
    expect(operationShort({}, (verb) => verb)).toBe('');
  });
});
