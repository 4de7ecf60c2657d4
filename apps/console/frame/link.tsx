import type { AnchorHTMLAttributes, Ref } from 'react'
import { go, isPlainClick } from './router.ts'

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** An address of the console, such as `/console/shops/shop_…`. */
  to: string
  ref?: Ref<HTMLAnchorElement>
}

/** A link inside the console: a real one, so that it opens in a tab and can be copied. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  return (
    <a
      href={to}
      onClick={(event) => {
        onClick?.(event)
        if (!isPlainClick(event) || rest.target) return
        event.preventDefault()
        go(to)
      }}
      {...rest}
    />
  )
}
