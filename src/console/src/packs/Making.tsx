// How a pack is made, signed and trusted: commands to copy.
import { useTranslation } from 'react-i18next';
import { formStyles as styles } from '../frame/Form';

export function Making() {
  const { t } = useTranslation();
  return (
    <>
      <p>{t('packs.makingText')}</p>
      <pre className={`mono ${styles.sample}`} tabIndex={0}>{`langyan packs keygen cert
langyan packs make cn-ot --version 1 --key cert.key \\
    --out cn-ot.pack cn-ot.rules cn-ot.yaml`}</pre>
      <p>{t('packs.trustText')}</p>
      <pre className={`mono ${styles.sample}`} tabIndex={0}>{`center.yaml   packs: { keys: cert.pub }
sensor.yaml   rules: { pack_keys: cert.pub }`}</pre>
    </>
  );
}
