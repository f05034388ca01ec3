/**
 * Which tools and which worked examples a request is shown: those nearest to it in words. A prompt with four tools is
 * read in a third of the time of one with twenty, and a small model picks better among few.
 * Nearness is TF-IDF cosine over words, word stems and classes of numbers; where there are many tools, the order of
 * rank-tools counts as well. Knows words; no model is asked.
 */
import { refusalExamples } from '../decode/prompt.ts';
import type { Example } from '../decode/prompt.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import { rankTools } from './rank-tools.ts';

export interface Shortlist {
  /** Likeliest last. */
  readonly tools: readonly ToolSpec[];
  /** Nearest last; of shortlisted tools and refusals only. */
  readonly examples: readonly Example[];
}

export interface ShortlistOptions {
  readonly request: string;
  readonly tools: readonly ToolSpec[];
  readonly maxTools: number;
  readonly maxExamples: number;
}

/** Up to so many tools, each of which may have worked examples, nearness alone decides: those of the runtime are fewer. */
const few = 24;
const damping = 10;

interface Entry {
  readonly terms: readonly string[];
  readonly tool?: ToolSpec;
  readonly example?: Example;
}

/** The tools and examples to show for a request. Deterministic; ties keep the registry's order. */
export function shortlist({ request, tools, maxTools, maxExamples }: ShortlistOptions): Shortlist {
  const hasExamples = tools.some((tool) => (tool.examples ?? []).length > 0);
  const entries: readonly Entry[] = [
    ...tools.flatMap(toolEntries),
    ...(hasExamples ? refusalExamples : []).map((example) => ({ terms: termsOf(example.request), example })),
  ];
  const weight = inverseFrequencies(entries);
  const asked = weighted(termsOf(request), weight);
  const scored = entries.map((entry) => ({ entry, score: cosine(asked, weighted(entry.terms, weight)) }));

  const best = new Map(tools.map((tool) => [tool, 0]));
  for (const { entry, score } of scored) {
    if (entry.tool !== undefined) best.set(entry.tool, Math.max(best.get(entry.tool) ?? 0, score));
  }
  const nearest = [...best].toSorted(([, a], [, b]) => b - a).map(([tool]) => tool);
  const ranked = tools.length > few ? fused(nearest, rankTools(request, tools)) : nearest;
  const chosen = ranked.slice(0, maxTools);
  const shown = new Set(chosen);
  const examples = scored
    .filter(({ entry }) => entry.example !== undefined && (entry.tool === undefined || shown.has(entry.tool)))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, maxExamples)
    .flatMap(({ entry }) => entry.example ?? []);
  return { tools: chosen.toReversed(), examples: examples.toReversed() };
}

/** Reciprocal rank fusion (Cormack et al., 2009), the order by rank-tools twice as heavy; measured in docs/tool-retrieval. */
function fused(nearest: readonly ToolSpec[], ranked: readonly ToolSpec[]): readonly ToolSpec[] {
  const scores = new Map(nearest.map((tool, place) => [tool, 1 / (damping + place)]));
  for (const [place, tool] of ranked.entries()) {
    scores.set(tool, (scores.get(tool) ?? 0) + 2 / (damping + place));
  }
  return [...scores].toSorted(([, a], [, b]) => b - a).map(([tool]) => tool);
}

function toolEntries(tool: ToolSpec): Entry[] {
  const title = tool.name.replaceAll(/[_.-]/g, ' ').replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  const worked = (tool.examples ?? []).map(({ request, arguments: values }): Entry => ({
    tool,
    terms: termsOf(request),
    example: { request, output: { type: 'calls', calls: [{ name: tool.name, arguments: values }] } },
  }));
  return [{ tool, terms: termsOf(`${title} ${tool.description}`) }, ...worked];
}

/** Words, the beginnings of long words (so that inflections meet), operators, and numbers and dates as classes. */
function termsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/\d[\d.,:/-]*|\p{L}+|[-+*/%=^()]/gu) ?? [];
  return words.flatMap((word) => {
    if (/^\d{4}-\d/.test(word)) return ['#date'];
    if (/^\d/.test(word)) return ['#number'];
    return word.length > 4 ? [word, `${word.slice(0, 4)}~`] : [word];
  });
}

/** Smoothed inverse document frequency: log(1 + entries / entries with the term). */
function inverseFrequencies(entries: readonly Entry[]): (term: string) => number {
  const counts = new Map<string, number>();
  for (const { terms } of entries) {
    for (const term of new Set(terms)) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return (term) => Math.log(1 + entries.length / (counts.get(term) ?? 0.5));
}

function weighted(terms: readonly string[], weight: (term: string) => number): ReadonlyMap<string, number> {
  return new Map(terms.map((term) => [term, weight(term)]));
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let product = 0;
  for (const [term, value] of a) product += value * (b.get(term) ?? 0);
  const length = Math.sqrt(squares(a) * squares(b));
  return length === 0 ? 0 : product / length;
}

function squares(vector: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const value of vector.values()) sum += value * value;
  return sum;
}
