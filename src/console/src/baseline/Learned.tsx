// What a sensor learned, a sentence a row: who may do what, with which values, how often; and what of it waits for somebody's word.
// Nothing goes from here to a sensor, so a row has the commands for its host.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { type ReactNode, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Book, booksQuery, learnedQuery } from '../api/baseline';
import { detectionsQuery } from '../api/session';
import { Empty } from '../frame/Empty';
import { CopyText, formStyles as styles, SearchBox } from '../frame/Form';
import { type Column, Grid } from '../frame/Grid';
import { Listed } from '../frame/Listed';
import { Facts, ListPage, Panel, useListKeys } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Toggles } from '../frame/Toggles';
import { Value } from '../frame/Values';
import { diffCommand, forgetCommand, type Habit, habitSentence, megabytes, settleCommand, usual_file, waits } from '../logic/habit';
import type { Say } from '../logic/sentence';
import { ageOf, clock } from '../logic/time';
import { protocolLabel, verbLabel } from '../names';
import { numberText } from '../numbers';
import own from './Learned.module.css';
import { type BaselineSearch, filters, nothing_asked, states } from './search';

type Row = Habit & { id: string };

function stateOf(habit: Habit, t: TFunction): string {
  if (habit.new) return t('learned.fresh');
  if (habit.said) return t('learned.differs', { what: habit.said.split(' ').map((word) => (t as unknown as Say)(`learned.said.${word}`)).join(t('habit.comma')) });
  return t(habit.given ? 'learned.given' : 'learned.seen');
}

