// A rule as it is written, where the center knows it; where not, why. From there it is tried.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type RuleTexts, ruleTextQuery } from '../api/rules';
import { inLanguage } from '../api/words';
import { Failure } from '../frame/Failure';
import { formStyles as styles } from '../frame/Form';
import { useMay } from '../frame/usePages';
import own from './ShowRule.module.css';

// "pack cn-ot, version 7, cn-ot.rules line 12"
export function useWhere(): (text: RuleTexts['texts'][number]) => string {
  const { t } = useTranslation();
  return ({ pack, version, file, line }) => t(pack ? 'rules.inPack' : 'rules.inProgram', { pack, version, file, line });
}

function Texts({ found }: { found: RuleTexts }) {
  const { t } = useTranslation();
  const where = useWhere();
  if (found.texts.length === 0) return <p className={styles.quiet}>{inLanguage(found.state)}</p>;
  return (
    <>
      {found.texts.map((text) => (
        <figure key={`${text.pack} ${text.file}`} className={own.text}>
          <figcaption className={styles.quiet}>{where(text)}</figcaption>
          <pre tabIndex={0} aria-label={where(text)}>{text.text}{!text.whole && '…'}</pre>
        </figure>
      ))}
      {found.texts.length > 1 && <p className={styles.quiet}>{t('rules.severalTexts')}</p>}
    </>
  );
}

// `builtIn`: what the sensor says on its own, so there is nothing to try.
export function ShowRule({ sid, gid = 1, builtIn }: { sid: number; gid?: number; builtIn: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const box = useId();
  const { data, error, refetch } = useQuery({ ...ruleTextQuery(sid, gid), enabled: open });
  const triable = may('post_rules_trial') && !builtIn && (!data || data.texts.length > 0);
  if (!may('get_rules_sid')) return null;
  return (
    <section>
      <h3>{t('rules.text')}</h3>
      <div className={styles.buttons}>
        <button type="button" className="button" aria-expanded={open} aria-controls={box} onClick={() => setOpen(!open)}>{t(open ? 'rules.hideText' : 'rules.showText')}</button>
        {triable && <Link className="button" to="/rules" search={{ at: String(sid), try: '1', ...(gid !== 1 && { gid }) }}>{t('rules.tryThis')}</Link>}
      </div>
      <div id={box} className={own.box}>
        {open && (data ? <Texts found={data} /> : error ? <Failure error={error} again={() => void refetch()} /> : <p className={styles.quiet} role="status">{t('alerts.loading')}</p>)}
      </div>
    </section>
  );
}
