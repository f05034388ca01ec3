/**
 * What a server offers, as tools: its tools, one tool that reads its resources, and one for each of its prompts.
 * Whatever a server says of itself is a stranger's word: names are put into its own namespace, texts are cut to a line,
 * and each tool bears the server's origin, by which the guard judges it.
 */
import type { Json, JsonObject, JsonSchema } from '../../protocol/json.ts';
import type { ToolPermission } from '../../protocol/tool.ts';
import { defineAll, foreignName, plainLine } from '../foreign/foreign-tool.ts';
import type { ForeignTools } from '../foreign/foreign-tool.ts';
import type { PlainDefinition } from '../make-tool.ts';
import type { McpServerInfo, McpSession } from './mcp-session.ts';
import { readBlocks, readCallResult, readResource } from './read-content.ts';

interface OfferOptions {
  readonly session: McpSession;
  readonly alias: string;
  readonly origin: string;
  readonly timeoutMs: number;
}

/** Resources that are named to the model; of more, any address may be asked for. */
const mostNamed = 20;

/** What a server offers, and what it says of itself: a stranger's words, each a plain line. */
export interface McpOffers extends ForeignTools {
  readonly server: McpServerInfo;
  /** Addresses, and patterns of addresses. */
  readonly resources: readonly string[];
  /** Names, as the server has them. */
  readonly prompts: readonly string[];
}

/** Asks the server for everything. Rejects as `McpSession.request` does. */
export async function listOffers(options: OfferOptions): Promise<McpOffers> {
  const { session } = options;
  const { server, lists } = await session.request({
    mayRepeat: true,
    run: async (client, request) => ({
      server: client.getServerVersion(),
      lists: await Promise.all([
        client.listTools(undefined, request),
        client.listResources(undefined, request),
        client.listResourceTemplates(undefined, request),
        client.listPrompts(undefined, request),
      ]),
    }),
  });
  const [tools, resources, templates, prompts] = lists;
  const taken = new Set<string>();
  const base = { origin: options.origin, timeoutMs: options.timeoutMs };
  const described = [
    ...tools.tools.map((tool) => ({
      name: tool.name,
      definition: toolDefinition(options, tool, {
        ...base,
        name: foreignName(options.alias, tool.name, taken),
      }),
    })),
    ...resourceReader(options, taken, base, {
      uris: resources.resources.map(({ uri }) => uri),
      templates: templates.resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    }),
    ...prompts.prompts.map((prompt) => ({
      name: prompt.name,
      definition: promptDefinition(options, prompt, {
        ...base,
        name: foreignName(options.alias, `prompt_${prompt.name}`, taken),
      }),
    })),
  ];
  return {
    ...defineAll(described),
    server: { name: plainLine(server?.name ?? '', 60), version: plainLine(server?.version ?? '', 30) },
    resources: [
      ...resources.resources.map(({ uri }) => plainLine(uri)),
      ...templates.resourceTemplates.map(({ uriTemplate }) => plainLine(uriTemplate)),
    ],
    prompts: prompts.prompts.map(({ name }) => plainLine(name, 60)),
  };
}

interface Base {
  readonly origin: string;
  readonly timeoutMs: number;
  readonly name: string;
}

function toolDefinition(
  { session }: OfferOptions,
  tool: {
    readonly name: string;
    readonly title?: string | undefined;
    readonly description?: string | undefined;
    readonly inputSchema: unknown;
    readonly annotations?: { readonly readOnlyHint?: boolean | undefined } | undefined;
  },
  base: Base,
): PlainDefinition {
  // The hint decides nothing by itself: whatever goes to another origin asks, until a rule of the user's says otherwise.
  const permission: ToolPermission = tool.annotations?.readOnlyHint === true ? 'read' : 'write';
  return {
    ...base,
    description: plainLine(tool.description ?? tool.title ?? '') || plainLine(tool.name),
    permission,
    inputSchema: tool.inputSchema as JsonSchema,
    execute: async (input, { signal }) =>
      readCallResult(
        base.name,
        await session.request({
          signal,
          mayRepeat: permission === 'read',
          run: async (client, request) =>
            await client.callTool({ name: tool.name, arguments: input }, request),
        }),
      ),
  };
}

function resourceReader(
  { session, alias }: OfferOptions,
  taken: Set<string>,
  base: Omit<Base, 'name'>,
  offered: { readonly uris: readonly string[]; readonly templates: readonly string[] },
): readonly { readonly name: string; readonly definition: PlainDefinition }[] {
  const { uris, templates } = offered;
  if (uris.length + templates.length === 0) return [];
  const name = foreignName(alias, 'read_resource', taken);
  const isClosed = templates.length === 0 && uris.length <= mostNamed;
  const uri: JsonObject = isClosed
    ? { type: 'string', enum: uris }
    : {
        type: 'string',
        maxLength: 500,
        description: plainLine(`e.g. ${(templates[0] ?? uris[0]) as string}`),
      };
  return [
    {
      name,
      definition: {
        ...base,
        name,
        description: 'Reads a resource of this server.',
        permission: 'read',
        inputSchema: { type: 'object', properties: { uri }, required: ['uri'], additionalProperties: false },
        execute: async (input, { signal }) => {
          const { contents } = await session.request({
            signal,
            mayRepeat: true,
            run: async (client, request) =>
              await client.readResource({ uri: input['uri'] as string }, request),
          });
          return contents.map(readResource).join('\n');
        },
      },
    },
  ];
}

function promptDefinition(
  { session }: OfferOptions,
  prompt: {
    readonly name: string;
    readonly description?: string | undefined;
    readonly arguments?:
      | readonly {
          readonly name: string;
          readonly description?: string | undefined;
          readonly required?: boolean | undefined;
        }[]
      | undefined;
  },
  base: Base,
): PlainDefinition {
  const given = prompt.arguments ?? [];
  const properties = Object.fromEntries(
    given.map(({ name, description }): [string, Json] => [
      name,
      { type: 'string', ...(description === undefined ? {} : { description: plainLine(description) }) },
    ]),
  );
  return {
    ...base,
    description: plainLine(prompt.description ?? '') || `Gives the text "${plainLine(prompt.name)}".`,
    permission: 'read',
    inputSchema: {
      type: 'object',
      properties,
      required: given.filter(({ required }) => required === true).map(({ name }) => name),
      additionalProperties: false,
    },
    execute: async (input, { signal }) => {
      const { messages } = await session.request({
        signal,
        mayRepeat: true,
        run: async (client, request) =>
          await client.getPrompt(
            { name: prompt.name, arguments: input as Readonly<Record<string, string>> },
            request,
          ),
      });
      return readBlocks(messages.map(({ content }) => content));
    },
  };
}
