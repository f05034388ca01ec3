/**
 * A workflow: control flow in code, each step one small typed call of a model, a tool, a person, an agent or another
 * workflow. Knows the shape of a workflow and of its steps; how they run stands in `scope`.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { JsonObject, JsonSchema } from '../../protocol/json.ts';
import type { ToolExample } from '../../protocol/tool.ts';
import { defineTool } from '../../tools/define-tool.ts';
import type { Tool } from '../../tools/tool.ts';
import type { Budget } from '../budget.ts';
import type { FromSchema } from './from-schema.ts';

/** Which specialist answers a step that asks a model; absent: the one that the run uses. */
interface ModelStep {
  /** Id of an adapter. Where it is not loaded, the run's own choice stands, and the step's route says so. */
  readonly adapter?: string;
}

interface AskOptions extends ModelStep {
  readonly prompt: string;
  /** What the model is told first, e.g. how long the answer may be. */
  readonly about?: string;
  /** Tokens of the answer at most; 64 unless told. */
  readonly maxTokens?: number;
}

interface ClassifyOptions<Label extends string> extends ModelStep {
  readonly text: string;
  readonly labels: readonly Label[];
  /** What the labels say of the text, one short sentence. */
  readonly about?: string;
  readonly examples?: readonly { readonly text: string; readonly label: Label }[];
}

interface ExtractOptions<Schema extends JsonSchema> extends ModelStep {
  readonly text: string;
  /** An object schema. Texts that are copied are made of the text's words (`x-copy`, see docs/workflows). */
  readonly schema: Schema;
  readonly about?: string;
  readonly examples?: readonly { readonly text: string; readonly value: FromSchema<Schema> }[];
}

interface ToolStepOptions<Schema extends JsonSchema> {
  readonly name: string;
  readonly arguments?: JsonObject;
  /** What its result must be; gives the result its type. */
  readonly returns?: Schema;
}

interface HumanOptions<Choice extends string> {
  readonly question: string;
  /** What can be answered; absent: any text. */
  readonly choices?: readonly Choice[];
}

interface AgentOptions {
  readonly goal: string;
  /** Names of the tools that it may call; absent: all of the run's. */
  readonly tools?: readonly string[];
  /** What it may use up, within what is left to the run. */
  readonly budget?: Partial<Budget>;
}

interface AgentAnswer {
  /** `refused`: no tool could serve the goal, or a value is missing; the text says so. */
  readonly type: 'answered' | 'refused';
  readonly text: string;
}

/**
 * The steps of a workflow. One after the other: what is to run side by side belongs into `parallel`. Each rejects with a
 * Fault, which may be caught. A run that was cut off goes on at the first step that was not finished, and takes what the
 * others gave from the log: what is decided between steps must follow from the input and from what steps gave.
 */
export interface WorkflowSteps<Input> {
  readonly input: Input;
  /** Aborts when the run is stopped or its time is up. */
  readonly signal: AbortSignal;
  /** A text by the model. */
  readonly ask: (options: AskOptions) => Promise<string>;
  /** One of the labels, by the model. */
  readonly classify: <const Label extends string>(options: ClassifyOptions<Label>) => Promise<Label>;
  /** What a text says, in the form of the schema, by the model. */
  readonly extract: <const Schema extends JsonSchema>(
    options: ExtractOptions<Schema>,
  ) => Promise<FromSchema<Schema>>;
  /** A tool's result. One that writes asks the user first; `tool-denied` where they say no. */
  readonly tool: <const Schema extends JsonSchema = JsonSchema>(
    options: ToolStepOptions<Schema>,
  ) => Promise<FromSchema<Schema>>;
  /** A person's answer. */
  readonly human: <const Choice extends string = string>(options: HumanOptions<Choice>) => Promise<Choice>;
  /** What an agent came to, with a goal of its own. */
  readonly agent: (options: AgentOptions) => Promise<AgentAnswer>;
  /** What another workflow returns. */
  readonly workflow: <Given, Output>(other: Workflow<Given, Output>, input: Given) => Promise<Output>;
  /** Branches side by side, each with steps of its own. Rejects as the first of them does, once all have ended. */
  readonly parallel: <const Branches extends BranchSet<Input>>(
    branches: Branches,
  ) => Promise<BranchResults<Branches>>;
}

type Branch<Input> = (steps: WorkflowSteps<Input>) => Promise<unknown>;
type BranchSet<Input> = readonly Branch<Input>[] | Readonly<Record<string, Branch<Input>>>;
type BranchResults<Branches> = {
  -readonly [Name in keyof Branches]: Branches[Name] extends (...given: never) => infer Result
    ? Awaited<Result>
    : never;
};

export interface WorkflowAbout<Schema extends JsonSchema> {
  /** `[A-Za-z0-9_.-]{1,64}`: its name as a tool, and in the log. */
  readonly name: string;
  /** For people, a few words; the name where left out. */
  readonly title?: string;
  /** What it does, for people and models. */
  readonly description: string;
  /** An object schema. */
  readonly inputSchema: Schema;
  /** For its life as a tool. */
  readonly examples?: readonly ToolExample[];
}

/** A workflow as `defineWorkflow` makes it: run by itself, or given to a run as a tool. */
export interface Workflow<Input = JsonObject, Output = unknown> {
  readonly name: string;
  readonly title: string;
  /** The workflow as a tool: give it to a run, and its agents may call it. It writes nothing itself, its steps ask. */
  readonly tool: Tool;
  /** Runs the code on steps, which `runWorkflow`, a step or a call makes. */
  run(steps: WorkflowSteps<Input>): Promise<Output>;
}

const workflows = new WeakMap<Tool, Workflow>();

/**
 * A workflow from its code, whose result must be JSON. Throws Fault `tool-invalid` where its name, description, schema or
 * examples cannot be a tool's.
 */
export function defineWorkflow<const Schema extends JsonSchema, Output>(
  about: WorkflowAbout<Schema>,
  run: (steps: WorkflowSteps<FromSchema<Schema>>) => Promise<Output>,
): Workflow<FromSchema<Schema>, Output> {
  const { name, title = name, description, inputSchema, examples = [] } = about;
  const tool = defineTool({
    name,
    description,
    inputSchema,
    examples,
    permission: 'read',
    execute: () => Promise.reject(outsideRun(name)),
  });
  const workflow: Workflow<FromSchema<Schema>, Output> = Object.freeze({ name, title, tool, run });
  workflows.set(tool, workflow as Workflow);
  return workflow;
}

/** The workflow behind a tool; undefined where it is an ordinary one. */
export function workflowOf(tool: Tool): Workflow | undefined {
  return workflows.get(tool);
}

/** A run enters a workflow by itself; whoever calls its tool's function has no model to give it. */
function outsideRun(name: string): Fault {
  return new Fault({
    code: faultCodes.unsupported,
    message: `${name} is a workflow and needs a run.`,
    remedy: 'Use runWorkflow, or give it to a run as one of its tools.',
  });
}
