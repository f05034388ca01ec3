/**
 * A BERT encoder with mean pooling as an ONNX graph: embedded words in, one vector of length 1 a row out
 * (J. Devlin and others, "BERT", arXiv:1810.04805; pooling of N. Reimers and I. Gurevych, "Sentence-BERT",
 * arXiv:1908.10084). Plain operators only, which both of the runtime's backends have. Knows operators and names; knows
 * no runtime and no text.
 */
import { floatTensor } from '../onnx/linear-weights.ts';
import type { LazyTensor } from '../onnx/linear-weights.ts';
import type { LazyGraph } from '../onnx/llama-graph.ts';
import type { GraphNode } from '../onnx/onnx-format.ts';
import type { BertWeights, LazyFloats } from './bert-weights.ts';

export const encoderNames = {
  /** (batch, sequence, hidden): rows of the table of words, which the graph does without. */
  words: 'words',
  /** (sequence): 0, 1, 2, ... */
  positions: 'positions',
  /** (batch, 1, 1, sequence): 0 at a token, far below 0 at padding. */
  mask: 'mask',
  /** (batch, 1, sequence): 1 / length at a token, 0 at padding. */
  shares: 'shares',
  /** (batch, hidden) */
  vectors: 'vectors',
} as const;

class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly tensors: LazyTensor[] = [];
  readonly #weights: BertWeights;

  constructor(weights: BertWeights) {
    this.#weights = weights;
  }

  node(operator: string, inputs: readonly string[], name: string, more: Partial<GraphNode> = {}): string {
    this.nodes.push({ operator, inputs, outputs: [name], ...more });
    return name;
  }

  /** A tensor of the graph; what it is made of is checked now, its bytes are made when the runtime asks. */
  floats(name: string, shape: readonly number[], make: LazyFloats): string {
    this.tensors.push(floatTensor(name, shape, make));
    return name;
  }

  /** A tensor as it is in the file. */
  stored(name: string, shape: readonly number[]): string {
    return this.floats(name, shape, this.#weights.floats(name, shape));
  }

  norm(input: string, prefix: string): string {
    const { hidden, epsilon } = this.#weights.shape;
    const inputs = [
      input,
      this.stored(`${prefix}.weight`, [hidden]),
      this.stored(`${prefix}.bias`, [hidden]),
    ];
    return this.node('LayerNormalization', inputs, `${prefix}.normal`, {
      integers: { axis: -1 },
      floats: { epsilon },
    });
  }

  /**
   * `input` times one or more linears side by side, and their biases. The file has rows of inputs, the product wants rows
   * of outputs. `scales` multiplies a linear's outputs.
   */
  linear(
    input: string,
    linear: {
      readonly name: string;
      readonly parts: readonly string[];
      readonly from: number;
      readonly to: number;
    },
    scales: readonly number[] = [],
  ): string {
    const { name, parts, from, to } = linear;
    const width = to * parts.length;
    const matrices = parts.map((part) => this.#weights.floats(`${part}.weight`, [to, from]));
    const biases = parts.map((part) => this.#weights.floats(`${part}.bias`, [to]));
    const weight = this.floats(`${name}.weights`, [from, width], () => {
      const output = new Float32Array(from * width);
      for (const [part, read] of matrices.entries()) {
        const matrix = read();
        const scale = scales[part] ?? 1;
        for (let row = 0; row < to; row += 1) {
          const column = part * to + row;
          for (let place = 0; place < from; place += 1) {
            output[place * width + column] = (matrix[row * from + place] ?? 0) * scale;
          }
        }
      }
      return output;
    });
    const bias = this.floats(`${name}.biases`, [width], () =>
      Float32Array.from(
        biases.flatMap((read, part) => Array.from(read(), (value) => value * (scales[part] ?? 1))),
      ),
    );
    return this.node('Add', [this.node('MatMul', [input, weight], `${name}.product`), bias], `${name}.sum`);
  }
}

function addEmbeddings(builder: GraphBuilder, weights: BertWeights): string {
  const { hidden, positions } = weights.shape;
  const places = weights.floats('embeddings.position_embeddings.weight', [positions, hidden]);
  // One text a row is all of the first type, whose embedding can be added to every position's.
  const types = weights.floats('embeddings.token_type_embeddings.weight', [2, hidden]);
  const table = builder.floats('positions.table', [positions, hidden], () => {
    const first = types();
    return places().map((value, at) => value + (first[at % hidden] ?? 0));
  });
  const place = builder.node('Gather', [table, encoderNames.positions], 'places', { integers: { axis: 0 } });
  return builder.norm(builder.node('Add', [encoderNames.words, place], 'embedded'), 'embeddings.LayerNorm');
}

function addAttention(builder: GraphBuilder, weights: BertWeights, layer: string, input: string): string {
  const { hidden, heads } = weights.shape;
  const name = `${layer}.attention`;
  const joined = builder.linear(
    input,
    {
      name: `${name}.qkv`,
      parts: ['query', 'key', 'value'].map((part) => `${name}.self.${part}`),
      from: hidden,
      to: hidden,
    },
    // The scores are divided by the root of a head's size: done once here, in the weights of the queries.
    [1 / Math.sqrt(hidden / heads)],
  );
  const sides = ['q', 'k', 'v'].map((side) => `${name}.${side}`);
  builder.nodes.push({
    operator: 'Split',
    inputs: [joined, 'split.qkv'],
    outputs: sides,
    integers: { axis: -1 },
  });
  const [query, key, value] = sides.map((side, at) =>
    builder.node(
      'Transpose',
      [builder.node('Reshape', [side, 'shape.heads'], `${side}.heads`)],
      `${side}.turned`,
      {
        lists: { perm: at === 1 ? [0, 2, 3, 1] : [0, 2, 1, 3] },
      },
    ),
  );
  const scores = builder.node('MatMul', [query ?? '', key ?? ''], `${name}.scores`);
  const masked = builder.node('Add', [scores, encoderNames.mask], `${name}.masked`);
  const shares = builder.node('Softmax', [masked], `${name}.softmax`, { integers: { axis: -1 } });
  const mixed = builder.node('MatMul', [shares, value ?? ''], `${name}.mixed`);
  const turned = builder.node('Transpose', [mixed], `${name}.mixed.turned`, {
    lists: { perm: [0, 2, 1, 3] },
  });
  const rows = builder.node('Reshape', [turned, 'shape.hidden'], `${name}.rows`);
  return builder.linear(rows, {
    name: `${name}.out`,
    parts: [`${name}.output.dense`],
    from: hidden,
    to: hidden,
  });
}

function addFeedForward(builder: GraphBuilder, weights: BertWeights, layer: string, input: string): string {
  const { hidden, feedForward } = weights.shape;
  const wide = builder.linear(input, {
    name: `${layer}.wide`,
    parts: [`${layer}.intermediate.dense`],
    from: hidden,
    to: feedForward,
  });
  // The exact form, with the error function: the operator's default.
  const active = builder.node('Gelu', [wide], `${layer}.gelu`);
  return builder.linear(active, {
    name: `${layer}.narrow`,
    parts: [`${layer}.output.dense`],
    from: feedForward,
    to: hidden,
  });
}

/** Builds the graph. Throws a Fault `model-rejected` where a tensor is missing or has another shape. */
export function buildBertGraph(weights: BertWeights): LazyGraph {
  const { layers, hidden, heads } = weights.shape;
  const builder = new GraphBuilder(weights);
  let stream = addEmbeddings(builder, weights);
  for (let index = 0; index < layers; index += 1) {
    const layer = `encoder.layer.${String(index)}`;
    const attended = addAttention(builder, weights, layer, stream);
    const normal = builder.norm(
      builder.node('Add', [stream, attended], `${layer}.attended`),
      `${layer}.attention.output.LayerNorm`,
    );
    const fed = addFeedForward(builder, weights, layer, normal);
    stream = builder.norm(builder.node('Add', [normal, fed], `${layer}.fed`), `${layer}.output.LayerNorm`);
  }
  const pooled = builder.node('MatMul', [encoderNames.shares, stream], 'pooled');
  const length = builder.node('ReduceL2', [pooled, 'axes.last'], 'length', { integers: { keepdims: 1 } });
  const unit = builder.node('Div', [pooled, length], 'unit');
  builder.node('Reshape', [unit, 'shape.vectors'], encoderNames.vectors);
  return {
    inputs: [
      { name: encoderNames.words, type: 'float32', shape: ['batch', 'sequence', hidden] },
      { name: encoderNames.positions, type: 'int32', shape: ['sequence'] },
      { name: encoderNames.mask, type: 'float32', shape: ['batch', 1, 1, 'sequence'] },
      { name: encoderNames.shares, type: 'float32', shape: ['batch', 1, 'sequence'] },
    ],
    outputs: [{ name: encoderNames.vectors, type: 'float32', shape: ['batch', hidden] }],
    nodes: builder.nodes,
    weights: builder.tensors,
    constants: {
      'split.qkv': [hidden, hidden, hidden],
      'shape.heads': [0, 0, heads, hidden / heads],
      'shape.hidden': [0, 0, hidden],
      'shape.vectors': [-1, hidden],
      'axes.last': [2],
    },
  };
}
