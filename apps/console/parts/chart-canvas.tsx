import 'uplot/dist/uPlot.min.css'
import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from 'react'
import uPlot from 'uplot'
import { theme } from '../../design/preferences.ts'
import type { ChartProps } from './chart-props.ts'
import { pileUp } from './pile-up.ts'

type CanvasProps = ChartProps & { heightPx: number; onAt(index: number | null): void }

/** Colours come from the page's own tokens, resolved by the browser for the look of the moment. */
function paletteOf(box: HTMLElement) {
  const probe = document.createElement('span')
  box.append(probe)
  const resolve = (token: string) => {
    probe.style.color = `var(${token})`
    return getComputedStyle(probe).color
  }
  const colours = {
    series: Array.from({ length: 7 }, (_, index) => resolve(`--chart-${index + 1}`)),
    axis: resolve('--ink-soft'),
    grid: resolve('--line'),
    surface: resolve('--surface'),
  }
  const font = `12px ${getComputedStyle(box).fontFamily}`
  probe.remove()
  return { ...colours, font }
}

function optionsOf(props: CanvasProps, box: HTMLElement): uPlot.Options {
  const { x, series, kind, stacked, heightPx, format, formatShort = format } = props
  const { text, short = text, timeZone } = x
  const { series: colours, axis, grid, surface, font } = paletteOf(box)
  const colourOf = (index: number) => colours[((series[index]!.colour ?? index + 1) - 1) % colours.length]!
  const bars = uPlot.paths.bars!({ size: [0.72, 56], radius: stacked ? 0 : 0.12 })
  // Of a pile the whole is drawn first and the lower parts over it.
  const order = stacked ? series.map((_, index) => series.length - 1 - index) : series.map((_, index) => index)
  const ends: [number, number] = [x.values[0]! - 0.6, x.values.at(-1)! + 0.6]
  return {
    width: Math.max(120, box.clientWidth),
    height: heightPx,
    legend: { show: false },
    cursor: { y: false, points: { show: kind === 'line', size: 8 }, drag: { x: false, y: false } },
    ...(timeZone === undefined ? {} : { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1000), timeZone) }),
    scales: {
      x: timeZone === undefined ? { time: false, ...(kind === 'bars' ? { range: () => ends } : {}) } : { time: true },
      y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.08 : 1] },
    },
    axes: [
      {
        stroke: axis,
        font,
        grid: { show: false },
        ticks: { stroke: grid, width: 1 },
        space: 64,
        values: (_plot, splits) => splits.map((value) => (timeZone || x.values.includes(value) ? short(value) : '')),
        ...(timeZone === undefined && kind === 'bars' ? { incrs: [1, 2, 3, 4, 6, 8, 12, 24, 48, 100, 200, 500] } : {}),
      },
      {
        stroke: axis,
        font,
        grid: { stroke: grid, width: 1 },
        ticks: { show: false },
        size: (_plot, values) => Math.max(34, ...(values ?? []).map((value) => value.length * 7.2 + 14)),
        values: (_plot, splits) => splits.map(formatShort),
      },
    ],
    series: [
      {},
      ...order.map((index) =>
        kind === 'bars'
          ? {
              label: series[index]!.label,
              fill: colourOf(index),
              stroke: surface,
              width: 0,
              paths: bars,
              points: { show: false },
            }
          : { label: series[index]!.label, stroke: colourOf(index), width: 2, points: { show: x.values.length < 2 } },
      ),
    ],
  }
}

function dataOf({ x, series, stacked }: CanvasProps): uPlot.AlignedData {
  const values = series.map((each) => [...each.values])
  return [[...x.values], ...(stacked ? pileUp(values).reverse() : values)]
}

/** Changes with light and dark, whoever says so. */
const useLook = () =>
  useSyncExternalStore(
    (listener) => {
      const system = matchMedia('(prefers-color-scheme: dark)')
      system.addEventListener('change', listener)
      const stop = theme.subscribe(listener)
      return () => {
        system.removeEventListener('change', listener)
        stop()
      }
    },
    () => `${theme.get()} ${matchMedia('(prefers-color-scheme: dark)').matches}`,
  )

/** The drawing. It is made anew when what it shows or the look changes, and follows the width of its place. */
export function ChartCanvas(props: CanvasProps) {
  const box = useRef<HTMLDivElement>(null)
  const look = useLook()
  const drawn = JSON.stringify([props.x.values, props.series, props.kind, props.stacked, props.heightPx, props.label])
  const draw = useEffectEvent((place: HTMLElement) => {
    const plot = new uPlot(optionsOf(props, place), dataOf(props), place)
    plot.hooks.setCursor = [({ cursor }: uPlot) => tell(cursor.idx ?? null)]
    return plot
  })
  const tell = useEffectEvent((index: number | null) => props.onAt(index))

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew with what is drawn and with the look
  useEffect(() => {
    const place = box.current
    if (!place) return
    const plot = draw(place)
    const watch = new ResizeObserver(() => {
      if (place.clientWidth > 0) plot.setSize({ width: place.clientWidth, height: props.heightPx })
    })
    watch.observe(place)
    return () => {
      watch.disconnect()
      plot.destroy()
    }
  }, [drawn, look])
  return <div ref={box} className="chart-canvas" style={{ minHeight: props.heightPx }} />
}
