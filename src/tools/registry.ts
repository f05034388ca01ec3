/**
 * The tools a run may use, by name. Names are the model's words, so a look-up never reaches a prototype.
 * Knows nothing of running a tool (invoke-tool).
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import type { Tool } from './tool.ts';

export interface ToolRegistry {
  /** The tool of that name. Throws Fault `tool-unknown` (details: tool, available). */
  get(name: string): Tool;
  has(name: string): boolean;
  /** Adds a tool. Throws Fault `tool-invalid` where the name is taken. */
  add(tool: Tool): void;
  /** Takes a tool out; false where there was none of that name. Calls under way go on. */
  remove(name: string): boolean;
  /** Specs in the order the tools were added: the same tools always make the same prompt. */
  specs(): readonly ToolSpec[];
}

/** A registry of these tools. Throws Fault `tool-invalid` where two have one name. */
export function createRegistry(tools: Iterable<Tool> = []): ToolRegistry {
  const byName = new Map<string, Tool>();

  function get(name: string): Tool {
    const tool = byName.get(name);
    if (tool !== undefined) return tool;
    const available = [...byName.keys()];
    throw new Fault({
      code: faultCodes.toolUnknown,
      message: `There is no tool named "${name}".`,
      remedy: available.length === 0 ? 'No tools are registered.' : `Use one of: ${available.join(', ')}.`,
      details: { tool: name, available },
    });
  }

  function add(tool: Tool): void {
    const { name } = tool.spec;
    if (byName.has(name)) {
      throw new Fault({
        code: faultCodes.toolInvalid,
        message: `The tool "${name}" cannot be added: another tool has that name.`,
        remedy: 'Rename one of them, or remove the other first.',
        details: { tool: name, path: 'name' },
      });
    }
    byName.set(name, tool);
  }

  for (const tool of tools) add(tool);
  return {
    get,
    add,
    has: (name) => byName.has(name),
    remove: (name) => byName.delete(name),
    specs: () => Array.from(byName.values(), (tool) => tool.spec),
  };
}
