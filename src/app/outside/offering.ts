/**
 * Our tools, offered to the browser's agent for as long as the user wants. Its calls that may not run by themselves wait for
 * the user's word. Knows WebMCP by its entries; nothing of what is shown.
 */
import type { ApprovalAnswer } from '../../agent/run-call.ts';
import { toFault } from '../../protocol/fault.ts';
import { newId } from '../../protocol/id.ts';
import type { Id } from '../../protocol/id.ts';
import type { Guard } from '../../tools/guard/guard.ts';
import type { Tool } from '../../tools/tool.ts';
import { findModelContext } from '../../tools/webmcp/model-context.ts';
import { offerTools } from '../../tools/webmcp/offer-tools.ts';
import type { OfferToolsOptions, Withdraw } from '../../tools/webmcp/offer-tools.ts';
import type { OutsideAsk, OutsideView } from '../../ui/outside/outside-view.ts';

export interface OfferingOptions {
  readonly tools: readonly Tool[];
  readonly guard: Guard;
  readonly ask: (id: Id) => Promise<ApprovalAnswer>;
  readonly onChange: () => void;
}

type Question = Parameters<NonNullable<OfferToolsOptions['approve']>>[0];

export class Offering {
  readonly #options: OfferingOptions;
  #withdraw: Withdraw | undefined;
  #fault: OutsideView['webMcp']['fault'];
  #asks: readonly OutsideAsk[] = [];

  constructor(options: OfferingOptions) {
    this.#options = options;
  }

  /** What this browser can do, and whether our tools are offered. */
  get view(): OutsideView['webMcp'] {
    const context = findModelContext();
    const gives = context?.getTools !== undefined && context.executeTool !== undefined;
    return {
      support: context === undefined ? 'none' : gives ? 'both' : 'offer',
      isOffering: this.#withdraw !== undefined,
      fault: this.#fault,
    };
  }

  /** Calls that wait for the user. */
  get asks(): readonly OutsideAsk[] {
    return this.#asks;
  }

  /** Names under which our own tools stand in the page's context now. */
  get names(): readonly string[] {
    return this.#withdraw === undefined ? [] : this.#options.tools.map(({ spec }) => spec.name);
  }

  /** Offers, or takes back. Why it cannot be offered stands in the view. */
  async set(isOn: boolean): Promise<void> {
    this.#fault = undefined;
    if (!isOn) return this.withdraw();
    if (this.#withdraw !== undefined) return undefined;
    const { tools, guard } = this.#options;
    try {
      this.#withdraw = await offerTools({ tools, guard, approve: (question) => this.#approve(question) });
    } catch (error) {
      this.#fault = toFault(error).toData();
    }
    return undefined;
  }

  withdraw(): void {
    this.#withdraw?.();
    this.#withdraw = undefined;
  }

  async #approve({ call, tool, reason }: Question): Promise<ApprovalAnswer> {
    const { ask, onChange } = this.#options;
    const id = newId();
    this.#asks = [...this.#asks, { id, call, description: tool.description, reason }];
    onChange();
    try {
      return await ask(id);
    } finally {
      this.#asks = this.#asks.filter((one) => one.id !== id);
      onChange();
    }
  }
}
