/**
 * What is kept of tools from elsewhere, version 1: whom the user added, and what of it runs may use. No token is among it.
 * Pure. Records of versions that are not known are passed over.
 */
import type { Id } from '../../protocol/id.ts';
import type { JsonObject } from '../../protocol/json.ts';

/** Names of tools as the model calls them. */
export type ToolChoice =
  | { readonly type: 'all-but'; readonly names: readonly string[] }
  | { readonly type: 'only'; readonly names: readonly string[] };

interface KeptBase {
  readonly id: Id;
  readonly v: 1;
  readonly alias: string;
  readonly choice: ToolChoice;
  /** What only reads runs without asking. */
  readonly isTrusted: boolean;
  /** Milliseconds since the epoch: they are shown in this order. */
  readonly addedAt: number;
}

export interface KeptServer extends KeptBase {
  readonly kind: 'mcp';
  readonly url: string;
}

export interface KeptDocument extends KeptBase {
  readonly kind: 'open-api';
  readonly document: JsonObject;
  /** Where it came from: an address, or the name of a file. */
  readonly address: string;
  /** The address that its relative ones count from; empty: none. */
  readonly base: string;
  /** Where its calls go; empty: nobody said yet. */
  readonly server: string;
}

/** The tools that the page offers by WebMCP. */
export interface KeptPage extends KeptBase {
  readonly kind: 'page';
}

/** Whether our tools are offered to the browser's agent. */
interface KeptOffer {
  readonly id: 'offer';
  readonly v: 1;
  readonly kind: 'offer';
  readonly isOn: boolean;
}

export type KeptSource = KeptServer | KeptDocument | KeptPage;
export type Kept = KeptSource | KeptOffer;

export function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { v, id, kind, isOn, alias, choice, url, document, server } = value as Readonly<
    Record<string, unknown>
  >;
  if (v !== 1 || typeof id !== 'string') return false;
  if (kind === 'offer') return typeof isOn === 'boolean';
  if (typeof alias !== 'string' || !isChoice(choice)) return false;
  switch (kind) {
    case 'mcp':
      return typeof url === 'string';
    case 'open-api':
      return typeof document === 'object' && document !== null && typeof server === 'string';
    default:
      return kind === 'page';
  }
}

function isChoice(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { type, names } = value as { readonly type?: unknown; readonly names?: unknown };
  return (type === 'all-but' || type === 'only') && Array.isArray(names);
}

export function isChosen({ type, names }: ToolChoice, name: string): boolean {
  return names.includes(name) === (type === 'only');
}

/** The choice with these tools in it, or out of it. */
export function withChoice(
  { type, names }: ToolChoice,
  changed: readonly string[],
  isOn: boolean,
): ToolChoice {
  const others = names.filter((name) => !changed.includes(name));
  return { type, names: isOn === (type === 'only') ? [...others, ...changed] : others };
}
