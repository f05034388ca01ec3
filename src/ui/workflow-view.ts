/** What the screen knows of a workflow that can be run. Data only. */
import type { JsonSchema } from '../protocol/json.ts';

export interface WorkflowView {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** An object schema: the form that is filled in. A property's `default` stands there at first. */
  readonly inputSchema: JsonSchema;
}
