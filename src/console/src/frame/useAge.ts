import { useTranslation } from 'react-i18next';
import { ageOf } from '../logic/time';

// How long between two times, in words: "3 h ago", or as a length "3 h".
export function useAge(): (iso: string, now: number, form: 'ago' | 'lasting') => string {
  const { t } = useTranslation();
  return (iso, now, form) => {
    const { n, unit } = ageOf((now - Date.parse(iso)) / 1000);
    return t(`${form}.${unit}`, { n });
  };
}
