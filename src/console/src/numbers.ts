// Numbers as the language that is shown writes them, whatever the browser's own is.
import { language } from './i18n';

const locale = (): string => (language() === 'zh' ? 'zh-CN' : 'en');
const made = new Map<string, Intl.NumberFormat>(); // making one costs as much as a hundred uses

function written(value: number, options: Intl.NumberFormatOptions): string {
  const key = locale() + JSON.stringify(options);
  let format = made.get(key);
  if (!format) made.set(key, (format = new Intl.NumberFormat(locale(), options)));
  return format.format(value);
}

export const numberText = (value: number): string => written(value, {});
export const percentText = (share: number, maximumFractionDigits = 0): string => written(share, { style: 'percent', maximumFractionDigits });
export const changeText = (share: number): string => written(share, { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 });
export const daysText = (days: number): string => written(days, { style: 'unit', unit: 'day', unitDisplay: 'long', maximumFractionDigits: 1 });

// "1.2K", "1.2万": three figures at most.
export const compactText = (value: number): string => written(value, { notation: 'compact', maximumSignificantDigits: 3 });

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
// Octets by the units of the configuration: 1 kB is 1,024.
export function sizeText(octets: number): string {
  const step = Math.min(octets < 1 ? 0 : Math.floor(Math.log2(octets) / 10), units.length - 1);
  return written(octets / 1024 ** step, { style: 'unit', unit: units[step], maximumFractionDigits: step === 0 ? 0 : 1 });
}
