/**
 * Judges calls before they are made, and results before a model reads them. A guard lives as long as a page, for its
 * rates; `beginRun` gives what watches one run. It is the code that decides, whatever a model was talked into.
 * Knows policies, tools and calls; nothing of models, prompts or people. Whoever runs calls does what it says.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { sortedJson } from '../../protocol/json.ts';
import type { ToolCall, ToolOutcome, ToolSpec } from '../../protocol/tool.ts';
import { checkArguments, prototypeKey } from './check-arguments.ts';
import { namedHosts, saysHost } from './named-hosts.ts';
import { defaultGuardPolicy } from './policy.ts';
import type { CallRate, CallSelector, GuardPolicy, GuardRule, Leave } from './policy.ts';

export type Ruling =
  | { readonly type: 'run' }
  /** The user decides; `reason` where it is another than that the tool writes. */
  | { readonly type: 'ask'; readonly reason?: string }
  | { readonly type: 'refuse'; readonly fault: Fault };

/** The policy, the user's own rules, and what the guard takes for its page and its clock. */
export interface GuardOptions {
  readonly policy?: Partial<GuardPolicy>;
  /** Rules that the user gave, asked for with every call: they decide where none of the policy does. */
  readonly userRules?: () => readonly GuardRule[];
  /** The page's own origin; absent: that of the location, if there is one. */
  readonly pageOrigin?: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** What watches one run. */
export interface RunGuard {
  /** Whether words of strangers have been read. From then on nothing that leaves or writes runs unasked. */
  readonly hasReadUntrusted: boolean;
  /** What becomes of a call. Changes nothing: it may be asked twice. */
  judge(tool: ToolSpec, call: ToolCall): Ruling;
  /** Notes that a call is begun. */
  begin(tool: ToolSpec, call: ToolCall): void;
  /** Notes a call's outcome, and gives the one that may be read: an untrusted result may be refused. */
  settle(tool: ToolSpec, outcome: ToolOutcome): ToolOutcome;
}

/** Judges calls before they are made, and results before a model reads them. One a page. */
export class Guard {
  readonly #policy: GuardPolicy;
  readonly #pageOrigin: string | undefined;
  readonly #now: () => number;
  readonly #userRules: () => readonly GuardRule[];
  /** Beginnings of calls by tool, oldest first, as far back as the longest rate reaches. */
  readonly #begun = new Map<string, readonly number[]>();

  constructor({ policy, userRules, pageOrigin, now }: GuardOptions = {}) {
    this.#userRules = userRules ?? (() => []);
    this.#policy = { ...defaultGuardPolicy, ...policy };
    // Absent in Node, whatever the types of the browser say.
    const location = (globalThis as { readonly location?: { readonly origin: string } }).location;
    this.#pageOrigin = pageOrigin ?? location?.origin;
    this.#now = now ?? (() => performance.now());
  }

