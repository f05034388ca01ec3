/**
 * Which turns of a conversation may leave, and which have to so that the rest fits. Pure: roles and token counts in,
 * places out. Knows no engine and no wording.
 */
import type { ChatMessage } from '../protocol/engine.ts';

/**
 * `pinned` never leaves. `example` is a worked example in the prompt: it leaves first and is worth no summary.
 * `exchange` is a request with its answers. `round` is a call with its result, after the last request: it may be
 * summed up, and never just leaves.
 */
export type PartKind = 'pinned' | 'example' | 'exchange' | 'round';

/** Neighbouring messages that stay or leave together. */
export interface ContextPart {
  readonly kind: PartKind;
  /** Places among the messages: from `start` up to, and without, `end`. */
  readonly start: number;
  readonly end: number;
}

export interface SplitOptions {
  readonly messages: readonly ChatMessage[];
  /** Place of the last request, where what follows it is also in the user's role. Absent: the last user message. */
  readonly request?: number;
  /** Whether what stands before the request are worked examples. */
  readonly examples?: boolean;
}

/** The parts of a conversation, in order; together they are all of it. */
export function splitContext({ messages, request: given, examples = false }: SplitOptions): ContextPart[] {
  const request =
    given ??
    Math.max(
      0,
      messages.findLastIndex(({ role }) => role === 'user'),
    );
  const parts: { kind: PartKind; start: number; end: number }[] = [];
  for (const [place, { role }] of messages.entries()) {
    const last = parts.at(-1);
    const kind = kindAt(place, role, request, examples);
    const begins = place === request || (place < request ? role === 'user' : role === 'assistant');
    if (last?.kind === kind && kind !== 'pinned' && !begins) last.end = place + 1;
    else parts.push({ kind, start: place, end: place + 1 });
  }
  // The newest round is what the next step is about.
  const newest = parts.at(-1);
  if (newest?.kind === 'round') newest.kind = 'pinned';
  return parts;
}

function kindAt(place: number, role: ChatMessage['role'], request: number, examples: boolean): PartKind {
  if (role === 'system' || place === request) return 'pinned';
  if (place > request) return 'round';
  return examples ? 'example' : 'exchange';
}

export interface PlanOptions {
  /** Tokens of each part. */
  readonly sizes: readonly { readonly kind: PartKind; readonly tokens: number }[];
  /** Tokens that all kept parts may have together. */
  readonly roomTokens: number;
  /** Kinds that may leave, the first to leave first; of each kind the oldest leave first. */
  readonly mayLeave: readonly PartKind[];
}

/** Places of the parts that have to leave, in order; undefined where even that is not enough. */
export function planContext({ sizes, roomTokens, mayLeave }: PlanOptions): readonly number[] | undefined {
  let tokens = sizes.reduce((sum, part) => sum + part.tokens, 0);
  const leaving: number[] = [];
  for (const kind of mayLeave) {
    for (const [place, part] of sizes.entries()) {
      if (tokens <= roomTokens) break;
      if (part.kind !== kind) continue;
      leaving.push(place);
      tokens -= part.tokens;
    }
  }
  return tokens <= roomTokens ? leaving.toSorted((left, right) => left - right) : undefined;
}
