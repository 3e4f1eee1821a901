// How a pack is made, signed and trusted: commands to copy.
import { useTranslation } from 'react-i18next';
import { Sample } from '../frame/Form';

export function Making() {
  const { t } = useTranslation();
  return (
    <>
      <p>{t('packs.makingText')}</p>
      <Sample>{`langyan packs keygen cert
langyan packs make cn-ot --version 1 --key cert.key \\
    --out cn-ot.pack cn-ot.rules cn-ot.yaml`}</Sample>
      <p>{t('packs.trustText')}</p>
      <Sample>{`center.yaml   packs: { keys: cert.pub }
sensor.yaml   rules: { pack_keys: cert.pub }`}</Sample>
    </>
  );
}
