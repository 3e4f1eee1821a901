// What stands where an account may look at nothing.
import { useTranslation } from 'react-i18next';
import { Empty } from './Empty';

export function NoRole() {
  const { t } = useTranslation();
  return (
    <Empty title={t('noRole.title')}>
      <p>{t('noRole.text')}</p>
    </Empty>
  );
}
