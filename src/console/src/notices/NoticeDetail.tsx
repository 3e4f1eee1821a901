// A notice in full: what is asked, what the account may do now, what shows the fault, what was done so far.
import { useMutation, useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Severity } from '../alerts/Severity';
import { useTitle } from '../alerts/useTitle';
import { alertQuery } from '../api/alerts';
import { versionQuery } from '../api/administration';
import { Refused, type Schemas } from '../api/client';
import { actOn, commentOn, noticeQuery, overviewQuery, removeDraft } from '../api/notices';
import { inLanguage } from '../api/words';
import { Failure, useExplain } from '../frame/Failure';
import { isTyping } from '../frame/keys';
import { Facts, Panel, Reading } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { useNow } from '../frame/useNow';
import { type Eve, place, severityOf } from '../logic/eve';
import { dueOf, levelOf } from '../logic/notices';
import { clock, toMinute } from '../logic/time';
import { Deadline } from './Deadline';
import { EvidenceCopies } from './EvidenceCopies';
import { Letter } from './Letter';
import styles from './notices.module.css';

type Full = Schemas['NoticeInFull'];
type Step = Schemas['NoticeChoice'] | 'comment';

// One step at a time: its button opens the box for the reason, and is confirmed there, as none is taken back.
function Steps({ notice }: { notice: Full }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const [step, setStep] = useState<Step>();
  const box = useRef<HTMLTextAreaElement>(null);
  const take = useMutation({
    mutationFn: async (text: string): Promise<void> => void (step === 'comment' ? await commentOn(notice.id, text) : step && (await actOn(notice, step.word, text))),
    onSuccess: () => setStep(undefined),
  });
  const begin = (next: Step) => {
    take.reset();
    setStep(next);
  };
  useEffect(() => box.current?.focus(), [step]);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'c' || event.ctrlKey || event.metaKey || isTyping(event) || !notice.may_comment) return;
      event.preventDefault();
      begin('comment');
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    take.mutate(box.current!.value.trim());
  };
  const refused = take.error ? explain(take.error) : undefined;
  const needed = step === 'comment' || (step && step.needs_reason);
  const name = step === 'comment' ? t('notices.comment') : step && inLanguage(step);
  return (
    <section className={styles.steps}>
      <div className={styles.buttons}>
        {notice.actions.map((choice, index) => (
          <button key={choice.word} type="button" className={`button ${index === 0 && choice.word !== 'withdraw' ? 'primary' : ''}`} aria-pressed={step !== 'comment' && step?.word === choice.word} onClick={() => begin(choice)}>
            {inLanguage(choice)}
          </button>
        ))}
        {notice.may_comment && (
          <button type="button" className="button" aria-pressed={step === 'comment'} onClick={() => begin('comment')}>
            {t('notices.comment')} <kbd className="kbd">c</kbd>
          </button>
        )}
      </div>
      {step && (
        <form onSubmit={submit} className={styles.reason}>
          <label>
            {needed ? t('notices.reasonNeeded', { step: name }) : t('notices.reason', { step: name })}
            <textarea ref={box} rows={3} maxLength={1300} required={!!needed}
              onKeyDown={(event) => {
                if (event.key === 'Escape') setStep(undefined);
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
              }} />
          </label>
          {refused && <p role="alert">{refused.text} {refused.next}</p>}
          <div className={styles.buttons}>
            <button type="submit" className="button primary" disabled={take.isPending}>{t('notices.confirm', { step: name })}</button>
            <button type="button" className="button" onClick={() => setStep(undefined)}>{t('notices.cancel')}</button>
          </div>
        </form>
      )}
    </section>
  );
}

