// Settings of an output, drawn from what the center says its kind may be told.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeOutput, makeOutput, type Output, type OutputKind } from '../api/administration';
import type { Schemas } from '../api/client';
import { inLanguage } from '../api/words';
import { Check, Field, formStyles as styles, SaveForm, textOf } from '../frame/Form';
import { Panel } from '../frame/Panel';

type Setting = Schemas['OutputSetting'];
const long = ['certificate', 'key'];
const values = (of: Output | undefined) => (of?.settings ?? {}) as Record<string, string | number | boolean>;

function Input({ row, output }: { row: Setting; output: Output | undefined }) {
  const { t } = useTranslation();
  const now = values(output)[row.name];
  const start = String(now ?? row.fallback);
  const name = `${row.secret ? 'secret' : 'setting'}.${row.name}`;
  const kept = row.secret && output?.secrets.includes(row.name);
  const hint = [inLanguage(row.doc), kept && t('outputs.secretKept')].filter(Boolean).join(' ');
  if (row.form === 'flag') return <Check said={<>{row.name} <small>{hint}</small></>} name={name} value="true" defaultChecked={start === 'true'} />;
  const shared = { name, autoComplete: 'off', spellCheck: false, required: row.required } as const;
  return (
    <Field name={row.name} hint={hint}>
      {row.form === 'word' ? (
        <select name={name} defaultValue={start}>{row.words.map((word) => <option key={word} value={word}>{word}</option>)}</select>
      ) : long.includes(row.form) ? (
        <textarea {...shared} rows={3} className="mono" defaultValue={row.secret ? '' : start} placeholder="-----BEGIN …" />
      ) : row.form === 'number' ? (
        <input {...shared} type="number" min={row.least} max={row.most} defaultValue={start} />
      ) : (
        <input {...shared} type={row.secret ? 'password' : 'text'} maxLength={row.most || undefined} defaultValue={row.secret ? '' : start} />
      )}
    </Field>
  );
}

// What differs from what is there: of a new one, from what the kind falls back to.
function read(form: FormData, rows: readonly Setting[], output: Output | undefined): Pick<Schemas['NewOutput'], 'settings' | 'secrets'> {
  const settings: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const row of rows) {
    const given = row.form === 'flag' ? String(form.get(`setting.${row.name}`) === 'true') : textOf(form, `${row.secret ? 'secret' : 'setting'}.${row.name}`);
    if (row.secret) {
      if (given !== '') secrets[row.name] = given;
    } else if (given !== String(values(output)[row.name] ?? row.fallback)) settings[row.name] = given;
  }
  return { settings: settings as never, secrets: secrets as never };
}

export function OutputForm({ output, kinds, kind: wanted, setKind, saved, close }: {
  output: Output | undefined; // none: a new one
  kinds: readonly OutputKind[];
  kind: string | undefined;
  setKind: (kind: string) => void;
  saved: (name: string) => void;
  close: () => void;
}) {
  const { t } = useTranslation();
  const kind = kinds.find((one) => one.kind === (output?.kind ?? wanted)) ?? kinds[0];
  const [start, setStart] = useState<'now' | 'oldest'>('now');
  if (!kind) return null;
  const title = output ? t('outputs.change') : t('outputs.make');
  const save = async (form: FormData) => {
    const wish = { query: textOf(form, 'query'), ...read(form, kind.settings, output) };
    if (output) await changeOutput(output.name, { ...wish, version: output.version });
    else {
      const organisation = textOf(form, 'organisation');
      await makeOutput({ ...wish, name: textOf(form, 'name'), kind: kind.kind, start, ...(organisation && { organisation }) });
    }
    saved(output?.name ?? textOf(form, 'name'));
  };
  return (
    <Panel label={title} head={<b>{title}</b>} close={close}>
      {!output && (
        <Field name={t('outputs.kind')}>
          <select value={kind.kind} onChange={(event) => setKind(event.target.value)}>
            {kinds.map((one) => <option key={one.kind} value={one.kind}>{t(`outputs.kinds.${one.kind as 'file'}`, { defaultValue: one.kind })}</option>)}
          </select>
        </Field>
      )}
      <SaveForm key={kind.kind} name={output ? t('outputs.changeGo') : t('outputs.makeGo')} save={save}>
        {!output && <Field name={t('outputs.name')} hint={t('outputs.nameHint')}><input name="name" required maxLength={64} autoComplete="off" spellCheck={false} /></Field>}
        {kind.settings.filter((row) => row.required).map((row) => <Input key={row.name} row={row} output={output} />)}
        <Field name={t('outputs.query')} hint={t('outputs.queryHint')}><input name="query" className="mono" defaultValue={output?.query} maxLength={4000} autoComplete="off" spellCheck={false} placeholder="severity>=high" /></Field>
        {!output && <Field name={t('outputs.organisation')} hint={t('outputs.organisationHint')}><input name="organisation" maxLength={255} autoComplete="off" spellCheck={false} /></Field>}
        {!output && (
          <Field name={t('outputs.start')}>
            <select value={start} onChange={(event) => setStart(event.target.value as 'now')}>
              {(['now', 'oldest'] as const).map((word) => <option key={word} value={word}>{t(`outputs.starts.${word}`)}</option>)}
            </select>
          </Field>
        )}
        <h3>{t('outputs.further')}</h3>
        {kind.settings.filter((row) => !row.required).map((row) => <Input key={row.name} row={row} output={output} />)}
        <p className={styles.quiet}>{t('outputs.checked')}</p>
      </SaveForm>
    </Panel>
  );
}
