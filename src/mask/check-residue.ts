/**
 * Whether anything personal is still there after masking. Three looks: each original again, also in another letter case
 * or with other separators; whatever a caller knows must not be there; and a second search over what was not replaced. A
 * record that does not pass is for quarantine, not for a shared log. Knows texts; nothing of stores.
 */
import type { Json } from '../protocol/json.ts';
import type { Finding, Replacement } from '../protocol/personal-data.ts';
import { mildTypes } from '../protocol/personal-data.ts';
import { mapJson } from './json-findings.ts';
import { fold } from './operators/name-book.ts';

type Residue =
  /** An original that was replaced in one place stands in another. */
  | {
      readonly type: 'original-left';
      readonly path: string;
      readonly kind: Replacement['type'];
      readonly why: string;
    }
  /** A text that the caller knows to be secret. */
  | { readonly type: 'canary-left'; readonly path: string; readonly why: string }
  /** The second search found something where nothing was replaced. */
  | {
      readonly type: 'found-again';
      readonly path: string;
      readonly kind: Finding['type'];
      readonly why: string;
    };

export interface CheckResidueOptions {
  /** The masked record. */
  readonly value: Json;
  /** Of all of its texts; `path` as in `JsonPointerReplacement`, none for a text alone. */
  readonly replacements: readonly (Replacement & { readonly path?: string })[];
  /** Texts that must not be there, such as the user's own address. */
  readonly canaries?: readonly string[];
  /** Searches a text; the one that masked it, or a stricter one. */
  readonly find: (text: string) => readonly Finding[];
  /** Surer findings of the second search count (default: 0.6). */
  readonly threshold?: number;
}

export type ResidueCheck =
  { readonly passed: true } | { readonly passed: false; readonly residues: readonly Residue[] };

/** Fewer letters and digits than this stand anywhere by accident. */
const shortestWhole = 4;
/** Without separators, words run together: only long originals are looked for so. */
const shortestJoined = 7;

export function checkResidue(options: CheckResidueOptions): ResidueCheck {
  const { value, replacements, canaries = [], find, threshold = 0.6 } = options;
  const residues: Residue[] = [];
  const made = new Set(replacements.map(({ replacement }) => replacement));
  const sought = soughtOf(replacements, made);
  mapJson(value, (leaf, path) => {
    const text = String(leaf);
    const own = replacements.filter((replacement) => (replacement.path ?? '') === path);
    const bare = blank(text, own);
    const spaced = ` ${fold(bare).replaceAll(/[^\p{L}\d]+/gu, ' ')} `;
    const joined = spaced.replaceAll(' ', '');
    for (const { kind, whole, plain, original } of sought) {
      if (original !== '' && bare.includes(original))
        residues.push({ type: 'original-left', path, kind, why: 'stands as it was' });
      else if (whole !== '' && spaced.includes(` ${whole} `))
        residues.push({
          type: 'original-left',
          path,
          kind,
          why: 'stands in another letter case or with other separators',
        });
      else if (plain !== '' && joined.includes(plain))
        residues.push({ type: 'original-left', path, kind, why: 'stands without separators' });
    }
    for (const canary of canaries) {
      const { whole, plain } = formsOf(canary);
      if (
        text.includes(canary) ||
        (whole !== '' && spaced.includes(` ${whole} `)) ||
        (plain !== '' && joined.includes(plain))
      )
        residues.push({ type: 'canary-left', path, why: 'a text that must not be there' });
    }
    for (const { start, end, type, score, rule } of find(text)) {
      if (score < threshold || mildTypes.has(type)) continue;
      if (own.some((replacement) => replacement.start < end && start < replacement.end)) continue;
      if (isMade(text.slice(start, end), made)) continue;
      residues.push({ type: 'found-again', path, kind: type, why: rule });
    }
    return leaf;
  });
  return residues.length === 0 ? { passed: true } : { passed: false, residues };
}

function isMade(text: string, made: ReadonlySet<string>): boolean {
  return made.has(text);
}

interface Sought {
  readonly kind: Replacement['type'];
  readonly original: string;
  readonly whole: string;
  readonly plain: string;
}

function soughtOf(replacements: CheckResidueOptions['replacements'], made: ReadonlySet<string>): Sought[] {
  const seen = new Map<string, Sought>();
  for (const { type, original } of replacements) {
    // What was made up for somebody may be another's name.
    if (mildTypes.has(type) || made.has(original)) continue;
    const { whole, plain } = formsOf(original);
    const sought = {
      kind: type,
      original: plain.length >= shortestWhole || whole.length >= shortestWhole ? original : '',
      whole,
      plain,
    };
    seen.set(`${type} ${original}`, sought);
  }
  return [...seen.values()];
}

function formsOf(original: string): { readonly whole: string; readonly plain: string } {
  const whole = fold(original)
    .replaceAll(/[^\p{L}\d]+/gu, ' ')
    .trim();
  const plain = whole.replaceAll(' ', '');
  return {
    whole: plain.length >= shortestWhole ? whole : '',
    plain: plain.length >= shortestJoined ? plain : '',
  };
}

/** The text without what was put into it. */
function blank(text: string, own: readonly Replacement[]): string {
  let out = '';
  let at = 0;
  for (const { start, end } of own.toSorted((one, other) => one.start - other.start)) {
    out += `${text.slice(at, start)}\u0001`;
    at = end;
  }
  return out + text.slice(at);
}
