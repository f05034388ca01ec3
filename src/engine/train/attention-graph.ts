/**
 * Grouped-query attention with rotary positions, forth and back. Query heads that share a key head stand below each
 * other as rows of one product, so keys are never repeated and their gradients sum by themselves.
 * Knows q, k and v of one layer, (tokens, heads x head size) each; nothing of the linears around them.
 */
import type { LayerContext } from './adapted-linear.ts';

/** Names of what all layers share. */
export const attentionNames = {
  /** (1, tokens): the position of each. */
  positions: 'positions',
  /** (tokens, tokens): 0 where the row's token sees the column's, else a number that no softmax survives. */
  mask: 'mask',
} as const;

export interface AttentionOptions {
  /** Positions that rope is computed for. */
  readonly positions: number;
  /** The mask, once for each query head of a key head. */
  readonly stackedMask: string;
}

interface Sides {
  readonly q: string;
  readonly k: string;
  readonly v: string;
}

/** All of (key heads, …): what going back needs. */
export interface AttentionTape {
  readonly queries: string;
  readonly keys: string;
  readonly values: string;
  readonly shares: string;
  readonly mixed: string;
  readonly output: string;
}

export class AttentionGraph {
  readonly #context: LayerContext;
  readonly #options: AttentionOptions;

  constructor(context: LayerContext, options: AttentionOptions) {
    this.#context = context;
    this.#options = options;
  }

  forward({ q, k, v }: Sides): AttentionTape {
    const { graph, shape } = this.#context;
    const queries = this.#stack(this.#scaled(this.#turn(q, shape.heads, 'forth')));
    const keys = this.#byHead(this.#turn(k, shape.kvHeads, 'forth'));
    const values = this.#byHead(v);
    const scores = graph.product(queries, graph.transpose(keys, [0, 2, 1]));
    const shares = graph.node('Softmax', [graph.add(scores, this.#options.stackedMask)], {
      integers: { axis: -1 },
    });
    const mixed = graph.product(shares, values);
    return { queries, keys, values, shares, mixed, output: this.#unstack(mixed) };
  }

  /** Gradients of q, k and v from that of the output. */
  backward(tape: AttentionTape, gradient: string): Sides {
    const { graph, shape } = this.#context;
    const { queries, keys, values, shares, mixed } = tape;
    const ofMixed = this.#stack(gradient);
    const ofShares = graph.product(ofMixed, graph.transpose(values, [0, 2, 1]));
    // The row sums that softmax takes away: those of (gradient x share) are those of (gradient x mixed).
    const along = graph.reduce('ReduceSum', graph.multiply(ofMixed, mixed));
    const ofScores = graph.multiply(shares, graph.subtract(ofShares, along));
    const ofQueries = this.#scaled(this.#unstack(graph.product(ofScores, keys)));
    const ofKeys = this.#byToken(graph.product(graph.transpose(ofScores, [0, 2, 1]), queries));
    return {
      q: this.#turn(ofQueries, shape.heads, 'back'),
      k: this.#turn(ofKeys, shape.kvHeads, 'back'),
      v: this.#byToken(graph.product(graph.transpose(shares, [0, 2, 1]), ofMixed)),
    };
  }

  #scaled(tensor: string): string {
    const { graph, shape } = this.#context;
    return graph.multiply(tensor, graph.scalar(1 / Math.sqrt(shape.headSize)));
  }

  /** Rotary positions (arXiv:2104.09864), in the pairs that the file's rows stand in. A turn back is its gradient. */
  #turn(tensor: string, heads: number, direction: 'forth' | 'back'): string {
    const { graph, weights, shape } = this.#context;
    const width = heads * shape.headSize;
    const caches = weights.rope(this.#options.positions, direction);
    const turned = graph.node(
      'RotaryEmbedding',
      [graph.reshape(tensor, [1, -1, width]), attentionNames.positions, ...caches],
      { extension: true, integers: { interleaved: Number(shape.interleavedRope) } },
    );
    return graph.reshape(turned, [-1, width]);
  }

  /** (tokens, heads x size) -> (key heads, queries of one x tokens, size). */
  #stack(tensor: string): string {
    const { graph, shape } = this.#context;
    const { heads, kvHeads, headSize } = shape;
    const split = graph.reshape(tensor, [-1, kvHeads, heads / kvHeads, headSize]);
    return graph.reshape(graph.transpose(split, [1, 2, 0, 3]), [kvHeads, -1, headSize]);
  }

  #unstack(tensor: string): string {
    const { graph, shape } = this.#context;
    const { heads, kvHeads, headSize } = shape;
    const split = graph.reshape(tensor, [kvHeads, heads / kvHeads, -1, headSize]);
    return graph.reshape(graph.transpose(split, [2, 0, 1, 3]), [-1, heads * headSize]);
  }

  /** (tokens, key heads x size) -> (key heads, tokens, size). */
  #byHead(tensor: string): string {
    const { graph, shape } = this.#context;
    return graph.transpose(graph.reshape(tensor, [-1, shape.kvHeads, shape.headSize]), [1, 0, 2]);
  }

  #byToken(tensor: string): string {
    const { graph, shape } = this.#context;
    return graph.reshape(graph.transpose(tensor, [1, 0, 2]), [-1, shape.kvHeads * shape.headSize]);
  }
}
