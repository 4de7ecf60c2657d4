import { expect, it } from 'vitest'
import { distanceKm } from './distance.ts'

const PARIS = { latitudeDeg: 48.8566, longitudeDeg: 2.3522 }

it('measures along the surface of the Earth', () => {
  // Quarter of a meridian, and half of the equator, on a sphere of the mean radius.
  expect(distanceKm({ latitudeDeg: 0, longitudeDeg: 0 }, { latitudeDeg: 90, longitudeDeg: 0 })).toBeCloseTo(
    10_007.56,
    1,
  )
  expect(distanceKm({ latitudeDeg: 0, longitudeDeg: -90 }, { latitudeDeg: 0, longitudeDeg: 90 })).toBeCloseTo(
    20_015.1,
    0,
  )
  expect(distanceKm(PARIS, { latitudeDeg: 40.7128, longitudeDeg: -74.006 })).toBeCloseTo(5_837, -1)
  expect(distanceKm(PARIS, PARIS)).toBe(0)
  // Over the date line it is the short way.
  const west = { latitudeDeg: 0, longitudeDeg: 179.5 }
  expect(distanceKm(west, { latitudeDeg: 0, longitudeDeg: -179.5 })).toBeCloseTo(111.2, 0)
})
