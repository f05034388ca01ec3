/**
 * What a person should know of a data set's size before training on it: the method of learning from an agent's own log asks
 * for 10,000 to 100,000 examples (Belcak et al., "Small Language Models are the Future of Agentic AI", 2025, section 6).
 * Sentences; knows counts.
 */

const exampleRange = { least: 10_000, most: 100_000 } as const;

/** A test with fewer rows tells two models apart only where they are far apart. */
const fewestTestRows = 100;

export interface GuidanceInput {
  readonly train: number;
  readonly test: number;
  /** Rows of train by task. */
  readonly tasks: ReadonlyMap<string, number>;
  readonly refusals: number;
  /** Rows of the largest family that stays together. */
  readonly largestFamily: number;
}

/** What to think of, the most important first; empty where nothing stands out. */
export function guidanceFor({ train, test, tasks, refusals, largestFamily }: GuidanceInput): string[] {
  const { least, most } = exampleRange;
  const advice: string[] = [];
  if (train < least) {
    advice.push(
      `${count(train)} rows are to be learned; the method asks for ${count(least)} to ${count(most)}. Log for longer, loosen a filter, or add variants by paraphrase.`,
    );
  } else if (train > most) {
    advice.push(
      `${count(train)} rows are more than the ${count(most)} that the method asks for: a cap per task makes training shorter.`,
    );
  }
  if (test < fewestTestRows) {
    advice.push(`The test has ${count(test)} rows: figures from fewer than ${fewestTestRows} are rough.`);
  }
  const [largest] = [...tasks].toSorted(
    ([one, many], [other, more]) => more - many || (one < other ? -1 : 1),
  );
  if (largest !== undefined && tasks.size > 1 && largest[1] > train / 2) {
    advice.push(`More than half of the rows are of one task (${largest[0]}): set a cap per task.`);
  }
  if (train > 0 && refusals === 0) {
    advice.push('No row refuses: the model will call a tool for everything it is asked.');
  }
  if (largestFamily > (train + test) / 3 && largestFamily > 10) {
    advice.push(
      `${count(largestFamily)} rows belong together by episode, duplicate or template and stay on one side: the split is coarser than asked for.`,
    );
  }
  return advice;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
