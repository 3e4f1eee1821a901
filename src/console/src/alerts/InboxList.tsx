// The list: groups with the alerts of those that stand open, or single alerts. Only the rows in sight
// are in the document. The cursor is the grid's active row; chosen rows are its selected ones.
import { memo, type MouseEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertGroup, AlertRow } from '../api/client';
import { DownIcon, RightIcon } from '../frame/icons';
import { useZone } from '../frame/preferences';
import { Rest } from '../frame/Rest';
import { type Pages, useRows } from '../frame/useRows';
import { language } from '../i18n';
import { type Eve, levelOf, place, severityOf } from '../logic/eve';
import { sameState } from '../logic/groups';
import { operationShort, type Say, sentence } from '../logic/sentence';
import { clock, type Zone } from '../logic/time';
import { valueLabel, verbLabel } from '../names';
import { numberText } from '../numbers';
import styles from './InboxList.module.css';
import { Severity } from './Severity';
import type { Cursor } from './useCursor';
import type { Item } from './useInbox';
import { useTitle } from './useTitle';

const row_height = 28;
const single_columns = ['time', 'severity', 'rule', 'source', 'destination', 'operation', 'technique', 'sensor', 'state'] as const;
const group_columns = ['time', 'severity', 'rule', 'what', 'source', 'destination', 'count', 'state'] as const;

interface Handling {
  choose: (item: Item) => void;
  open: (item: Item) => void;
  toggle: (item: Item) => void; // of a group, whether its alerts are listed
  select: (item: Item, range: boolean) => void;
}
interface Shown {
  title: (eve: Eve) => string;
  say: Say;
  zone: Zone;
  language: string; // a change draws the rows anew
}
interface RowProps extends Handling, Shown {
  item: Item;
  index: number;
  selected: boolean;
  grouped: boolean;
}

function SingleCells({ row, title, say, zone }: Shown & { row: AlertRow }) {
  const eve = row.event as Eve;
  const operation = operationShort(eve, verbLabel);
  return (
    <>
      <span role="gridcell" className="mono" title={row.time}>{clock(row.time, zone)}</span>
      <span role="gridcell"><Severity level={severityOf(eve)} /></span>
      <span role="gridcell" className={styles.rule} title={title(eve)}>{title(eve)}</span>
      <Ends eve={eve} />
      <span role="gridcell" title={operation}>{operation}</span>
      <span role="gridcell" className="mono">{eve.alert?.metadata?.technique?.join(' ') ?? ''}</span>
      <span role="gridcell" title={row.sensor}>{row.sensor}</span>
      <span role="gridcell" className={styles.state}>{say(`state.${row.state ?? 'new'}`)}</span>
    </>
  );
}

function Ends({ eve }: { eve: Eve }) {
  const source = place(eve.src_ip ?? eve.ether?.src_mac, eve.src_port), destination = place(eve.dest_ip ?? eve.ether?.dest_mac, eve.dest_port);
  return (
    <>
      <span role="gridcell" className="mono" title={source}>{source}</span>
      <span role="gridcell" className="mono" title={destination}>{destination}</span>
    </>
  );
}

// What was done, without the ends, which have their own columns; how it ended, where it is not as asked.
function What({ eve, say }: { eve: Eve; say: Say }) {
  const { result } = eve.ot ?? {};
  const parts = [operationShort(eve, verbLabel), result && result !== 'ok' && valueLabel('result', result)];
  return <span role="gridcell" title={sentence(eve, say)}>{parts.filter(Boolean).join(' · ')}</span>;
}

function MemberCells({ row, say, zone }: Shown & { row: AlertRow }) {
  const eve = row.event as Eve;
  return (
    <>
      <span role="gridcell" className={`mono ${styles.member}`} title={row.time}>{clock(row.time, zone)}</span>
      <span role="gridcell"><Severity level={severityOf(eve)} /></span>
      <span role="gridcell" />
      <What eve={eve} say={say} />
      <Ends eve={eve} />
      <span role="gridcell" />
      <span role="gridcell" className={styles.state}>{say(`state.${row.state ?? 'new'}`)}</span>
    </>
  );
}

function GroupCells({ item, group, open, title, say, zone, toggle }: Shown & Pick<Handling, 'toggle'> & { item: Item; group: AlertGroup; open: boolean }) {
  const eve = group.newest.event as Eve;
  const state = sameState(group);
  const times = say('alerts.firstLast', { first: clock(group.first, zone, true), last: clock(group.last, zone, true) });
  const flip = (event: MouseEvent) => {
    event.stopPropagation();
    toggle(item);
  };
  return (
    <>
      <span role="gridcell" className="mono" title={times}>
        {group.count > 1 ? (
          <button type="button" className={styles.flip} tabIndex={-1} aria-label={say(open ? 'alerts.fold' : 'alerts.unfold')} onClick={flip} onDoubleClick={(event) => event.stopPropagation()}>
            {open ? <DownIcon size={12} /> : <RightIcon size={12} />}
          </button>
        ) : (
          <span className={styles.flip} />
        )}
        {clock(group.last, zone)}
      </span>
      <span role="gridcell"><Severity level={levelOf(group.severity)} /></span>
      <span role="gridcell" className={styles.rule} title={title(eve)}>{title(eve)}</span>
      <What eve={eve} say={say} />
      <span role="gridcell" className="mono">{group.src || eve.ether?.src_mac || '–'}</span>
      <span role="gridcell" className="mono">{group.dst || eve.ether?.dest_mac || '–'}</span>
      <span role="gridcell" className={styles.count}>{numberText(group.count)}</span>
      <span role="gridcell" className={styles.state}>{state ? say(`state.${state}`) : say('alerts.newOf', { count: group.states.new, total: group.count })}</span>
    </>
  );
}

