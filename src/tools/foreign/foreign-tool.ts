/**
 * What all tools have in common that others describe (servers, pages, documents): names that cannot collide, and texts
 * that stay what they are. A stranger's words reach a prompt from here, so they are one line, short, and plain.
 * Pure. Knows no protocol.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { defineTool } from '../define-tool.ts';
import type { PlainDefinition } from '../make-tool.ts';
import type { Tool } from '../tool.ts';

/** One that was described, and why it cannot be used here. */
export interface SkippedTool {
  /** As its owner calls it. */
  readonly name: string;
  readonly fault: Fault;
}

/** The tools that others described, and those that could not be taken. */
export interface ForeignTools {
  readonly tools: readonly Tool[];
  readonly skipped: readonly SkippedTool[];
}

/** Characters of a description: a small model reads every one of them before each call. */
const mostDescription = 200;
const mostName = 64;

/** What may stand before the dot in names. Throws Fault `tool-invalid`. */
export function checkAlias(alias: string): void {
  if (/^[a-z][a-z0-9-]{0,19}$/.test(alias)) return;
  throw new Fault({
    code: faultCodes.toolInvalid,
    message: `"${alias}" cannot stand before the names of tools.`,
    remedy: 'Use one to twenty small letters, digits or hyphens, a letter first.',
    details: { tool: alias, path: 'alias' },
  });
}

/** `alias.name` in the characters that names may have, and none of `taken`, to which it is added. */
export function foreignName(alias: string, name: string, taken: Set<string>): string {
  const plain = `${alias}.${name.replaceAll(/[^A-Za-z0-9_-]+/g, '_').replaceAll(/^_+|_+$/g, '') || 'tool'}`;
  for (let count = 1; ; count += 1) {
    const ending = count === 1 ? '' : `_${String(count)}`;
    const candidate = plain.slice(0, mostName - ending.length) + ending;
    if (taken.has(candidate)) continue;
    taken.add(candidate);
    return candidate;
  }
}

/** A stranger's text as one short line, without characters that hide. */
export function plainLine(text: string, most: number = mostDescription): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`;
}

/** Defines each; those whose schema cannot be held to are told and left out, so that one does not cost all others. */
export function defineAll(
  described: readonly { readonly name: string; readonly definition: PlainDefinition }[],
): ForeignTools {
  const tools: Tool[] = [];
  const skipped: SkippedTool[] = [];
  for (const { name, definition } of described) {
    try {
      tools.push(defineTool(definition));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== faultCodes.toolInvalid) throw error;
      skipped.push({ name, fault: error });
    }
  }
  return { tools, skipped };
}
