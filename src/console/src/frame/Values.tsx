// The menu of a value: include, exclude, only, group by, copy, hunt, and of an address its asset. One menu for all of them; a page
// says with useNarrow() what narrowing does to it, elsewhere it leads to Hunt.
import { Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { createContext, type MouseEvent, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hostQuery } from '../api/assets';
import { cache } from '../api/session';
import { narrowed, termOf, type Way, ways } from '../logic/query';
import { valueLabel } from '../names';
import { useMay } from './usePages';
import styles from './Values.module.css';

const addresses: readonly string[] = ['src', 'dst', 'ip', 'mac']; // fields whose value is somebody's

// False: this page cannot narrow itself so.
type Narrow = (way: Way, field: string, value: string) => boolean;
interface Chosen {
  from: HTMLElement;
  field: string;
  value: string;
}
interface Shared {
  open: (chosen: Chosen) => void;
  narrow: { current: Narrow | undefined };
}
const Context = createContext<Shared | undefined>(undefined);

export function ValuesProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<Chosen>();
  const narrow = useRef<Narrow | undefined>(undefined);
  const shared = useMemo<Shared>(() => ({ open: setChosen, narrow }), []);
  const close = () => {
    chosen?.from.focus();
    setChosen(undefined);
  };
  const hunt = (query: string) => void navigate({ to: '/hunt', search: { q: query } });
  const mayAssets = useMay()('get_assets');
  const toAsset = async (address: string) => {
    const host = await cache.fetchQuery(hostQuery(address)).catch(() => null); // the page says what is wrong
    await navigate({ to: '/assets', search: { text: address, ...(host && { at: host.id }) } });
  };
  const place = (anchor: HTMLElement | null) => {
    const box = chosen?.from.getBoundingClientRect();
    if (!anchor || !box) return;
    for (const [name, size] of [['left', box.left], ['top', box.top], ['width', box.width], ['height', box.height]] as const) anchor.style.setProperty(name, `${size}px`);
  };
  return (
    <Context value={shared}>
      {children}
      {chosen && (
        <Menu opened onChange={(opened) => void (opened || close())} position="bottom-start" transitionProps={{ duration: 0 }} returnFocus={false} withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <button type="button" tabIndex={-1} aria-label={t('values.of', { value: chosen.value })} className={styles.anchor} ref={place} />
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label className="mono">{termOf(chosen.field, chosen.value)}</Menu.Label>
            {ways.map((way) => (
              <Menu.Item key={way} onClick={() => void (narrow.current?.(way, chosen.field, chosen.value) || hunt(narrowed('', way, chosen.field, chosen.value)))}>
                {t(`values.${way}`)}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => void navigator.clipboard?.writeText(chosen.value)}>{t('values.copy')}</Menu.Item>
            {mayAssets && addresses.includes(chosen.field) && <Menu.Item onClick={() => void toAsset(chosen.value)}>{t('values.asset')}</Menu.Item>}
            <Menu.Item onClick={() => hunt(termOf(chosen.field, chosen.value))}>{t('values.hunt')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Context>
  );
}

function useShared(): Shared {
  const shared = useContext(Context);
  if (!shared) throw new Error('a value stands outside the frame');
  return shared;
}

// While the page is shown.
export function useNarrow(narrow: Narrow): void {
  const shared = useShared();
  useEffect(() => {
    shared.narrow.current = narrow;
    return () => {
      if (shared.narrow.current === narrow) shared.narrow.current = undefined;
    };
  });
}

// Shown as the tables call it, or as the children; asked by the value.
export function Value({ field, value, children, focusable = true }: { field: string; value: string; children?: ReactNode; focusable?: boolean }) {
  const { open } = useShared();
  const choose = (event: MouseEvent<HTMLElement>) => {
    event.stopPropagation(); // the row under it opens by a click, too
    open({ from: event.currentTarget, field, value });
  };
  if (value === '') return null;
  return (
    <button type="button" className={styles.value} tabIndex={focusable ? undefined : -1} title={value} onClick={choose}>
      {children ?? valueLabel(field, value)}
    </button>
  );
}
