// The last row of a list whose next page could not be fetched: what is there stays.
import { useTranslation } from 'react-i18next';
import styles from './pages.module.css';
import type { Pages } from './useRows';

export function Rest({ pages }: { pages: Pages }) {
  const { t } = useTranslation();
  if (!pages.isFetchNextPageError) return null;
  return (
    <div role="row">
      <div role="gridcell" className={styles.rest}>
        <span role="alert">{t('error.rest')}</span>
        <button type="button" className="button" disabled={pages.isFetching} onClick={() => void pages.fetchNextPage()}>{t('error.again')}</button>
      </div>
    </div>
  );
}
