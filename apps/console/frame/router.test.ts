import { describe, expect, it } from 'vitest'
import { isPlainClick, matchPath } from './router.ts'

describe('a path', () => {
  it('fits its pattern and gives what stands at its places', () => {
    expect(matchPath('/console', '/console')).toEqual({})
    expect(matchPath('/console/shops/:shopId', '/console/shops/shop_1')).toEqual({ shopId: 'shop_1' })
    expect(matchPath('/console/a/:x/b/:y', '/console/a/1/b/%C3%A9')).toEqual({ x: '1', y: 'é' })
  })

  it('fits no other pattern: longer, shorter, empty place, broken escape', () => {
    expect(matchPath('/console/shops/:shopId', '/console/shops')).toBeNull()
    expect(matchPath('/console/shops', '/console/shops/shop_1')).toBeNull()
    expect(matchPath('/console/shops/:shopId', '/console/shops/')).toBeNull()
    expect(matchPath('/console/shops/:shopId', '/console/shops/%E0%A4%A')).toBeNull()
    expect(matchPath('/console/shops', '/console/people')).toBeNull()
  })
})

describe('a click', () => {
  const plain = { button: 0, defaultPrevented: false, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false }

  it('is ours when it is plain, and the browser’s when it opens a tab or was dealt with', () => {
    expect(isPlainClick(plain)).toBe(true)
    for (const other of [
      { button: 1 },
      { ctrlKey: true },
      { metaKey: true },
      { shiftKey: true },
      { defaultPrevented: true },
    ])
      expect(isPlainClick({ ...plain, ...other })).toBe(false)
  })
})
