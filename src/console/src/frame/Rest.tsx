// Below the last row of a list whose next page could not be fetched: what is there stays.
import { useTranslation } from 'react-i18next';
import styles from './pages.module.css';
import type { Pages } from './useRows';

export function Rest({ pages }: { pages: Pages }) {
  const { t } = useTranslation();
  if (!pages.isFetchNextPageError) return null;
  return (
    <p className={styles.rest} role="alert">
      {t('error.rest')}
      <button type="button" className="button" disabled={pages.isFetching} onClick={() => void pages.fetchNextPage()}>{t('error.again')}</button>
    </p>
  );
}
