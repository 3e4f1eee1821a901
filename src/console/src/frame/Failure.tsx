// An error with what to do next.
import { useTranslation } from 'react-i18next';
import { Refused } from '../api/client';
import { toldAs } from '../api/words';
import styles from './pages.module.css';

const told = ['sign_in_required', 'wrong_credentials', 'code_required', 'signing_in_too_often', 'too_many_requests', 'overloaded', 'forbidden', 'bad_parameter', 'conflict'];

export function useExplain(): (error: unknown) => { text: string; next: string; code: string } {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof Refused)) return { text: error instanceof Error ? error.message : String(error), next: t('error.next.other'), code: 'console' };
    if (error.status === 0) return { text: t('error.offline'), next: '', code: error.code };
    const word = error.code.replaceAll('-', '_');
    const code = told.includes(word) ? word : 'other';
    return {
      text: toldAs(error.message, error.why) || t('error.unknown', { status: error.status }),
      next: t(`error.next.${code}` as 'error.next.other'),
      code: error.code,
    };
  };
}

export function Failure({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTranslation();
  const { text, next, code } = useExplain()(error);
  return (
    <div className={styles.notice} role="alert">
      <h2>{t('error.title')}</h2>
      <p>{text}</p>
      <p>{next}</p>
      <p className="mono">{code}</p>
      {again && (
        <button type="button" className="button" onClick={again}>
          {t('error.again')}
        </button>
      )}
    </div>
  );
}
