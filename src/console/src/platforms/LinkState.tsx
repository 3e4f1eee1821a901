// The link of a lower center as shape, colour and word.
import { useTranslation } from 'react-i18next';
import type { Link } from '../logic/platforms';
import styles from './platforms.module.css';

const shapes: Record<Link, string> = {
  ok: 'M2 8.500 6.300 12.500 14 4',
  lagging: 'M8 1.500a6.500 6.500 0 1 0 .01 0M8 4.500V8l2.500 1.500',
  silent: 'm4 4 8 8M12 4l-8 8',
  never: 'M3 8h10',
};

export function LinkState({ link, word = true }: { link: Link; word?: boolean }) {
  const { t } = useTranslation();
  return (
    <span className={styles.link} data-link={link}>
      <svg width="13" height="13" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.800" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <path d={shapes[link]} />
      </svg>
      {word && t(`platforms.links.${link}`)}
    </span>
  );
}
