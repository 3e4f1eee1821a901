// The line a query is written in: completion from the center, its faults under the term. In a shadow
// root, where the editor's styles are adopted; written into the page the policy would refuse them.
import { acceptCompletion, autocompletion, closeCompletion, completionKeymap, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { Compartment, EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap, placeholder } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '../api/client';
import { language } from '../i18n';
import styles from './HuntPage.module.css';

type Fault = Schemas['QueryFault'];

const theme = EditorView.theme({
  '&': { color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--mono)', fontVariantLigatures: 'none', caretColor: 'var(--text)', padding: '6px 0' },
  '.cm-line': { padding: '0 10px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-scroller': { overflowX: 'auto', scrollbarWidth: 'none', fontFamily: 'var(--mono)' },
  '.cm-placeholder': { color: 'var(--third)', fontFamily: 'var(--sans)' },
  // A border: the browser would carry a decoration of text on into what is typed over it, as an inline style.
  '.cm-fault': { borderBottom: '2px dotted var(--critical-text)' },
  '.cm-tooltip': { background: 'var(--card)', border: '1px solid var(--line)', color: 'var(--text)', borderRadius: '6px', zIndex: '20' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16em', fontSize: '12px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--accent-soft)', color: 'var(--text)' },
  '.cm-completionLabel': { color: 'var(--text)' },
  '.cm-completionDetail': { color: 'var(--second)', fontStyle: 'normal', fontFamily: 'var(--sans)' },
  '.cm-completionInfo': { color: 'var(--text)', padding: '6px 10px', fontFamily: 'var(--sans)', maxWidth: '320px' },
});

const setFaults = StateEffect.define<readonly Fault[]>();
const faultMarks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, change) => {
    for (const effect of change.effects) {
      if (!effect.is(setFaults)) continue;
      const end = change.state.doc.length;
      // A fault at the end of the text stands under its last sign.
      const ranges = effect.value
        .map((fault) => ({ from: Math.min(fault.start, Math.max(0, end - 1)), to: Math.min(Math.max(fault.end, fault.start + 1), end) }))
        .filter(({ from, to }) => from < to);
      return Decoration.set(ranges.map(({ from, to }) => Decoration.mark({ class: 'cm-fault' }).range(from, to)), true);
    }
    return change.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

async function complete(text: string, position: number): Promise<CompletionResult | null> {
  const answer = await ask(client.POST('/api/v1/query/complete', { body: { query: text, position } })).catch(() => undefined);
  if (!answer || answer.items.length === 0) return null;
  return {
    from: answer.start,
    to: answer.end,
    filter: false, // the center has chosen
    options: answer.items.map((item) => ({
      label: item.text,
      detail: language() === 'zh' ? item.label_zh : item.label,
      ...(item.doc && { info: item.doc }),
    })),
  };
}

export function QueryBox({ value, faults, submit, change }: {
  value: string;
  faults: readonly Fault[];
  submit: (query: string) => void;
  change: (text: string) => void; // at each change, for the check
}) {
  const { t, i18n } = useTranslation();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const words = useRef(new Compartment());
  const calls = useRef({ submit, change });
  calls.current = { submit, change };
  const spoken = () => [placeholder(t('hunt.hint')), EditorView.contentAttributes.of({ 'aria-label': t('hunt.query'), spellcheck: 'false' })];
  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' });
    const made = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: value,
        extensions: [
          EditorState.transactionFilter.of((change) => (change.newDoc.lines > 1 ? [] : change)), // one line
          history(), theme, faultMarks, words.current.of(spoken()),
          autocompletion({ override: [(context) => complete(context.state.doc.toString(), context.pos)], icons: false, defaultKeymap: false, selectOnOpen: false }),
          keymap.of([
            { key: 'Tab', run: acceptCompletion },
            ...completionKeymap, // Enter takes what is chosen in the list, else asks
            { key: 'Enter', run: (editor) => (closeCompletion(editor), calls.current.submit(editor.state.doc.toString()), true) },
            { key: 'Escape', run: (editor) => (editor.contentDOM.blur(), true) },
            ...historyKeymap, ...defaultKeymap,
          ]),
          EditorView.updateListener.of((update) => void (update.docChanged && calls.current.change(update.state.doc.toString()))),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
    // made once; what changes later comes by the effects below
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => view.current?.dispatch({ effects: setFaults.of(faults) }), [faults]);
  useEffect(() => view.current?.dispatch({ effects: words.current.reconfigure(spoken()) }), [i18n.language]);
  return <div ref={host} className={styles.editor} data-query-box="" />;
}