function Zones({ book }: { book: Book['book'] }) {
  const { t } = useTranslation();
  const lasting = (seconds: number) => {
    const { n, unit } = ageOf(seconds);
    return t(`lasting.${unit}`, { n });
  };
  return (
    <ul className={own.zones} aria-label={t('learned.zones')} tabIndex={0}>
      {book.zones.map(({ name, mode, watched, left }) => (
        <li key={name} data-mode={mode}>
          <b>{name}</b> <span>{t(`learned.modes.${mode}`)}{mode !== 'off' && <> · {left > 0 ? t('learned.left', { time: lasting(left) }) : t('learned.watched', { time: lasting(watched) })}</>}</span>
        </li>
      ))}
    </ul>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const say = t as unknown as Say;
  return [
    { name: 'habit', head: t('learned.habit'), least: 320, share: 4, cell: (row) => habitSentence(row, say), tip: (row) => habitSentence(row, say) },
    { name: 'state', head: t('learned.state'), least: 130, share: 1, cell: (row) => <span className={waits(row) ? styles.bad : undefined}>{stateOf(row, t)}</span>, tip: (row) => stateOf(row, t) },
    { name: 'zone', head: t('learned.zone'), least: 100, spare: true, cell: (row) => row.zone ?? '' },
    { name: 'count', head: t('learned.count'), least: 84, spare: true, cell: (row) => numberText(row.count ?? 0) },
    { name: 'last', head: t('learned.last'), least: 148, mono: true, spare: true, cell: (row) => (row.last ? clock(row.last, zone) : '–') },
  ];
}

function Command({ title, text, command }: { title: string; text?: string; command: string | undefined }) {
  return command && (
    <section>
      <h3>{title}</h3>
      {text && <p>{text}</p>}
      <CopyText text={command} label={title} />
    </section>
  );
}

function Detail({ habit, book, close }: { habit: Row; book: Book; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const catalogue = useQuery(detectionsQuery).data;
  const { file, sensor } = book.book;
  const time = (text: string | undefined) => text && <span className="mono">{clock(text, zone, true)}</span>;
  const facts: [string, ReactNode][] = [
    [t('baseline.client'), <Value field="src" value={habit.client} />], [t('baseline.server'), <Value field="dst" value={habit.server} />],
    [t('baseline.protocol'), habit.protocol && protocolLabel(habit.protocol)], [t('baseline.unit'), habit.unit], [t('baseline.verb'), habit.verb && verbLabel(habit.verb)], [t('baseline.object'), habit.object],
    [t('learned.peak'), habit.peak && t('learned.megabytes', { n: megabytes(habit.peak) })], [t('learned.hoursSeen'), habit.hours_seen],
    [t('learned.count'), habit.count && numberText(habit.count)], [t('learned.since'), time(habit.since)], [t('learned.last'), time(habit.last)],
    [t('learned.zone'), habit.zone], [t('learned.sensor'), sensor], [t('assets.organisation'), book.organisation],
  ];
  return (
    <Panel label={t('baseline.detail')} head={<span>{stateOf(habit, t)}</span>} close={close}>
      <h2>{habitSentence(habit, t as unknown as Say)}</h2>
      <div className={styles.buttons}>
        <Link className="button" to="/hunt" search={{ q: `src:${habit.client} dst:${habit.server}`, since: '7d' }}>{t('learned.traffic')}</Link>
      </div>
      <Facts rows={facts.filter(([, value]) => value !== undefined && value !== '' && value !== 0)} />
      {waits(habit) && <Command title={t('learned.waits')} text={t('learned.waitsText')} command={settleCommand(habit, file, catalogue)} />}
      {habit.verb && <Command title={t('learned.forget')} text={t('learned.forgetText')} command={forgetCommand(habit, file)} />}
      <Command title={t('learned.diff')} command={diffCommand(file)} />
    </Panel>
  );
}

type Counted = readonly { value: string; count: number }[] | undefined;

function Choice({ any, offered, chosen, choose, label }: { any: string; offered: Counted; chosen: string | undefined; choose: (value: string | undefined) => void; label?: (value: string) => string }) {
  return (
    <select className={styles.search} aria-label={any} value={chosen ?? ''} onChange={(event) => choose(event.target.value || undefined)}>
      <option value="">{any}</option>
      {offered?.map(({ value, count }) => <option key={value} value={value}>{`${label?.(value) ?? value} (${numberText(count)})`}</option>)}
    </select>
  );
}

export function Learned({ search, change, shows }: { search: BaselineSearch; change: (next: Partial<BaselineSearch>, replace?: boolean) => void; shows: ReactNode }) {
  const { t } = useTranslation();
  const zone = useZone();
  const books = useQuery(booksQuery);
  const all = books.data?.books;
  const book = all?.find(({ id }) => id === search.book) ?? all?.find((one) => one.book.waiting > 0) ?? all?.[0];
  const asked = Object.fromEntries([...filters, 'state'].flatMap((name) => (search[name as 'state'] ? [[name, search[name as 'state']]] : [])));
  const found = useInfiniteQuery(learnedQuery(book?.id ?? '', asked));
  const first = found.data?.pages[0];
  const listed = useMemo(() => found.data?.pages.flatMap((page) => page.rows as Row[]), [found.data]);
  const rows = book && listed;
  const columns = useColumns();
  const choose = useCallback((at: string | undefined) => change({ at }, true), [change]);
  useListKeys(rows, search.at, choose);
  const chosen = rows?.find((row) => row.id === search.at);
  const panel = chosen && book && <Detail key={chosen.id} habit={chosen} book={book} close={() => choose(undefined)} />;
  const narrow = (next: Partial<BaselineSearch>) => change({ ...next, at: undefined }, true);
  const empty = search.state === 'waiting' ? 'nothingWaits' : 'notFound';
  const foot = book && first && [
    t('learned.shown', { count: first.matching, total: book.book.habits + book.book.volumes }),
    t('learned.received', { time: clock(book.received, zone, true) }), ...(book.book.left_out > 0 ? [t('learned.leftOut', { count: book.book.left_out })] : []),
  ].join(' · ');
  return (
    <ListPage panel={panel} foot={foot} bar={(
      <>
        {shows}
        {book && (
          <>
            {all!.length > 1 && (
              <select className={styles.search} aria-label={t('learned.sensor')} value={book.id} onChange={(event) => change({ ...nothing_asked, book: event.target.value, at: undefined })}>
                {all!.map((one) => <option key={one.id} value={one.id}>{one.book.waiting > 0 ? `${one.book.sensor} (${numberText(one.book.waiting)})` : one.book.sensor}</option>)}
              </select>
            )}
            <Toggles label={t('learned.which')} chosen={search.state} choose={(state) => narrow({ state: state as BaselineSearch['state'] })}
              offered={states.map((word) => ({ word, text: t(`learned.states.${word}`), ...(word === 'waiting' && { count: book.book.waiting }) }))} />
            <SearchBox first label={t('baseline.client')} text={search.client} change={(client) => narrow({ client })} />
            <SearchBox label={t('baseline.server')} text={search.server} change={(server) => narrow({ server })} />
            <Choice any={t('learned.anyProtocol')} label={protocolLabel} offered={first?.protocols} chosen={search.protocol} choose={(protocol) => narrow({ protocol })} />
            <Choice any={t('learned.anyVerb')} offered={first?.verbs} chosen={search.verb} choose={(verb) => narrow({ verb })} label={verbLabel} />
            {book.book.zones.length > 1 && <Choice any={t('learned.anyZone')} offered={first?.zones} chosen={search.zone} choose={(name) => narrow({ zone: name })} />}
          </>
        )}
      </>
    )}>
      {book && <Zones book={book.book} />}
      {all?.length === 0 ? (
        <Empty title={t('learned.none')}>
          <p>{t('learned.noneText')}</p>
          <CopyText text={`langyan baseline show ${usual_file}`} label={t('baseline.command')} />
        </Empty>
      ) : (
        <Listed error={!rows && (books.error ?? found.error)} again={() => Promise.all([books.refetch(), found.refetch()])} rows={rows} title={t(`learned.${empty}`)} text={t(`learned.${empty}Text`)}
          clear={Object.keys(asked).length > 0 && (() => narrow(nothing_asked))}>
          {(shown) => <Grid rows={shown} columns={columns} beside={!!panel} label={t('learned.list')} at={search.at} pages={found} choose={choose} />}
        </Listed>
      )}
    </ListPage>
  );
}
