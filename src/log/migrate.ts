/**
 * The shape of the journal's database: stores, keys, indexes and the steps that lead from one version to the next.
 * A step, once released, is never edited; a change of shape is a new step at the end of the list.
 * Every record carries `v`, the version of the record itself, so that one store may hold old and new ones.
 * Knows nothing of what events mean, and nothing of transactions (journal).
 */
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Id } from '../protocol/id.ts';
import type { PromotionDecision, ShadowTrial } from '../protocol/promotion.ts';
import type { Feedback, RunSummary, StoredEvent } from '../protocol/record.ts';
import type {
  AnnexKind,
  AnnexRow,
  AuditRow,
  OriginalsRow,
  RecordRow,
  RunKeyRow,
  RunRow,
  VaultRow,
} from '../protocol/vault.ts';

/** The version written into each record's `v`; 2 is sealed. Records with a higher one are refused when read. */
export const recordVersion = 2;

/** One event, as it lay open up to version 2. `index` counts from 0 within its run, in the order of acknowledgement. */
interface EventRecord {
  readonly v: number;
  readonly runId: Id;
  readonly index: number;
  readonly event: StoredEvent;
}

/** One run: its line in the list, and how many events it has. */
interface RunRecord extends RunSummary {
  readonly v: number;
  readonly eventCount: number;
}

interface FeedbackRecord {
  readonly v: number;
  readonly id: Id;
  readonly runId: Id;
  readonly feedback: Feedback;
}

interface DecisionRecord {
  readonly v: number;
  readonly id: Id;
  readonly decision: PromotionDecision;
}

interface TrialRecord {
  readonly v: number;
  readonly runId: Id;
  readonly id: Id;
  readonly adapter: string;
  readonly trial: ShadowTrial;
}

export interface JournalSchema extends DBSchema {
  /** Charter, grants, and the key of this browser profile. */
  vault: { key: string; value: VaultRow };
  runKeys: { key: [Id, string]; value: RunKeyRow };
  /** A header without `startedAt` stands in no index: it is no run of the list. */
  sealedRuns: { key: Id; value: RunRow; indexes: { byStart: [number, Id] } };
  sealedRecords: { key: [Id, number]; value: RecordRow };
  annexes: { key: [Id, AnnexKind, Id]; value: AnnexRow; indexes: { byKind: [AnnexKind, Id] } };
  originals: { key: [Id, number]; value: OriginalsRow };
  audit: { key: number; value: AuditRow };
  // What follows held runs in the open, up to version 2. Opening seals what is there and empties these stores.
  events: { key: [Id, number]; value: EventRecord };
  runs: { key: Id; value: RunRecord; indexes: { byStart: [number, Id] } };
  feedback: { key: Id; value: FeedbackRecord; indexes: { byRun: [Id, Id] } };
  /** In the order of their ids, which is that of their times. */
  decisions: { key: Id; value: DecisionRecord };
  trials: { key: [Id, Id]; value: TrialRecord; indexes: { byAdapter: [string, Id] } };
}

/** Makes one version of the database into the next, within the upgrade's transaction. */
export type MigrationStep = (database: IDBPDatabase<JournalSchema>) => void;

/** Step number i leads from version i to version i + 1; so the number of steps is the current version. */
export const migrationSteps: readonly MigrationStep[] = [
  (database) => {
    database.createObjectStore('events', { keyPath: ['runId', 'index'] });
    database.createObjectStore('runs', { keyPath: 'runId' }).createIndex('byStart', ['startedAt', 'runId']);
    database.createObjectStore('feedback', { keyPath: 'id' }).createIndex('byRun', ['runId', 'id']);
  },
  (database) => {
    database.createObjectStore('decisions', { keyPath: 'id' });
    database
      .createObjectStore('trials', { keyPath: ['runId', 'id'] })
      .createIndex('byAdapter', ['adapter', 'id']);
  },
  (database) => {
    database.createObjectStore('vault', { keyPath: 'name' });
    database.createObjectStore('runKeys', { keyPath: ['runId', 'purpose'] });
    database
      .createObjectStore('sealedRuns', { keyPath: 'runId' })
      .createIndex('byStart', ['startedAt', 'runId']);
    database.createObjectStore('sealedRecords', { keyPath: ['runId', 'index'] });
    database
      .createObjectStore('annexes', { keyPath: ['runId', 'kind', 'id'] })
      .createIndex('byKind', ['kind', 'id']);
    database.createObjectStore('originals', { keyPath: ['runId', 'index'] });
    database.createObjectStore('audit', { keyPath: 'sequence' });
  },
];
