// Whose page it is, where nobody has signed in.
import { useTranslation } from 'react-i18next';
import { Logo } from './icons';
import styles from './pages.module.css';

export function Brand() {
  const { t } = useTranslation();
  return (
    <div className={styles.brand}>
      <Logo size={40} />
      <div>
        <h1>{t('brand')}</h1>
        <p>{t('tagline')}</p>
      </div>
    </div>
  );
}
