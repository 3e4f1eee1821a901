// Events of a query in chosen columns.
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../api/client';
import { type Column, Grid } from '../frame/Grid';
import { useZone } from '../frame/preferences';
import type { Pages } from '../frame/useRows';
import { Value } from '../frame/Values';
import { columnValue } from '../logic/query';
import { clock } from '../logic/time';
import { fieldLabel } from '../names';

export function EventTable({ rows, columns, at, pages, choose }: {
  rows: AlertRow[];
  columns: readonly string[];
  at: string | undefined;
  pages: Pages;
  choose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const zone = useZone();
  const shown: Column<AlertRow>[] = [
    { name: 'time', head: t('alerts.time'), least: 144, mono: true, cell: (row) => clock(row.time, zone), tip: (row) => row.time },
    ...columns.map((column): Column<AlertRow> => ({
      name: column, head: fieldLabel(column), title: column, least: 96, share: 1, cell: (row) => <Value field={column} value={columnValue(row, column)} focusable={false} />,
    })),
  ];
  return <Grid rows={rows} columns={shown} label={t('hunt.events')} at={at} pages={pages} choose={choose} />;
}
