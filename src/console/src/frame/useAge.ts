// How long ago something was, in words.
import { useTranslation } from 'react-i18next';
import { ageOf } from '../logic/time';

export function useAge(): (iso: string, now: number, form: 'ago' | 'lasting') => string {
  const { t } = useTranslation();
  return (iso, now, form) => {
    const { n, unit } = ageOf((now - Date.parse(iso)) / 1000);
    return t(`${form}.${unit}`, { n });
  };
}
