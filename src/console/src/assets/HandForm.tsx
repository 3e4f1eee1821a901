// What a person sets of an asset: it stays whatever the traffic says, and each earlier version is kept.
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { assetHistoryQuery, type AssetInFull, changeAsset, rolesQuery } from '../api/assets';
import type { Schemas } from '../api/client';
import { useExplain } from '../frame/Failure';
import { useZone } from '../frame/preferences';
import { useMay } from '../frame/usePages';
import { language } from '../i18n';
import type { ShownRole } from '../logic/roles';
import { clock } from '../logic/time';
import styles from './AssetDetail.module.css';
import { levels } from './search';

type Hand = Pick<Schemas['AssetHand'], 'role' | 'level' | 'name' | 'owner' | 'note'>;
const parts = ({ role, level, name, owner, note }: Hand): Hand => ({ role, level, name, owner, note });

export function HandForm({ full, role }: { full: AssetInFull; role: ShownRole }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const may = useMay();
  const { data: roles } = useQuery(rolesQuery);
  const { id } = full.asset;
  const [wish, setWish] = useState<Hand>(parts(full.hand));
  useEffect(() => setWish(parts(full.hand)), [full.hand.version]);
  const put = async (change: Hand, version: number, before?: Hand) => {
    try {
      const next = await changeAsset(id, { ...change, version });
      notifications.clean();
      notifications.show({
        withCloseButton: false,
        message: (
          <span className={styles.toast}>
            {before ? t('assets.saved') : t('done.undone')}
            {before && <button type="button" className="button" onClick={() => void put(before, next.hand.version)}>{t('done.undo')}</button>}
          </span>
        ),
      });
    } catch (error) {
      const { text, next } = explain(error);
      notifications.clean();
      notifications.show({ title: t('done.failed'), message: `${text} ${next}`, autoClose: 12_000, closeButtonProps: { 'aria-label': t('detail.close') } });
    }
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    void put(wish, full.hand.version, parts(full.hand));
  };
  const changed = JSON.stringify(wish) !== JSON.stringify(parts(full.hand));
  if (!may('patch_assets_id')) { // by all roles together, not by the one that is named
    return (
      <section>
        <h3>{t('assets.edit')}</h3>
        <p className={styles.quiet}>{t('assets.viewer', { role: t(`roles.${role}`) })}</p>
        <History id={id} version={full.hand.version} />
      </section>
    );
  }
  const field = (name: 'name' | 'owner' | 'note', most: number) => (
    <label>
      {t(`assets.${name}`)}
      <input value={wish[name] ?? ''} maxLength={most} placeholder={name === 'name' ? t('assets.byTraffic') : ''} onChange={(event) => setWish({ ...wish, [name]: event.target.value || null })} />
    </label>
  );
  return (
    <section>
      <h3>{t('assets.edit')}</h3>
      <p className={styles.quiet}>{t('assets.editHint')}</p>
      <form className={styles.hand} onSubmit={save}>
        <label>
          {t('assets.role')}
          <select value={wish.role ?? ''} onChange={(event) => setWish({ ...wish, role: event.target.value || null })}>
            <option value="">{t('assets.byTraffic')}</option>
            {roles?.roles.map((row) => <option key={row.role.word} value={row.role.word}>{row.role[language()]}</option>)}
          </select>
        </label>
        <label>
          {t('assets.level')}
          <select value={wish.level ?? ''} onChange={(event) => setWish({ ...wish, level: event.target.value === '' ? null : Number(event.target.value) })}>
            <option value="">{t('assets.byTraffic')}</option>
            {levels.filter((level) => level !== 'none').map((level) => <option key={level} value={level}>{`L${level} ${t(`assets.levels.${level}`)}`}</option>)}
          </select>
        </label>
        {field('name', 200)}
        {field('owner', 200)}
        {field('note', 2000)}
        <button type="submit" className="button primary" disabled={!changed}>{t('assets.save')}</button>
      </form>
      <History id={id} version={full.hand.version} />
    </section>
  );
}

function History({ id, version }: { id: string; version: number }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { data } = useQuery({ ...assetHistoryQuery(id), enabled: version > 0 });
  if (!data || data.history.length === 0) return null;
  const said = (hand: Hand) =>
    [hand.role, hand.level === null ? '' : `L${hand.level}`, hand.name, hand.owner, hand.note].filter((part) => part).join(' · ') || t('assets.byTraffic');
  return (
    <>
      <h4>{t('assets.history')}</h4>
      <ol className={styles.changes}>
        {data.history.toReversed().map((hand) => (
          <li key={hand.version}>
            <span className="mono">{hand.changed && clock(hand.changed, zone)}</span>
            <span>{hand.by}: {said(hand)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
