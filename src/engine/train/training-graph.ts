/**
 * A Llama-shaped decoder with LoRA as one ONNX graph that computes losses and gradients: hidden states of a layer and the
 * adapter's matrices in, the surprise at each target and the gradient of each matrix out. The way back is written out
 * by hand, because the runtime differentiates nothing. Knows the model; nothing of data, optimisers or runtimes.
 */
import type { GraphSource, LazyGraph } from '../onnx/llama-graph.ts';
import type { LlamaShape } from '../onnx/llama-shape.ts';
import type { LayerContext } from './adapted-linear.ts';
import { attentionNames } from './attention-graph.ts';
import { BaseWeights } from './base-weights.ts';
import { GraphWriter } from './graph-writer.ts';
import { LayerGraph } from './layer-graph.ts';
import { normBackward, normForward } from './root-mean-square.ts';

export const trainingNames = {
  ...attentionNames,
  /** (tokens, hidden): the stream before the first layer of the graph. */
  states: 'states',
  /** (predictions, tokens): 1 where the row's target is predicted, else 0. */
  picks: 'picks',
  /** (predictions, hidden): the head's row of each target. */
  targets: 'targets',
  /** (predictions, 1): what each counts in the sum that is made small. */
  counts: 'counts',
  /** (predictions, 1): minus the natural logarithm of each target's probability. */
  surprises: 'surprises',
  /** (tokens, hidden): the stream behind the last layer of a trunk. */
  trunk: 'trunk',
} as const;

export interface TrainingPlan {
  /** Layers that get LoRA, counted from the last; those before them are a trunk that never changes. Absent: all. */
  readonly lastLayers?: number;
  readonly rank: number;
  /** LoRA is scaled by alpha / rank. */
  readonly alpha: number;
  /** Tokens that a pass may have: rope's kernel wants a table as long as the pass, however short its rows are. */
  readonly positions: number;
}

/** The first layer that gets LoRA. */
export function firstTrained({ layers }: LlamaShape, { lastLayers = layers }: TrainingPlan): number {
  return Math.max(0, layers - lastLayers);
}

interface Start {
  readonly context: LayerContext;
  readonly stream: string;
  readonly layer: (index: number) => LayerGraph;
}

function begin(source: GraphSource, plan: TrainingPlan, lora: LayerContext['lora']): Start {
  const { shape } = source;
  const graph = new GraphWriter();
  const context: LayerContext = { graph, weights: new BaseWeights(source, graph), shape, lora };
  const stream = graph.input({
    name: trainingNames.states,
    type: 'float32',
    shape: ['tokens', shape.hidden],
  });
  graph.input({ name: trainingNames.positions, type: 'int64', shape: [1, 'tokens'] });
  graph.input({ name: trainingNames.mask, type: 'float32', shape: ['tokens', 'tokens'] });
  const shared = Array.from({ length: shape.heads / shape.kvHeads }, () => trainingNames.mask);
  const stackedMask = graph.node('Concat', shared, { integers: { axis: 0 } });
  const options = { positions: plan.positions, stackedMask };
  return { context, stream, layer: (index) => new LayerGraph(context, index, options) };
}

/** The layers before the first that is trained: states of the embedding in, states of the trunk out. */
export function buildTrunkGraph(source: GraphSource, plan: TrainingPlan): LazyGraph {
  const { context, stream, layer } = begin(source, plan, undefined);
  let states = stream;
  const end = firstTrained(source.shape, plan);
  for (let index = 0; index < end; index += 1) states = layer(index).forward(states).output;
  const shape = ['tokens', source.shape.hidden];
  context.graph.output({ name: trainingNames.trunk, type: 'float32', shape }, states);
  return context.graph.finish();
}

/** Gives out the surprises, and returns the gradient of the stream behind the last layer. */
function addHead({ graph, weights, shape }: LayerContext, stream: string): string {
  const { hidden, epsilon } = shape;
  const picks = graph.input({ name: trainingNames.picks, type: 'float32', shape: ['predictions', 'tokens'] });
  const targets = graph.input({
    name: trainingNames.targets,
    type: 'float32',
    shape: ['predictions', hidden],
  });
  const counts = graph.input({ name: trainingNames.counts, type: 'float32', shape: ['predictions', 1] });
  // Only rows that predict something meet the head: it is the widest product of all.
  const norm = normForward(graph, {
    input: graph.product(picks, stream),
    weight: weights.norm('output_norm'),
    epsilon,
  });
  const head = weights.head();
  const logits = graph.gemm(norm.output, head, { turnRight: true });
  const highest = graph.reduce('ReduceMax', logits);
  const powers = graph.node('Exp', [graph.subtract(logits, highest)]);
  const sum = graph.reduce('ReduceSum', powers);
  const whole = graph.add(graph.node('Log', [sum]), highest);
  const own = graph.reduce('ReduceSum', graph.multiply(norm.output, targets));
  const surprises = { name: trainingNames.surprises, type: 'float32', shape: ['predictions', 1] } as const;
  graph.output(surprises, graph.subtract(whole, own));
  // The gradient of the logits is (probabilities - target); times the head, the target is a row of it.
  const expected = graph.divide(graph.gemm(powers, head), sum);
  const ofNormal = graph.multiply(graph.subtract(expected, targets), counts);
  return graph.product(graph.transpose(picks, [1, 0]), normBackward(graph, norm, ofNormal));
}

/** The layers that are trained, and the head. Throws a Fault `model-rejected` where the file lacks a tensor. */
export function buildTrainingGraph(source: GraphSource, plan: TrainingPlan): LazyGraph {
  const { shape } = source;
  const { rank, alpha } = plan;
  const firstLayer = firstTrained(shape, plan);
  const { context, stream, layer } = begin(source, plan, { rank, scale: alpha / rank });
  const layers = Array.from({ length: shape.layers - firstLayer }, (_, index) => layer(firstLayer + index));
  let states = stream;
  const tapes = layers.map((each) => {
    const tape = each.forward(states);
    states = tape.output;
    return { each, tape };
  });
  let gradient: string | undefined = addHead(context, states);
  for (const [left, { each, tape }] of [...tapes.entries()].toReversed()) {
    if (gradient === undefined) break;
    gradient = each.backward(tape, gradient, left > 0);
  }
  return context.graph.finish();
}
