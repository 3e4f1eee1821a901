// Parts of forms, and acts that are confirmed where they are asked for.
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tinykeys } from 'tinykeys';
import { useExplain } from './Failure';
import styles from './Form.module.css';
import { isTyping } from './keys';

export function Field({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <label className={styles.field}>
      <span>{name}{hint && <small> {hint}</small>}</span>
      {children}
    </label>
  );
}

export function Check({ said, ...rest }: { said: ReactNode } & React.ComponentProps<'input'>) {
  return (
    <label className={styles.check}>
      <input type="checkbox" {...rest} /> <span>{said}</span>
    </label>
  );
}

export function Refusal({ error }: { error: unknown }) {
  const explain = useExplain();
  if (!error) return null;
  const { text, next } = explain(error);
  return <p role="alert" className={styles.refusal}>{text} {next}</p>;
}

export const textOf = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();

// A form of a page: its fields, what was refused, one button.
export function SaveForm({ save, name, disabled, told, children }: {
  save: (form: FormData) => Promise<unknown>;
  name: string;
  disabled?: boolean;
  told?: string; // when it is saved
  children: ReactNode;
}) {
  const take = useMutation({ mutationFn: save, onSuccess: () => void (told && notifications.show({ message: told, withCloseButton: false })) });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    take.mutate(new FormData(event.currentTarget));
  };
  return (
    <form className={styles.form} onSubmit={submit} autoComplete="off">
      {children}
      <Refusal error={take.error} />
      <div className={styles.buttons}>
        <button type="submit" className="button primary" disabled={disabled || take.isPending}>{name}</button>
      </div>
    </form>
  );
}

// Something that can be done to what a panel shows. Its button opens a box with what will come of it, and
// what it needs; there it is confirmed.
export interface Step {
  word: string;
  name: string;
  text?: ReactNode;
  fields?: ReactNode;
  act: (form: FormData) => Promise<unknown>;
  done?: () => void;
}

export function Steps({ steps }: { steps: readonly Step[] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string>();
  const box = useRef<HTMLFormElement>(null);
  const step = steps.find((one) => one.word === chosen);
  const take = useMutation({
    mutationFn: ({ one, form }: { one: Step; form: FormData }) => one.act(form),
    onSuccess: (_, { one }) => {
      setChosen(undefined);
      one.done?.();
    },
  });
  const begin = (word: string) => {
    take.reset();
    setChosen(word === chosen ? undefined : word);
  };
  useEffect(() => box.current?.querySelector<HTMLElement>('input, textarea, select, button')?.focus(), [chosen]);
  if (steps.length === 0) return null;
  return (
    <section className={styles.steps}>
      <div className={styles.buttons}>
        {steps.map((one) => (
          <button key={one.word} type="button" className="button" aria-pressed={one.word === chosen} data-step={one.word} onClick={() => begin(one.word)}>{one.name}</button>
        ))}
      </div>
      {step && (
        <form ref={box} key={step.word} className={styles.box} autoComplete="off"
          onSubmit={(event) => (event.preventDefault(), take.mutate({ one: step, form: new FormData(event.currentTarget) }))}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            event.nativeEvent.stopImmediatePropagation();
            setChosen(undefined);
          }}>
          {step.text && <p>{step.text}</p>}
          {step.fields}
          <Refusal error={take.error} />
          <div className={styles.buttons}>
            <button type="submit" className="button primary" disabled={take.isPending}>{t('form.sure', { step: step.name.replace('…', '') })}</button>
            <button type="button" className="button" onClick={() => setChosen(undefined)}>{t('form.cancel')}</button>
          </div>
        </form>
      )}
    </section>
  );
}

// A text to look for, asked a moment after the last key; `/` leads to the first of a page.
const settle = 250;
export function SearchBox({ label, text, change, first, wide }: { label: string; text: string | undefined; change: (text: string | undefined) => void; first?: boolean; wide?: boolean }) {
  const box = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (!first) return;
    return tinykeys(window, {
      '/': (event) => {
        if (isTyping(event)) return;
        event.preventDefault();
        box.current?.focus();
      },
    });
  }, [first]);
  useEffect(() => () => clearTimeout(timer.current), []); // another page is shown: it would lead back here
  // Who leaves the box waits for nothing, and nothing comes after what is done next.
  const ask = (value: string) => {
    clearTimeout(timer.current);
    timer.current = undefined;
    change(value.trim() || undefined);
  };
  // Changed from outside, such as by a link of the panel: the box follows.
  useEffect(() => {
    if (box.current && document.activeElement !== box.current) box.current.value = text ?? '';
  }, [text]);
  return (
    <input ref={box} type="search" className={styles.search} data-wide={wide} defaultValue={text ?? ''} aria-label={label} placeholder={label} maxLength={255}
      onChange={({ target: { value } }) => {
        clearTimeout(timer.current);
        timer.current = setTimeout(() => ask(value), settle);
      }}
      onBlur={({ target: { value } }) => timer.current !== undefined && ask(value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault(); // the browser would empty the box
        event.currentTarget.blur();
      }} />
  );
}

// A secret that is shown once, or another text that somebody takes along.
export function CopyText({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <div className={styles.copy}>
      <code className="mono" tabIndex={0} aria-label={label}>{text}</code>
      <button type="button" className="button" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>{t('form.copy')}</button>
      <span role="status">{copied && t('form.copied')}</span>
    </div>
  );
}

// Commands and files as they are written.
export function Sample({ label, wrapped, children }: { label?: string; wrapped?: boolean; children: string }) {
  return <pre className={`mono ${styles.sample}`} data-wrapped={wrapped} tabIndex={0} aria-label={label}>{children}</pre>;
}

export { styles as formStyles };
