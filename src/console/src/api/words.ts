// Words of the API that come with what they are called in both languages.
import { language } from '../i18n';

// A sentence that was told in English, in the reader's language: what it says as words, with the sentence where they do not say all.
export function toldAs(told: string, why: { en: string; zh: string; word?: string } | null | undefined): string {
  if (!why || language() === 'en') return told;
  return why.word === 'other' ? `${why.zh}（${told}）` : why.zh;
}

// As a label: it begins with a capital.
export function inLanguage(words: { en: string; zh: string }): string {
  const text = words[language()];
  return text.charAt(0).toUpperCase() + text.slice(1);
}
