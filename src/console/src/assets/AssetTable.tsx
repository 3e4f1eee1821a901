// Assets as rows; those behind a gateway stand under it, indented.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Asset } from '../api/assets';
import { type Column, Grid } from '../frame/Grid';
import { useListKeys } from '../frame/Panel';
import { useAge } from '../frame/useAge';
import { useNow } from '../frame/useNow';
import type { Pages } from '../frame/useRows';
import { language } from '../i18n';
import styles from './AssetsPage.module.css';
import { Marks } from './Marks';

export const modelOf = (asset: Asset) => [asset.vendor, asset.model].filter((part) => part !== '').join(' ');
export const addressOf = (asset: Asset) => (asset.parent ? asset.identity : (asset.ips[0] ?? asset.identity));

export function AssetTable({ rows, at, pages, choose }: {
  rows: Asset[];
  at: string | undefined;
  pages: Pages;
  choose: (id: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const age = useAge();
  const now = useNow();
  useListKeys(rows, at, choose);
  const columns = useMemo((): Column<Asset>[] => [
    { name: 'asset', head: t('assets.asset'), least: 188, share: 1.2, mono: true, cell: (row) => <span className={row.parent ? styles.child : undefined}>{addressOf(row)}</span>, tip: (row) => row.identity },
    { name: 'level', head: 'L', least: 36, mono: true, cell: (row) => row.level },
    { name: 'role', head: t('assets.role'), least: 122, share: 1, cell: (row) => row.role[language()] },
    { name: 'model', head: t('assets.model'), least: 152, share: 1.8, cell: modelOf, tip: modelOf },
    { name: 'firmware', head: t('assets.firmware'), least: 82, share: 0.7, mono: true, spare: true, cell: (row) => row.firmware },
    { name: 'name', head: t('assets.name'), least: 92, share: 1, cell: (row) => row.name, tip: (row) => row.name },
    { name: 'lastSeen', head: t('assets.lastSeen'), least: 104, spare: true, cell: (row) => age(row.last_seen, now, 'ago'), tip: (row) => row.last_seen },
    { name: 'marks', head: t('assets.marks'), least: 132, share: 1.2, spare: true, cell: (row) => <Marks asset={row} /> },
  ], [t, age, now]);
  return <Grid rows={rows} columns={columns} beside={!!at} label={t('assets.list')} at={at} pages={pages} choose={choose} />;
}
