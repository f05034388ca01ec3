/** Every case, in the order of the table. */
import { agentSteps } from './agent-steps.ts';
import type { Case } from './case.ts';
import { freeText } from './free-text.ts';
import { pageCases } from './page.ts';
import { sideBySide } from './side-by-side.ts';
import { starts } from './starts.ts';
import { toolCalls } from './tool-call.ts';

export const cases: readonly Case[] = [
  freeText,
  ...toolCalls,
  ...agentSteps,
  ...sideBySide,
  ...starts,
  ...pageCases,
];
