/**
 * The log as it is browsed: what is shown, and what can be asked for. Data only. Knows nothing of where it comes from
 * (app/log).
 */
import type { Id } from '../../protocol/id.ts';
import type { PersonalDataType } from '../../protocol/personal-data.ts';
import type { RecordDamage, RunSummary, StoredEvent } from '../../protocol/record.ts';
import type { AuditVerdict, Role, UnlockType, VaultCheck, VaultSettings } from '../../protocol/vault.ts';
import type { TaskView } from '../task-view.ts';

/** Which runs are listed; empty texts do not filter. */
export interface LogFilter {
  /** Somewhere in what was recorded of the run. Case does not matter. */
  readonly text: string;
  readonly tool: string;
  readonly outcome: NonNullable<RunSummary['outcome']> | 'cut-off' | '';
  /** First and last day, `YYYY-MM-DD`, local time. */
  readonly from: string;
  readonly to: string;
}

export const emptyLogFilter: LogFilter = { text: '', tool: '', outcome: '', from: '', to: '' };

/** One place where something was masked. */
export interface MaskedPlace {
  /** The event it stood in; undefined: the record is damaged, and it cannot be told. */
  readonly event: StoredEvent['type'] | undefined;
  readonly type: PersonalDataType;
  /** The detector's reason. */
  readonly rule: string;
  readonly replacement: string;
  /** Undefined: it is not asked for. */
  readonly original: string | undefined;
}

/** One run of the log, opened for reading. */
export interface LogRecord {
  readonly runId: Id;
  readonly task: TaskView;
  /** What was masked; undefined: the open role does not see it. */
  readonly masked: readonly MaskedPlace[] | undefined;
  /** Why the content of an event was kept from the record whole. */
  readonly quarantined: readonly string[];
  readonly damage: readonly RecordDamage[];
}

export interface AuditView {
  readonly verdict: AuditVerdict;
  /** What the records say beside the chain; undefined: the open role does not read them. */
  readonly check: VaultCheck | undefined;
}

/** What is known of the vault and of the room it has. */
export interface VaultFacts {
  readonly settings: VaultSettings;
  readonly generation: number;
  /** Ways into each role that there is. */
  readonly ways: Readonly<Partial<Record<Role, readonly UnlockType[]>>>;
  /** Whether passkeys can open a log here. */
  readonly hasPasskeys: boolean;
  /** Bytes of this site in this browser; undefined: it does not tell. */
  readonly usedBytes: number | undefined;
  readonly freeBytes: number | undefined;
  readonly isPersisted: boolean;
}

/** The log as the screen shows it. */
export interface LogView {
  /** Runs that the filter lets through, newest first. */
  readonly runIds: readonly Id[];
  /** Those of them that were opened. */
  readonly rows: ReadonlyMap<Id, RunSummary>;
  readonly filter: LogFilter;
  /** How far the search is; undefined: it is through, or nothing needs to be opened for it. */
  readonly search: { readonly searched: number; readonly total: number } | undefined;
  /** Names of tools that can be filtered by. */
  readonly tools: readonly string[];
  readonly record: LogRecord | undefined;
  /** What was masked is shown as it was. */
  readonly showsOriginals: boolean;
  readonly vault: VaultFacts;
  readonly audit: AuditView | undefined;
  /** What goes on and has to be waited for; empty: nothing. */
  readonly busy: string;
  /** What became of the last thing that was asked for; empty: nothing to say. */
  readonly said: string;
  readonly isBad: boolean;
}

/** A secret as a person gives it; a passkey is asked for by the browser. */
export type Way =
  | { readonly type: 'device' }
  | { readonly type: 'passphrase'; readonly passphrase: string }
  | { readonly type: 'passkey' };

/** What can be asked of the log. `proof` is the owner's secret. */
export type LogRequest =
  | { readonly type: 'open' }
  | { readonly type: 'close' }
  /** These rows are in view. */
  | { readonly type: 'show-rows'; readonly runIds: readonly Id[] }
  | { readonly type: 'filter'; readonly filter: LogFilter }
  | { readonly type: 'show-record'; readonly runId: Id | undefined }
  | { readonly type: 'show-originals'; readonly isOn: boolean }
  | { readonly type: 'unlock'; readonly role: Role; readonly way: Way }
  | { readonly type: 'lock' }
  /** Another way for the owner; the ways of the types in `instead` go. */
  | {
      readonly type: 'add-way';
      readonly proof: Way;
      readonly way: Way;
      readonly instead: readonly UnlockType[];
    }
  | { readonly type: 'remove-way'; readonly proof: Way; readonly way: UnlockType }
  | { readonly type: 'grant'; readonly proof: Way; readonly role: Exclude<Role, 'owner'>; readonly way: Way }
  | { readonly type: 'revoke'; readonly proof: Way; readonly role: Exclude<Role, 'owner'> }
  | { readonly type: 'rotate'; readonly proof: Way }
  | { readonly type: 'set'; readonly proof: Way; readonly settings: Partial<VaultSettings> }
  | { readonly type: 'erase-runs'; readonly runIds: readonly Id[] }
  /** Everything that the filter has found. */
  | { readonly type: 'erase-found' }
  | { readonly type: 'erase-subject'; readonly terms: readonly string[] }
  | { readonly type: 'back-up'; readonly proof: Way; readonly passphrase: string }
  | { readonly type: 'restore'; readonly file: File; readonly passphrase: string }
  | { readonly type: 'keep' }
  | { readonly type: 'check'; readonly receipt: File | undefined }
  | { readonly type: 'export-audit' }
  | { readonly type: 'export-receipt' };
