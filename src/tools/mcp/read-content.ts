/**
 * What an MCP server answers, as JSON that a model can read: structured content as it is, texts joined, and of what is no
 * text only that it was there. Pure.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { Json } from '../../protocol/json.ts';
import { readJson } from '../json-value.ts';

/** The parts of a content block that are looked at (MCP, `ContentBlock`). */
interface ContentBlock {
  readonly type: string;
  readonly text?: unknown;
  readonly uri?: unknown;
  readonly resource?: unknown;
}

interface CallResult {
  readonly content?: readonly ContentBlock[] | undefined;
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
}

/** A tool's result. Throws Fault `tool-failed` where the server says that the tool failed. */
export function readCallResult(tool: string, result: CallResult): Json {
  const text = readBlocks(result.content ?? []);
  if (result.isError === true) {
    throw new Fault({
      code: faultCodes.toolFailed,
      message: `${tool} failed: ${text === '' ? 'it gave no reason' : text}`,
      details: { tool },
    });
  }
  if (result.structuredContent === undefined) return text;
  const reading = readJson(result.structuredContent);
  return reading.type === 'json' ? reading.value : text;
}

/** Content blocks as one text. */
export function readBlocks(blocks: readonly ContentBlock[]): string {
  return blocks.map(readBlock).join('\n');
}

function readBlock({ type, text, uri, resource }: ContentBlock): string {
  if (type === 'text' && typeof text === 'string') return text;
  if (type === 'resource_link' && typeof uri === 'string') return `[${uri}]`;
  if (type === 'resource') return readResource(resource);
  return `[${type}, not shown]`;
}

/** The text of a resource's contents; of binary ones, where they are. */
export function readResource(resource: unknown): string {
  const { uri, text } = (resource ?? {}) as { readonly uri?: unknown; readonly text?: unknown };
  if (typeof text === 'string') return text;
  return `[${typeof uri === 'string' ? uri : 'resource'}, not text]`;
}
