// What of an asset is worth a look, in words.
import { useTranslation } from 'react-i18next';
import type { Asset } from '../api/assets';
import styles from './AssetsPage.module.css';
import { type Flag, flags } from './search';

const holds: Record<Flag, (asset: Asset) => boolean> = {
  silent: (asset) => asset.silent,
  conflicting: (asset) => asset.conflicts > 0,
  vulnerable: (asset) => asset.vulnerabilities > 0,
  exploited: (asset) => asset.exploited,
  edited: (asset) => asset.edited,
};

export function Marks({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  return <span className={styles.marks}>{flags.filter((flag) => holds[flag](asset)).map((flag) => <span key={flag}>{t(`assets.flags.${flag}`)}</span>)}</span>;
}
