// The two ends of an alert as the inventory knows them.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Asset, hostQuery } from '../api/assets';
import type { AlertRow } from '../api/client';
import { modelOf } from '../assets/AssetTable';
import { useAge } from '../frame/useAge';
import { useMay } from '../frame/usePages';
import { language } from '../i18n';
import type { Eve } from '../logic/eve';
import { type Say, sentence } from '../logic/sentence';
import styles from './AlertDetail.module.css';

const newcomer = 86_400_000; // milliseconds: who was first heard so shortly before an alert is new

// Who the inventory has at an address: undefined while it is asked, or where it may not be.
function useHost(address: string | undefined, organisation: string | undefined): Asset | null | undefined {
  const asked = useMay()('get_assets') && !!address;
  return useQuery({ ...hostQuery(address ?? '', organisation), enabled: asked }).data;
}

// `time`: of the alert. Who was first heard not long before it is worth a look.
export function Host({ address, organisation, time }: { address: string | undefined; organisation: string; time: string }) {
  const { t } = useTranslation();
  const age = useAge();
  const host = useHost(address, organisation);
  if (host === undefined) return null;
  if (host === null) return <small>{t('detail.noHost')}</small>;
  const before = Date.parse(time) - Date.parse(host.first_seen);
  return (
    <small>
      <Link to="/assets" search={{ text: address, at: host.id }}>{[host.name, host.role[language()]].filter(Boolean).join(' · ')}</Link>
      {modelOf(host) && ` · ${modelOf(host)}`}
      {before < newcomer && <b>{t('detail.newHost', { age: age(host.first_seen, Date.parse(time), 'lasting') })}</b>}
    </small>
  );
}

// Who did what, by their names where they have some.
export function Sentence({ row, eve }: { row: AlertRow; eve: Eve }) {
  const { t } = useTranslation();
  const hosts = [useHost(eve.src_ip, row.organisation), useHost(eve.dest_ip, row.organisation)];
  const nameOf = (ip: string) => hosts.find((host) => host?.ips.includes(ip))?.name;
  return <p className={styles.sentence}>{sentence(eve, t as unknown as Say, nameOf)}</p>;
}
