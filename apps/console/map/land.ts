import type { ShopMap } from '@paume/contract'
import { type GeoPath, type GeoProjection, geoAlbersUsa, geoConicConformal, geoPath } from 'd3-geo'
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import topology from 'us-atlas/states-10m.json' with { type: 'json' }

const atlas = topology as unknown as Topology<{ states: GeometryCollection<{ name: string }> }>
const states = feature(atlas, atlas.objects.states)
const california = states.features.find(({ properties }) => properties.name === 'California')!

export type View = 'california' | 'all'
/** The picture's own units. California is taller than wide, the whole country wider than tall. */
export const SIZES: Record<View, { width: number; height: number }> = {
  california: { width: 720, height: 780 },
  all: { width: 960, height: 600 },
}

/** The land in the picture, and where a point of the earth lies in it; null: outside. */
export type Land = {
  paths: { name: string; d: string }[]
  at(shop: ShopMap['shops'][number]): [x: number, y: number] | null
}

function projectionOf(view: View): GeoProjection {
  const { width, height } = SIZES[view]
  const frame: [[number, number], [number, number]] = [
    [16, 16],
    [width - 16, height - 16],
  ]
  return view === 'all'
    ? geoAlbersUsa().fitExtent(frame, states)
    : geoConicConformal().parallels([34, 40.5]).rotate([119, 0]).fitExtent(frame, california)
}

export function landOf(view: View): Land {
  const projection = projectionOf(view)
  const path: GeoPath = geoPath(projection)
  const { width, height } = SIZES[view]
  return {
    paths: states.features.flatMap((each) => {
      const d = path(each)
      return d === null ? [] : [{ name: each.properties.name, d }]
    }),
    at({ latitudeDeg, longitudeDeg, country }) {
      if (latitudeDeg === null || longitudeDeg === null || (country !== 'US' && country !== 'PR')) return null
      const point = projection([longitudeDeg, latitudeDeg])
      if (point === null || point[0] < 0 || point[1] < 0 || point[0] > width || point[1] > height) return null
      return point
    },
  }
}
