// A notice as a letter, on one page of A4. It is there while the page is printed, by the button or by the browser's own key, and
// then takes the place of everything else (Letter.module.css).
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { createPortal, flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client';
import { overviewQuery } from '../api/notices';
import { inLanguage } from '../api/words';
import { useZone } from '../frame/preferences';
import { levelOf } from '../logic/notices';
import { toMinute } from '../logic/time';
import styles from './Letter.module.css';

type Full = Schemas['NoticeInFull'];
const most_steps = 12; // the newest: a page has an end

function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const on = () => flushSync(() => setPrinting(true)); // the browser takes the page as it is when this returns
    const off = () => setPrinting(false);
    window.addEventListener('beforeprint', on);
    window.addEventListener('afterprint', off);
    return () => {
      window.removeEventListener('beforeprint', on);
      window.removeEventListener('afterprint', off);
    };
  }, []);
  return printing;
}

function Sheet({ notice }: { notice: Full }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { data: words } = useQuery(overviewQuery);
  const issued = notice.entries.find((entry) => entry.action === 'issue');
  const done = notice.entries.filter((entry) => !entry.refused);
  const named = (word: string) => {
    const row = words?.actions.find((one) => one.word === word);
    return row ? inLanguage(row) : word === 'comment' ? t('notices.commented') : word;
  };
  const facts: [string, string][] = [
    [t('notices.kind'), inLanguage(notice.kind)],
    [t('notices.severity'), t(`severity.${levelOf(notice.severity)}`)],
    [t('notices.state'), inLanguage(notice.state)],
    [t('notices.deadline'), notice.deadline ? toMinute(notice.deadline, zone) : t('notices.noDeadline')],
    ...(notice.hosts.length ? [[t('notices.hosts'), notice.hosts.join(', ')] as [string, string]] : []),
    ...(notice.sids.length ? [[t('notices.sids'), notice.sids.join(', ')] as [string, string]] : []),
  ];
  return (
    <article className={styles.letter}>
      <header>
        <p>{[notice.issuer, ...notice.joint].join(' · ')}</p>
        <h1>{t('notices.letter')}</h1>
        <p>{notice.number || t('notices.letterDraft')}</p>
      </header>
      <h2>{notice.title}</h2>
      <p>{t('notices.letterTo', { to: [notice.organisation, notice.enterprise].filter(Boolean).join(' · ') })}</p>
      <p className={styles.text}>{notice.text}</p>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <footer>
        <p>{notice.issuer}</p>
        <p>{toMinute(issued?.time ?? notice.created, zone)}</p>
      </footer>
      {done.length > 1 && (
        <section>
          <h3>{t('notices.history')}</h3>
          <ol>
            {done.slice(-most_steps).map((entry, index) => (
              <li key={index}>{toMinute(entry.time, zone)} <b>{named(entry.action)}</b> {entry.by} · {entry.organisation}{entry.reason && `: ${entry.reason}`}</li>
            ))}
          </ol>
        </section>
      )}
    </article>
  );
}

export function Letter({ notice }: { notice: Full }) {
  return usePrinting() ? createPortal(<Sheet notice={notice} />, document.body) : null;
}
