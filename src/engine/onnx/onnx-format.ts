/**
 * An ONNX graph as plain data, and its encoding. Knows the field numbers of onnx.proto that our graphs need.
 * Weights are never part of the encoded bytes: they are external data, one path per tensor, so the graph stays far
 * below protobuf's 2 GB and each tensor is made only when the runtime asks for it.
 */
import { ProtobufMessage } from './protobuf.ts';

/** Numbers of TensorProto.DataType. */
const elementTypes = { float32: 1, uint8: 2, int32: 6, int64: 7 } as const;
type ElementType = keyof typeof elementTypes;

/** A side of a shape; a name is a length that is known only at a run. */
type Side = number | string;

export interface GraphValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Side[];
}

export interface GraphNode {
  readonly operator: string;
  /** Empty names are inputs left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** True for ONNX Runtime's own operators (`com.microsoft`). */
  readonly extension?: boolean;
  readonly integers?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  /** Lists of whole numbers, e.g. the order of axes. */
  readonly lists?: Readonly<Record<string, readonly number[]>>;
}

/** A tensor whose bytes lie outside the graph, under its own name. */
export interface ExternalTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian, row by row. */
  readonly byteLength: number;
}

export interface Graph {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
  readonly weights: readonly ExternalTensor[];
  /** Small int64 vectors, kept in the graph because shape inference reads them. */
  readonly constants: Readonly<Record<string, readonly number[]>>;
}

const irVersion = 10;
const operatorSets = [
  { domain: '', version: 21 },
  { domain: 'com.microsoft', version: 1 },
] as const;
const attributeTypes = { float: 1, integer: 2, integers: 7 } as const;

function encodeAttributes({ integers = {}, floats = {}, lists = {} }: GraphNode): ProtobufMessage[] {
  return [
    ...Object.entries(integers).map(([name, value]) =>
      new ProtobufMessage().text(1, name).integer(3, value).integer(20, attributeTypes.integer),
    ),
    ...Object.entries(floats).map(([name, value]) =>
      new ProtobufMessage().text(1, name).float(2, value).integer(20, attributeTypes.float),
    ),
    ...Object.entries(lists).map(([name, values]) => {
      const attribute = new ProtobufMessage().text(1, name);
      for (const value of values) attribute.integer(8, value);
      return attribute.integer(20, attributeTypes.integers);
    }),
  ];
}

function encodeNode(node: GraphNode): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const input of node.inputs) message.text(1, input);
  for (const output of node.outputs) message.text(2, output);
  // The first output is unique in the graph, so it can name the node in the runtime's errors.
  message.text(3, `${node.operator}:${node.outputs[0] ?? ''}`).text(4, node.operator);
  for (const attribute of encodeAttributes(node)) message.message(5, attribute);
  return node.extension === true ? message.text(7, 'com.microsoft') : message;
}

function encodeValue({ name, type, shape }: GraphValue): ProtobufMessage {
  const sides = new ProtobufMessage();
  for (const side of shape) {
    const dimension = new ProtobufMessage();
    sides.message(1, typeof side === 'number' ? dimension.integer(1, side) : dimension.text(2, side));
  }
  const tensorType = new ProtobufMessage().integer(1, elementTypes[type]).message(2, sides);
  return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensorType));
}

function encodeTensorHead(name: string, type: ElementType, shape: readonly number[]): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const side of shape) message.integer(1, side);
  return message.integer(2, elementTypes[type]).text(8, name);
}

function encodeExternal({ name, type, shape, byteLength }: ExternalTensor): ProtobufMessage {
  const message = encodeTensorHead(name, type, shape);
  const entries = { location: name, offset: '0', length: String(byteLength) };
  for (const [key, value] of Object.entries(entries)) {
    message.message(13, new ProtobufMessage().text(1, key).text(2, value));
  }
  return message.integer(14, 1);
}

function encodeConstant(name: string, values: readonly number[]): ProtobufMessage {
  const bytes = new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer);
  return encodeTensorHead(name, 'int64', [values.length]).bytes(9, bytes);
}

/** The graph as a serialised ModelProto. */
export function encodeModel(graph: Graph): Uint8Array<ArrayBuffer> {
  const body = new ProtobufMessage();
  for (const node of graph.nodes) body.message(1, encodeNode(node));
  body.text(2, 'transformer');
  for (const tensor of graph.weights) body.message(5, encodeExternal(tensor));
  for (const [name, values] of Object.entries(graph.constants)) body.message(5, encodeConstant(name, values));
  for (const input of graph.inputs) body.message(11, encodeValue(input));
  for (const output of graph.outputs) body.message(12, encodeValue(output));
  const model = new ProtobufMessage().integer(1, irVersion).text(2, 'smallworks').message(7, body);
  for (const { domain, version } of operatorSets) {
    model.message(8, new ProtobufMessage().text(1, domain).integer(2, version));
  }
  return model.finish();
}
