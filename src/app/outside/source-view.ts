/** What the screen is shown of a source. Pure, but for the page's policy, which is looked at. */
import type { RunGuard } from '../../tools/guard/guard.ts';
import type { Tool } from '../../tools/tool.ts';
import type { OutsideSource, OutsideStage, OutsideTool } from '../../ui/outside/outside-view.ts';
import { forbids } from './failure.ts';
import { isChosen } from './kept-source.ts';
import type { KeptSource } from './kept-source.ts';
import { serversOf, titleOf } from './open-source.ts';
import type { OpenSource } from './open-source.ts';

/** A source as the desk holds it. */
export interface SourceEntry {
  readonly kept: KeptSource;
  readonly stage: OutsideStage;
  /** Undefined: it is not open. */
  readonly open: OpenSource | undefined;
  /** Empty: none. */
  readonly token: string;
}

export function sourceView({ kept, stage, open, token }: SourceEntry, watch: RunGuard): OutsideSource {
  const origin = open?.origin ?? originOf(kept);
  return {
    id: kept.id,
    kind: kept.kind,
    alias: kept.alias,
    ...namesOf(kept, open),
    address: addressOf(kept),
    origin,
    stage,
    tools: (open?.tools ?? []).map((tool) => toolView(tool, kept, open, watch)),
    skipped: (open?.skipped ?? []).map(({ name, fault }) => ({
      name,
      reason: fault.reason ?? fault.message,
    })),
    resources: open?.resources ?? [],
    prompts: open?.prompts ?? [],
    servers: kept.kind === 'open-api' ? serversOf(kept) : [],
    server: kept.kind === 'open-api' ? kept.server : '',
    isTrusted: kept.isTrusted,
    hasToken: token !== '',
    isBlocked: kept.kind === 'open-api' && origin !== '' && isForbidden(origin),
  };
}

/** The tools of a source that runs may use. */
export function chosenTools({ kept, stage, open }: SourceEntry): readonly Tool[] {
  if (stage.type !== 'connected' || open === undefined) return [];
  return open.tools.filter(({ spec }) => isChosen(kept.choice, spec.name));
}

function toolView(
  { spec }: Tool,
  { choice }: KeptSource,
  open: OpenSource | undefined,
  watch: RunGuard,
): OutsideTool {
  const { name, description, permission } = spec;
  const request = open?.requests.get(name);
  const { type } = watch.judge(spec, { name, arguments: {} });
  return {
    name,
    description,
    permission,
    ...(request === undefined ? {} : { request }),
    approval: type === 'refuse' ? 'denied' : type === 'ask' ? 'asks' : 'runs',
    isOn: isChosen(choice, name),
  };
}

function namesOf(kept: KeptSource, open: OpenSource | undefined): Pick<OutsideSource, 'title' | 'version'> {
  if (open !== undefined) return { title: open.title, version: open.version };
  return kept.kind === 'open-api' ? titleOf(kept.document) : { title: '', version: '' };
}

function addressOf(kept: KeptSource): string {
  switch (kept.kind) {
    case 'mcp':
      return kept.url;
    case 'open-api':
      return kept.address;
    case 'page':
      return '';
    default:
      return kept satisfies never;
  }
}

function originOf(kept: KeptSource): string {
  const address = kept.kind === 'mcp' ? kept.url : kept.kind === 'open-api' ? kept.server : '';
  return URL.canParse(address) ? new URL(address).origin : '';
}

function isForbidden(origin: string): boolean {
  const policies = document.querySelectorAll<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy" i]');
  return [...policies].some(({ content }) => forbids(content, origin, location.origin));
}
