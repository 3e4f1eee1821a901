// Rules tried on a capture: the rules and the file beside, what they did in the list. Neither is kept, here or at the center.
import { useMutation, useQuery } from '@tanstack/react-query';
import { type DragEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Severity } from '../alerts/Severity';
import { most_capture, ruleTextQuery, type RuleTrial, type TrialNote, type TrialWish, tryRules } from '../api/rules';
import { inLanguage } from '../api/words';
import { Empty } from '../frame/Empty';
import { useExplain } from '../frame/Failure';
import { Check, Field, formStyles as styles, Refusal, textOf } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { Facts, ListPage, Panel, Reading, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { levelOf, place } from '../logic/eve';
import { clock } from '../logic/time';
import { numberText, percentText, sizeText } from '../numbers';
import { useWhere } from './ShowRule';
import own from './TryPage.module.css';

const example = 'alert modbus any any -> any any (msg:"A host writes to a controller"; ot.verb:write; sid:1000001; rev:1;)\n';

type Row = RuleTrial['alerts'][number] & { id: string };
const numberOf = ({ gid, sid }: { gid: number; sid: number }) => `${gid}:${sid}`;
const rowsOf = (trial: RuleTrial | undefined): Row[] => trial?.alerts.map((row, index) => ({ ...row, id: String(index + 1) })) ?? [];

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const head = (name: 'packet' | 'severity' | 'time' | 'rule' | 'src' | 'dst' | 'protocol' | 'sid') => ({ name, head: t(`trial.${name}`) });
  const ends = (address: string, port: number) => place(address, port || undefined);
  return [
    { ...head('packet'), least: 64, mono: true, cell: (row) => numberText(row.packet) },
    { ...head('severity'), least: 88, cell: (row) => <Severity level={levelOf(row.severity)} /> },
    { ...head('rule'), least: 160, share: 3, cell: (row) => row.message, tip: (row) => row.message },
    { ...head('src'), least: 132, share: 1, mono: true, cell: (row) => ends(row.src, row.sport), tip: (row) => ends(row.src, row.sport) },
    { ...head('dst'), least: 132, share: 1, mono: true, cell: (row) => ends(row.dst, row.dport), tip: (row) => ends(row.dst, row.dport) },
    { ...head('protocol'), least: 72, cell: (row) => row.app_proto || row.proto },
    { ...head('sid'), least: 84, mono: true, cell: (row) => row.sid },
    { ...head('time'), least: 128, mono: true, cell: (row) => clock(row.time, zone), tip: (row) => row.time },
  ];
}

// Where the line of a text begins, and the place of its column; a column counts characters.
function placeIn(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const within = [...(text.split('\n')[line - 1] ?? '')].slice(0, Math.max(column - 1, 0)).join('').length;
  return before + within;
}

function Notes({ title, notes, count, box }: { title: string; notes: readonly TrialNote[]; count: number; box: RefObject<HTMLTextAreaElement | null> }) {
  const { t } = useTranslation();
  if (notes.length === 0) return null;
  const show = ({ line, column }: TrialNote) => {
    if (!box.current) return;
    const at = placeIn(box.current.value, line, column);
    box.current.focus();
    box.current.setSelectionRange(at, at);
  };
  return (
    <section>
      <h3>{title}</h3>
      <ul className={own.notes}>
        {notes.map((note, index) => (
          <li key={index}>
            {note.file === '' && note.line > 0
              ? <button type="button" className={styles.only} onClick={() => show(note)}>{note.line}:{note.column}</button>
              : <span>{note.line > 0 ? `${note.line}:${note.column}` : t('trial.wholeFile')}</span>}
            <span>{note.file && `${note.file}: `}{note.message}</span>
          </li>
        ))}
      </ul>
      {count > notes.length && <p className={styles.quiet}>{t('trial.moreNotes', { count: notes.length })}</p>}
    </section>
  );
}

