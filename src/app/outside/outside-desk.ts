/**
 * Tools from elsewhere, as the user wants them: servers and documents are added, kept in this browser, opened again with
 * the next page, and taken away. What is open gives its tools to the runs that begin from then on.
 * Knows sources, the store and the view; no element. Nothing is sent to where the user did not send it.
 */
import type { ApprovalAnswer } from '../../agent/run-call.ts';
import { newId } from '../../protocol/id.ts';
import type { Id } from '../../protocol/id.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Guard } from '../../tools/guard/guard.ts';
import type { GuardRule } from '../../tools/guard/policy.ts';
import type { Tool } from '../../tools/tool.ts';
import { emptyOutsideView } from '../../ui/outside/outside-view.ts';
import type { OutsideFailure, OutsideRequest, OutsideView } from '../../ui/outside/outside-view.ts';
import { SmallStore } from '../small-store.ts';
import { aliasFor } from './alias.ts';
import { answersAtAll, failureOf, watchPolicy } from './failure.ts';
import { isKept, withChoice } from './kept-source.ts';
import type { Kept, KeptPage, KeptSource } from './kept-source.ts';
import { Offering } from './offering.ts';
import { addressOf, firstChoice, openSource, serversOf, titleOf } from './open-source.ts';
import type { OpenSource } from './open-source.ts';
import { documentOf, fetchDocument } from './read-document.ts';
import { chosenTools, sourceView } from './source-view.ts';
import type { SourceEntry } from './source-view.ts';

