// Words of the API that come with what they are called in both languages.
import { language } from '../i18n';

// As a label: it begins with a capital.
export function inLanguage(words: { en: string; zh: string }): string {
  const text = words[language()];
  return text.charAt(0).toUpperCase() + text.slice(1);
}
