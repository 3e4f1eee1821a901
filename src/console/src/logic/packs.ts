// Packs: what a file says it is before it is issued, and of what kind one is. Whether the signature holds is the center's to say.
export interface PackHead {
  name: string;
  version: number;
  issuer: string;
  issued: string;
  note: { en: string; zh: string };
  files: string[]; // their names; none: everything of the name is taken back
}

const words = (value: unknown): string => (typeof value === 'string' ? value : '');

// Undefined: not a pack. Lines of JSON: the signature, the label, then a file each (docs/packs.md, Form).
export function readHead(text: string): PackHead | undefined {
  try {
    const [first, second, ...rest] = text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
    if (first?.file !== 'langyan pack' || typeof second?.pack !== 'string' || typeof second.version !== 'number') return undefined;
    const note = (second.note ?? {}) as Record<string, unknown>;
    return {
      name: second.pack, version: second.version, issuer: words(second.issuer), issued: words(second.issued),
      note: { en: words(note.en), zh: words(note.zh) }, files: rest.map((file) => words(file.name)),
    };
  } catch {
    return undefined;
  }
}

export type PackKind = 'rules' | 'lists' | 'withdrawn';
export function kindOf(files: readonly string[]): PackKind {
  if (files.length === 0) return 'withdrawn';
  return files.every((name) => name.endsWith('.rules') || name.endsWith('.yaml')) ? 'rules' : 'lists';
}

// What would come of issuing it here, where `held` is what the center has of that name.
export type Outcome = 'new' | 'newer' | 'withdraws' | 'same' | 'older' | 'above';
export function outcomeOf(head: PackHead, held: { version: number; from_above: boolean } | undefined): Outcome {
  if (held?.from_above) return 'above';
  if (held && head.version < held.version) return 'older';
  if (held && head.version === held.version) return 'same';
  if (head.files.length === 0) return 'withdraws';
  return held ? 'newer' : 'new';
}
