/**
 * Tools in the form that OpenAI's chat completions have for them, and the calls that come back, put into the forms of
 * decode/output. For servers that cannot hold an answer to our grammar: their models are trained on this form.
 */
import { parseOutput, renderOutput } from '../../decode/output.ts';
import { parseJson } from '../../protocol/json.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { ToolSpec } from '../../protocol/tool.ts';

/** The fields of a request that offer these tools. */
export function toolFields(tools: readonly ToolSpec[]): JsonObject {
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function',
      function: { name, description, parameters },
    })),
    tool_choice: 'auto',
  };
}

/** A piece of a call, as it streams. */
export interface ToolCallPiece {
  /** Which call of the answer. */
  readonly index: number;
  readonly name?: string;
  /** A piece of the arguments' JSON text. */
  readonly arguments?: string;
}

/** Puts the pieces of an answer together. */
export class ToolAnswer {
  readonly #calls = new Map<number, { name: string; values: string }>();
  #words = '';

  addText(text: string): void {
    this.#words += text;
  }

  addCall({ index, name = '', arguments: values = '' }: ToolCallPiece): void {
    const call = this.#calls.get(index) ?? { name: '', values: '' };
    this.#calls.set(index, { name: call.name + name, values: call.values + values });
  }

  /**
   * The whole answer. Words beside calls are left out; words alone are an answer, unless they are one of our forms
   * already. Arguments that are not JSON stay as they came: the caller's check says what is wrong with them.
   */
  text(): string {
    const calls = [...this.#calls].toSorted(([left], [right]) => left - right).map(([, call]) => call);
    if (calls.length > 0) {
      return calls
        .map(({ name, values }) => `{"name":${JSON.stringify(name)},"arguments":${compact(values)}}`)
        .join('\n');
    }
    const words = this.#words.trim();
    if (words === '' || parseOutput(words).type === 'read') return words;
    return renderOutput({ type: 'answer', text: words });
  }
}

/** A call without arguments may come with no text at all. */
function compact(values: string): string {
  if (values.trim() === '') return '{}';
  const value = parseJson(values);
  return value === undefined ? values : JSON.stringify(value);
}
