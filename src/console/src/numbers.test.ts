import i18next from 'i18next';
import { expect, it } from 'vitest';
import { changeText, compactText, numberText, percentText, sizeText } from './numbers';

async function speak(lng: 'en' | 'zh'): Promise<void> {
  await i18next.init({ lng, resources: {}, showSupportNotice: false } as Parameters<typeof i18next.init>[0]);
}

it('writes numbers in the language that is shown', async () => {
  await speak('en');
  expect([numberText(1234567), compactText(18_400), percentText(0.034), percentText(0.0345, 2), changeText(0.12), changeText(0)]).toEqual(['1,234,567', '18.4K', '3%', '3.45%', '+12%', '0%']);
  await speak('zh');
  expect([numberText(1234567), compactText(18_400), compactText(1_840_000_000)]).toEqual(['1,234,567', '1.84万', '18.4亿']);
});

it('says octets in the unit that fits', async () => {
  await speak('en');
  expect([0, 999, 1.5 * 1024 ** 2, 512 * 1024 ** 2].map(sizeText)).toEqual(['0 byte', '999 byte', '1.5 MB', '512 MB']); // as the configuration writes them
  expect(sizeText(512_000_000_000_000_000)).toMatch(/TB$/);
});
