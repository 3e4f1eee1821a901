// The layout of a page with a list: filters over it, how much is shown under it, and what is chosen beside it.
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { tinykeys } from 'tinykeys';
import { CloseIcon } from './icons';
import { isTyping } from './keys';
import styles from './Panel.module.css';

export function ListPage({ bar, foot, panel, children }: { bar: ReactNode; foot?: ReactNode; panel?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.page} data-open={!!panel}>
      <div className={styles.left}>
        <div className={styles.bar}>{bar}</div>
        <div className={styles.card}>{children}</div>
        {foot && <p className={styles.foot} role="status">{foot}</p>}
      </div>
      {panel}
    </div>
  );
}

export function Reading() {
  const { t } = useTranslation();
  return <p className={styles.note} role="status">{t('alerts.loading')}</p>;
}

export function Panel({ label, head, close, children }: { label: string; head: ReactNode; close: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <aside className={styles.panel} aria-label={label}>
      <header className={styles.head}>
        {head}
        <button type="button" className="button plain" onClick={close} aria-label={t('detail.close')} title={`${t('detail.close')} (Esc)`}>
          <CloseIcon />
        </button>
      </header>
      <div className={styles.body} tabIndex={0} role="region" aria-label={label}>
        {children}
      </div>
    </aside>
  );
}

export function Facts({ rows }: { rows: readonly (readonly [name: ReactNode, value: ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {rows.map(([name, value], index) => (
        <div key={index}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

// j and k choose the next and the previous row, Esc closes what is chosen.
export function useListKeys(rows: readonly { id: string }[] | undefined, at: string | undefined, choose: (id: string | undefined) => void): void {
  const now = useRef({ rows, at, choose });
  now.current = { rows, at, choose };
  useEffect(() => {
    const step = (by: number) => (event: KeyboardEvent) => {
      const { rows: list = [], at: here, choose: take } = now.current;
      if (isTyping(event) || list.length === 0) return;
      event.preventDefault();
      const index = list.findIndex((row) => row.id === here);
      take(list[index < 0 ? 0 : Math.min(Math.max(index + by, 0), list.length - 1)]!.id);
    };
    return tinykeys(window, {
      j: step(1), k: step(-1), ArrowDown: step(1), ArrowUp: step(-1),
      Escape: (event) => void (isTyping(event) || now.current.choose(undefined)),
    });
  }, []);
}