  /** The watch over one run. `goal` is what the user asked for: the hosts in it may be named. */
  beginRun(goal: string): RunGuard {
    const times = new Map<string, number>();
    const failures = new Map<string, number>();
    const sources = new Set<string>();
    return {
      get hasReadUntrusted() {
        return sources.size > 0;
      },
      judge: (tool, call) =>
        this.#judge({
          tool,
          call,
          goal,
          sources,
          times: times.get(callKey(call)) ?? 0,
          failures: failures.get(tool.name) ?? 0,
        }),
      begin: (tool, call) => {
        times.set(callKey(call), (times.get(callKey(call)) ?? 0) + 1);
        this.#note(tool.name);
      },
      settle: (tool, outcome) => {
        const settled = isUntrusted(tool) ? this.#readable(tool, outcome) : outcome;
        failures.set(tool.name, settled.type === 'ok' ? 0 : (failures.get(tool.name) ?? 0) + 1);
        // What a stranger's tool says of its failure are a stranger's words, too.
        if (isUntrusted(tool)) sources.add(tool.origin ?? tool.name);
        return settled;
      },
    };
  }

  #judge(known: {
    readonly tool: ToolSpec;
    readonly call: ToolCall;
    readonly goal: string;
    readonly sources: ReadonlySet<string>;
    readonly times: number;
    readonly failures: number;
  }): Ruling {
    const { tool, call, goal, sources, times, failures } = known;
    const { sameCalls, failuresInARow, argumentCharacters } = this.#policy;
    const wrong = checkArguments({
      arguments: call.arguments,
      parameters: tool.parameters,
      mostCharacters: argumentCharacters,
    });
    if (wrong !== undefined) return refused(tool, wrong, 'Call it with the declared arguments only.');
    if (times >= sameCalls) {
      return refused(tool, `the same call was made ${String(times)} times already`, 'Use what it gave.');
    }
    if (failures >= failuresInARow) {
      return refused(tool, `it failed ${String(failures)} times in a row`, 'Do without it.');
    }
    const rate = this.#policy.rates.find((bound) => fits(bound, tool) && this.#isUsedUp(bound, tool.name));
    if (rate !== undefined) {
      const bound = `${String(rate.calls)} calls within ${String(rate.withinMs)} milliseconds`;
      return refused(tool, `its rate of ${bound} is used up`, 'Wait, or raise the rate in the policy.');
    }
    const leave = this.#leave(tool);
    if (leave === 'deny') return refused(tool, 'a rule of this page forbids it', 'Use another tool.');
    const reasons = [
      ...this.#waysOut(call, goal),
      ...(leaves(tool) ? strangers(tool, sources) : []),
      ...(leave === 'ask' && tool.origin !== undefined ? [`It is sent to ${tool.origin}.`] : []),
    ];
    if (reasons.length > 0) return { type: 'ask', reason: reasons.join(' ') };
    return { type: leave };
  }

  #leave(tool: ToolSpec): Leave {
    const rule = [...this.#policy.rules, ...this.#userRules()].find((candidate) => fits(candidate, tool));
    return rule?.leave ?? (leaves(tool) ? 'ask' : 'run');
  }

  /** Hosts that the arguments name and nobody asked for. */
  #waysOut(call: ToolCall, goal: string): readonly string[] {
    const { allowOrigins } = this.#policy;
    const known = this.#pageOrigin === undefined ? allowOrigins : [...allowOrigins, this.#pageOrigin];
    const allowed = new Set(
      known.filter((origin) => URL.canParse(origin)).map((origin) => new URL(origin).host),
    );
    return namedHosts(call.arguments)
      .filter((host) => !allowed.has(host) && !saysHost(goal, host))
      .map((host) =>
        host === '?'
          ? 'It names an address that cannot be read.'
          : `It names ${host}, which is not in your request.`,
      );
  }

  #isUsedUp({ calls, withinMs }: CallRate, name: string): boolean {
    const since = this.#now() - withinMs;
    return (this.#begun.get(name) ?? []).filter((at) => at > since).length >= calls;
  }

  #note(name: string): void {
    const now = this.#now();
    const reach = Math.max(0, ...this.#policy.rates.map(({ withinMs }) => withinMs));
    this.#begun.set(name, [...(this.#begun.get(name) ?? []).filter((at) => at > now - reach), now]);
  }

  #readable(tool: ToolSpec, outcome: ToolOutcome): ToolOutcome {
    if (outcome.type === 'error') return outcome;
    const { untrustedCharacters } = this.#policy;
    const { length } = JSON.stringify(outcome.value);
    const wrong =
      length > untrustedCharacters
        ? `it has ${length.toLocaleString('en')} characters, and ${untrustedCharacters.toLocaleString('en')} are allowed`
        : prototypeKey(outcome.value);
    if (wrong === undefined) return outcome;
    const { callId, durationMs } = outcome;
    const fault = new Fault({
      code: faultCodes.toolFailed,
      message: `The result of ${tool.name} was refused: ${wrong}.`,
      reason: 'Its words come from elsewhere, and are held to bounds before a model reads them.',
      details: { tool: tool.name },
    });
    return { type: 'error', callId, fault: fault.toData(), durationMs };
  }
}

function callKey({ name, arguments: values }: ToolCall): string {
  return `${name} ${sortedJson(values)}`;
}

function isUntrusted({ untrusted, origin }: ToolSpec): boolean {
  return untrusted === true || origin !== undefined;
}

/** Whether a call changes something or goes somewhere. */
function leaves({ permission, origin }: ToolSpec): boolean {
  return permission === 'write' || origin !== undefined;
}

/** Whose words were read, other than those of where the call goes. */
function strangers(tool: ToolSpec, sources: ReadonlySet<string>): readonly string[] {
  const others = [...sources].filter((source) => source !== tool.origin);
  if (others.length === 0) return [];
  return [`Text from ${others.join(', ')} was read before, and may have led to it.`];
}

function fits({ tool, origin, permission }: CallSelector, spec: ToolSpec): boolean {
  const named =
    tool === undefined || (tool.endsWith('*') ? spec.name.startsWith(tool.slice(0, -1)) : spec.name === tool);
  return (
    named &&
    (origin === undefined || origin === (spec.origin ?? 'self')) &&
    (permission === undefined || permission === spec.permission)
  );
}

function refused(tool: ToolSpec, why: string, remedy: string): Ruling {
  const fault = new Fault({
    code: faultCodes.toolDenied,
    message: `${tool.name} was not called: ${why}.`,
    remedy,
    details: { tool: tool.name },
  });
  return { type: 'refuse', fault };
}