function Outcome({ trial }: { trial: RuleTrial }) {
  const { t } = useTranslation();
  const whole = trial.end.word === 'complete';
  return (
    <section>
      <p role={whole ? 'status' : 'alert'} className={styles.told} data-bad={!whole || undefined}>{inLanguage(trial.end)}{trial.reason && <><br /><code>{trial.reason}</code></>}</p>
      <Facts rows={[
        [t('trial.loaded'), numberText(trial.loaded)],
        [t('trial.found'), numberText(trial.found)],
        [t('trial.packets'), numberText(trial.packets)],
        [t('trial.bytes'), sizeText(trial.bytes)],
        [t('trial.seconds'), `${trial.seconds.toFixed(2)} s`],
        [t('trial.protocols'), trial.protocols.length === 0 ? t('trial.noProtocol') : <ul>{trial.protocols.map(({ name, messages }) => <li key={name}><span className="mono">{name}</span> {t('trial.messages', { count: messages })}</li>)}</ul>],
      ]} />
    </section>
  );
}

// What the text begins as: the rule that is to be tried where there is one, else the example. `said`: where it is from, or why it is not here.
interface Start {
  text: string;
  said?: string;
  bundled: boolean; // the program's own rules are tried, too
}

function useStart(of: string | undefined, gid: number): Start | undefined {
  const { t } = useTranslation();
  const where = useWhere();
  const explain = useExplain();
  const { data, error } = useQuery({ ...ruleTextQuery(Number(of), gid), enabled: !!of });
  if (!of) return { text: example, bundled: false };
  const first = data?.texts[0];
  if (first?.whole) return { text: `${first.text}\n`, said: t('trial.fromText', { where: where(first) }), bundled: false };
  if (!data && !error) return undefined;
  const why = error ? explain(error).text : first ? where(first) : inLanguage(data!.state);
  return { text: '', said: t('trial.ofRule', { sid: of, why }), bundled: true };
}

