/**
 * What a model writes where tools are offered, as parts: calls once they are whole, answers and questions as they grow.
 * Reads the forms of decode/output; knows nothing of who asked.
 */
import { CallReader } from '../decode/call-reader.ts';
import { parseOutput } from '../decode/output.ts';
import { partialJson } from '../decode/partial-json.ts';
import { newId } from '../protocol/id.ts';
import { isObject, sortedJson } from '../protocol/json.ts';
import type { ToolCall } from '../protocol/tool.ts';
import type { ChatPart } from './chat-request.ts';

export class ToolText {
  readonly #reader = new CallReader();
  readonly #told = new Set<string>();
  #text = '';
  #said = '';

  /** Whether a call was told. */
  get hasCalls(): boolean {
    return this.#told.size > 0;
  }

  /** What the next piece completes. */
  push(piece: string): readonly ChatPart[] {
    this.#text += piece;
    const calls = this.#reader.push(piece).flatMap((call) => this.#call(call));
    return this.hasCalls ? calls : this.#more(this.#words());
  }

  /**
   * What was not told when the text ended. An engine that no grammar held may have written anything: that is an answer,
   * word for word.
   */
  end(): readonly ChatPart[] {
    if (this.hasCalls) return [];
    const parsed = parseOutput(this.#text);
    if (parsed.type === 'unreadable') return this.#said === '' ? this.#more(this.#text) : [];
    const { output } = parsed;
    return output.type === 'calls'
      ? output.calls.flatMap((call) => this.#call(call))
      : this.#more(output.text);
  }

  /** A small model that has lost the thread makes the same call again: that is one call. */
  #call(call: ToolCall): ChatPart[] {
    const key = sortedJson({ name: call.name, arguments: call.arguments });
    if (this.#told.has(key)) return [];
    this.#told.add(key);
    return [{ type: 'call', id: `call_${newId()}`, call }];
  }

  #words(): string {
    const value = partialJson(this.#text);
    if (!isObject(value)) return '';
    const words = value['answer'] ?? value['ask'];
    return typeof words === 'string' ? words : '';
  }

  #more(words: string): readonly ChatPart[] {
    const text = words.slice(this.#said.length);
    if (text === '') return [];
    this.#said = words;
    return [{ type: 'text', text }];
  }
}
