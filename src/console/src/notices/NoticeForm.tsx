// Writing a notice: a new one, from alerts where it has evidence, or the draft that is there.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDetections, useTitle } from '../alerts/useTitle';
import { alertQuery } from '../api/alerts';
import { ask, client, type Schemas } from '../api/client';
import { changeDraft, draftNotice, noticeQuery } from '../api/notices';
import { inLanguage } from '../api/words';
import { Failure, useExplain } from '../frame/Failure';
import { Field } from '../frame/Form';
import { Panel, Reading } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { language } from '../i18n';
import { type Eve, severityOf } from '../logic/eve';
import { levelOf, noticeSeverities, severityOfLevel, usualDeadline } from '../logic/notices';
import { type Say, sentence } from '../logic/sentence';
import { fromField, toField } from '../logic/time';
import { Evidence } from './NoticeDetail';
import styles from './notices.module.css';

type Draft = Required<Pick<Schemas['NoticeDraft'], 'kind' | 'title' | 'text' | 'severity' | 'organisation' | 'deadline' | 'evidence'>> & { joint: string[] };

// Whom it is for: a path, with the registered enterprises to choose from.
function Addressee({ start, name }: { start: string; name: string }) {
  const [typed, setTyped] = useState(start);
  const { data } = useQuery({
    queryKey: ['enterprises', 'addressees', typed],
    queryFn: ({ signal }) => ask(client.GET('/api/v1/enterprises', { params: { query: { limit: 20, ...(typed !== '' && !typed.includes('/') && { text: typed }) } }, signal })),
  });
  return (
    <>
      <input name={name} required maxLength={255} list="addressees" value={typed} autoComplete="off" spellCheck={false} onChange={(event) => setTyped(event.target.value)} />
      <datalist id="addressees">
        {data?.enterprises.map((one) => <option key={one.uscc} value={one.organisation}>{one.name}</option>)}
      </datalist>
    </>
  );
}

function Form({ start, kinds, save, saving, error, children }: {
  start: Draft;
  kinds: readonly Schemas['Words'][];
  save: (body: Schemas['NoticeDraft']) => void;
  saving: boolean;
  error: unknown;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const zone = useZone();
  const explain = useExplain();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const deadline = fromField(text('deadline'), zone);
    save({
      kind: text('kind') as Draft['kind'], title: text('title'), text: text('text'), severity: text('severity') as Draft['severity'], organisation: text('organisation'),
      joint: text('joint').split(/[\s,，]+/).filter((one) => one !== ''), evidence: start.evidence, ...(deadline && { deadline }),
    });
  };
  const refused = error ? explain(error) : undefined;
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field name={t('notices.title')}><input name="title" required maxLength={100} defaultValue={start.title} autoComplete="off" autoFocus /></Field>
      <div className={styles.pair}>
        <Field name={t('notices.kind')}>
          <select name="kind" defaultValue={start.kind}>
            {kinds.map((row) => <option key={row.word} value={row.word}>{inLanguage(row)}</option>)}
          </select>
        </Field>
        <Field name={t('notices.severity')}>
          <select name="severity" defaultValue={start.severity}>
            {noticeSeverities.map((word) => <option key={word} value={word}>{t(`severity.${levelOf(word)}`)}</option>)}
          </select>
        </Field>
      </div>
      <Field name={t('notices.organisation')} hint={t('notices.organisationHint')}><Addressee name="organisation" start={start.organisation} /></Field>
      <div className={styles.pair}>
        <Field name={t('notices.deadline')} hint={`(${t(`top.${zone}`)})`}><input type="datetime-local" name="deadline" defaultValue={toField(start.deadline, zone)} /></Field>
        <Field name={t('notices.joint')} hint={t('notices.jointHint')}><input name="joint" defaultValue={start.joint.join(', ')} autoComplete="off" spellCheck={false} /></Field>
      </div>
      <Field name={t('notices.text')} hint={t('notices.textHint')}><textarea name="text" rows={10} maxLength={2600} defaultValue={start.text} /></Field>
      {children}
      {refused && <p role="alert" className={styles.refusal}>{refused.text} {refused.next}</p>}
      <div className={styles.buttons}>
        <button type="submit" className="button primary" disabled={saving}>{t('notices.save')}</button>
        <span className={styles.quiet}>{t('notices.saveHint')}</span>
      </div>
    </form>
  );
}

// What an alert gives a notice about it.
function useFromAlert(row: Schemas['Event'] | undefined, evidence: string[]): Draft {
  const { t } = useTranslation();
  const title = useTitle();
  const detection = useDetections();
  const eve = row?.event as Eve | undefined;
  const severity = eve ? severityOfLevel(severityOf(eve)) : 'medium';
  const said = eve && detection(eve);
  const text = eve ? [sentence(eve, t as unknown as Say), said?.meaning[language()], said?.advice[language()]].filter(Boolean).join('\n\n') : '';
  return { kind: 'incident', title: eve ? title(eve) : '', text, severity, organisation: row?.organisation ?? '', deadline: usualDeadline(severity, Date.now()), evidence, joint: [] };
}

export function NoticeForm({ id, evidence, kinds, saved, close }: {
  id: string | undefined;
  evidence: string[];
  kinds: readonly Schemas['Words'][];
  saved: (id: string) => void;
  close: () => void;
}) {
  const { t } = useTranslation();
  const first = evidence[0];
  const alert = useQuery({ ...alertQuery(first ?? ''), enabled: !id && !!first });
  const draft = useQuery({ ...noticeQuery(id ?? ''), enabled: !!id, refetchInterval: false });
  const fromAlert = useFromAlert(alert.data?.alert, evidence);
  const save = useMutation({
    mutationFn: (body: Schemas['NoticeDraft']) => (id ? changeDraft(id, body) : draftNotice(body)),
    onSuccess: (notice) => saved(notice.id),
  });
  const ready = kinds.length > 0 && (id ? draft.data : !first || alert.data);
  const start: Draft = draft.data && id ? { ...draft.data, kind: draft.data.kind.word as Draft['kind'], deadline: draft.data.deadline ?? '' } : fromAlert;
  const error = draft.error ?? alert.error;
  return (
    <Panel label={t('notices.form')} head={<b>{id ? t('notices.edit') : t('notices.write')}</b>} close={close}>
      {error ? <Failure error={error} /> : !ready ? <Reading /> : (
        <Form start={start} kinds={kinds} save={save.mutate} saving={save.isPending} error={save.error}>
          {start.evidence.length > 0 && <Evidence ids={start.evidence} />}
        </Form>
      )}
    </Panel>
  );
}
