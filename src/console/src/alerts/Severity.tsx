// Severity as shape, colour and word: any one of them is enough.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Severity as Level } from '../logic/eve';
import styles from './Severity.module.css';

const shapes: Record<Level, ReactNode> = {
  1: <path d="M6 .8 11.200 6 6 11.200.8 6z" />,
  2: <path d="M6 1.200 11.400 10.600H.6z" />,
  3: <path d="M1.500 1.500h9v9h-9z" />,
  4: <circle cx="6" cy="6" r="4.800" />,
  5: <circle cx="6" cy="6" r="4" fill="none" strokeWidth="1.600" />,
};

export function Severity({ level, word = true }: { level: Level; word?: boolean }) {
  const { t } = useTranslation();
  return (
    <span className={styles.severity} data-level={level}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        {shapes[level]}
      </svg>
      {word && <span>{t(`severity.${level}`)}</span>}
    </span>
  );
}
