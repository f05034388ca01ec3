/**
 * The helps that a small model gets while it decides, each of which can be switched on by itself. What each is worth, and
 * why the defaults are as they are, stands in docs/test-time-help. Knows what there is; how it is done stands beside it.
 */
import type { Example } from '../../decode/prompt.ts';
import type { ToolSpec } from '../../protocol/tool.ts';

/** Finds requests like this one whose outputs are known to be right; nearest last. Rejections count as none found. */
export type FindExamples = (asked: {
  readonly request: string;
  readonly tools: readonly ToolSpec[];
  readonly signal: AbortSignal;
}) => Promise<readonly Example[]>;

/** What the model gets while it decides; each part can be switched on by itself. */
export interface TestTimeHelp {
  /** Decisions asked for a step, the first included; what most of them say counts. 1: the first counts. */
  readonly samples: number;
  /** What is wrong with an output is told to the model, and it tries again. */
  readonly feedback: boolean;
  /** Where the likeliest token each time leads to an unlikely call, a likelier one is looked for, by engines that can. */
  readonly search: boolean;
  /** The model notes the tool and the words that it will use before it calls. */
  readonly scratchpad: boolean;
  /** Before calls are made, the model is asked whether they do what was asked; where it says no, it tries once more. */
  readonly judge: boolean;
  /** Shown before the request, also to an adapter; absent: those that the tools bring, to the base model alone. */
  readonly findExamples?: FindExamples;
}

export const defaultHelp: TestTimeHelp = {
  samples: 1,
  feedback: true,
  search: true,
  scratchpad: false,
  judge: false,
};

/** More of them cost more than they tell. */
export const mostSamples = 9;
