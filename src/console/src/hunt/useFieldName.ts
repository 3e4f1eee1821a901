// What a column is called on screen, by whichever of its names a query has: ECS, EVE or short.
import { useTranslation } from 'react-i18next';
import { columns, fields } from '../generated/fields';
import { language } from '../i18n';

type Said = { en: string; zh: string };
const named = new Map<string, Said>(Object.entries(columns).flatMap(([name, row]) => [name, ...row.names].map((each): [string, Said] => [each, row])));

export function useFieldName(): (field: string) => string {
  const { t } = useTranslation();
  return (field) => {
    if (field === 'count') return t('hunt.events');
    const row = named.get(field) ?? (fields as Record<string, Said>)[field.replace(/^eve\./, '')];
    return row?.[language()] ?? field;
  };
}
