/** What the page knows of its log without having opened it up: who is let in, and whether a choice is due. Data only. */
import type { RecordingMode, Role } from '../../protocol/vault.ts';

/** What a page knows of its log without having opened it. */
export interface LogStatus {
  /** The role that is open; `unopened`: nothing has needed the log yet. */
  readonly access: 'unopened' | 'locked' | Role;
  readonly recording: RecordingMode;
  /** Nobody has said yet what is recorded. */
  readonly asksRecording: boolean;
  /** The owner’s secret is asked for again before anything is changed. */
  readonly needsProof: boolean;
  /** The browser lost the log that was here before this one. */
  readonly isAnew: boolean;
}

export const emptyLogStatus: LogStatus = {
  access: 'unopened',
  recording: 'full',
  asksRecording: false,
  needsProof: false,
  isAnew: false,
};