export function Evidence({ ids }: { ids: readonly string[] }) {
  const { t } = useTranslation();
  const zone = useZone();
  const title = useTitle();
  const alerts = useQueries({ queries: ids.map((id) => ({ ...alertQuery(id), retry: false })) });
  return (
    <section>
      <h3>{t('notices.evidence')}</h3>
      {ids.length === 0 && <p className={styles.quiet}>{t('notices.noEvidence')}</p>}
      <ul className={styles.evidence}>
        {alerts.map(({ data, error }, index) => {
          const id = ids[index]!;
          const eve = data?.alert.event as Eve | undefined;
          return (
            <li key={id}>
              {eve && data ? (
                <>
                  <Severity level={severityOf(eve)} word={false} />
                  <Link to="/alerts" search={{ at: id, open: '1', since: 'all' }}>{title(eve)}</Link>
                  <span className="mono">{place(eve.src_ip, eve.src_port)} → {place(eve.dest_ip, eve.dest_port)}</span>
                  <span className="mono">{clock(data.alert.time, zone)}</span>
                </>
              ) : (
                <span className={styles.quiet}>{error ? t('notices.evidenceGone') : t('alerts.loading')} <span className="mono">{id}</span></span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Recurrence({ notice }: { notice: Full }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { recurrence: seen } = notice;
  if (!seen) return null;
  return (
    <section className={styles.recurrence} data-seen={seen.alerts > 0}>
      <h3>{t('notices.recurrence')}</h3>
      <p>
        {seen.alerts > 0 ? t('notices.seenAgain', { count: seen.alerts, since: toMinute(seen.since, zone) }) : t('notices.notSeenAgain', { since: toMinute(seen.since, zone) })}
        {!seen.complete && ` ${t('alerts.incomplete')}`}
      </p>
    </section>
  );
}

function History({ notice }: { notice: Full }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { data: words } = useQuery(overviewQuery);
  const named = (rows: readonly Schemas['Words'][] | undefined, word: string) => {
    const row = rows?.find((one) => one.word === word);
    return row ? inLanguage(row) : word;
  };
  return (
    <section>
      <h3>{t('notices.history')}</h3>
      {notice.entries.length === 0 && <p className={styles.quiet}>{t('notices.noHistory')}</p>}
      <ol className={styles.history}>
        {notice.entries.map((entry, index) => (
          <li key={index}>
            <span className="mono" title={entry.time}>{clock(entry.time, zone)}</span>
            <span>
              <b>{entry.action === 'comment' ? t('notices.commented') : named(words?.actions, entry.action)}</b>
              {entry.to !== entry.from && ` → ${named(words?.states, entry.to)}`}
              <span className={styles.quiet}> {entry.by} · {entry.organisation}</span>
            </span>
            {entry.reason && <blockquote>{entry.reason}</blockquote>}
            {entry.provided && <span className={styles.given}>{t('notices.given', { count: entry.provided.count })}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Draft({ notice, edit, close }: { notice: Full; edit: () => void; close: () => void }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const drop = useMutation({ mutationFn: () => removeDraft(notice.id), onSuccess: close });
  return (
    <>
      <div className={styles.buttons}>
        <button type="button" className="button" onClick={edit}>{t('notices.edit')}</button>
        <button type="button" className="button" onClick={() => drop.mutate()}>{t('notices.drop')}</button>
      </div>
      {drop.error && <p role="alert">{explain(drop.error).text}</p>}
    </>
  );
}

export function NoticeDetail({ id, close, edit }: { id: string; close: () => void; edit: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const now = useNow(60_000);
  const { data: notice, error, refetch } = useQuery(noticeQuery(id));
  const own = useQuery(versionQuery).data?.name; // of this center
  const issuer = notice?.entries.find((entry) => entry.action === 'issue')?.center;
  const gone = error instanceof Refused && error.status === 404;
  const head = notice && (
    <>
      <Severity level={levelOf(notice.severity)} />
      <span className={styles.state}>{inLanguage(notice.state)}</span>
      <span className={`mono ${styles.quiet}`}>{notice.number}</span>
    </>
  );
  return (
    <Panel label={t('notices.detail')} head={head} close={close}>
      {gone ? <p>{t('notices.gone')}</p> : error && !notice ? <Failure error={error} again={() => void refetch()} /> : !notice && <Reading />}
      {notice && (
        <>
          <h2>{notice.title}</h2>
          {notice.text && <p className={styles.text}>{notice.text}</p>}
          <div className={styles.buttons}><button type="button" className="button" onClick={() => window.print()}>{t('notices.print')}</button></div>
          <Letter notice={notice} />
          {notice.may_edit && <Draft notice={notice} edit={edit} close={close} />}
          <Steps notice={notice} />
          <Recurrence notice={notice} />
          <Facts rows={[
            [t('notices.deadline'), notice.deadline ? <><span className="mono">{toMinute(notice.deadline, zone)}</span>{['overdue', 'running'].includes(dueOf(notice)) && <> · <Deadline notice={notice} now={now} /></>}</> : t('notices.noDeadline')],
            [t('notices.kind'), inLanguage(notice.kind)],
            [t('notices.organisation'), notice.organisation],
            ...(notice.enterprise ? [[t('notices.enterprise'), <span className="mono">{notice.enterprise}</span>] as const] : []),
            ...(notice.request.word === 'none' ? [] : [[t('notices.request'), inLanguage(notice.request)] as const]),
            [t('notices.issuer'), [notice.issuer, ...notice.joint].join(', ')],
            [t('notices.created'), <><span className="mono">{clock(notice.created, zone, true)}</span></>],
          ]} />
          {own && (notice.request.word !== 'provided' && (issuer === undefined || issuer === own) ? <Evidence ids={notice.evidence} /> : <EvidenceCopies notice={notice} />)}
          <History notice={notice} />
        </>
      )}
    </Panel>
  );
}
