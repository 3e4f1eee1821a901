// What a column is called on screen: its name in the query language, in words where there are some.
import { useTranslation } from 'react-i18next';
import { fields } from '../generated/fields';
import { language } from '../i18n';

export function useFieldName(): (field: string) => string {
  const { t, i18n } = useTranslation();
  return (field) => {
    const key = `columns.${field}`;
    if (i18n.exists(key)) return t(key as 'columns.src');
    return (fields as Record<string, { en: string; zh: string }>)[field.replace(/^eve\./, '')]?.[language()] ?? field;
  };
}
