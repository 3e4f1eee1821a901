// Outputs: where events are sent on, how far each is, why one fails; a sample sent on trial.
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { changeOutput, type Output, outputKindsQuery, outputsQuery, removeOutput, testOutput } from '../api/administration';
import { formStyles as styles, Refusal, Sample, type Step, Steps } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { Listed } from '../frame/Listed';
import { Facts, ListPage, Panel, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Toggles } from '../frame/Toggles';
import { useMay } from '../frame/usePages';
import { ageOf, clock } from '../logic/time';
import { numberText } from '../numbers';
import { OutputForm } from './OutputForm';
import { activities, type OutputSearch } from './search';

const route = getRouteApi('/inside/outputs');
type Row = Output & { id: string };

function useLasting(): (seconds: number) => string {
  const { t } = useTranslation();
  return (seconds) => {
    const { n, unit } = ageOf(seconds);
    return t(`lasting.${unit}`, { n });
  };
}

function useKind(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => t(`outputs.kinds.${kind as 'file'}`, { defaultValue: kind });
}

function Activity({ output }: { output: Output }) {
  const { t } = useTranslation();
  const { activity } = output.state;
  return <span data-activity={activity} className={activity === 'failing' ? styles.bad : undefined}>{t(`outputs.activities.${activity}`)}</span>;
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const lasting = useLasting();
  const kind = useKind();
  const head = (name: 'name' | 'kind' | 'activity' | 'behind' | 'delivered' | 'lost' | 'query' | 'organisation') => ({ name, head: t(`outputs.${name}`) });
  return [
    { ...head('activity'), least: 112, cell: (row) => <Activity output={row} />, tip: (row) => row.state.error ?? undefined },
    { ...head('name'), least: 130, share: 1, cell: (row) => <b>{row.name}</b>, tip: (row) => row.name },
    { ...head('kind'), least: 112, cell: (row) => kind(row.kind) },
    { ...head('behind'), least: 96, cell: (row) => lasting(row.state.behind) },
    { ...head('delivered'), least: 110, cell: (row) => numberText(row.state.delivered) },
    { ...head('lost'), least: 120, spare: true, cell: (row) => numberText(row.state.refused + row.state.overtaken + row.state.unreadable) },
    { ...head('query'), least: 160, share: 2, mono: true, spare: true, cell: (row) => row.query || t('outputs.all'), tip: (row) => row.query },
    { ...head('organisation'), least: 120, share: 1, spare: true, cell: (row) => row.organisation || t('form.whole') },
  ];
}

function Trial({ name }: { name: string }) {
  const { t } = useTranslation();
  const take = useMutation({ mutationFn: () => testOutput(name) });
  return (
    <section className={styles.form}>
      <div className={styles.buttons}>
        <button type="button" className="button primary" disabled={take.isPending} onClick={() => take.mutate()}>{t('outputs.test')}</button>
        <span className={styles.quiet}>{take.isPending ? t('outputs.testing') : t('outputs.testText')}</span>
      </div>
      <Refusal error={take.error} />
      {take.data && (
        <>
          <p role="status" className={styles.told} data-bad={!take.data.taken || undefined} data-taken={take.data.taken}>
            <b>{t(take.data.taken ? 'outputs.taken' : 'outputs.notTaken', { n: take.data.milliseconds })}</b> {take.data.answer}
          </p>
          <details>
            <summary>{t('outputs.sent')}</summary>
            <Sample>{take.data.sent}</Sample>
          </details>
        </>
      )}
    </section>
  );
}

function useSteps(output: Output, gone: () => void): Step[] {
  const { t } = useTranslation();
  const may = useMay();
  const { name, enabled, version } = output;
  const steps: Step[] = [];
  if (may('patch_outputs_id')) {
    steps.push({ word: enabled ? 'disable' : 'enable', name: enabled ? t('outputs.disable') : t('outputs.enable'), text: enabled ? t('outputs.disableText') : t('outputs.enableText'),
      act: () => changeOutput(name, { enabled: !enabled, version }) });
    steps.push({ word: 'skip', name: t('outputs.skip'), text: t('outputs.skipText'), act: () => changeOutput(name, { start: 'now' }) });
    steps.push({ word: 'anew', name: t('outputs.anew'), text: t('outputs.anewText'), act: () => changeOutput(name, { start: 'oldest' }) });
  }
  if (may('delete_outputs_id')) steps.push({ word: 'remove', name: t('accounts.remove'), text: t('outputs.removeText', { name }), act: () => removeOutput(name), done: gone });
  return steps;
}