const Row = memo(function Row({ item, index, selected, grouped, choose, open, toggle, select, ...shown }: RowProps) {
  const name = item.kind === 'group' ? shown.title(item.group.newest.event as Eve) : item.kind === 'alert' ? shown.title(item.row.event as Eve) : '';
  const state = item.kind === 'group' ? (item.group.states.new > 0 ? 'new' : 'acknowledged') : item.kind === 'alert' ? item.row.state : undefined;
  return (
    <div role="row" id={`row-${item.id}`} aria-rowindex={index + 2} aria-selected={selected} data-state={state} data-id={item.id} data-kind={item.kind}
      aria-level={grouped ? (item.kind === 'group' ? 1 : 2) : undefined} aria-expanded={item.kind === 'group' && item.group.count > 1 ? item.open : undefined}
      className={styles.row} ref={(element) => void element?.style.setProperty('transform', `translateY(${index * row_height}px)`)} onClick={() => choose(item)} onDoubleClick={() => open(item)}>
      <span role="gridcell" className={styles.pick}>
        {item.kind !== 'rest' && (
          <input type="checkbox" tabIndex={-1} checked={selected} aria-label={shown.say('alerts.select', { what: name })} onChange={() => undefined}
            onClick={(event) => {
              event.stopPropagation();
              select(item, event.shiftKey);
            }} onDoubleClick={(event) => event.stopPropagation()} />
        )}
      </span>
      {item.kind === 'group' && <GroupCells item={item} group={item.group} open={item.open} toggle={toggle} {...shown} />}
      {item.kind === 'alert' && (grouped ? <MemberCells row={item.row} {...shown} /> : <SingleCells row={item.row} {...shown} />)}
      {item.kind === 'rest' && (
        <span role="gridcell" className={styles.rest}>
          <button type="button" className="button plain" onClick={() => open(item)}>{shown.say('alerts.allOfGroup', { count: item.of.count })}</button>
        </span>
      )}
    </div>
  );
});

export const InboxList = memo(function InboxList({ items, places, cursor, selected, grouped, pages, choose, open, toggle, select }: Handling & {
  items: Item[];
  places: ReadonlyMap<string, number>; // of the items, by id
  cursor: Cursor;
  selected: ReadonlySet<string>;
  grouped: boolean;
  pages: Pages;
}) {
  const { t } = useTranslation();
  const zone = useZone();
  const title = useTitle();
  const { box, first, sight, size, bringInSight } = useRows({ rows: items, height: row_height, pages });
  const now = useRef({ places, bringInSight });
  now.current = { places, bringInSight };
  const active = useRef<Element>(null);
  // The active row is marked where it stands in the document; nothing is drawn anew for it.
  const markActive = () => {
    const row = cursor.get() === undefined ? null : document.getElementById(`row-${cursor.get()}`);
    if (active.current !== row) active.current?.removeAttribute('data-here');
    active.current = row;
    row?.setAttribute('data-here', 'true');
    if (row) box.current?.setAttribute('aria-activedescendant', row.id);
    else box.current?.removeAttribute('aria-activedescendant');
  };
  useLayoutEffect(markActive);
  useEffect(() => {
    const moved = () => {
      const place = now.current.places.get(cursor.get() ?? '');
      if (place !== undefined) now.current.bringInSight(place);
      markActive();
    };
    moved();
    return cursor.subscribe(moved);
  }, [cursor]);
  return (
    <div ref={box} className={styles.list} role={grouped ? 'treegrid' : 'grid'} data-grouped={grouped || undefined} tabIndex={0} aria-label={t(grouped ? 'alerts.groups' : 'alerts.list')}
      aria-rowcount={pages.hasNextPage ? -1 : items.length + 1} aria-multiselectable="true">
      <div role="row" className={styles.head} aria-rowindex={1}>
        <span role="columnheader" className={styles.pick} aria-label={t('alerts.selected')} />
        {(grouped ? group_columns : single_columns).map((name) => (
          <span key={name} role="columnheader" className={name === 'count' ? styles.count : undefined}>{t(`alerts.${name}`)}</span>
        ))}
      </div>
      <div role="rowgroup" className={styles.rows} ref={(element) => void element?.style.setProperty('height', `${size}px`)}>
        {sight.map((item, offset) => (
          <Row key={item.id} item={item} index={first + offset} selected={selected.has(item.id)} grouped={grouped} title={title} say={t as unknown as Say} zone={zone}
            language={language()} choose={choose} open={open} toggle={toggle} select={select} />
        ))}
      </div>
      <Rest pages={pages} />
    </div>
  );
});
