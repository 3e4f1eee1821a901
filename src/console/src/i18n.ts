// Which language is shown. Changing it needs no reload.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { numberText } from './numbers';
import { en } from './words/en';
import { zh } from './words/zh';

export type Language = 'en' | 'zh';
const kept = 'langyan.language';

function wanted(): Language {
  const stored = localStorage.getItem(kept);
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

// How many there are of something is grouped in thousands; other numbers, such as a unit's, stand as they are.
const amounts = ['count', 'total', 'shown', 'events', 'waiting'];
const grouped = (value: unknown, _format?: string, _language?: string, of?: { interpolationkey?: string }) =>
  (typeof value === 'number' && amounts.includes(of?.interpolationkey ?? '') ? numberText(value) : value);

export function startWords(): void {
  void i18next.use(initReactI18next).init({
    lng: wanted(),
    fallbackLng: 'en',
    resources: { en: { translation: en }, zh: { translation: zh } },
    interpolation: { escapeValue: false, alwaysFormat: true, format: grouped }, // React escapes
    returnObjects: true,
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  tell(language());
  i18next.on('languageChanged', (next) => tell(next as Language));
}

// The attribute chooses the Chinese forms of Han characters and the voice of screen readers.
function tell(next: Language): void {
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
}

export function language(): Language {
  return i18next.language === 'zh' ? 'zh' : 'en';
}

export function speak(next: Language): void {
  localStorage.setItem(kept, next);
  void i18next.changeLanguage(next);
}
