// A table taken in: first on trial, with what is wrong of each line and what to do, then for good.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { importTable, type ImportReport, textOf } from '../api/enterprises';
import { useExplain } from '../frame/Failure';
import { Sample } from '../frame/Form';
import { Panel } from '../frame/Panel';
import { language } from '../i18n';
import { numberText } from '../numbers';
import styles from './enterprises.module.css';

const head = 'uscc,name,type,level,industry,region,organisation,contact,phone,networks,expected_sensors';
const head_zh = '统一社会信用代码,企业名称,企业类型,级别,行业代码,行政区划代码,组织路径,联系人,联系电话,地址段,应接入探针数';

function Report({ report }: { report: ImportReport }) {
  const { t } = useTranslation();
  const zh = language() === 'zh';
  return (
    <section>
      <h3>{report.trial ? t('enterprises.trial') : t('enterprises.taken')}</h3>
      <dl className={styles.sums}>
        {(['lines', 'added', 'changed', 'unchanged', 'refused'] as const).map((name) => (
          <div key={name} data-name={name}>
            <dt>{t(`enterprises.report.${name}`)}</dt>
            <dd>{numberText(report[name])}</dd>
          </div>
        ))}
      </dl>
      {report.faults.length > 0 && (
        <div className={styles.faults} tabIndex={0} role="region" aria-label={t('enterprises.faults')}>
          <table>
            <thead>
              <tr>{(['line', 'field', 'fault'] as const).map((name) => <th key={name} scope="col">{t(`enterprises.report.${name}`)}</th>)}</tr>
            </thead>
            <tbody>
              {report.faults.map((fault, index) => (
                <tr key={index}>
                  <td>{fault.line}</td>
                  <td className="mono">{fault.field}</td>
                  <td>
                    {fault.value && <span className="mono">“{fault.value}” </span>}
                    {zh ? `${fault.message_zh}；${fault.advice_zh}。` : `${fault.message}: ${fault.advice}.`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {report.more_faults && <p>{t('enterprises.moreFaults')}</p>}
        </div>
      )}
    </section>
  );
}

export function ImportPanel({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const [table, setTable] = useState<string>();
  const take = useMutation({ mutationFn: ({ text, trial }: { text: string; trial: boolean }) => importTable(text, trial) });
  const choose = async (file: File | undefined) => {
    take.reset();
    setTable(undefined);
    if (!file) return;
    const text = await textOf(file);
    setTable(text);
    take.mutate({ text, trial: true });
  };
  const report = take.data;
  const good = report ? report.added + report.changed : 0;
  const refused = take.error ? explain(take.error) : undefined;
  return (
    <Panel label={t('enterprises.take')} head={<b>{t('enterprises.take')}</b>} close={close}>
      <p>{t('enterprises.takeText')}</p>
      <Sample label={t('enterprises.heading')}>{language() === 'zh' ? head_zh : head}</Sample>
      <label className={styles.file}>
        {t('enterprises.file')}
        <input type="file" accept=".csv,text/csv" onChange={(event) => void choose(event.target.files?.[0])} />
      </label>
      {take.isPending && <p role="status">{t('enterprises.reading')}</p>}
      {refused && <p role="alert" className={styles.refusal}>{refused.text} {refused.next}</p>}
      {report?.trial && table !== undefined && (
        <button type="button" className="button primary" disabled={good === 0 || take.isPending} onClick={() => take.mutate({ text: table, trial: false })}>
          {good === 0 ? t('enterprises.nothingToTake') : t('enterprises.takeGood', { count: good })}
        </button>
      )}
      {report && <Report report={report} />}
    </Panel>
  );
}
