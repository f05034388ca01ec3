/**
 * The log as a person browses and keeps it: does one request after the other and says what became of it. What the open
 * role may not see leaves the view the moment the role does.
 * Joins the list, a record, keys and files to one view; knows no element.
 */
import type { Journal } from '../../log/journal.ts';
import { restoreJournal } from '../../log/journal.ts';
import type { EraseSelection } from '../../log/vault/erase.ts';
import { toFault } from '../../protocol/fault.ts';
import { formatPlural } from '../../ui/format.ts';
import type { LogRequest, LogView, VaultFacts } from '../../ui/log/log-view.ts';
import { emptyLogFilter } from '../../ui/log/log-view.ts';
import type { LogHolder } from '../log-holder.ts';
import { checkLog, saveAudit, saveBackup, saveReceipt } from './file-work.ts';
import { workOnKeys } from './key-work.ts';
import type { KeyRequest } from './key-work.ts';
import { LogList } from './log-list.ts';
import { hasPasskeys } from './passkey.ts';
import { readRecord } from './read-record.ts';
import { secretOf, waysOf } from './secrets.ts';
import { later, msg, str } from '../../ui/translate.ts';

/** What is said while something takes long enough to be waited for. */
const busyWords: Readonly<Partial<Record<LogRequest['type'], string>>> = {
  unlock: later('Unlocking…'),
  'add-way': later('Making the key…'),
  grant: later('Making the key…'),
  'erase-runs': later('Erasing…'),
  'erase-found': later('Erasing…'),
  'erase-subject': later('Searching every run…'),
  'back-up': later('Writing the backup…'),
  restore: later('Opening the backup…'),
  check: later('Opening every record…'),
};

export interface LogDeskOptions {
  readonly log: LogHolder;
  /** Undefined: nobody looks any more. */
  readonly onChange: (view: LogView | undefined) => void;
}

export class LogDesk {
  readonly #options: LogDeskOptions;
  readonly #list: LogList;
  #view: LogView | undefined;
  #watched: { readonly journal: Journal; readonly end: () => void } | undefined;

  constructor(options: LogDeskOptions) {
    this.#options = options;
    this.#list = new LogList({ journal: () => this.#journal(), onChange: (change) => this.#set(change) });
  }

  /** Does what was asked; a fault is said in the view. Rejects where there is none, or the log cannot be opened. */
  async handle(request: LogRequest): Promise<void> {
    if (request.type === 'open') return this.#open();
    if (request.type === 'close') return this.#close();
    const busy = busyWords[request.type];
    if (busy !== undefined) this.#set({ busy: msg(busy), said: '' });
    try {
      const said = await this.#do(request);
      if (said !== undefined) this.#set({ said, isBad: false });
    } catch (error) {
      if (this.#view === undefined) throw error;
      const { message, reason, remedy } = toFault(error);
      const said = [message, reason, remedy].filter((part) => part !== undefined).join(' ');
      this.#set({ said, isBad: true });
    } finally {
      if (busy !== undefined) this.#set({ busy: '' });
    }
  }

  async #open(): Promise<void> {
    const journal = await this.#journal();
    this.#view = { ...emptyView, vault: await factsOf(journal) };
    this.#watch(journal);
    await this.#showRole(journal);
  }

