// What stands where a page lists something: why it cannot be read, that it is being read, why nothing is there, or the list.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from './Empty';
import { Failure } from './Failure';
import { Reading } from './Panel';

export function Listed<Row>({ error, again, rows, title, text, more, clear, children }: {
  error: unknown; // of what is not there for it
  again: () => unknown;
  rows: Row[] | undefined; // not read yet
  title: string;
  text?: ReactNode; // what would fill it
  more?: ReactNode; // and how, under the text
  clear?: (() => void) | false; // takes the filters away that leave nothing
  children: (rows: Row[]) => ReactNode;
}) {
  const { t } = useTranslation();
  if (error) return <Failure error={error} again={() => void again()} />;
  if (!rows) return <Reading />;
  if (rows.length > 0) return children(rows);
  return (
    <Empty title={title}>
      {text && <p>{text}</p>}
      {more}
      {clear && <button type="button" className="button" onClick={clear}>{t('alerts.clear')}</button>}
    </Empty>
  );
}
