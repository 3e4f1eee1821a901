// A signed pack is issued: chosen from a file, looked at before it goes, then handed to all below.
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { issuePack, type Pack } from '../api/packs';
import { sessionQuery } from '../api/session';
import { Field, formStyles as styles, Refusal, textOf } from '../frame/Form';
import { Facts, Panel } from '../frame/Panel';
import { language } from '../i18n';
import { type Outcome, outcomeOf, type PackHead, readHead } from '../logic/packs';
import { sizeText } from '../numbers';
import { Making } from './Making';

const goes: readonly Outcome[] = ['new', 'newer', 'withdraws'];

interface Chosen {
  text: string;
  bytes: number;
  head: PackHead | undefined; // undefined: it is none
}

export function IssuePanel({ packs, issued, close }: { packs: readonly Pack[]; issued: (name: string) => void; close: () => void }) {
  const { t } = useTranslation();
  const { organisation } = useSuspenseQuery(sessionQuery).data;
  const [chosen, setChosen] = useState<Chosen>();
  const issue = useMutation({ mutationFn: ({ text, to }: { text: string; to: string }) => issuePack(text, to), onSuccess: (pack) => issued(pack.name) });
  const choose = async (file: File | undefined) => {
    issue.reset();
    if (!file) return setChosen(undefined);
    const text = await file.text();
    setChosen({ text, bytes: file.size, head: readHead(text) });
  };
  const head = chosen?.head;
  const held = packs.find((pack) => pack.name === head?.name);
  const outcome = head && outcomeOf(head, held);
  return (
    <Panel label={t('packs.issue')} head={<b>{t('packs.issue')}</b>} close={close}>
      <p>{t('packs.issueText')}</p>
      <form className={styles.form} autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen) issue.mutate({ text: chosen.text, to: textOf(new FormData(event.currentTarget), 'organisation') });
        }}>
        <Field name={t('packs.file')}><input type="file" accept=".pack,application/x-langyan-pack" required onChange={(event) => void choose(event.target.files?.[0])} /></Field>
        {chosen && !head && <p role="alert" className={styles.refusal}>{t('packs.notOne')}</p>}
        {head && outcome && (
          <>
            <p role="status" className={styles.told} data-bad={!goes.includes(outcome) || undefined}>{t(`packs.outcomes.${outcome}`, { name: head.name, version: head.version, held: held?.version })}</p>
            <Facts rows={[
              [t('packs.name'), <b>{head.name}</b>],
              [t('packs.version'), head.version],
              ...(head.note[language()] || head.note.en ? [[t('packs.note'), head.note[language()] || head.note.en] as const] : []),
              [t('packs.issuer'), head.issuer || '–'],
              [t('packs.issued'), <span className="mono">{head.issued}</span>],
              [t('packs.files'), head.files.length ? <span className="mono">{head.files.join(' ')}</span> : t('packs.kinds.withdrawn')],
              [t('packs.size'), sizeText(chosen.bytes)],
            ]} />
            <Field name={t('packs.reach')} hint={t('packs.reachHint')}>
              <input name="organisation" key={head.name} maxLength={255} defaultValue={held?.organisation ?? organisation} spellCheck={false} />
            </Field>
          </>
        )}
        <Refusal error={issue.error} />
        <div className={styles.buttons}>
          <button type="submit" className="button primary" disabled={!outcome || !goes.includes(outcome) || issue.isPending}>
            {outcome === 'withdraws' ? t('packs.doWithdraw') : t('packs.doIssue')}
          </button>
        </div>
      </form>
      <section>
        <h3>{t('packs.making')}</h3>
        <Making />
      </section>
    </Panel>
  );
}
