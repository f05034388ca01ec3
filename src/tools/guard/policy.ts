/**
 * What calls are let through: rules by tool and origin, and bounds. Data only, so that a page can show and keep it.
 * How a call is judged by it stands in guard.ts.
 */
import type { ToolPermission } from '../../protocol/tool.ts';

/** `run`: at once; `ask`: the user decides; `deny`: never. */
export type Leave = 'run' | 'ask' | 'deny';

/** Which calls are meant. What is left out fits any. */
export interface CallSelector {
  /** Name of a tool, or the beginning of names followed by `*`. */
  readonly tool?: string;
  /** Origin that the call is sent to; `self` means the page's own tools. */
  readonly origin?: string;
  readonly permission?: ToolPermission;
}

/** What becomes of the calls that a selector fits: run, ask, or deny. */
export interface GuardRule extends CallSelector {
  readonly leave: Leave;
}

/** So many calls of each tool that is meant, within any stretch of this length. */
export interface CallRate extends CallSelector {
  readonly calls: number;
  readonly withinMs: number;
}

/** What calls are let through: rules, rates and bounds. */
export interface GuardPolicy {
  /** The first that fits decides. Where none does, the page's own reading tools run and all others ask. */
  readonly rules: readonly GuardRule[];
  /** Every one that fits has to hold. */
  readonly rates: readonly CallRate[];
  /** Origins that arguments may name unasked, beside the page's own and those in the user's goal. */
  readonly allowOrigins: readonly string[];
  /** Times that the very same call may be made in one run. */
  readonly sameCalls: number;
  /** Failures of one tool in a row, in one run, after which it is not called again. */
  readonly failuresInARow: number;
  /** Characters of a call's arguments as JSON. */
  readonly argumentCharacters: number;
  /** Characters of an untrusted result as JSON; a longer one is refused whole. */
  readonly untrustedCharacters: number;
}

export const defaultGuardPolicy: GuardPolicy = {
  rules: [],
  rates: [{ calls: 120, withinMs: 60_000 }],
  allowOrigins: [],
  sameCalls: 3,
  failuresInARow: 4,
  argumentCharacters: 16_384,
  untrustedCharacters: 32_768,
};
