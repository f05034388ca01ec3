/**
 * A change of a run, sealed: the rows that go to disk, and how the run stands after them. Nothing is written here, so that
 * it can be done before a transaction is opened, and done again where another tab was first.
 * Knows how a run's rows hang together; knows nothing of stores, nor of who may write.
 */
import type { StoredEvent } from '../../protocol/record.ts';
import type {
  AnnexKind,
  AnnexRow,
  Bytes,
  EventEntry,
  OriginalsRow,
  RecordRow,
  RunHeader,
  RunKeyRow,
  RunRow,
} from '../../protocol/vault.ts';
import { recordVersion } from '../migrate.ts';
import type { AuditDraft } from './audit-log.ts';
import { fromBase64, toBase64 } from './encoding.ts';
import {
  annexFacts,
  annexName,
  digestOf,
  firstLink,
  linkOf,
  originalsFacts,
  originalsName,
  recordFacts,
  runFacts,
} from './run-rows.ts';
import type { RunPlace } from './run-rows.ts';
import { requireMessagesLeft, sealJson } from './seal.ts';

/** Something that stands beside the events. `isNew`: refused where one of that id is there. */
export interface Annex {
  readonly kind: AnnexKind;
  readonly id: string;
  readonly value: unknown;
  readonly isNew: boolean;
}

export interface RunChange {
  readonly events?: readonly EventEntry[];
  readonly annexes?: readonly Annex[];
}

/** How a run stands on disk, as far as this writer knows. */
export interface RunState {
  readonly runId: string;
  readonly place: RunPlace;
  readonly key: CryptoKey;
  readonly originalsKey: CryptoKey | undefined;
  /** Keys that are made and not on disk yet. */
  readonly made: readonly RunKeyRow[];
  /** 0: nothing is on disk. */
  readonly revision: number;
  readonly startedAt: number | undefined;
  readonly bytes: number;
  readonly header: RunHeader;
}

/** A change that is sealed for a state, and the state after it. */
export interface PreparedChange {
  readonly keys: readonly RunKeyRow[];
  readonly run: RunRow;
  readonly records: readonly RecordRow[];
  readonly originals: readonly OriginalsRow[];
  readonly annexes: readonly { readonly row: AnnexRow; readonly isNew: boolean }[];
  readonly entries: readonly AuditDraft[];
  readonly after: RunState;
}

/** A run that nothing is written of yet. */
export async function emptyState(options: {
  readonly runId: string;
  readonly place: RunPlace;
  readonly key: CryptoKey;
  readonly made: readonly RunKeyRow[];
}): Promise<RunState> {
  return {
    ...options,
    originalsKey: undefined,
    revision: 0,
    startedAt: undefined,
    bytes: 0,
    header: {
      count: 0,
      link: toBase64(await firstLink(options.runId)),
      messages: 0,
      annexes: {},
      goal: '',
      modelId: '',
    },
  };
}

/**
 * Seals a change for a run as it stands; `state.originalsKey` is there where the change has originals.
 * @throws TypeError where something is no JSON; Fault `vault-damaged` where the key has sealed as much as it may.
 */
export async function prepareChange(
  state: RunState,
  { events = [], annexes = [] }: RunChange,
): Promise<PreparedChange> {
  const { runId, place, key, originalsKey } = state;
  const messages = state.header.messages + events.length + annexes.length + 1;
  requireMessagesLeft(messages);
  const v = recordVersion;
  const digests: Record<string, string> = { ...state.header.annexes };
  const records: RecordRow[] = [];
  const hidden: OriginalsRow[] = [];
  let previous: Bytes = fromBase64(state.header.link);
  for (const { event, originals } of events) {
    const index = state.header.count + records.length;
    const at = { v, runId, index, previous };
    const row: RecordRow = { ...at, ...(await sealJson(key, event, recordFacts(at, place))) };
    records.push(row);
    previous = await linkOf(row);
    if (originals === undefined || originalsKey === undefined) continue;
    const beside = { v, runId, index };
    const facts = originalsFacts(beside, place.vaultId);
    const sealed: OriginalsRow = { ...beside, ...(await sealJson(originalsKey, originals, facts)) };
    hidden.push(sealed);
    digests[originalsName(index)] = await digestOf(sealed);
  }
  const sealedAnnexes: { row: AnnexRow; isNew: boolean }[] = [];
  for (const { kind, id, value, isNew } of annexes) {
    const at = { v, runId, kind, id };
    const row: AnnexRow = { ...at, ...(await sealJson(key, value, annexFacts(at, place))) };
    sealedAnnexes.push({ row, isNew });
    digests[annexName(row)] = await digestOf(row);
  }
  const header: RunHeader = {
    ...withEvents(state.header, events),
    count: state.header.count + records.length,
    link: toBase64(previous),
    messages,
    annexes: digests,
  };
  const startedAt = state.startedAt ?? events[0]?.event.at;
  const added = [...records, ...sealedAnnexes.map(({ row }) => row), ...hidden];
  const run = {
    v,
    runId,
    ...(startedAt === undefined ? {} : { startedAt }),
    revision: state.revision + 1,
    bytes: state.bytes + sizeOf(added),
  };
  const { revision, bytes } = run;
  return {
    keys: state.made,
    run: { ...run, ...(await sealJson(key, header, runFacts(run, place))) },
    records,
    originals: hidden,
    annexes: sealedAnnexes,
    entries: entriesOf(state, { header, events }),
    after: { ...state, made: [], revision, startedAt, bytes, header },
  };
}

function sizeOf(rows: readonly { readonly data: Bytes }[]): number {
  let bytes = 0;
  for (const { data } of rows) bytes += data.length;
  return bytes;
}

/** What the audit chain says of a run: that it began, and where it ended. */
function entriesOf(
  before: RunState,
  { header, events }: { readonly header: RunHeader; readonly events: readonly EventEntry[] },
): AuditDraft[] {
  const { runId } = before;
  const { generation } = before.place;
  const begun: AuditDraft[] =
    before.revision === 0 ? [{ action: 'run-begun', details: { runId, generation } }] : [];
  const isEnd = events.at(-1)?.event.type === 'run-finished';
  const { count, link } = header;
  return isEnd ? [...begun, { action: 'run-ended', details: { runId, count, link } }] : begun;
}

/** What the list shows of a run, after more events. */
function withEvents(before: RunHeader, events: readonly EventEntry[]): RunHeader {
  let header = before;
  for (const { event } of events) header = withEvent(header, event);
  return header;
}

function withEvent(header: RunHeader, event: StoredEvent): RunHeader {
  if (event.type === 'run-started') return { ...header, goal: event.goal, modelId: event.model.modelId };
  if (event.type === 'run-finished') return { ...header, outcome: event.outcome.type };
  if (event.type === 'tool-called') {
    return { ...header, tools: [...new Set([...(header.tools ?? []), event.call.name])] };
  }
  return header;
}
