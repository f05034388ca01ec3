/**
 * The text that a grammar leaves no choice about, as the tokens that the model would have written it in. Where a text is
 * cut into tokens depends on what comes after it: `":{` and `"` are one token where they meet. So the last run of letters,
 * digits or marks is left to be picked, unless what may follow cannot join it.
 * Knows a grammar's positions and a tokenizer; nothing of logits.
 */
import type { ModelTokenizer } from './model-tokenizer.ts';
import type { Position, Recogniser } from './recogniser.ts';

export interface ForcedTokensOptions {
  readonly recogniser: Recogniser;
  readonly tokenizer: Pick<ModelTokenizer, 'encode' | 'bytesOf'>;
  readonly position: Position;
}

/** The last run of one kind, with the white space before it: what comes before is cut the same whatever follows. */
const lastRun = /\s*(?:\p{L}+|\p{N}+|[^\s\p{L}\p{N}]+|\s)$/u;
/** Where more characters may come, some of them join whatever stands there. */
const narrow = 256;

const encoder = new TextEncoder();
const ascii = Array.from({ length: 95 }, (_, index) => String.fromCodePoint(index + 32));
const kinds = [/\p{L}/u, /\p{N}/u, /[^\s\p{L}\p{N}]/u].map((kind) => ({
  kind,
  members: ascii.filter((character) => kind.test(character)),
}));
/** First bytes of characters beyond ASCII. */
const leadBytes = Array.from({ length: 0xf5 - 0xc2 }, (_, index) => index + 0xc2);

/** Tokens of what must come next; none where there is a choice, or where all of it may be cut differently. */
export function forcedTokens(options: ForcedTokensOptions): readonly number[] {
  const { recogniser, tokenizer, position } = options;
  const text = recogniser.forced(position);
  if (text === '') return [];
  const tokens = tokenizer.encode(text);
  if (!mayGoOn(options, text, tokens)) return tokens;
  const [run = ''] = lastRun.exec(text) ?? [];
  let left = encoder.encode(text).length - encoder.encode(run).length;
  const settled: number[] = [];
  for (const token of tokens) {
    left -= tokenizer.bytesOf(token).length;
    if (left < 0) break;
    settled.push(token);
  }
  return settled;
}

/** Whether a character may follow that is cut together with the end of the text. */
function mayGoOn(
  { recogniser, tokenizer, position }: ForcedTokensOptions,
  text: string,
  tokens: readonly number[],
): boolean {
  const after = recogniser.advance(position, encoder.encode(text));
  if (after === undefined || recogniser.breadth(after) > narrow) return true;
  if (recogniser.isFinished(after)) return false;
  const may = (bytes: Uint8Array): boolean => recogniser.advance(after, bytes) !== undefined;
  if (leadBytes.some((byte) => may(Uint8Array.of(byte)))) return true;
  const last = text.at(-1) ?? '';
  const own = kinds.find(({ kind }) => kind.test(last));
  if (own === undefined) return true;
  return kinds.some(({ kind, members }) => {
    const allowed = members.filter((character) => may(encoder.encode(character)));
    if (kind === own.kind) return allowed.length > 0;
    // Some tokenizers cut a mark together with the letters behind it.
    return allowed.some((character) =>
      tokenizer
        .encode(text + character)
        .slice(0, tokens.length)
        .some((token, place) => token !== tokens[place]),
    );
  });
}
