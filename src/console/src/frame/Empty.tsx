// What a page shows where there is nothing: what is empty, and what would fill it.
import type { ReactNode } from 'react';
import { EmptyIcon } from './icons';
import styles from './pages.module.css';

export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.empty}>
      <EmptyIcon size={32} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
