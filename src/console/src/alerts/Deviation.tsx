// What was usual where an alert is about a habit, and how a person says that this is normal, too.
import { useTranslation } from 'react-i18next';
import { CopyText } from '../frame/Form';
import { language } from '../i18n';
import type { Eve } from '../logic/eve';
import { approveCommand, deviationOf } from '../logic/habit';

// In the language that is shown; an older sensor may say it in one only.
export function deviationText(eve: Eve): string | undefined {
  const deviation = deviationOf(eve);
  return (language() === 'zh' ? deviation?.explanation_zh : deviation?.explanation) ?? deviation?.explanation;
}

export function Usual({ eve }: { eve: Eve }) {
  const { t } = useTranslation();
  const text = deviationText(eve);
  return text && (
    <section>
      <h3>{t('detail.usual')}</h3>
      <p>{text}</p>
    </section>
  );
}

export function Approve({ eve }: { eve: Eve }) {
  const { t } = useTranslation();
  const deviation = deviationOf(eve);
  const command = deviation && approveCommand(deviation, eve.alert?.signature_id);
  return command && (
    <section>
      <h3>{t('baseline.normal')}</h3>
      <p>{t('detail.approve')}</p>
      <CopyText text={command} label={t('baseline.normal')} />
    </section>
  );
}
