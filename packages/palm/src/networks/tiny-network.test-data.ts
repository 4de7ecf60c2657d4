/** Networks of a few nodes, written as ONNX by hand, for tests: `npm test` has no Python and the real ones do what they do. */

export type TinyNode = { op: string; ints?: Record<string, number[]>; int?: Record<string, number> }

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)])
const number = (field: number, value: number) => [...varint(field << 3), ...varint(value)]
const block = (field: number, bytes: readonly number[]) => [
  ...varint((field << 3) | 2),
  ...varint(bytes.length),
  ...bytes,
]
const text = (field: number, value: string) => block(field, [...new TextEncoder().encode(value)])

const FLOAT = 1
const INT = 2
const INTS = 7

/** A ValueInfoProto: 32-bit floats of shape [n, …sides]. */
function value(name: string, sides: readonly number[]): number[] {
  const dims = [text(2, 'n'), ...sides.map((side) => number(1, side))].flatMap((dim) => block(1, dim))
  return [...text(1, name), ...block(2, block(1, [...number(1, FLOAT), ...block(2, dims)]))]
}

function node({ op, ints = {}, int = {} }: TinyNode, from: string, to: string): number[] {
  const attributes = [
    ...Object.entries(ints).map(([name, values]) => [
      ...text(1, name),
      ...values.flatMap((one) => number(8, one)),
      ...number(20, INTS),
    ]),
    ...Object.entries(int).map(([name, one]) => [...text(1, name), ...number(3, one), ...number(20, INT)]),
  ]
  return [...text(1, from), ...text(2, to), ...text(4, op), ...attributes.flatMap((attribute) => block(5, attribute))]
}

/** A chain of nodes from `input` [n, …inputShape] to `output` [n, …outputShape] as an ONNX file. */
export function tinyNetwork(
  inputShape: readonly number[],
  nodes: readonly TinyNode[],
  outputShape: readonly number[],
): Uint8Array {
  const name = (i: number) => (i === 0 ? 'input' : i === nodes.length ? 'output' : `t${i}`)
  const graph = [
    ...nodes.flatMap((one, i) => block(1, node(one, name(i), name(i + 1)))),
    ...text(2, 'tiny'),
    ...block(11, value('input', inputShape)),
    ...block(12, value('output', outputShape)),
  ]
  return Uint8Array.from([...number(1, 9), ...block(7, graph), ...block(8, [...text(1, ''), ...number(2, 17)])])
}
