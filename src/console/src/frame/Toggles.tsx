// Values of one filter side by side, each with how many there are; the chosen one chosen again takes it away.
import { numberText } from '../numbers';
import styles from './Toggles.module.css';

export interface Offered {
  word: string;
  text: string;
  count?: number;
}

export function Toggles({ label, offered, chosen, choose }: { label: string; offered: readonly Offered[]; chosen: string | undefined; choose: (word: string | undefined) => void }) {
  return (
    <div className={styles.group} role="group" aria-label={label}>
      {offered.map(({ word, text, count }) => (
        <button key={word} type="button" aria-pressed={chosen === word} onClick={() => choose(chosen === word ? undefined : word)}>
          {text}
          {count !== undefined && <b> {numberText(count)}</b>}
        </button>
      ))}
    </div>
  );
}
