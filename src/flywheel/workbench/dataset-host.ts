/**
 * Makes data sets in a worker: looks sources through, plans, draws samples, groups them, writes. Holds no work between two calls
 * that a checkpoint does not hold too, so that a worker that dies costs what came since the last one. Knows the order of the
 * rooms; what each does stands in dataset and cluster.
 */
import { RunningCalls } from '../../engine/running-calls.ts';
import type {
  DatasetApi,
  DatasetInput,
  DatasetProgress,
  DiscoverRequest,
  PlanSettings,
  PlanView,
  ReadRuns,
  RecordVectors,
  SurveyView,
  TaskMap,
  TaskSample,
  WriteRequest,
  WrittenView,
} from '../../protocol/dataset.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { Id } from '../../protocol/id.ts';
import { planDataset } from '../dataset/plan.ts';
import type { DatasetPlan } from '../dataset/plan.ts';
import { funnelNames, surveyRecords } from '../dataset/survey.ts';
import type { Survey } from '../dataset/survey.ts';
import { Checkpoints } from './checkpoints.ts';
import { groupSample } from './group-sample.ts';
import { dropAll } from './private-files.ts';
import { sampleRecords } from './sample-records.ts';
import { SourceWalk } from './source-items.ts';
import { writeWork } from './write-work.ts';

type OnProgress = (progress: DatasetProgress) => void;

export interface DatasetHostOptions {
  readonly checkpoints?: Checkpoints;
  /** Items between two checkpoints; 2,000 unless told. */
  readonly checkpointEvery?: number;
}

interface Surveyed {
  readonly job: string;
  readonly survey: Survey;
  readonly resumedAt: number;
}

export class DatasetHost implements DatasetApi {
  readonly #running = new RunningCalls();
  readonly #checkpoints: Checkpoints;
  readonly #checkpointEvery: number;
  /** Of the last job, so that a plan need not read it again. */
  #surveyed: Surveyed | undefined;

  constructor({ checkpoints = new Checkpoints(), checkpointEvery = 2000 }: DatasetHostOptions = {}) {
    this.#checkpoints = checkpoints;
    this.#checkpointEvery = checkpointEvery;
  }