export interface OutsideOptions {
  /** The session's own tools: they are offered, and no other may have their names. */
  readonly ownTools: readonly Tool[];
  readonly guard: Guard;
  /** The user's word on a call of the browser's agent. */
  readonly ask: (id: Id) => Promise<ApprovalAnswer>;
  readonly databaseName: string;
  /** `tools`: those that runs may use. */
  readonly onChange: (view: OutsideView, tools: readonly Tool[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Milliseconds that a run waits for sources that are being opened. */
const longestWait = 10_000;

const page: KeptPage = {
  id: 'page',
  v: 1,
  kind: 'page',
  alias: 'page',
  choice: { type: 'only', names: [] },
  isTrusted: false,
  addedAt: 0,
};

export class OutsideDesk {
  readonly #options: OutsideOptions;
  readonly #store: SmallStore<Kept>;
  readonly #offering: Offering;
  readonly #entries = new Map<Id, SourceEntry>();
  /** Openings under way; the newest one of a source counts. */
  readonly #opening = new Map<Id, Promise<void>>();
  readonly #ended = new AbortController();
  #read: Promise<void> | undefined;
  #view = emptyOutsideView;

  constructor(options: OutsideOptions) {
    this.#options = options;
    this.#store = new SmallStore({ databaseName: options.databaseName, isItem: isKept });
    this.#offering = new Offering({
      tools: options.ownTools,
      guard: options.guard,
      ask: options.ask,
      onChange: () => this.#show(),
    });
    const { signal } = this.#ended;
    addEventListener('online', () => this.#comeBack(), { signal });
    addEventListener('offline', () => this.#goOffline(), { signal });
  }

  /** Opens what was kept. Resolves once it is known; what is opened goes on. */
  restore(): Promise<void> {
    this.#read ??= this.#restore();
    return this.#read;
  }

  /** Does what the user asked for. What cannot be done is said in the view. */
  async handle(request: OutsideRequest): Promise<void> {
    await this.restore();
    switch (request.type) {
      case 'open':
        await this.#lookAtPage();
        return this.#show({ isOpen: true });
      case 'server-add':
        return await this.#addServer(request.address, request.token);
      case 'document-add':
        return await this.#addDocument(async () => {
          const url = addressOf(request.address, document.baseURI);
          return { document: await fetchDocument(url), address: url.href, base: url.href };
        }, request.address);
      case 'document-read':
        return await this.#addDocument(async () => {
          const { file } = request;
          return { document: await documentOf(file), address: file.name, base: '' };
        }, '');
      case 'source-connect':
        return await this.#openAgain(request.id, request.token);
      case 'source-remove':
        return await this.#remove(request.id);
      case 'source-trust':
        return await this.#change(request.id, () => ({ isTrusted: request.isTrusted }));
      case 'server-choose':
        return await this.#chooseServer(request.id, request.server);
      case 'tools-use':
        return await this.#change(request.id, ({ choice }) => ({
          choice: withChoice(choice, request.names, request.isOn),
        }));
      case 'offer':
        return await this.#offer(request.isOn);
      default:
        return request satisfies never;
    }
  }

  /** The tools that a run may use, once what is being opened is open, or has taken too long. */
  async forRun(): Promise<readonly Tool[]> {
    await this.restore();
    await this.#lookAtPage();
    const wait = Promise.allSettled(this.#opening.values());
    await Promise.race([wait, new Promise((resolve) => setTimeout(resolve, longestWait))]);
    return this.#chosen();
  }

  /** What the user trusts to run without asking. */
  rules(): readonly GuardRule[] {
    return [...this.#entries.values()].flatMap(({ kept: { alias, isTrusted }, open }) =>
      isTrusted && open !== undefined && open.origin !== ''
        ? [{ tool: `${alias}.*`, origin: open.origin, permission: 'read', leave: 'run' } as const]
        : [],
    );
  }

  /** Takes back what was offered and ends every connection. */
  close(): void {
    this.#ended.abort();
    this.#offering.withdraw();
    for (const { open } of this.#entries.values()) this.#end(open);
    this.#entries.clear();
  }

  async #restore(): Promise<void> {
    const kept = await this.#store.list();
    const sources = kept.filter((item): item is KeptSource => item.kind !== 'offer');
    for (const source of sources.toSorted((one, other) => one.addedAt - other.addedAt)) {
      this.#entries.set(source.id, {
        kept: source,
        stage: { type: 'connecting' },
        open: undefined,
        token: '',
      });
      // Looked at when it is needed: the page's tools may not be there yet.
      if (source.kind !== 'page') void this.#open(source.id);
    }
    const offer = kept.some((item) => item.kind === 'offer' && item.isOn);
    if (offer) await this.#offering.set(true);
    this.#show();
  }

  async #addServer(written: string, token: string): Promise<void> {
    let url: URL;
    try {
      url = addressOf(written, document.baseURI);
    } catch (error) {
      return this.#problem('server', error, written);
    }
    this.#show({ problem: undefined });
    const known = [...this.#entries.values()].find(
      ({ kept }) => kept.kind === 'mcp' && kept.url === url.href,
    );
    if (known !== undefined) return await this.#openAgain(known.kept.id, token);
    const made = { id: newId(), v: 1, kind: 'mcp', url: url.href } as const;
    const choice = { type: 'all-but', names: [] } as const;
    await this.#add({ ...made, ...this.#begun(url.hostname), choice }, token);
    return undefined;
  }

  async #addDocument(
    read: () => Promise<{ readonly document: JsonObject; readonly address: string; readonly base: string }>,
    written: string,
  ): Promise<void> {
    const origin = originOf(written);
    const policy = watchPolicy(origin);
    this.#show({ isReading: true, problem: undefined });
    try {
      const found = await read();
      const { title } = titleOf(found.document);
      const begun = this.#begun(title === '' ? found.address : title);
      const choice = firstChoice(found.document, begun.alias);
      const made = { id: newId(), v: 1, kind: 'open-api', server: '', ...found, ...begun, choice } as const;
      await this.#add({ ...made, server: serversOf(made)[0] ?? '' }, '');
    } catch (error) {
      await this.#problem('document', error, written, await policy.isBlocked());
    } finally {
      policy.end();
      this.#show({ isReading: false });
    }
  }

  #begun(name: string): Pick<KeptSource, 'alias' | 'isTrusted' | 'addedAt'> {
    const taken = ['page', ...[...this.#entries.values()].map(({ kept }) => kept.alias)];
    return { alias: aliasFor(name, taken), isTrusted: false, addedAt: Date.now() };
  }

  async #add(kept: KeptSource, token: string): Promise<void> {
    this.#entries.set(kept.id, { kept, stage: { type: 'connecting' }, open: undefined, token });
    await this.#keep(kept);
    await this.#open(kept.id);
  }

  async #openAgain(id: Id, token: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#end(entry.open);
    this.#set(id, { open: undefined, stage: { type: 'connecting' }, ...(token === '' ? {} : { token }) });
    await this.#open(id);
  }

  /** Opens a source; why it cannot be opened stands in its stage. */
  #open(id: Id): Promise<void> {
    const opening: Promise<void> = this.#tryOpening(id, () => this.#opening.get(id) === opening).finally(
      () => {
        if (this.#opening.get(id) === opening) this.#opening.delete(id);
      },
    );
    this.#opening.set(id, opening);
    return opening;
  }

  async #tryOpening(id: Id, isNewest: () => boolean): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#show();
    const address = entry.kept.kind === 'mcp' ? entry.kept.url : '';
    const origin = originOf(address);
    const policy = watchPolicy(origin);
    try {
      const open = await openSource(entry.kept, {
        token: () => this.#entries.get(id)?.token ?? '',
        onChange: () => void this.#refresh(id),
        except: this.#offering.names,
      });
      if (isNewest() && this.#entries.has(id)) this.#set(id, { open, stage: { type: 'connected' } });
      else this.#end(open);
    } catch (error) {
      const failure = await failureAt(error, address, await policy.isBlocked(), entry.token !== '');
      if (!isNewest()) return;
      this.#set(id, {
        stage: failure.kind === 'offline' ? { type: 'offline' } : { type: 'failed', failure },
      });
    } finally {
      policy.end();
    }
  }

  async #refresh(id: Id): Promise<void> {
    const open = this.#entries.get(id)?.open;
    try {
      await open?.refresh();
      this.#show();
    } catch {
      // It said that it has something else, and does not say what: it is asked for from the start.
      await this.#openAgain(id, '');
    }
  }

  async #chooseServer(id: Id, written: string): Promise<void> {
    let url: URL;
    try {
      url = addressOf(written, document.baseURI);
    } catch (error) {
      return this.#set(id, { stage: { type: 'failed', failure: await failureAt(error, written) } });
    }
    await this.#change(id, () => ({ server: url.href }));
    await this.#openAgain(id, '');
    return undefined;
  }

  async #offer(isOn: boolean): Promise<void> {
    await this.#offering.set(isOn);
    // Ours are not the page's, and stand there or do not from now on.
    await this.#lookAtPage();
    await this.#keep({ id: 'offer', v: 1, kind: 'offer', isOn });
  }

  /** Looks at what the page offers, where this browser lets a page's own agent see it. */
  async #lookAtPage(): Promise<void> {
    if (this.#offering.view.support !== 'both') return void this.#entries.delete(page.id);
    if (!this.#entries.has(page.id)) {
      this.#entries.set(page.id, { kept: page, stage: { type: 'connecting' }, open: undefined, token: '' });
    }
    return await this.#open(page.id);
  }

  async #change(id: Id, change: (kept: KeptSource) => Partial<KeptSource>): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    // The kinds have these fields in common, or the change is for the kind that has it.
    const kept = { ...entry.kept, ...change(entry.kept) } as KeptSource;
    this.#set(id, { kept });
    await this.#keep(kept);
  }

  async #remove(id: Id): Promise<void> {
    // Before it goes from the page: who sees it gone and reloads does not find it again.
    await this.#store.remove([id]);
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    this.#opening.delete(id);
    this.#end(entry?.open);
    this.#show();
  }

  #comeBack(): void {
    for (const [id, { stage }] of this.#entries) if (stage.type === 'offline') void this.#openAgain(id, '');
  }

  /** Servers of this machine are there without a network. */
  #goOffline(): void {
    for (const [id, { kept, open }] of this.#entries) {
      if (kept.kind !== 'mcp' || /^(?:localhost|127\..*|\[::1\])$/.test(new URL(kept.url).hostname)) continue;
      this.#end(open);
      this.#set(id, { open: undefined, stage: { type: 'offline' } });
    }
  }

  async #problem(
    of: 'server' | 'document',
    error: unknown,
    address: string,
    isBlocked = false,
  ): Promise<void> {
    this.#show({ problem: { of, failure: await failureAt(error, address, isBlocked) } });
  }

  #chosen(): readonly Tool[] {
    const own = new Set(this.#options.ownTools.map(({ spec }) => spec.name));
    return [...this.#entries.values()].flatMap(chosenTools).filter(({ spec }) => !own.has(spec.name));
  }

  async #keep(item: Kept): Promise<void> {
    this.#show({ isKept: await this.#store.put([item]) });
  }

  /** A connection that cannot be ended in good order is ended all the same. */
  #end(open: OpenSource | undefined): void {
    open?.close().catch(this.#options.onError);
  }

  #set(id: Id, change: Partial<SourceEntry>): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.set(id, { ...entry, ...change });
    this.#show();
  }

  #show(change: Partial<OutsideView> = {}): void {
    if (this.#ended.signal.aborted) return;
    const watch = this.#options.guard.beginRun('');
    const sources = [...this.#entries.values()].map((entry) => sourceView(entry, watch));
    const { view: webMcp, asks } = this.#offering;
    this.#view = { ...this.#view, ...change, sources, webMcp, asks };
    this.#options.onChange(this.#view, this.#chosen());
  }
}

function originOf(address: string): string {
  return URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).origin : '';
}

/** Why an address cannot be used, with what the browser says beside it. */
async function failureAt(
  error: unknown,
  address: string,
  isBlocked = false,
  hasToken = false,
): Promise<OutsideFailure> {
  const evidence = { isBlocked, hasToken, isOnline: navigator.onLine, answers: 'unknown' } as const;
  const first = failureOf(error, originOf(address), evidence);
  if (first.kind !== 'no-answer' || address === '') return first;
  const answers = await answersAtAll(address);
  return failureOf(error, originOf(address), { ...evidence, answers });
}