function Detail({ output, edit, close }: { output: Output; edit: () => void; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const may = useMay();
  const lasting = useLasting();
  const kind = useKind();
  const { state } = output;
  const time = (iso: string | null) => (iso ? <span className="mono">{clock(iso, zone, true)}</span> : '–');
  return (
    <Panel label={t('outputs.detail')} head={<Activity output={output} />} close={close}>
      <h2>{output.name}</h2>
      {state.error && <p role="status" className={styles.told} data-bad>{state.error}</p>}
      {may('post_outputs_id_test') && <Trial name={output.name} />}
      <Steps key={output.version} steps={useSteps(output, close)} />
      <Facts rows={[
        [t('outputs.kind'), kind(output.kind)],
        [t('outputs.query'), <span className="mono">{output.query || t('outputs.all')}</span>],
        [t('outputs.organisation'), output.organisation || t('form.whole')],
        [t('outputs.behind'), lasting(state.behind)],
        [t('outputs.delivered'), numberText(state.delivered)],
        [t('outputs.refused'), numberText(state.refused)],
        [t('outputs.overtaken'), numberText(state.overtaken)],
        [t('outputs.unreadable'), numberText(state.unreadable)],
        [t('outputs.failures'), numberText(state.failures)],
        [t('outputs.last'), time(state.last_delivery)],
        ...(state.next_try ? [[t('outputs.next'), time(state.next_try)] as const] : []),
        [t('outputs.changed'), <>{time(output.changed)} {output.by}</>],
      ]} />
      <section>
        <h3>{t('outputs.settings')}</h3>
        <Facts rows={[
          ...Object.entries(output.settings as Record<string, unknown>).map(([name, value]) => [<span className="mono">{name}</span>, <span className="mono">{String(value)}</span>] as const),
          ...output.secrets.map((name) => [<span className="mono">{name}</span>, t('outputs.secretSet')] as const),
        ]} />
      </section>
      <div className={styles.buttons}>
        {may('patch_outputs_id') && <button type="button" className="button" onClick={edit}>{t('outputs.change')}</button>}
        {may('get_audit') && <Link className="button" to="/audit" search={{ object: output.name }}>{t('accounts.history')}</Link>}
      </div>
    </Panel>
  );
}

export function OutputsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/outputs' });
  const change = useCallback((next: Partial<OutputSearch>, replace = false) => void navigate({ search: (before) => ({ ...before, ...next }), replace }), [navigate]);
  const may = useMay();
  const { data, error, refetch } = useQuery(outputsQuery);
  const kinds = useQuery(outputKindsQuery).data?.kinds;
  const all = data?.outputs ?? [];
  const rows = all.filter((one) => !search.activity || one.state.activity === search.activity).map((one): Row => ({ ...one, id: one.name }));
  const columns = useColumns();
  const choose = useCallback((at: string | undefined) => change({ at, edit: undefined, kind: undefined }, true), [change]);
  useListKeys(search.edit ? [] : rows, search.at, choose);
  const chosen = all.find((one) => one.name === search.at);
  const make = <button type="button" className="button primary" onClick={() => change({ edit: '1', at: undefined })}>{t('outputs.make')}</button>;
  const panel = search.edit && kinds && (chosen || !search.at) ? (
    <OutputForm key={search.at ?? 'new'} output={chosen} kinds={kinds} kind={search.kind} setKind={(kind) => change({ kind }, true)} saved={choose}
      close={() => change({ edit: undefined, kind: undefined }, true)} />
  ) : chosen && <Detail key={chosen.name} output={chosen} edit={() => change({ edit: '1' })} close={() => choose(undefined)} />;
  return (
    <ListPage panel={panel} foot={data && t('outputs.shown', { count: rows.length })} bar={data && (
      <>
        <Toggles label={t('outputs.activity')} chosen={search.activity} choose={(activity) => change({ activity: activity as OutputSearch['activity'] })}
          offered={activities.map((word) => ({ word, text: t(`outputs.activities.${word}`), count: all.filter((one) => one.state.activity === word).length }))} />
        {may('post_outputs') && make}
      </>
    )}>
      <Listed error={!data && error} again={refetch} rows={data && rows} title={t(all.length === 0 ? 'outputs.emptyTitle' : 'outputs.noneSo')} text={all.length === 0 && t('outputs.emptyText')}
        clear={all.length > 0 && (() => change({ activity: undefined }))}>
        {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('outputs.list')} at={search.at} choose={choose} />}
      </Listed>
    </ListPage>
  );
}
