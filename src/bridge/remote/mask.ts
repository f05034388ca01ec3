/**
 * What leaves for a remote server, with private words replaced by placeholders, and the way back. The caller finds
 * the words; this makes sure that every text of a request goes through, and that nothing else carries them out.
 */
import type { ChatMessage, OutputConstraint } from '../../protocol/engine.ts';
import type { ToolSpec } from '../../protocol/tool.ts';

/** Texts with private words replaced. */
export interface Masked {
  /** As many as were given, in their order. */
  readonly texts: readonly string[];
  /** Placeholder -> the words it stands for. One placeholder stands for the same words in all texts. */
  readonly originals: ReadonlyMap<string, string>;
}

/** Replaces private words in the texts of one request. What it throws stops the request. */
export type Mask = (texts: readonly string[]) => Masked | Promise<Masked>;

export interface Outgoing {
  readonly messages: readonly ChatMessage[];
  readonly prefill?: string;
  readonly stop: readonly string[];
  /** Absent also where it holds masked words: a server must not learn them from a grammar. */
  readonly constraint?: OutputConstraint;
  /** Absent also where their schemas hold masked words. */
  readonly tools?: readonly ToolSpec[];
}

export interface MaskedRequest extends Outgoing {
  readonly originals: ReadonlyMap<string, string>;
}

/** A request as it may leave. Throws what the mask throws, and Error where it loses texts. */
export async function maskRequest(mask: Mask, request: Outgoing): Promise<MaskedRequest> {
  const { messages, prefill, stop, constraint, tools } = request;
  const texts = [
    ...messages.map(({ content }) => content),
    ...(prefill === undefined ? [] : [prefill]),
    ...stop,
  ];
  const masked = await mask(texts);
  if (masked.texts.length !== texts.length) {
    throw new Error(`The mask was given ${texts.length} texts and returned ${masked.texts.length}.`);
  }
  const [contents, others] = [masked.texts.slice(0, messages.length), masked.texts.slice(messages.length)];
  const stops = prefill === undefined ? others : others.slice(1);
  return {
    messages: messages.map(({ role }, index) => ({ role, content: contents[index] ?? '' })),
    ...(prefill === undefined ? {} : { prefill: others[0] ?? '' }),
    stop: stops,
    ...sayable(constraint, masked.originals),
    ...(tools === undefined || tells(JSON.stringify(tools), masked.originals) ? {} : { tools }),
    originals: masked.originals,
  };
}

/** The constraint as it may leave: its wider form where that holds none of the masked words; else none at all. */
function sayable(
  constraint: OutputConstraint | undefined,
  originals: ReadonlyMap<string, string>,
): Pick<Outgoing, 'constraint'> {
  if (constraint === undefined) return {};
  const { wider, ...exact } = constraint;
  // Where values are copied, the exact form spells the masked words out, if need be in parts.
  const form = originals.size > 0 && wider !== undefined ? { ...exact, gbnf: wider } : exact;
  return tells(saidBy(form), originals) ? {} : { constraint: form };
}

function saidBy({ gbnf, jsonSchema }: OutputConstraint): string {
  return jsonSchema === undefined ? gbnf : `${gbnf}\n${JSON.stringify(jsonSchema)}`;
}

/** Whether a text holds a word of what was masked, in its own letters or in escapes. */
function tells(text: string, originals: ReadonlyMap<string, string>): boolean {
  const said = unescaped(text).toLowerCase();
  return [...originals.values()]
    .flatMap((original) => original.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .some((word) => word.length > 1 && said.includes(word));
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/giu, (_all, byte, unit, plain) =>
    typeof plain === 'string' ? plain : String.fromCodePoint(Number.parseInt(String(byte ?? unit), 16)),
  );
}
