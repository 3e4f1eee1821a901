// Everything the list is narrowed by, in one line: text and fields, severity, state, time; and below
// it what is set, each a chip that takes itself away.
import { Popover } from '@mantine/core';
import { type FormEvent, type ReactNode, type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HelpIcon, CloseIcon } from '../frame/icons';
import { useZone } from '../frame/preferences';
import {
  type AlertSearch, type FilterName, filterNames, type Filters, filtersOf, type Range, rangeOf, type RangeSearch, ranges, readInput, toggled, usualRange, values,
  withoutValue, withValue,
} from '../logic/filters';
import { states } from '../logic/groups';
import { clock, fromField, toField } from '../logic/time';
import styles from './FilterBar.module.css';
import { Severity } from './Severity';

const levels = [1, 2, 3, 4, 5] as const;
const switches: FilterName[] = ['severity', 'state']; // shown as buttons, not as chips

function FieldHelp() {
  const { t } = useTranslation();
  return (
    <Popover width={420} position="bottom-end" withinPortal={false} transitionProps={{ duration: 0 }} trapFocus>
      <Popover.Target>
        <button type="button" className={styles.help} aria-label={t('filter.help')} title={t('filter.help')}>
          <HelpIcon />
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <p className={styles.helpText}>{t('filter.helpText')}</p>
        <dl className={styles.fields} tabIndex={0} aria-label={t('filter.help')}>
          {filterNames.map((name) => (
            <div key={name}>
              <dt className="mono">{name}</dt>
              <dd>{t(`fieldNames.${name}`)}</dd>
            </div>
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  );
}

function Between({ search, change, close }: { search: RangeSearch; change: (next: RangeSearch) => void; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const from = fromField(String(form.get('from')), zone);
    const to = fromField(String(form.get('to')), zone);
    change({ from, to, since: undefined });
    close();
  };
  return (
    <form className={styles.between} onSubmit={submit}>
      {(['from', 'to'] as const).map((name) => (
        <label key={name}>
          {t(`filter.${name}`)} ({t(`top.${zone}`)})
          <input type="datetime-local" name={name} defaultValue={toField(search[name], zone)} />
        </label>
      ))}
      <button type="submit" className="button primary">
        {t('filter.apply')}
      </button>
    </form>
  );
}

export function TimeRange({ search, change, offered = ranges }: { search: RangeSearch; change: (next: RangeSearch) => void; offered?: readonly Range[] }) {
  const { t } = useTranslation();
  const [between, setBetween] = useState(false);
  const now = rangeOf(search);
  const take = (range: Range) => change({ since: range === usualRange ? undefined : range, from: undefined, to: undefined });
  return (
    <div className={styles.group} role="group" aria-label={t('filter.time')}>
      {offered.map((range) => (
        <button key={range} type="button" className={styles.toggle} aria-pressed={now === range} onClick={() => take(range)}>
          {t(`range.${range}`)}
        </button>
      ))}
      <Popover opened={between} onChange={setBetween} position="bottom-end" withinPortal={false} transitionProps={{ duration: 0 }} trapFocus>
        <Popover.Target>
          <button type="button" className={styles.toggle} aria-pressed={now === 'custom'} onClick={() => setBetween(!between)}>
            {t('range.custom')}
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <Between search={search} change={change} close={() => setBetween(false)} />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

interface Chip {
  key: string;
  name: string;
  value: string;
  drop: () => void;
}

export function FilterBar({ search, change, box, children }: {
  search: AlertSearch;
  change: (next: Partial<AlertSearch>) => void;
  box: Ref<HTMLInputElement>;
  children: ReactNode; // stands at the end of the line
}) {
  const { t } = useTranslation();
  const zone = useZone();
  const [unknown, setUnknown] = useState<string>();
  const filters = filtersOf(search);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = event.currentTarget.elements.namedItem('filter') as HTMLInputElement;
    const read = readInput(input.value);
    setUnknown(read.unknown);
    if (read.unknown !== undefined) return;
    let next: Filters = filters;
    for (const [name, value] of Object.entries(read.filters)) next = withValue(next, name as FilterName, value);
    input.value = '';
    change(next);
  };
  const chips: Chip[] = filterNames
    .filter((name) => !switches.includes(name))
    .flatMap((name) =>
      (name === 'q' ? [filters.q ?? ''].filter(Boolean) : values(filters[name])).map((value) => ({
        key: `${name}:${value}`, name: name === 'q' ? '“”' : name, value, drop: () => change(withoutValue(filters, name, value)),
      })),
    );
  for (const name of ['from', 'to'] as const) {
    const value = search[name];
    if (value) chips.push({ key: name, name: t(`filter.${name}_chip`), value: clock(value, zone, true), drop: () => change({ [name]: undefined }) });
  }
  const clear = () => change(Object.fromEntries([...filterNames, 'from', 'to', 'since'].map((name) => [name, undefined])));
  return (
    <section className={styles.bar} aria-label={t('filter.label')}>
      <div className={styles.line}>
        <form className={styles.box} onSubmit={submit} role="search">
          <input ref={box} name="filter" className="mono" aria-label={t('filter.name')} placeholder={t('filter.input')} autoComplete="off" spellCheck={false}
            aria-invalid={unknown !== undefined} aria-describedby={unknown !== undefined ? 'filter-unknown' : undefined}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()} />
          <kbd className="kbd" aria-hidden="true">/</kbd>
          <FieldHelp />
        </form>
        <TimeRange search={search} change={change} />
      </div>
      {unknown !== undefined && (
        <p id="filter-unknown" className={styles.unknown} role="alert">
          {t('filter.unknown', { name: unknown })}
        </p>
      )}
      <div className={styles.line}>
        <div className={styles.group} role="group" aria-label={t('filter.severity')}>
          {levels.map((level) => (
            <button key={level} type="button" className={styles.toggle} aria-pressed={values(filters.severity).includes(String(level))}
              onClick={() => change(toggled(filters, 'severity', String(level)))}>
              <Severity level={level} />
            </button>
          ))}
        </div>
        <div className={styles.group} role="group" aria-label={t('filter.state')}>
          {states.map((state) => (
            <button key={state} type="button" className={styles.toggle} aria-pressed={values(filters.state).includes(state)}
              onClick={() => change(toggled(filters, 'state', state))}>
              {t(`state.${state}`)}
            </button>
          ))}
        </div>
        <ul className={styles.chips}>
          {chips.map((chip) => (
            <li key={chip.key} className={styles.chip}>
              <span className={styles.chipName}>{chip.name}</span>
              <span className="mono">{chip.value}</span>
              <button type="button" onClick={chip.drop} aria-label={t('filter.remove', { what: `${chip.name} ${chip.value}` })}>
                <CloseIcon size={12} />
              </button>
            </li>
          ))}
        </ul>
        {(chips.length > 0 || filters.severity || filters.state) && (
          <button type="button" className="button plain" onClick={clear}>
            {t('filter.clear')}
          </button>
        )}
        {children}
      </div>
    </section>
  );
}