function Fields({ start, box, give }: { start: Start; box: RefObject<HTMLTextAreaElement | null>; give: (file: File | undefined) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const most = sizeText(most_capture);
  const drag = (inside: boolean) => (event: DragEvent) => (event.preventDefault(), setOver(inside));
  return (
    <>
      <Field name={t('trial.rules')} hint={t('trial.rulesHint')}>
        <textarea ref={box} name="rules" rows={8} className={own.rules} defaultValue={start.text} spellCheck={false} />
      </Field>
      <Check name="bundled" defaultChecked={start.bundled} said={t('trial.bundled')} />
      {start.said && <p className={styles.quiet}>{start.said}</p>}
      <div className={own.drop} data-over={over} onDragEnter={drag(true)} onDragOver={drag(true)} onDragLeave={drag(false)}
        onDrop={(event) => {
          drag(false)(event);
          if (!input.current || event.dataTransfer.files.length === 0) return;
          input.current.files = event.dataTransfer.files;
          give(input.current.files[0]);
        }}>
        <Field name={t('trial.capture')} hint={t('trial.captureHint', { most })}>
          <input ref={input} name="capture" type="file" accept=".pcap,.pcapng,.cap" required onChange={(event) => give(event.target.files?.[0])} />
        </Field>
      </div>
    </>
  );
}

function Alerts({ trial, rule }: { trial: RuleTrial; rule: string }) {
  const { t } = useTranslation();
  const columns = useColumns();
  const [at, setAt] = useState<string>();
  const rows = rowsOf(trial).filter((row) => !rule || rule === numberOf(row));
  useListKeys(rows, at, (id) => void (id && setAt(id))); // Escape is the page's
  return <Grid rows={rows} columns={columns} label={t('trial.list')} at={at} choose={setAt} />;
}

function RuleChoice({ trial, rule, choose }: { trial: RuleTrial; rule: string; choose: (rule: string) => void }) {
  const { t } = useTranslation();
  return (
    <select className={own.of} aria-label={t('trial.ofOne')} value={rule} onChange={(event) => choose(event.target.value)}>
      <option value="">{t('trial.all', { count: trial.found })}</option>
      {trial.rules.map((one) => <option key={numberOf(one)} value={numberOf(one)}>{one.sid} {one.message} ({numberText(one.alerts)})</option>)}
    </select>
  );
}

export function TryPage({ of, gid = 1, close }: { of: string | undefined; gid?: number; close: () => void }) {
  const { t } = useTranslation();
  const start = useStart(of, gid);
  const box = useRef<HTMLTextAreaElement>(null);
  const abort = useRef<AbortController>(undefined);
  const [capture, setCapture] = useState<File>();
  const [sent, setSent] = useState(0);
  const [lacking, setLacking] = useState(false);
  const [rule, setRule] = useState(''); // whose alerts are shown; empty: all
  const run = useMutation({
    mutationFn: (wish: TrialWish) => {
      abort.current = new AbortController();
      setSent(0);
      setRule('');
      return tryRules(wish, setSent, abort.current.signal);
    },
  });
  useEffect(() => () => abort.current?.abort(), []); // who leaves waits for nothing
  const { data: trial, isPending } = run;
  useListKeys([], undefined, close);
  const tooLarge = capture && capture.size > most_capture;
  const panel = (
    <Panel label={t('trial.title')} head={<b>{t('trial.title')}</b>} close={close}>
      <p>{t('trial.what')}</p>
      <form className={styles.form} autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget), rules = box.current?.value ?? '', bundled = textOf(form, 'bundled') !== '';
          setLacking(!rules.trim() && !bundled);
          if (capture && (rules.trim() || bundled)) run.mutate({ rules, capture, bundled });
        }}>
        {start ? <Fields start={start} box={box} give={setCapture} /> : <Reading />}
        {tooLarge && <p role="alert" className={styles.refusal}>{t('trial.tooLarge', { name: capture.name, size: sizeText(capture.size), most: sizeText(most_capture) })}</p>}
        {lacking && <p role="alert" className={styles.refusal}>{t('trial.none')}</p>}
        <Refusal error={run.error} />
        {isPending && (
          <div className={own.sending} role="status">
            <progress aria-label={t('trial.capture')} {...(sent < 1 && { value: sent })} />
            {sent < 1 ? t('trial.sending', { part: percentText(sent) }) : t('trial.reading')}
          </div>
        )}
        <div className={styles.buttons}>
          <button type="submit" className="button primary" disabled={isPending || tooLarge || !start}>{t('trial.run')}</button>
          {isPending && <button type="button" className="button" onClick={() => (abort.current?.abort(), run.reset())}>{t('trial.stop')}</button>}
        </div>
      </form>
      {trial && !isPending && (
        <>
          <Notes title={t('trial.refused', { count: trial.refused })} notes={trial.refusals} count={trial.refused} box={box} />
          <Notes title={t('trial.warned', { count: trial.warnings.length })} notes={trial.warnings} count={trial.warnings.length} box={box} />
          <Outcome trial={trial} />
        </>
      )}
    </Panel>
  );
  const foot = trial && !isPending && `${t('trial.shown', { count: trial.found })}${trial.found > trial.alerts.length ? ` · ${t('trial.moreAlerts', { count: trial.alerts.length })}` : ''}`;
  return (
    <ListPage bar={<><b>{t('trial.title')}</b>{trial && !isPending && trial.rules.length > 1 && <RuleChoice trial={trial} rule={rule} choose={setRule} />}</>} panel={panel} foot={foot}>
      {isPending ? <Reading /> : !trial ? (
        <Empty title={t('trial.startTitle')}><p>{t('trial.startText')}</p><p>{t('trial.startMore')}</p></Empty>
      ) : trial.found > 0 ? <Alerts key={run.submittedAt} trial={trial} rule={rule} /> : trial.end.word === 'complete' ? (
        <Empty title={t('trial.silentTitle')}><p>{t('trial.silentText')}</p></Empty>
      ) : (
        <Empty title={t('trial.unreadTitle')}><p>{inLanguage(trial.end)}</p></Empty>
      )}
    </ListPage>
  );
}