  async survey(
    requestId: Id,
    input: DatasetInput,
    readRuns: ReadRuns,
    onProgress: OnProgress,
  ): Promise<SurveyView> {
    return await this.#running.run(requestId, async (signal) => {
      const { survey, resumedAt } = await this.#survey({ input, readRuns, onProgress, signal });
      return {
        items: survey.position,
        rows: survey.rows.length,
        resumedAt,
        // The cap is a matter of the plan.
        funnel: survey.funnel.steps().filter(({ filter }) => filter !== funnelNames.cap),
        quarantined: survey.quarantined,
      };
    });
  }

  async plan(job: string, settings: PlanSettings): Promise<PlanView> {
    const { counts, tasks, families, funnel, overlap, guidance } = planned(
      await this.#surveyOf(job),
      settings,
    );
    return { counts, tasks, families, funnel, overlap, guidance };
  }

  async sample(
    requestId: Id,
    input: DatasetInput,
    { size, seed }: { readonly size: number; readonly seed: string },
    readRuns: ReadRuns,
    onProgress: OnProgress,
  ): Promise<TaskSample> {
    return await this.#running.run(requestId, async (signal) => {
      const { survey } = await this.#survey({ input, readRuns, onProgress, signal });
      const walk = new SourceWalk({ input, readRuns, signal });
      return await sampleRecords({
        survey,
        items: walk.items(),
        size,
        seed,
        onMet: (done) => {
          if (done % 50 === 0) onProgress({ stage: 'sampling', done, share: walk.share });
        },
      });
    });
  }

  discover(request: DiscoverRequest, onProgress: OnProgress): Promise<TaskMap> {
    return Promise.resolve(groupSample(request, onProgress));
  }

  async write(
    requestId: Id,
    input: DatasetInput,
    request: WriteRequest,
    readRuns: ReadRuns,
    onProgress: OnProgress,
  ): Promise<WrittenView> {
    return await this.#running.run(requestId, async (signal) => {
      const { survey } = await this.#survey({ input, readRuns, onProgress, signal });
      return await writeWork({
        job: input.job,
        plan: planned(survey, request.plan),
        request,
        openWalk: () => new SourceWalk({ input, readRuns, signal }),
        checkpoints: this.#checkpoints,
        onProgress,
        signal,
      });
    });
  }

  async forget(): Promise<void> {
    this.#running.cancelAll();
    this.#surveyed = undefined;
    await this.#checkpoints.clear();
    await dropAll();
  }

  cancel(requestId: Id): Promise<void> {
    this.#running.cancel(requestId);
    return Promise.resolve();
  }

  async #surveyOf(job: string): Promise<Survey> {
    if (this.#surveyed?.job === job) return this.#surveyed.survey;
    const resume = await this.#checkpoints.read(job);
    if (resume?.head.isWhole !== true) throw notSurveyed();
    const survey = await surveyRecords({ items: nothing(), resume });
    this.#surveyed = { job, survey, resumedAt: survey.position };
    return survey;
  }

  async #survey({ input, readRuns, onProgress, signal }: WalkOptions): Promise<Surveyed> {
    const { job, known, languages } = input;
    if (this.#surveyed?.job === job) return this.#surveyed;
    // One survey of a large log is a good part of what may be held.
    this.#surveyed = undefined;
    const resume = await this.#checkpoints.read(job);
    const walk = new SourceWalk({ input, readRuns, signal });
    let chunks = resume?.chunks.length ?? 0;
    let isKept = true;
    const survey = await surveyRecords({
      items: walk.items(),
      filters: { ...(known ? { success: 'known' } : {}), ...(languages.length === 0 ? {} : { languages }) },
      ...(resume === undefined ? {} : { resume }),
      checkpointEvery: this.#checkpointEvery,
      onCheckpoint: async (head, chunk) => {
        // A chunk that could not be kept leaves a gap: those behind it would be of no use.
        isKept &&= await this.#checkpoints.add(job, { head, chunk, number: chunks });
        chunks += 1;
      },
      onProgress: (done) => onProgress({ stage: 'reading', done, share: walk.share }),
      signal,
    });
    return (this.#surveyed = { job, survey, resumedAt: resume?.head.position ?? 0 });
  }
}

interface WalkOptions {
  readonly input: DatasetInput;
  readonly readRuns: ReadRuns;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

async function* nothing(): AsyncGenerator<never, void> {}

function planned(
  survey: Survey,
  { seed, cap, shares, tasks, vectors, twinsByMeaning }: PlanSettings,
): DatasetPlan {
  return planDataset({
    survey,
    seed,
    shares,
    ...(cap === undefined ? {} : { cap }),
    ...(vectors === undefined ? {} : { vectorOf: vectorsById(vectors) }),
    ...(twinsByMeaning === undefined ? {} : { overlapLimits: { embedding: twinsByMeaning } }),
    ...(tasks === undefined
      ? {}
      : { nameTask: ({ id, task }) => tasks.byId.get(id) ?? tasks.byTask.get(task) ?? task }),
  });
}

function vectorsById({ ids, dimensions, values }: RecordVectors): (id: string) => Float32Array | undefined {
  const places = new Map(ids.map((id, place) => [id, place]));
  return (id) => {
    const place = places.get(id);
    return place === undefined ? undefined : values.subarray(place * dimensions, (place + 1) * dimensions);
  };
}

function notSurveyed(): Fault {
  return new Fault({
    code: faultCodes.datasetInvalid,
    message: 'These sources were not looked through.',
    remedy: 'Look them through first.',
    details: { path: 'survey' },
  });
}