  #close(): void {
    this.#watched?.end();
    this.#watched = undefined;
    this.#list.clear();
    this.#view = undefined;
    this.#options.onChange(undefined);
  }

  /** What became of it, in a sentence; undefined: the view shows it. */
  async #do(request: Exclude<LogRequest, { type: 'open' | 'close' }>): Promise<string | undefined> {
    const journal = await this.#journal();
    switch (request.type) {
      case 'show-rows':
        await this.#list.show(request.runIds);
        return undefined;
      case 'filter':
        await this.#list.find(request.filter);
        return undefined;
      case 'show-record':
        await this.#showRecord(journal, request.runId);
        return undefined;
      case 'show-originals':
        await this.#showOriginals(journal, request.isOn);
        return undefined;
      case 'unlock':
      case 'lock':
      case 'add-way':
      case 'remove-way':
      case 'grant':
      case 'revoke':
      case 'rotate':
      case 'set':
        return this.#workOnKeys(journal, request);
      case 'erase-runs':
        return this.#erase(journal, { type: 'runs', runIds: request.runIds });
      case 'erase-found':
        return this.#erase(journal, { type: 'runs', runIds: this.#view?.runIds ?? [] });
      case 'erase-subject':
        return this.#erase(journal, { type: 'subject', terms: request.terms });
      case 'back-up': {
        const owner = await secretOf(journal.vault, 'owner', request.proof);
        await saveBackup(journal, { owner, passphrase: request.passphrase });
        return msg('The backup is written. Its passphrase opens it, and the restored log as its owner.');
      }
      case 'restore':
        return this.#restore(request);
      case 'keep':
        await navigator.storage.persist();
        this.#set({ vault: await factsOf(journal) });
        return this.#view?.vault.isPersisted === true
          ? msg('The browser keeps this site’s data until you delete it.')
          : msg('The browser did not promise it. It may ask again once you use this site more.');
      case 'check':
        this.#set({ audit: await checkLog(journal, request.receipt) });
        return undefined;
      case 'export-audit':
        await saveAudit(journal);
        return undefined;
      case 'export-receipt':
        await saveReceipt(journal);
        return undefined;
      default:
        return request satisfies never;
    }
  }

  async #workOnKeys(journal: Journal, request: KeyRequest): Promise<string> {
    const said = await workOnKeys(journal, request);
    // Both erase what is past its time, after the list was read anew.
    if (request.type === 'set' || request.type === 'unlock') await this.#showRole(journal);
    return said;
  }

  async #showRecord(journal: Journal, runId: string | undefined): Promise<void> {
    const showsOriginals = this.#view?.showsOriginals ?? false;
    this.#set({
      record: runId === undefined ? undefined : await readRecord(journal, runId, { showsOriginals }),
    });
  }

  async #showOriginals(journal: Journal, showsOriginals: boolean): Promise<void> {
    this.#set({ showsOriginals });
    await this.#list.refresh({ showsOriginals });
    await this.#showRecord(journal, this.#view?.record?.runId);
  }

  async #erase(journal: Journal, selection: EraseSelection): Promise<string> {
    const { runIds, unsearched } = await journal.erase(selection);
    this.#set({ record: undefined, vault: await factsOf(journal) });
    await this.#list.refresh();
    const done = msg(str`${formatPlural(runIds.length, 'run|runs')} erased, with the keys.`);
    if (unsearched.length === 0) return done;
    return `${done} ${msg(str`${formatPlural(unsearched.length, 'run|runs')} could not be searched: damaged.`)}`;
  }

  async #restore({ file, passphrase }: Extract<LogRequest, { type: 'restore' }>): Promise<string> {
    const { log } = this.#options;
    const { name } = log;
    (await restoreJournal({ name, file, passphrase, replaces: true })).close();
    const journal = await log.reopen({ role: 'owner', secret: { type: 'passphrase', passphrase } });
    this.#watch(journal);
    await this.#showRole(journal);
    return msg('The log is as the backup has it, and opens with the backup’s passphrase.');
  }

  #watch(journal: Journal): void {
    this.#watched?.end();
    const end = journal.vault.subscribe(() => {
      // The vault tells it in the middle of its own work; what failed there is its caller's.
      void this.#showRole(journal).catch(() => undefined);
    });
    this.#watched = { journal, end };
  }

  /** Another role, or other settings: everything that was opened goes, and what may be seen is listed anew. */
  async #showRole(journal: Journal): Promise<void> {
    this.#list.clear();
    this.#set({ record: undefined, showsOriginals: false, audit: undefined, search: undefined });
    this.#set({ vault: await factsOf(journal) });
    if (journal.vault.may('read')) await this.#list.refresh({ showsOriginals: false });
  }

  async #journal(): Promise<Journal> {
    return this.#options.log.get();
  }

  #set(change: Partial<LogView>): void {
    if (this.#view === undefined) return;
    this.#view = { ...this.#view, ...change };
    this.#options.onChange(this.#view);
  }
}

async function factsOf({ vault }: Journal): Promise<VaultFacts> {
  const { storage } = navigator;
  const { quota, usage } = await storage.estimate();
  const { statement } = vault.rows;
  return {
    settings: statement.settings,
    generation: statement.generation,
    ways: waysOf(vault),
    hasPasskeys: await hasPasskeys(),
    usedBytes: usage,
    freeBytes: quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage),
    isPersisted: await storage.persisted(),
  };
}

const emptyView: Omit<LogView, 'vault'> = {
  runIds: [],
  rows: new Map(),
  filter: emptyLogFilter,
  search: undefined,
  tools: [],
  record: undefined,
  showsOriginals: false,
  audit: undefined,
  busy: '',
  said: '',
  isBad: false,
};
