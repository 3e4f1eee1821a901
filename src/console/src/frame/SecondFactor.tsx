// One's own second factor: a picture for the authenticator app, and its first code; later another one to turn it off.
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import qrcode from 'qrcode-generator';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '../api/client';
import { cache, sessionQuery } from '../api/session';
import { CopyText, Field, formStyles as styles, SaveForm, textOf } from './Form';
import own from './SecondFactor.module.css';

const quiet_zone = 4; // modules around the picture, which readers need

function Picture({ text, label }: { text: string; label: string }) {
  const code = qrcode(0, 'M'); // of the smallest size that holds it; a seventh may be dirty
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const modules = [...Array(size * size).keys()].filter((i) => code.isDark(Math.floor(i / size), i % size));
  const path = modules.map((i) => `M${quiet_zone + (i % size)} ${quiet_zone + Math.floor(i / size)}h1v1h-1z`).join('');
  const side = size + 2 * quiet_zone;
  return (
    <svg className={own.picture} viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  );
}

function CodeField({ name }: { name: string }) {
  return (
    <Field name={name}>
      <input name="code" className="mono" inputMode="numeric" autoComplete="one-time-code" pattern="[0-9]{6}" maxLength={6} required autoFocus />
    </Field>
  );
}

const turn = async (on: boolean, form: FormData) => {
  await ask(client.PUT('/api/v1/auth/second-factor', { body: { on, code: textOf(form, 'code') } }));
  await cache.invalidateQueries(sessionQuery);
};

function Offered({ offer, done }: { offer: Schemas['SecondFactor']; done: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t('factor.scan')}</p>
      <Picture text={offer.uri} label={t('factor.picture')} />
      <p className={styles.quiet}>{t('factor.type')}</p>
      <div className={own.secret}><CopyText text={offer.secret} label={t('factor.secret')} /></div>
      <SaveForm save={async (form) => (await turn(true, form), done())} name={t('factor.on')} told={t('factor.isOn')}>
        <CodeField name={t('factor.first')} />
      </SaveForm>
    </>
  );
}

export function SecondFactor({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [offer, setOffer] = useState<Schemas['SecondFactor']>();
  const begin = useMutation({
    mutationFn: (password: string) => ask(client.POST('/api/v1/auth/second-factor', { body: { password } })),
    onSuccess: setOffer,
  });
  if (session.second_factor) {
    return (
      <SaveForm save={async (form) => (await turn(false, form), close())} name={t('factor.off')} told={t('factor.isOff')}>
        <p>{t('factor.has')}</p>
        <CodeField name={t('factor.code')} />
      </SaveForm>
    );
  }
  if (offer) return <Offered offer={offer} done={close} />;
  return (
    <SaveForm save={(form) => begin.mutateAsync(String(form.get('password')))} name={t('factor.begin')}>
      <p>{t('factor.why')}</p>
      <Field name={t('factor.password')}>
        <input name="password" type="password" autoComplete="current-password" required autoFocus />
      </Field>
    </SaveForm>
  );
}
