/** Side of the palm detector's input, px. */
export const DETECTOR_SIDE_PX = 192

/** Middle of each of the detector's 2016 boxes, in shares of the input side: x0, y0, x1, y1, … */
export function palmAnchors(): Float32Array {
  // Strides 8, 16, 16, 16 with two boxes a layer; layers of one stride share their cells: 24² × 2 + 12² × 6.
  const layers = [
    { stridePx: 8, boxes: 2 },
    { stridePx: 16, boxes: 6 },
  ]
  const anchors: number[] = []
  for (const { stridePx, boxes } of layers) {
    const cells = DETECTOR_SIDE_PX / stridePx
    for (let row = 0; row < cells; row++) {
      for (let column = 0; column < cells; column++) {
        for (let box = 0; box < boxes; box++) anchors.push((column + 0.5) / cells, (row + 0.5) / cells)
      }
    }
  }
  return Float32Array.from(anchors)
}
