/**
 * One run as the log browser shows it: its timeline, what was masked in it and why, and what of it is damaged.
 * Knows what the recorder puts beside an event; the vault decides who gets it.
 */
import type { Journal } from '../../log/journal.ts';
import type { Id } from '../../protocol/id.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { StoredEvent } from '../../protocol/record.ts';
import type { LogRecord, MaskedPlace } from '../../ui/log/log-view.ts';
import { emptyTaskView, reduceTask } from '../../ui/task-view.ts';
import type { TaskView } from '../../ui/task-view.ts';
import { asItWas, replacementsIn } from '../read-log.ts';

/** Throws what `Journal.episode` throws. Originals are read where the open role may; given where `showsOriginals`. */
export async function readRecord(
  journal: Journal,
  runId: Id,
  { showsOriginals }: { readonly showsOriginals: boolean },
): Promise<LogRecord> {
  const { events, damage = [] } = await journal.episode(runId);
  const originals = journal.vault.may('read-originals') ? await journal.originals(runId) : undefined;
  // Where events are missing, the others do not stand at their numbers.
  const isWhole = damage.length === 0;
  const shown =
    showsOriginals && isWhole && originals !== undefined
      ? events.map((event, index) => asItWas(event, originals.get(index)))
      : events;
  const beside = [...(originals ?? [])];
  return {
    runId,
    // oxlint-disable-next-line unicorn/no-array-reduce -- a reducer is what it is
    task: shown.reduce<TaskView>(reduceTask, emptyTaskView),
    masked:
      originals === undefined
        ? undefined
        : beside.flatMap(([index, value]) =>
            placesIn(value, isWhole ? events[index]?.type : undefined, showsOriginals),
          ),
    quarantined: beside.flatMap(([, value]) => reasonsIn(value)),
    damage,
  };
}

function placesIn(
  originals: JsonObject | undefined,
  event: StoredEvent['type'] | undefined,
  showsOriginals: boolean,
): MaskedPlace[] {
  return replacementsIn(originals).map(({ type, rule, original, replacement }) => ({
    event,
    type,
    rule,
    replacement,
    original: showsOriginals ? original : undefined,
  }));
}

function reasonsIn(originals: JsonObject | undefined): string[] {
  const reasons = originals?.['quarantined'];
  return Array.isArray(reasons) ? reasons.map(String) : [];
}
