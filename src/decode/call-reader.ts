/**
 * Reads the calls of a step while the model still writes it, a piece at a time, wherever the text is cut: a call is told
 * the moment its closing brace is there, and what stands of the next one can be looked at before that.
 * The form is output.ts's, which still decides about the whole: a text that turns out to be none of the forms may have
 * had calls in it that were told. Pure; knows nothing of tools.
 */
import { isObject, parseJson } from '../protocol/json.ts';
import type { PartialCall, ToolCall } from '../protocol/tool.ts';
import { partialJson } from './partial-json.ts';

type State =
  /** Before an object, at the beginning of the text or of a line. */
  | 'between'
  | 'inside'
  /** Behind an object, on its line. */
  | 'behind'
  /** Nothing that follows can be a call: this is an answer, a question, or no output at all. */
  | 'over';

export class CallReader {
  #state: State = 'between';
  /** The object under way, or the last one. */
  #text = '';
  #depth = 0;
  #inText = false;
  #escaped = false;
  #objects = 0;

  /** Takes the next piece of the text. Returns the calls that it completes, in order; told once each. */
  push(piece: string): readonly ToolCall[] {
    const calls: ToolCall[] = [];
    for (let index = 0; index < piece.length && this.#state !== 'over'; index += 1) {
      const call = this.#take(piece.charAt(index));
      if (call !== undefined) calls.push(call);
    }
    return calls;
  }

  /** The call under way: its name as soon as it is whole, the arguments as far as they go. Undefined between calls. */
  get partial(): PartialCall | undefined {
    if (this.#state !== 'inside') return undefined;
    // The name is a text with one object open; those of the arguments have two.
    const value = partialJson(this.#text, { openTextsFrom: 2 });
    if (!isObject(value)) return undefined;
    const { name, arguments: values } = value;
    if (typeof name !== 'string') return undefined;
    return { name, arguments: isObject(values) ? values : {} };
  }

  #take(character: string): ToolCall | undefined {
    switch (this.#state) {
      case 'between':
        if (character === '{') this.#open();
        else if (!isSpace(character)) this.#state = 'over';
        return undefined;
      case 'inside':
        return this.#goOn(character);
      case 'behind':
        if (character === '\n') this.#state = 'between';
        else if (!isSpace(character)) this.#state = 'over';
        return undefined;
      case 'over':
        return undefined;
      default:
        return this.#state satisfies never;
    }
  }

  #open(): void {
    // An object over several lines is a whole output: nothing may follow it.
    if (this.#text.includes('\n')) {
      this.#state = 'over';
      return;
    }
    this.#state = 'inside';
    this.#text = '{';
    this.#depth = 1;
    this.#objects += 1;
  }

  #goOn(character: string): ToolCall | undefined {
    this.#text += character;
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (character === '\\') this.#escaped = true;
      else if (character === '"') this.#inText = false;
      return undefined;
    }
    if (character === '"') this.#inText = true;
    else if (character === '{' || character === '[') this.#depth += 1;
    else if (character === '}' || character === ']') this.#depth -= 1;
    return this.#depth === 0 ? this.#close() : undefined;
  }

  #close(): ToolCall | undefined {
    const isSpread = this.#objects > 1 && this.#text.includes('\n');
    const call = isSpread ? undefined : callOf(this.#text);
    this.#state = call === undefined ? 'over' : 'behind';
    return call;
  }
}

/** The call in an object; undefined where it is none, or may be read as an answer or a question. */
function callOf(text: string): ToolCall | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  const { name, arguments: values, answer, ask } = value;
  if (typeof answer === 'string' || typeof ask === 'string') return undefined;
  return typeof name === 'string' && isObject(values) ? { name, arguments: values } : undefined;
}

/** As `trim` sees it, which is how output.ts reads lines. */
function isSpace(character: string): boolean {
  return character.trim() === '';
}
