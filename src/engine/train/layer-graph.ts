/**
 * A decoder layer of the Llama family, forth and back: attention, then a gated feed-forward (SiLU), each behind an
 * RMSNorm and added to the stream. Knows one layer; nothing of the head or of data.
 */
import { linearBackward, linearForward } from './adapted-linear.ts';
import type { LayerContext, LinearTape } from './adapted-linear.ts';
import { AttentionGraph } from './attention-graph.ts';
import type { AttentionOptions, AttentionTape } from './attention-graph.ts';
import { normBackward, normForward } from './root-mean-square.ts';
import type { NormTape } from './root-mean-square.ts';

interface LayerTape {
  readonly attentionNorm: NormTape;
  readonly feedNorm: NormTape;
  readonly linears: ReadonlyMap<string, LinearTape>;
  readonly attention: AttentionTape;
  readonly sigmoid: string;
  readonly silu: string;
  /** The stream behind the layer, (tokens, hidden). */
  readonly output: string;
}

export class LayerGraph {
  readonly #context: LayerContext;
  readonly #layer: number;
  readonly #attention: AttentionGraph;

  constructor(context: LayerContext, layer: number, options: AttentionOptions) {
    this.#context = context;
    this.#layer = layer;
    this.#attention = new AttentionGraph(context, options);
  }

  forward(stream: string): LayerTape {
    const { graph } = this.#context;
    const linears = new Map<string, LinearTape>();
    const linear = (name: string, input: string): string => {
      const tape = linearForward(this.#context, { layer: this.#layer, name, input });
      linears.set(name, tape);
      return tape.output;
    };
    const attentionNorm = this.#norm('attn_norm', stream);
    const attention = this.#attention.forward({
      q: linear('attn_q', attentionNorm.output),
      k: linear('attn_k', attentionNorm.output),
      v: linear('attn_v', attentionNorm.output),
    });
    const between = graph.add(stream, linear('attn_output', attention.output));
    const feedNorm = this.#norm('ffn_norm', between);
    const gate = linear('ffn_gate', feedNorm.output);
    const up = linear('ffn_up', feedNorm.output);
    const sigmoid = graph.node('Sigmoid', [gate]);
    const silu = graph.multiply(gate, sigmoid);
    const output = graph.add(between, linear('ffn_down', graph.multiply(silu, up)));
    return { attentionNorm, feedNorm, linears, attention, sigmoid, silu, output };
  }

  /** The gradient of the stream before the layer; undefined where `wantsInput` is false. */
  backward(tape: LayerTape, gradient: string, wantsInput: boolean): string | undefined {
    const { graph } = this.#context;
    const back = (name: string, of: string, plus?: string): string | undefined => {
      const linear = tape.linears.get(name);
      if (linear === undefined) return undefined;
      const wants = wantsInput || !['attn_q', 'attn_k', 'attn_v'].includes(name);
      return linearBackward(this.#context, linear, { gradient: of, plus, wantsInput: wants });
    };
    const ofGated = back('ffn_down', gradient);
    if (ofGated === undefined) return undefined;
    const { gate, up } = this.#gateBackward(tape, ofGated);
    const ofFed = back('ffn_up', up, back('ffn_gate', gate));
    if (ofFed === undefined) return undefined;
    const between = graph.add(gradient, normBackward(graph, tape.feedNorm, ofFed));
    const ofMixed = back('attn_output', between);
    if (ofMixed === undefined) return undefined;
    const { q, k, v } = this.#attention.backward(tape.attention, ofMixed);
    const ofNormal = back('attn_v', v, back('attn_k', k, back('attn_q', q)));
    if (ofNormal === undefined) return undefined;
    return graph.add(between, normBackward(graph, tape.attentionNorm, ofNormal));
  }

  /** SiLU's slope is sigmoid + silu (1 - sigmoid). */
  #gateBackward({ linears, sigmoid, silu }: LayerTape, gradient: string): { gate: string; up: string } {
    const { graph } = this.#context;
    const slope = graph.add(sigmoid, graph.subtract(silu, graph.multiply(silu, sigmoid)));
    const ofSilu = graph.multiply(gradient, linears.get('ffn_up')?.output ?? '');
    return { gate: graph.multiply(ofSilu, slope), up: graph.multiply(gradient, silu) };
  }

  #norm(name: string, input: string): NormTape {
    const { graph, weights, shape } = this.#context;
    const weight = weights.norm(`blk.${String(this.#layer)}.${name}`);
    return normForward(graph, { input, weight, epsilon: shape.epsilon });
  }
}
