/**
 * Choosing a model for a task: what an evaluation leaves behind to choose by, and the list that comes of it. It is kept
 * in the browser and shown on a page. Knows nothing of how models are ranked (flywheel/select).
 */
import type { EngineBackend, WeightsLayout } from './engine.ts';
import type { EvalSubject, Interval } from './evaluation.ts';
import type { KnownFile, ModelLicence, PublishedScore } from './known-model.ts';
import type { WorkerEngine } from './model.ts';

/** What one side of an evaluation says of a model on this device. Kept in the browser. */
export interface Measurement {
  readonly v: 1;
  readonly id: string;
  /** Names the rows: two measurements with the same one scored the same rows. */
  readonly taskId: string;
  /** Where the rows came from, for people. */
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly subject: EvalSubject;
  /** SHA-256 of the weights, lower-case hexadecimal. */
  readonly weightsHash: string;
  readonly rows: number;
  /** Rows that were right as a whole. */
  readonly exact: number;
  /** Spent on the rows, all together. */
  readonly seconds: number;
  /** Of a row, prompt and answer together; the longest of all attempts. */
  readonly longestTokens: number;
  /** Means over the rows, all attempts of a row together: tokens read anew (not found in the cache), and written. */
  readonly meanReadTokens: number;
  readonly meanWrittenTokens: number;
  /** Tokens read anew, and written, per second; 0: too few to say. */
  readonly prefillPerSecond: number;
  readonly decodePerSecond: number;
  readonly engine: string;
  readonly backend: EngineBackend;
  readonly weights: WeightsLayout;
}

/** What a user leaves out. Absent: no limit. */
export interface SelectionFilters {
  /** `permissive`: only licences that leave use free, commercial use too. */
  readonly licence: 'any' | 'permissive';
  readonly mostDownloadBytes?: number;
  readonly mostMemoryBytes?: number;
}

/** Where a model's files are: served by this site, brought into this browser, or on the hub only. */
export type ModelOrigin = 'site' | 'browser' | 'hub';

type RunVerdict =
  | {
      readonly type: 'runs';
      readonly engine: WorkerEngine;
      readonly backend: EngineBackend;
      readonly reasons: readonly string[];
    }
  /** One sentence a reason. */
  | { readonly type: 'does-not-run'; readonly reasons: readonly string[] };

export type QualityVerdict =
  | {
      readonly type: 'measured';
      readonly rows: number;
      readonly exact: number;
      /** 95 %, Wilson. */
      readonly interval: Interval;
      /** 1: may be the best as far as these rows can tell; 2: may be the best of the rest; and so on. */
      readonly tier: number;
      /** Title of the tier's best; its own where it is that. */
      readonly leader: string;
    }
  /** Scored, on too few rows to rank by. */
  | { readonly type: 'too-few'; readonly rows: number; readonly exact: number }
  | { readonly type: 'not-measured' };

/** A figure and how it is known. */
export interface SelectionFigure {
  readonly value: number;
  /** `measured` on this device, or hashed by us; `stated` by others; `estimated` from something measured or stated. */
  readonly basis: 'measured' | 'stated' | 'estimated';
  /** What an estimate rests on, one sentence. */
  readonly from?: string;
}

/** One model in the list, with what is known of it. */
export interface SelectionRow {
  readonly id: string;
  readonly title: string;
  /** 1 is the first. */
  readonly place: number;
  readonly origin: ModelOrigin;
  readonly run: RunVerdict;
  readonly quality: QualityVerdict;
  /** Tokens; absent: not known. */
  readonly contextWindow?: number;
  readonly licence: ModelLicence;
  /** Bytes. */
  readonly download?: SelectionFigure;
  /** Bytes. */
  readonly memory?: SelectionFigure;
  /** Seconds from a row to its decision. */
  readonly secondsPerCall?: SelectionFigure;
  /** All that others published about it; the first is the one that orders models without measurement, where it has it. */
  readonly published: readonly PublishedScore[];
  /** The file that an engine would load; absent: none is known. */
  readonly file?: Pick<KnownFile, 'name' | 'verified' | 'evidence'>;
  /** Its page on the hub; absent: it has none. */
  readonly url?: string;
  /** Why it stands before the next one; empty for the last. One sentence. */
  readonly why: string;
}

/** A set of rows that something was scored on. */
export interface SelectionTask {
  readonly id: string;
  readonly source: string;
  readonly rows: number;
  /** Models scored on it, with and without adapters. */
  readonly measured: number;
}

/** The models that could do a task on this device, best first. */
export interface Selection {
  readonly rows: readonly SelectionRow[];
  /** What the filters left out, with the reason: one sentence each. */
  readonly leftOut: readonly { readonly title: string; readonly reason: string }[];
  /** Tokens that the task needs, prompt and answer together; absent: nothing was scored on it. */
  readonly neededTokens?: number;
  /** What orders models that were not measured. */
  readonly benchmark: string;
}
