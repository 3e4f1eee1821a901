import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import styles from './pages.module.css';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className={styles.alone}>
      <div className={styles.notice}>
        <h1>{t('error.notFound')}</h1>
        <p>
          <Link to="/alerts">{t('error.back')}</Link>
        </p>
      </div>
    </main>
  );
}
