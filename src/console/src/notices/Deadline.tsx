import { useTranslation } from 'react-i18next';
import type { Notice } from '../api/notices';
import { ClockIcon } from '../frame/icons';
import { useZone } from '../frame/preferences';
import { useAge } from '../frame/useAge';
import { dueOf } from '../logic/notices';
import { toMinute } from '../logic/time';
import styles from './notices.module.css';

// Until when, or how long ago that was; the moment itself as a tip.
export function Deadline({ notice, now }: { notice: Notice; now: number }) {
  const { t } = useTranslation();
  const zone = useZone();
  const age = useAge();
  const due = dueOf(notice);
  if (due === 'none' || !notice.deadline) return '–';
  const text = {
    overdue: () => t('notices.overdueBy', { time: age(notice.deadline!, now, 'lasting') }),
    running: () => t('notices.left', { time: age(new Date(now).toISOString(), Date.parse(notice.deadline!), 'lasting') }),
    answered: () => toMinute(notice.deadline!, zone),
  }[due]();
  return (
    <span className={styles.due} data-due={due} title={notice.deadline}>
      {due === 'overdue' && <ClockIcon size={13} />}
      {text}
    </span>
  );
}
